namespace Tandem.Tests.Conformance.Life;

/// <summary>Operations whose two versions keep the same facts in different tables.</summary>
internal static class LinkCases
{
    private static readonly string[] Customers =
    [
        "create table countries (code text primary key)",
        "insert into countries values ('GB'), ('US'), ('GR')",
        "create table customers (id integer primary key, name text not null, street text, city text not null default '', country text references countries (code), constraint no_blank check (street <> ''))",
        "insert into customers values (1, 'Ada', 'St James Square', 'London', 'GB'), (2, 'Grace', null, 'New York', 'US'), (3, 'Plato', null, '', null), (4, 'Alan', 'Wilmslow Road', '', null), (5, 'Emmy', null, '', null)",
    ];

    public static IEnumerable<LifeCase> All => [ExtractTable(), ExtractUnderTwoKeys(), InlineTable(), MoveColumn(), MoveAlongUniqueKey()];

    private static LifeCase ExtractTable() => new("extract_table")
    {
        Setup = [.. Customers, "create index customers_city on customers (city)"],
        Operations = "  - extract_table: { table: customers, columns: [street, city, country], into: addresses, key: [customer_id] }\n",
        Writes = n =>
        [
            new($"update {{customers}} set street = 'Road {n}' where id = 1", $"update {{addresses}} set street = 'Road {n}' where customer_id = 1"),
            new($"update {{customers}} set city = 'C{n}', country = 'US' where id in (1, 2, 4)", $"update {{addresses}} set city = 'C{n}', country = 'US' where customer_id in (1, 2, 4)"),
            LogicalWrite.Same($"insert into {{customers}} (id, name) values ({n}01, 'N{n}')"),
            new($"update {{customers}} set street = 'Lane', city = 'Paris' where id = {n}01", $"insert into {{addresses}} (customer_id, street, city) values ({n}01, 'Lane', 'Paris')"),
            LogicalWrite.Same($"update {{customers}} set name = 'Ada {n}' where id = 1"),
            LogicalWrite.Same($"insert into {{customers}} (id, name) values ({n}02, 'M{n}'), ({n}03, 'O{n}')"),
            new($"update {{customers}} set country = 'GR' where id in ({n}02, {n}03)", $"insert into {{addresses}} (customer_id, country) values ({n}02, 'GR'), ({n}03, 'GR')"),
            new($"update {{customers}} set street = null, city = '', country = null where id = {n}02", $"delete from {{addresses}} where customer_id = {n}02"),
            LogicalWrite.Same($"update {{customers}} set id = {n}09 where id = {n}01"),
            LogicalWrite.Same($"delete from {{customers}} where id = {n}03"),
            new($"update {{customers}} set street = null, city = '', country = null where id = {n}09", $"update {{addresses}} set street = null, city = '', country = null where customer_id = {n}09"),
            new($"update {{customers}} set street = 'Again {n}' where id = {n}09", $"update {{addresses}} set street = 'Again {n}' where customer_id = {n}09"),
        ],
        OldQueries = ["select id, name, street, city, country from {customers} order by id"],
        NewQueries =
        [
            new("select id, name from {customers} order by id", "select id, name from {customers} order by id"),
            new("select c.id, a.street, coalesce(a.city, ''), a.country from {customers} c left join {addresses} a on a.customer_id = c.id order by c.id", "select id, street, city, country from {customers} order by id"),
            new("select count(*) from {addresses} where customer_id in (3, 5)", "select 0"),
        ],
    };

    private static LifeCase ExtractUnderTwoKeys() => new("extract_table_two_keys")
    {
        Setup =
        [
            "create table \"Order Lines\" (\"order\" integer not null, line text not null, qty integer, note text, \"Ship To\" text, primary key (\"order\", line))",
            "insert into \"Order Lines\" values (1, 'a', 3, null, 'Home'), (1, 'b', 4, 'soon', null), (2, 'a', 5, null, null)",
        ],
        Operations = "  - extract_table: { table: Order Lines, columns: [note, Ship To], into: shipping }\n",
        Writes = n =>
        [
            new($"update {{Order Lines}} set note = 'n{n}' where line = 'a'", $"insert into {{shipping}} (\"order\", line, note) values (1, 'a', 'n{n}'), (2, 'a', 'n{n}') on conflict (\"order\", line) do update set note = 'n{n}'"),
            new($"insert into {{Order Lines}} (\"order\", line, qty, \"Ship To\") values ({n}0, 'x', 1, 'Office')", $"insert into {{Order Lines}} (\"order\", line, qty) values ({n}0, 'x', 1)"),
            new($"update {{Order Lines}} set \"Ship To\" = 'Office' where \"order\" = {n}0", $"insert into {{shipping}} (\"order\", line, \"Ship To\") values ({n}0, 'x', 'Office') on conflict (\"order\", line) do update set \"Ship To\" = 'Office'"),
            LogicalWrite.Same($"update {{Order Lines}} set line = 'y{n}', qty = 9 where \"order\" = {n}0"),
            new($"update {{Order Lines}} set note = null, \"Ship To\" = null where \"order\" = 1 and line = 'b'", "delete from {shipping} where \"order\" = 1 and line = 'b'"),
        ],
        OldQueries = ["select \"order\", line, qty, note from {Order Lines} order by 1, 2"],
        NewQueries = [new("select o.\"order\", o.line, o.qty, s.note from {Order Lines} o left join {shipping} s on s.\"order\" = o.\"order\" and s.line = o.line order by 1, 2", "select \"order\", line, qty, note from {Order Lines} order by 1, 2")],
    };

    private static LifeCase InlineTable() => new("inline_table")
    {
        Setup =
        [
            "create table customers (id integer primary key, name text not null)",
            "create table profiles (customer_id integer primary key references customers (id) on update cascade on delete cascade, email text not null, bio text, constraint profiles_email_key unique (email), constraint has_at check (email like '%@%'))",
            "create index profiles_bio on profiles (bio)",
            "insert into customers values (1, 'Ada'), (2, 'Grace'), (3, 'Plato'), (4, 'Alan'), (5, 'Emmy')",
            "insert into profiles values (1, 'ada@x', 'Countess'), (2, 'grace@x', null), (4, 'alan@x', 'Fellow')",
        ],
        Operations = "  - inline_table: { table: profiles, into: customers }\n",
        Writes = n =>
        [
            new($"update {{profiles}} set bio = 'B{n}' where customer_id = 1", $"update {{customers}} set bio = 'B{n}' where id = 1"),
            new($"update {{profiles}} set email = customer_id || '@{n}' where customer_id in (2, 4)", $"update {{customers}} set email = id || '@{n}' where id in (2, 4)"),
            LogicalWrite.Same($"insert into {{customers}} (id, name) values ({n}01, 'N{n}'), ({n}02, 'M{n}')"),
            new($"insert into {{profiles}} (customer_id, email) values ({n}01, 'n{n}@y')", $"update {{customers}} set email = 'n{n}@y' where id = {n}01"),
            new($"insert into {{profiles}} (customer_id, email, bio) values ({n}02, 'm{n}@y', 'new')", $"update {{customers}} set email = 'm{n}@y', bio = 'new' where id = {n}02"),
            LogicalWrite.Same($"update {{customers}} set name = 'Ada {n}' where id = 1"),
            new($"delete from {{profiles}} where customer_id = {n}02", $"update {{customers}} set email = null, bio = null where id = {n}02"),
            LogicalWrite.Same($"update {{customers}} set id = {n}09 where id = {n}01"),
            LogicalWrite.Same($"delete from {{customers}} where id = {n}02"),
        ],
        OldQueries = ["select id, name from {customers} order by id", "select customer_id, email, bio from {profiles} order by 1"],
        NewQueries = [new("select id, name, email, bio from {customers} order by id", "select c.id, c.name, p.email, p.bio from {customers} c left join {profiles} p on p.customer_id = c.id order by c.id")],
    };

    private static LifeCase MoveColumn() => new("move_column")
    {
        Setup =
        [
            "create table customers (id integer primary key, name text not null)",
            "create table profiles (customer_id integer primary key references customers (id) on update cascade on delete cascade, email text not null, rank integer not null, bio text, constraint has_at check (email like '%@%'))",
            "create index profiles_email on profiles (email)",
            "insert into customers values (1, 'Ada'), (2, 'Grace'), (3, 'Plato'), (4, 'Alan'), (5, 'Emmy')",
            "insert into profiles values (1, 'ada@x', 1, 'Countess'), (2, 'grace@x', 2, null), (4, 'alan@x', 3, 'Fellow')",
        ],
        More = "accept: [ { code: TDM2083, reason: Profiles stay with their customers } ]\n",
        Operations = "  - move_column: { table: profiles, columns: [email, rank], into: customers }\n",
        Writes = n =>
        [
            new($"update {{profiles}} set email = 'b{n}@x' where customer_id = 1", $"update {{customers}} set email = 'b{n}@x' where id = 1"),
            new($"update {{profiles}} set rank = rank + 1 where customer_id in (2, 4)", $"update {{customers}} set rank = rank + 1 where id in (2, 4)"),
            LogicalWrite.Same($"insert into {{customers}} (id, name) values ({n}01, 'N{n}'), ({n}02, 'M{n}')"),
            new(
                $"insert into {{profiles}} (customer_id, email, rank, bio) values ({n}01, 'n{n}@y', 7, 'new'), ({n}02, 'm{n}@y', 7, 'new')",
                $"update {{customers}} set email = lower(name) || '@y', rank = 7 where id in ({n}01, {n}02); insert into {{profiles}} (customer_id, bio) values ({n}01, 'new'), ({n}02, 'new')"),
            LogicalWrite.Same($"update {{profiles}} set bio = 'B{n}' where customer_id in (1, {n}01)"),
            LogicalWrite.Same($"update {{customers}} set id = {n}09 where id = {n}01"),
            LogicalWrite.Same($"delete from {{profiles}} where customer_id = {n}09"),
            new(
                $"insert into {{profiles}} (customer_id, email, rank) values ({n}09, 'again@{n}', 9)",
                $"insert into {{profiles}} (customer_id) values ({n}09); update {{customers}} set email = 'again@{n}', rank = 9 where id = {n}09"),
            LogicalWrite.Same($"delete from {{customers}} where id = {n}02"),
        ],
        OldQueries = ["select id, name from {customers} order by id", "select customer_id, email, rank, bio from {profiles} order by 1"],
        NewQueries =
        [
            new("select p.customer_id, c.email, c.rank, p.bio from {profiles} p join {customers} c on c.id = p.customer_id order by 1", "select customer_id, email, rank, bio from {profiles} order by 1"),
            new("select id, name from {customers} order by id", "select id, name from {customers} order by id"),
            new("select count(*) from {customers} where id in (3, 5) and email is not null", "select 0"),
        ],
    };

    private static LifeCase MoveAlongUniqueKey() => new("move_column_unique_key")
    {
        Setup =
        [
            "create table \"Rooms\" (floor integer not null, \"no\" text not null, size integer, primary key (floor, \"no\"))",
            "create table desks (id integer primary key, floor integer not null, room text not null, \"Color\" text not null, note text, unique (floor, room), foreign key (floor, room) references \"Rooms\" (floor, \"no\"))",
            "insert into \"Rooms\" values (1, 'a', 10), (1, 'b', 12), (2, 'a', 9), (3, 'c', 4)",
            "insert into desks values (1, 1, 'a', 'red', null), (2, 2, 'a', 'blue', 'wide')",
        ],
        More = "accept: [ { code: TDM2083, reason: Desks stay in their rooms } ]\n",
        Operations = "  - move_column: { table: desks, columns: [Color], into: Rooms }\n",
        Writes = n =>
        [
            new($"update {{desks}} set \"Color\" = 'c{n}'", $"update {{Rooms}} set \"Color\" = 'c{n}' where exists (select 1 from {{desks}} d where d.floor = {{Rooms}}.floor and d.room = {{Rooms}}.\"no\")"),
            LogicalWrite.Same($"insert into {{Rooms}} (floor, \"no\", size) values ({n}0, 'x', 1)"),
            new(
                $"insert into {{desks}} (id, floor, room, \"Color\") values ({n}0, {n}0, 'x', 'green')",
                $"update {{Rooms}} set \"Color\" = 'green' where floor = {n}0; insert into {{desks}} (id, floor, room) values ({n}0, {n}0, 'x')"),
            LogicalWrite.Same($"update {{desks}} set id = {n}1, note = 'moved' where id = {n}0"),
            LogicalWrite.Same($"insert into {{Rooms}} (floor, \"no\") values ({n}5, 'free')"),
            new(
                $"update {{desks}} set floor = {n}5, room = 'free' where id = {n}1",
                $"update {{Rooms}} set \"Color\" = 'green' where floor = {n}5; update {{desks}} set floor = {n}5, room = 'free' where id = {n}1"),
        ],
        OldQueries = ["select id, floor, room, \"Color\", note from {desks} order by id", "select floor, \"no\", size from {Rooms} order by 1, 2"],
        NewQueries =
        [
            new("select d.id, d.floor, d.room, r.\"Color\", d.note from {desks} d join {Rooms} r on r.floor = d.floor and r.\"no\" = d.room order by d.id", "select id, floor, room, \"Color\", note from {desks} order by id"),
        ],
    };
}
