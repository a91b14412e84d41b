namespace Tandem.Tests.Conformance.Life;

/// <summary>Kinds of tables and of objects on them that only SQLite has.</summary>
internal static class SqliteCases
{
    public static IEnumerable<LifeCase> All =>
    [
        WithoutRowId(), AutoIncrement(), AutoIncrementLeft(), Generated(), GeneratedIndexes(), Triggers(), TriggersOfRenamed(), RecursiveTriggers(), ViewTriggers(), NestedViews(), FullText(), FullTextBeside(), RTree(), Strict(), CreatedStrict(), OnConflict(), SortedKeys(),
    ];

    private static LifeCase CreatedStrict() => new("create_table that is strict and has no row numbers")
    {
        Engine = "sqlite",
        Since = new Version(3, 37),
        Setup = ["create table tags (id integer primary key, name text)", "insert into tags values (1, 'red')"],
        Operations = """
              - create_table:
                  name: labels
                  columns: [ { name: code, type: TEXT }, { name: worth, type: ANY }, { name: twice, type: INTEGER, generated: worth * 2 } ]
                  primary_key: [ code ]
                  strict: true
                  without_rowid: true

            """,
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{tags}} (id, name) values ({n}01, 'n{n}')"),
            new("select 1", $"insert into {{labels}} (code, worth) values ('c{n}', {n})"),
        ],
        OldQueries = ["select id, name from {tags} order by id"],
        NewQueries = [new("select id, name from {tags} order by id", "select id, name from {tags} order by id"), new("select count(*) from {labels} where twice <> worth * 2", "select 0")],
    };

    private static LifeCase OnConflict() => new("rules that replace and ignore")
    {
        Engine = "sqlite",
        Setup =
        [
            """
            create table tags (
                id integer primary key on conflict replace, name text not null on conflict ignore, code text default 'c' not null on conflict replace, kind text collate nocase,
                weight text, unique (name collate nocase desc) on conflict replace, constraint once unique (kind, code) on conflict ignore)
            """,
            "create table uses (id integer primary key, tag integer, unique (tag desc) on conflict fail)",
            "insert into tags (id, name, code, kind, weight) values (1, 'red', 'r', 'x', '1'), (2, 'blue', 'b', 'x', null), (3, 'green', 'g', 'y', '3')",
            "insert into uses values (1, 1), (2, 2)",
        ],
        Operations = """
              - rename_column: { table: tags, from: name, to: title }
              - alter_column: { table: tags, column: weight, type: integer, up: "cast(weight as integer)", down: "cast(weight as text)" }
              - add_column: { table: uses, name: note, type: text }

            """,
        Writes = n =>
        [
            new($"insert into {{tags}} (id, name, code, kind, weight) values ({n}01, 'N{n}', null, 'k{n}', '{n}')", $"insert into {{tags}} (id, title, code, kind, weight) values ({n}01, 'N{n}', null, 'k{n}', {n})"),
            new($"insert into {{tags}} (id, name, code, kind) values ({n}02, 'n{n}', 'z', 'l{n}')", $"insert into {{tags}} (id, title, code, kind) values ({n}02, 'n{n}', 'z', 'l{n}')"),
            new($"insert into {{tags}} (id, name, code, kind) values ({n}03, 'ignored{n}', 'z', 'L{n}')", $"insert into {{tags}} (id, title, code, kind) values ({n}03, 'ignored{n}', 'z', 'L{n}')"),
            new($"insert into {{tags}} (id, name) values ({n}04, null)", $"insert into {{tags}} (id, title) values ({n}04, null)"),
            new($"insert into {{tags}} (id, name, kind, weight) values (1, 'again{n}', 'x{n}', '7')", $"insert into {{tags}} (id, title, kind, weight) values (1, 'again{n}', 'x{n}', 7)"),
            new($"update {{tags}} set name = 'Green' where id = 2", $"update {{tags}} set title = 'Green' where id = 2"),
            new($"update {{tags}} set weight = '{n}5' where id = {n}02", $"update {{tags}} set weight = {n}5 where id = {n}02"),
            LogicalWrite.Same($"insert into {{uses}} (id, tag) values ({n}01, {n}00)"),
        ],
        OldQueries = ["select id, name, code, kind, weight from {tags} order by id", "select id, tag from {uses} order by id"],
        NewQueries = [new("select id, title, code, kind, weight from {tags} order by id", "select id, name, code, kind, cast(weight as integer) from {tags} order by id")],
    };

    private static LifeCase SortedKeys() => new("keys that say how they are sorted")
    {
        Engine = "sqlite",
        Setup =
        [
            "create table places (city text, zip text, note text, size text, primary key (city collate nocase desc, zip)) without rowid",
            "create table roads (code text primary key desc, name text, size text, unique (name collate rtrim))",
            "insert into places values ('Bonn', '1', 'a', '1'), ('Ulm', '2', 'b', null)",
            "insert into roads values ('A1', 'x', '1'), ('A2', 'y', '2')",
        ],
        Operations = """
              - alter_column: { table: places, column: size, type: integer, up: "cast(size as integer)", down: "cast(size as text)" }
              - rename_column: { table: places, from: city, to: town }
              - alter_column: { table: roads, column: size, type: integer, up: "cast(size as integer)", down: "cast(size as text)" }

            """,
        Writes = n =>
        [
            new($"insert into {{places}} values ('C{n}', '{n}', 'c', '{n}')", $"insert into {{places}} values ('C{n}', '{n}', 'c', {n})"),
            new($"insert or replace into {{places}} values ('bonn', '1', 'r{n}', '{n}')", $"insert or replace into {{places}} values ('bonn', '1', 'r{n}', {n})"),
            new($"update {{places}} set city = 'ULM' where city = 'Ulm' collate nocase", "update {places} set town = 'ULM' where town = 'Ulm' collate nocase"),
            new($"insert into {{roads}} values ('B{n}', 'b{n}', '{n}')", $"insert into {{roads}} values ('B{n}', 'b{n}', {n})"),
            new($"update {{roads}} set size = '{n}9' where code = 'A1'", $"update {{roads}} set size = {n}9 where code = 'A1'"),
        ],
        OldQueries = ["select city, zip, note, size from {places} order by city, zip", "select code, name, size from {roads} order by code"],
        NewQueries = [new("select town, zip, note, size from {places} order by town, zip", "select city, zip, note, cast(size as integer) from {places} order by city, zip")],
    };

    private static LifeCase WithoutRowId() => new("tables without rowid")
    {
        Engine = "sqlite",
        Setup =
        [
            "create table stock (shop text collate nocase not null, item integer not null, amount integer not null default 0 check (amount >= 0), note text, primary key (shop, item)) without rowid",
            "create unique index stock_note on stock (lower(note) collate nocase desc, item) where note is not null and amount > 0",
            "create index stock_amount on stock (amount desc, note collate rtrim)",
            "create table moves (id integer primary key, shop text not null, item integer not null, by integer, foreign key (shop, item) references stock on update cascade on delete cascade)",
            "create table log (what text)",
            "create trigger stock_log after update of amount on stock when new.amount <> old.amount begin insert into log values (new.shop || new.amount); end",
            "insert into stock values ('n', 1, 5, 'a'), ('n', 2, 6, 'b'), ('s', 1, 7, null)",
            "insert into moves values (1, 'n', 1, 3), (2, 'n', 1, 4), (3, 's', 1, 5)",
        ],
        Operations = "  - rename_column: { table: stock, from: note, to: remark }\n  - add_column: { table: stock, name: shelf, type: text, default: \"'A'\" }\n",
        Writes = n =>
        [
            new($"insert into {{stock}} (shop, item, amount, note) values ('w', {n}, 1, 'w{n}')", $"insert into {{stock}} (shop, item, amount, remark) values ('w', {n}, 1, 'w{n}')"),
            LogicalWrite.Same($"insert into {{moves}} (shop, item, by) values ('w', {n}, 1)"),
            LogicalWrite.Same("update {stock} set amount = amount + 1 where shop = 'n'"),
            LogicalWrite.Same($"update {{stock}} set item = item + 100 where shop = 'w' and item = {n}"),
            LogicalWrite.Same($"delete from {{stock}} where shop = 'w' and item = {n}00 + 100"),
        ],
        OldQueries = ["select shop, item, amount, note from {stock} order by shop, item", "select * from {moves} order by id", "select what from log order by what"],
        NewQueries = [new("select shop, item, amount, remark, shelf from {stock} order by shop, item", "select shop, item, amount, note, 'A' from {stock} order by shop, item"), new("select * from {moves} order by id", "select * from {moves} order by id")],
    };

    private static readonly string[] Numbered =
    [
        "create table notes (id integer primary key autoincrement, body text not null unique)",
        "create table marks (id integer primary key autoincrement, note integer not null references notes (id) on delete cascade, mark text)",
        "insert into notes (id, body) values (1, 'a'), (2, 'b'), (90, 'gone')",
        "delete from notes where id = 90",
        "insert into marks (note, mark) values (1, 'x'), (2, 'y')",
    ];

    private static LifeCase AutoIncrement() => new("autoincrement goes on counting")
    {
        Engine = "sqlite",
        Setup = Numbered,
        Operations = "  - rename_column: { table: notes, from: body, to: text }\n",
        Writes = n =>
        [
            new($"insert into {{notes}} (body) values ('n{n}')", $"insert into {{notes}} (text) values ('n{n}')"),
            new($"insert into {{notes}} (body) values ('m{n}')", $"insert into {{notes}} (text) values ('m{n}')"),
            LogicalWrite.Same("delete from {notes} where id = (select max(id) from {notes})"),
            new($"insert into {{notes}} (body) values ('o{n}')", $"insert into {{notes}} (text) values ('o{n}')"),
            LogicalWrite.Same("insert into {marks} (note, mark) select max(id), 'z' from {notes}"),
        ],
        OldQueries = ["select id, body from {notes} order by id", "select * from {marks} order by id"],
        NewQueries = [new("select id, text from {notes} order by id", "select id, body from {notes} order by id"), new("select * from {marks} order by id", "select * from {marks} order by id")],
    };

    private static LifeCase AutoIncrementLeft() => new("autoincrement under other changes")
    {
        Engine = "sqlite",
        Setup = Numbered,
        Operations = "  - rename_table: { from: notes, to: papers }\n  - add_check: { table: marks, name: known, expression: mark <> '' }\n",
        Writes = n =>
        [
            new($"insert into {{notes}} (body) values ('n{n}')", $"insert into {{papers}} (body) values ('n{n}')"),
            new("delete from {notes} where id = (select max(id) from {notes})", "delete from {papers} where id = (select max(id) from {papers})"),
            new($"insert into {{notes}} (body) values ('o{n}')", $"insert into {{papers}} (body) values ('o{n}')"),
            new("insert into {marks} (note, mark) select max(id), 'z' from {notes}", "insert into {marks} (note, mark) select max(id), 'z' from {papers}"),
        ],
        OldQueries = ["select id, body from {notes} order by id", "select * from {marks} order by id"],
        NewQueries = [new("select id, body from {papers} order by id", "select id, body from {notes} order by id"), new("select * from {marks} order by id", "select * from {marks} order by id")],
    };

    private static readonly string[] Computed =
    [
        "create table lines (id integer primary key, price real not null, amount integer not null default 1, total real generated always as (price * amount) stored, label text as ('#' || amount) virtual unique, extra text)",
        "create index lines_total on lines (total desc) where total > 10",
        "insert into lines (id, price, amount, extra) values (1, 2.5, 4, 'a'), (2, 10, 2, 'b')",
    ];

    private static LifeCase Generated() => new("generated columns on sqlite")
    {
        Engine = "sqlite",
        Setup = Computed,
        Operations = "  - rename_column: { table: lines, from: extra, to: remark }\n  - rename_column: { table: lines, from: total, to: sum }\n",
        Writes = n =>
        [
            new($"insert into {{lines}} (id, price, amount, extra) values ({n}01, 3, {n}01, 'c')", $"insert into {{lines}} (id, price, amount, remark) values ({n}01, 3, {n}01, 'c')"),
            LogicalWrite.Same("update {lines} set price = price + 1 where id = 1"),
        ],
        OldQueries = ["select id, price, amount, total, label, extra from {lines} order by id"],
        NewQueries = [new("select id, price, amount, sum, label, remark from {lines} order by id", "select id, price, amount, total, label, extra from {lines} order by id")],
    };

    private static LifeCase GeneratedIndexes() => new("sources of generated columns on sqlite")
    {
        Engine = "sqlite",
        Setup = Computed,
        Operations = "  - rename_column: { table: lines, from: amount, to: pieces }\n",
        Writes = n =>
        [
            new($"insert into {{lines}} (id, price, amount, extra) values ({n}01, 3, {n}01, 'c')", $"insert into {{lines}} (id, price, pieces, extra) values ({n}01, 3, {n}01, 'c')"),
            new("update {lines} set amount = amount + 50 where id = 1", "update {lines} set pieces = pieces + 50 where id = 1"),
        ],
        OldQueries = ["select id, price, amount, total, label, extra from {lines} order by id"],
        NewQueries = [new("select id, price, pieces, total, label, extra from {lines} order by id", "select id, price, amount, total, label, extra from {lines} order by id")],
    };

    private static readonly string[] People =
    [
        "create table people (id integer primary key, name text not null, seen integer not null default 0)",
        "insert into people (id, name) values (1, 'Ada'), (2, 'Grace')",
    ];

    private static LifeCase Triggers() => new("triggers of users on sqlite")
    {
        Engine = "sqlite",
        TriggersWriteOld = true,
        Setup =
        [
            .. People,
            "create table log (id integer primary key autoincrement, person integer references people (id) on delete set null, what text)",
            "create trigger no_empty before insert on people when new.name = '' begin select raise(abort, 'a name is needed'); end",
            "create trigger trimmed after insert on people begin update people set name = trim(new.name) where id = new.id; end",
            "create trigger logged after update of name on people for each row when new.name is not old.name begin insert into log (person, what) values (new.id, old.name || '>' || new.name); end",
            "create trigger counted after insert on log begin update people set seen = seen + 1 where id = new.person; end",
        ],
        Operations = "  - add_column: { table: people, name: city, type: text, default: \"'?'\" }\n  - set_not_null: { table: log, column: what }\n",
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{people}} (id, name) values ({n}01, ' P{n} ')"),
            LogicalWrite.Same($"update {{people}} set name = 'Ada{n}' where id = 1"),
            LogicalWrite.Same($"delete from {{people}} where id = {n}01"),
        ],
        OldQueries = ["select id, name, seen from {people} order by id", "select person, what from {log} order by id"],
        NewQueries = [new("select id, name, seen, city from {people} order by id", "select id, name, seen, '?' from {people} order by id"), new("select person, what from {log} order by id", "select person, what from {log} order by id")],
    };

    private static LifeCase TriggersOfRenamed() => new("rename_table with triggers")
    {
        Engine = "sqlite",
        TriggersWriteOld = true,
        Setup =
        [
            .. People,
            "create table log (id integer primary key autoincrement, what text)",
            "create trigger no_empty before insert on people when new.name = '' begin select raise(abort, 'a name is needed'); end",
            "CREATE TRIGGER \"trimmed it\"  after insert on [People] -- people\nbegin update people set name = trim(new.name) where people.id = new.id; end",
            "create trigger logged after update of name on people for each row when new.name is not old.name begin insert into log (what) select 'people ' || count(*) || new.name from people where id in (select id from people); end",
            "create trigger gone after delete on people begin insert into log (what) values ('people'); delete from log where id < (select max(id) - 50 from log); end",
        ],
        Operations = "  - rename_table: { from: people, to: \"my persons\" }\n  - add_column: { table: \"my persons\", name: city, type: text, default: \"'?'\" }\n",
        Writes = n =>
        [
            new($"insert into {{people}} (id, name) values ({n}01, ' P{n} ')", $"insert into {{my persons}} (id, name) values ({n}01, ' P{n} ')"),
            new($"update {{people}} set name = 'Ada{n}' where id = 1", $"update {{my persons}} set name = 'Ada{n}' where id = 1"),
            new($"delete from {{people}} where id = {n}01", $"delete from {{my persons}} where id = {n}01"),
        ],
        OldQueries = ["select id, name, seen from {people} order by id", "select what from {log} order by id"],
        NewQueries = [new("select id, name, seen, city from {my persons} order by id", "select id, name, seen, '?' from {people} order by id"), new("select what from {log} order by id", "select what from {log} order by id")],
    };

    private static LifeCase RecursiveTriggers() => new("a trigger that fires itself")
    {
        Engine = "sqlite",
        TriggersWriteOld = true,
        Setup =
        [
            "create table tree (id integer primary key, parent integer references tree (id) on delete cascade, depth integer not null default 0, label text)",
            "create trigger deeper after update of depth on tree begin update tree set depth = new.depth + 1 where parent = new.id and depth <> new.depth + 1; end",
            "insert into tree values (1, null, 0, 'r'), (2, 1, 1, 'a'), (3, 2, 2, 'b'), (4, 3, 3, 'c')",
        ],
        Operations = "  - rename_column: { table: tree, from: label, to: title }\n",
        Writes = n =>
        [
            new($"insert into {{tree}} (id, parent, label) values ({n}01, 4, 'x')", $"insert into {{tree}} (id, parent, title) values ({n}01, 4, 'x')"),
            LogicalWrite.Same("update {tree} set depth = depth + 1 where id = 1"),
            LogicalWrite.Same($"delete from {{tree}} where id = {n}01"),
        ],
        OldQueries = ["select * from {tree} order by id"],
        NewQueries = [new("select id, parent, depth, title from {tree} order by id", "select id, parent, depth, label from {tree} order by id")],
    };

    private static LifeCase ViewTriggers() => new("triggers on views")
    {
        Engine = "sqlite",
        TriggersWriteOld = true,
        Setup =
        [
            .. People,
            "create view named (number, who) as select id, name from people -- for forms\n",
            "create view loud as select number, upper(who) as who from named",
            "create trigger named_insert instead of insert on named begin insert into people (id, name) values (new.number, new.who); end",
            "create trigger loud_update instead of update of who on loud when new.who <> '' begin update named set who = new.who where number = new.number; end",
            "create trigger named_update instead of update on named begin update people set name = new.who where id = new.number; end",
        ],
        Operations = "  - change_type: { table: people, column: seen, type: text, default: \"'0'\", up: { sqlite: cast(seen as text) }, down: { sqlite: cast(seen as integer) } }\n",
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{named}} (number, who) values ({n}01, 'P{n}')"),
            LogicalWrite.Same($"update {{loud}} set who = 'Ada{n}' where number = 1"),
            new($"update {{people}} set seen = {n} where id = 2", $"update {{people}} set seen = '{n}' where id = 2"),
        ],
        OldQueries = ["select * from {loud} order by number", "select id, name, seen from {people} order by id"],
        NewQueries = [new("select * from {loud} order by number", "select * from {loud} order by number"), new("select id, name, cast(seen as integer) from {people} order by id", "select id, name, seen from {people} order by id")],
    };

    private static LifeCase NestedViews() => new("replace_view with triggers on it")
    {
        Engine = "sqlite",
        Setup =
        [
            .. People,
            "create view named as select id, name from people",
            "create trigger named_insert instead of insert on named begin insert into people (id, name) values (new.id, new.name); end",
        ],
        Operations = "  - replace_view: { name: named, query: \"select id, name, seen from people\" }\n",
        Writes = n => [LogicalWrite.Same($"insert into {{people}} (id, name) values ({n}01, 'P{n}')")],
        OldQueries = ["select id, name, seen from {people} order by id", "select * from {named} order by id"],
        NewQueries = [new("select id, name, seen from {people} order by id", "select id, name, seen from {people} order by id")],
    };

    private static LifeCase FullText() => new("full text over a changed table")
    {
        Engine = "sqlite",
        Setup =
        [
            "create table posts (id integer primary key, title text not null, body text, author text)",
            "create virtual table posts_search using fts5 (title, body, content='posts', content_rowid='id')",
            "create trigger posts_ai after insert on posts begin insert into posts_search (rowid, title, body) values (new.id, new.title, new.body); end",
            "create trigger posts_ad after delete on posts begin insert into posts_search (posts_search, rowid, title, body) values ('delete', old.id, old.title, old.body); end",
            "create trigger posts_au after update on posts begin insert into posts_search (posts_search, rowid, title, body) values ('delete', old.id, old.title, old.body); insert into posts_search (rowid, title, body) values (new.id, new.title, new.body); end",
            "insert into posts values (1, 'one', 'first words', 'a'), (2, 'two', 'second words', 'b')",
        ],
        Operations = "  - rename_column: { table: posts, from: author, to: writer }\n",
        Writes = n =>
        [
            new($"insert into {{posts}} (id, title, body, author) values ({n}01, 't{n}', 'words {n}', 'c')", $"insert into {{posts}} (id, title, body, writer) values ({n}01, 't{n}', 'words {n}', 'c')"),
            LogicalWrite.Same($"update {{posts}} set body = 'changed {n} words' where id = 1"),
            LogicalWrite.Same($"delete from {{posts}} where id = {n}01"),
        ],
        OldQueries = ["select id, title, body, author from {posts} order by id", "select rowid from posts_search where posts_search match 'words' order by rowid", "select title, body from posts_search where posts_search match 'changed'"],
        NewQueries =
        [
            new("select id, title, body, writer from {posts} order by id", "select id, title, body, author from {posts} order by id"),
            new("select p.id, p.writer from posts_search s join {posts} p on p.id = s.rowid where posts_search match 'changed'", "select p.id, p.author from posts_search s join {posts} p on p.id = s.rowid where posts_search match 'changed'"),
        ],
    };

    private static LifeCase FullTextBeside() => new("full text beside a changed table")
    {
        Engine = "sqlite",
        Setup =
        [
            .. People,
            "create virtual table names using fts5 (name)",
            "create trigger people_ai after insert on people begin insert into names (rowid, name) values (new.id, new.name); end",
            "create trigger people_au after update of name on people begin update names set name = new.name where rowid = new.id; end",
            "create trigger people_ad after delete on people begin delete from names where rowid = old.id; end",
            "insert into names (rowid, name) select id, name from people",
        ],
        Operations = "  - add_column: { table: people, name: city, type: text, default: \"'?'\" }\n",
        Writes = n =>
        [
            LogicalWrite.Same($"insert into {{people}} (id, name) values ({n}01, 'P{n} x')"),
            LogicalWrite.Same($"update {{people}} set name = 'Ada{n} x' where id = 1"),
            LogicalWrite.Same($"delete from {{people}} where id = {n}01"),
        ],
        OldQueries = ["select id, name, seen from {people} order by id", "select rowid, name from names where names match 'x' order by rowid"],
        NewQueries = [new("select id, name, seen, city from {people} order by id", "select id, name, seen, '?' from {people} order by id"), new("select rowid, name from names order by rowid", "select rowid, name from names order by rowid")],
    };

    private static LifeCase RTree() => new("an r-tree beside a changed table")
    {
        Engine = "sqlite",
        Setup =
        [
            "create table places (id integer primary key, name text, x real not null, y real not null)",
            "create virtual table places_box using rtree (id, x0, x1, y0, y1)",
            "create trigger places_ai after insert on places begin insert into places_box values (new.id, new.x, new.x, new.y, new.y); end",
            "create trigger places_ad after delete on places begin delete from places_box where id = old.id; end",
            "insert into places values (1, 'a', 1, 1), (2, 'b', 5, 5)",
        ],
        Operations = "  - rename_column: { table: places, from: name, to: label }\n",
        Writes = n =>
        [
            new($"insert into {{places}} (id, name, x, y) values ({n}01, 'n', {n}, 2)", $"insert into {{places}} (id, label, x, y) values ({n}01, 'n', {n}, 2)"),
            LogicalWrite.Same($"delete from {{places}} where id = {n}01"),
        ],
        OldQueries = ["select id, name, x, y from {places} order by id", "select id from places_box where x0 < 100 order by id"],
        NewQueries = [new("select id, label, x, y from {places} order by id", "select id, name, x, y from {places} order by id"), new("select id from places_box order by id", "select id from places_box order by id")],
    };

    private static LifeCase Strict() => new("strict tables")
    {
        Engine = "sqlite",
        Since = new Version(3, 37),
        Setup =
        [
            "create table readings (id integer primary key, at text not null, value real, raw any, flags blob default x'00') strict",
            "create table sensors (code text primary key, kind any not null) strict, without rowid",
            "insert into readings values (1, 'a', 1.5, 7, x'01'), (2, 'b', 2, 'seven', null), (3, 'c', null, 7.0, x'')",
            "insert into sensors values ('a', 1), ('b', '1')",
        ],
        Operations = "  - change_type: { table: readings, column: value, type: text, up: { sqlite: cast(value as text) }, down: { sqlite: cast(value as real) } }\n  - rename_column: { table: sensors, from: kind, to: sort }\n",
        Writes = n =>
        [
            new($"insert into {{readings}} (id, at, value, raw) values ({n}01, 'x', {n}.5, '0{n}')", $"insert into {{readings}} (id, at, value, raw) values ({n}01, 'x', '{n}.5', '0{n}')"),
            new($"insert into {{sensors}} (code, kind) values ('c{n}', x'0{n}')", $"insert into {{sensors}} (code, sort) values ('c{n}', x'0{n}')"),
            new($"update {{readings}} set value = value + 1 where id = 1", $"update {{readings}} set value = cast(cast(value as real) + 1 as text) where id = 1"),
        ],
        OldQueries = ["select id, at, value, typeof(value), raw, typeof(raw), flags from {readings} order by id", "select code, kind, typeof(kind) from {sensors} order by code"],
        NewQueries = [new("select id, at, value, raw, typeof(raw), flags from {readings} order by id", "select id, at, cast(value as text), raw, typeof(raw), flags from {readings} order by id"), new("select code, sort, typeof(sort) from {sensors} order by code", "select code, kind, typeof(kind) from {sensors} order by code")],
    };
}
