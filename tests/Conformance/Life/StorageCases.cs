namespace Tandem.Tests.Conformance.Life;

/// <summary>How tables are stored, what the planner is told of them, rules that compare rows, and types of parts.</summary>
internal static class StorageCases
{
    private const string Query = "select id, hall, at, note from {bookings} order by id";

    private static readonly string[] Bookings =
    [
        "create table bookings (id integer primary key, hall integer not null, at int4range, note varchar(30))",
        "insert into bookings values (1, 1, '[1,5)', 'a'), (2, 1, '[5,9)', 'b'), (3, 2, '[1,9)', null)",
    ];

    public static IEnumerable<LifeCase> All => [SetStorage(), Statistics(), Exclusion(), ExclusionOfChangedColumn(), Types()];

    private static IReadOnlyList<LogicalWrite> Writes(int n) =>
    [
        LogicalWrite.Same($"insert into {{bookings}} (id, hall, at, note) values ({n}01, {n + 100}, '[1,5)', 'n{n}')"),
        LogicalWrite.Same($"update {{bookings}} set note = 'm{n}' where id = 1"),
        LogicalWrite.Same($"insert into {{bookings}} (id, hall, at, note) values ({n}02, {n + 100}, '[5,9)', 'o')"),
        LogicalWrite.Same($"delete from {{bookings}} where id = {n}02"),
    ];

    private static LifeCase SetStorage()
    {
        const string Stored = "select coalesce(array_to_string(reloptions, ' '), '') from pg_class where relname in ('bookings', 'plain') order by relname";
        const string Column = "select attstorage::text, attcompression::text, coalesce(attstattarget, -1)::text, coalesce(array_to_string(attoptions, ' '), '') from pg_attribute where attrelid = 'public.bookings'::regclass and attname = 'note'";
        return new LifeCase("set_storage")
        {
            Engine = "postgres",
            Setup = [.. Bookings, "create table plain (id integer primary key) with (fillfactor = 60, autovacuum_enabled = off)", "alter table bookings alter note set statistics 70"],
            AtComplete = true,
            Operations = """
                  - set_storage: { table: bookings, with: { fillfactor: 80, toast.autovacuum_vacuum_threshold: 100 } }
                  - set_storage: { table: bookings, column: note, storage: external, compression: pglz, statistics: -1, with: { n_distinct: 5 } }
                  - set_storage: { table: plain, reset: [ autovacuum_enabled ], with: { fillfactor: 90 } }
                  - create_table: { name: logs, columns: [ { name: id, type: integer, nullable: false }, { name: text, type: text } ], primary_key: [ id ] }
                  - set_storage: { table: logs, with: { fillfactor: 50 } }
                  - set_storage: { table: logs, column: text, storage: main }

                """,
            Writes = Writes,
            OldQueries = [Query, Stored, Column],
            NewQueries =
            [
                new(Query, Query), new(Stored, "select 'fillfactor=80' union all select 'fillfactor=90'"), new(Column, "select 'e', 'p', '-1', 'n_distinct=5'"),
                new("select coalesce(array_to_string(reloptions, ' '), '') from pg_class where oid = to_regclass('logs')", "select 'fillfactor=50'"),
            ],
        };
    }

    private static LifeCase Statistics() => new("create_statistics and drop_statistics")
    {
        Engine = "postgres",
        Setup = [.. Bookings, "create statistics former (dependencies) on hall, note from bookings", "create statistics another on hall, id from bookings", "comment on statistics another is 'Why'"],
        Operations = """
              - change_type: { table: bookings, column: note, type: text }
              - rename_column: { table: bookings, from: hall, to: room }
              - drop_statistics: { name: former }
              - drop_statistics: { name: another }
              - create_statistics: { table: bookings, name: another, on: "room, note, (lower(note))", kinds: [ mcv, ndistinct ], target: 200, comment: Because }

            """,
        Writes = n => Writes(n).Select(w => w with { New = w.New.Replace("hall", "room", StringComparison.Ordinal) }).ToList(),
        OldQueries = [Query, "select stxname, pg_get_statisticsobjdef(oid), obj_description(oid, 'pg_statistic_ext') from pg_statistic_ext order by stxname"],
        NewQueries = [new("select id, room, at, note from {bookings} order by id", Query)],
    };

    private static LifeCase Exclusion() => new("add_exclusion and drop_exclusion")
    {
        Engine = "postgres",
        Setup = [.. Bookings, "alter table bookings add constraint once exclude using gist (at with &&) where (hall = 1), add constraint kept exclude using gist (at with &&) where (hall = 2)", "comment on constraint once on bookings is 'Why'"],
        More = "accept: [ { code: TDM2049, reason: The table is small } ]\n",
        Operations = """
              - drop_exclusion: { table: bookings, name: once }
              - rename_column: { table: bookings, from: hall, to: room }
              - add_exclusion: { table: bookings, name: twice, exclude: "using gist (at with &&, int4range(room, room, '[]') with &&)" }
              - rename_constraint: { table: bookings, from: kept, to: kept_on }
              - create_table: { name: halls, columns: [ { name: id, type: integer, nullable: false }, { name: at, type: int4range } ], primary_key: [ id ] }
              - add_exclusion: { table: halls, name: halls_once, exclude: using gist (at with &&) }

            """,
        Writes = n => Writes(n).Select(w => w with { New = w.New.Replace("hall", "room", StringComparison.Ordinal) }).ToList(),
        OldQueries = [Query],
        NewQueries = [new("select id, room, at, note from {bookings} order by id", Query)],
    };

    private static LifeCase ExclusionOfChangedColumn() => new("drop_exclusion of a column that changes")
    {
        Engine = "postgres",
        Setup = [.. Bookings, "alter table bookings add constraint once exclude using gist (at with &&) where (hall = 1 and note <> 'x')"],
        More = "accept: [ { code: TDM2049, reason: The table is small } ]\n",
        Operations = "  - drop_exclusion: { table: bookings, name: once }\n  - change_type: { table: bookings, column: note, type: text }\n  - add_exclusion: { table: bookings, name: once, exclude: \"using gist (at with &&) where (hall = 1 and note <> 'y')\" }\n",
        Writes = Writes,
        OldQueries = [Query],
        NewQueries = [new(Query, Query)],
    };

    private static LifeCase Types() => new("create_type and drop_type")
    {
        Engine = "postgres",
        Setup = [.. Bookings, "create type former as (a integer)", "create type past as range (subtype = float8)"],
        Operations = """
              - create_type: { name: kind, attributes: [ { name: name, type: text, collation: '"C"', comment: How it is called }, { name: level, type: integer } ], comment: What it is }
              - create_type: { name: span, range: "subtype = float8, subtype_diff = float8mi" }
              - add_column: { table: bookings, name: kind, type: kind }
              - add_column: { table: bookings, name: span, type: span }
              - drop_type: { name: former }
              - drop_type: { name: past }

            """,
        Writes = Writes,
        OldQueries = [Query],
        NewQueries = [new("select id, hall, at, note, (kind).name, lower(span)::text from {bookings} order by id", "select id, hall, at, note, null::text, null::text from {bookings} order by id")],
    };
}
