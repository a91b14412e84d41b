namespace Tandem.Tests.Conformance.Life;

/// <summary>Operations whose two versions keep the same rows in one table or in several.</summary>
internal static class RowLinkCases
{
    public static IEnumerable<LifeCase> All => [SplitTable(), SplitUnderTwoKeys(), MergeTables(), MergeUnderOneKey()];

    private static LifeCase SplitTable() => new("split_table")
    {
        Setup =
        [
            "create table countries (code varchar(2) primary key)",
            "insert into countries values ('GB'), ('US')",
            "create table customers (id bigint not null primary key, name text not null, closed integer, country varchar(2) references countries (code), email text, constraint customers_email_key unique (email), constraint named check (name <> ''))",
            "create index customers_name on customers (name)",
            "insert into customers values (1, 'Ada', null, 'GB', 'ada@x'), (2, 'Grace', 1992, 'US', null), (3, 'Plato', 0, null, 'p@x'), (4, 'Alan', 1954, 'GB', 'alan@x')",
        ],
        Operations = "  - split_table:\n      table: customers\n      into:\n        - { name: active, where: closed is null or closed = 0 }\n        - { name: archived, where: closed <> 0 }\n",
        Writes = n =>
        [
            new($"update {{customers}} set name = 'Ada {n}' where id = 1", $"update {{active}} set name = 'Ada {n}' where id = 1"),
            new($"insert into {{customers}} (id, name, country) values ({n}01, 'N{n}', 'US'), ({n}02, 'M{n}', null)", $"insert into {{active}} (id, name, country) values ({n}01, 'N{n}', 'US'), ({n}02, 'M{n}', null)"),
            new($"insert into {{customers}} (id, name, closed) values ({n}03, 'O{n}', 200{n})", $"insert into {{archived}} (id, name, closed) values ({n}03, 'O{n}', 200{n})"),
            new($"update {{customers}} set closed = 2020, email = 'e{n}' where id = {n}01", $"delete from {{active}} where id = {n}01; insert into {{archived}} (id, name, closed, country, email) values ({n}01, 'N{n}', 2020, 'US', 'e{n}')"),
            new($"update {{customers}} set closed = null where id = {n}03", $"delete from {{archived}} where id = {n}03; insert into {{active}} (id, name) values ({n}03, 'O{n}')"),
            new($"update {{customers}} set id = {n}09, email = null where id = {n}03", $"update {{active}} set id = {n}09 where id = {n}03"),
            new($"update {{customers}} set id = {n}08 where id = {n}01", $"update {{archived}} set id = {n}08 where id = {n}01"),
            new($"delete from {{customers}} where id = {n}02", $"delete from {{active}} where id = {n}02"),
            new($"update {{customers}} set name = 'Grace {n}', country = 'GB' where id = 2", $"update {{archived}} set name = 'Grace {n}', country = 'GB' where id = 2"),
        ],
        OldQueries = ["select * from {customers} order by id"],
        NewQueries =
        [
            new("select * from {active} order by id", "select * from {customers} where closed is null or closed = 0 order by id"),
            new("select * from {archived} order by id", "select * from {customers} where closed <> 0 order by id"),
        ],
    };

    private static LifeCase SplitUnderTwoKeys() => new("split_table_two_keys")
    {
        Setup =
        [
            "create table \"Order Lines\" (\"order\" integer not null, line text not null, qty integer not null, \"Kind of\" text not null default 'ware', primary key (\"order\", line))",
            "insert into \"Order Lines\" values (1, 'a', 3, 'ware'), (1, 'b', 4, 'work'), (2, 'a', 5, 'fee')",
        ],
        Operations =
            """
              - split_table:
                  table: Order Lines
                  into:
                    - name: wares
                      where: "\"Kind of\" = 'ware'"
                    - name: Works
                      where: "\"Kind of\" = 'work'"
                    - name: fees
                      where: "\"Kind of\" not in ('work', 'ware')"

            """,
        Writes = n =>
        [
            new($"insert into {{Order Lines}} (\"order\", line, qty) values ({n}0, 'x', 1)", $"insert into {{wares}} (\"order\", line, qty) values ({n}0, 'x', 1)"),
            new("update {Order Lines} set qty = qty + 1 where line = 'a'", "update {wares} set qty = qty + 1 where line = 'a'; update {fees} set qty = qty + 1 where line = 'a'"),
            new($"update {{Order Lines}} set \"Kind of\" = 'work', line = 'y' where \"order\" = {n}0", $"delete from {{wares}} where \"order\" = {n}0; insert into {{Works}} values ({n}0, 'y', 1, 'work')"),
        ],
        OldQueries = ["select * from {Order Lines} order by 1, 2"],
        NewQueries = [new("select * from {wares} union all select * from {Works} union all select * from {fees} order by 1, 2", "select * from {Order Lines} order by 1, 2")],
    };

    private static LifeCase MergeTables() => new("merge_tables")
    {
        Setup =
        [
            "create table people (id bigint not null primary key, name text not null, email text, constraint people_email_key unique (email))",
            "create table firms (id bigint not null primary key, name text not null, email text, constraint firms_email_key unique (email))",
            "create index people_name on people (name)",
            "insert into people values (1, 'Ada', 'a@x'), (2, 'Grace', null)",
            "insert into firms values (1, 'Acme', 'a@x'), (3, 'Initech', null)",
        ],
        Operations =
            """
              - merge_tables:
                  from: [ { name: people, value: "'person'" }, { name: firms, value: "'firm'" } ]
                  into: parties
                  discriminator: { column: kind, type: text, in_key: true }

            """,
        Writes = n =>
        [
            new($"update {{people}} set name = 'Ada {n}' where id = 1", $"update {{parties}} set name = 'Ada {n}' where id = 1 and kind = 'person'"),
            new($"insert into {{people}} (id, name) values ({n}01, 'P{n}'), ({n}02, 'Q{n}')", $"insert into {{parties}} (id, name, kind) values ({n}01, 'P{n}', 'person'), ({n}02, 'Q{n}', 'person')"),
            new($"insert into {{firms}} (id, name, email) values ({n}01, 'F{n}', 'f{n}')", $"insert into {{parties}} (id, name, email, kind) values ({n}01, 'F{n}', 'f{n}', 'firm')"),
            new($"delete from {{people}} where id = {n}02; insert into {{firms}} (id, name) values ({n}02, 'Q{n}')", $"update {{parties}} set kind = 'firm' where id = {n}02"),
            new($"update {{firms}} set id = {n}09 where id = {n}01", $"update {{parties}} set id = {n}09 where id = {n}01 and kind = 'firm'"),
            new($"delete from {{people}} where id = {n}01", $"delete from {{parties}} where id = {n}01 and kind = 'person'"),
        ],
        OldQueries = ["select * from {people} order by id", "select * from {firms} order by id"],
        NewQueries = [new("select id, name, email, kind from {parties} order by id, kind", "select p.*, 'person' as kind from {people} p union all select f.*, 'firm' from {firms} f order by 1, 4")],
    };

    private static LifeCase MergeUnderOneKey() => new("merge_tables_one_key")
    {
        Setup =
        [
            "create table drafts (code text not null primary key, words integer)",
            "create table posts (code text not null primary key, words integer)",
            "insert into drafts values ('a', 1), ('b', null)",
            "insert into posts values ('c', 3)",
        ],
        Operations =
            """
              - merge_tables:
                  from: [ { name: drafts, value: "0" }, { name: posts, value: "1" } ]
                  into: texts
                  discriminator: { column: published, type: integer }

            """,
        Writes = n =>
        [
            new($"update {{posts}} set words = {n} where code = 'c'", $"update {{texts}} set words = {n} where code = 'c'"),
            new($"insert into {{drafts}} values ('n{n}', {n})", $"insert into {{texts}} values ('n{n}', {n}, 0)"),
            new($"delete from {{drafts}} where code = 'n{n}'; insert into {{posts}} values ('n{n}', {n})", $"update {{texts}} set published = 1 where code = 'n{n}'"),
            new("update {drafts} set code = 'z', words = coalesce(words, 0) + 1 where code = 'b'; update {drafts} set code = 'b' where code = 'z'", "update {texts} set words = coalesce(words, 0) + 1 where code = 'b'"),
        ],
        OldQueries = ["select * from {drafts} order by 1", "select * from {posts} order by 1"],
        NewQueries = [new("select * from {texts} order by 1", "select d.*, 0 as published from {drafts} d union all select p.*, 1 from {posts} p order by 1")],
    };
}
