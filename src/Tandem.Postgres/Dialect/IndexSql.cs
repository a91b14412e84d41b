using Tandem.Postgres.Scripts;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Writes and builds indexes.</summary>
internal static class IndexSql
{
    /// <summary>What stands behind CREATE INDEX: table, method, keys, condition; columns by their physical names.</summary>
    public static string Body(Schema.Index index, string target, Func<string, string> physical) => $"ON {target} {Definition(index, physical)}";

    /// <summary>What stands behind the table.</summary>
    public static string Definition(Schema.Index index, Func<string, string> physical)
    {
        string Text(string expression) => ExpressionNames.Replace(StoredText.Again(expression), physical);
        var keys = string.Join(", ", index.Keys.Select(k => PostgresDdl.IndexKeyClause(k.Column is { } column
            ? k with { Column = physical(column) }
            : k with { Expression = Text(k.Expression!) })));
        return $"USING {Sql.Id(index.Method ?? "btree")} ({keys})"
            + (index.Include.Count > 0 ? $" INCLUDE ({Sql.Ids(index.Include.Select(physical))})" : "")
            + (index.NullsNotDistinct ? " NULLS NOT DISTINCT" : "")
            + (index.Options is { } storage ? $" WITH ({storage})" : "")
            + (index.Tablespace is { } space ? $" TABLESPACE {Sql.Id(space)}" : "")
            + (index.Where is { } where ? $" WHERE {Sql.Closed(Text(where))}" : "");
    }

    /// <summary>What is said of an index and set on it beside its definition.</summary>
    public static IEnumerable<string> Remarks(Schema.Index index, string schema) => index.Settings.Select(s => $"ALTER INDEX {Sql.Id(schema, index.Name)} ALTER COLUMN {s}")
        .Concat(index.Comment is { } comment ? [$"COMMENT ON INDEX {Sql.Id(schema, index.Name)} IS {Sql.Text(comment)}"] : []);

    /// <summary>A step that builds an index while writers go on, and can be tried again however it ended.</summary>
    public static RenderedStep Concurrently(string id, string title, Layout layout, string index, string statement) =>
        new(id, title, StepMode.Alone)
        {
            Table = layout.Current.Change.Name,
            Statements = [statement],
            Probe = new Probe(
                $"""
                SELECT coalesce((SELECT CASE WHEN i.indisvalid AND i.indisready THEN 'done' ELSE 'half' END
                  FROM pg_catalog.pg_index i WHERE i.indexrelid = pg_catalog.to_regclass({Sql.Text(Sql.Id(layout.Schema, index))})), 'none') AS state
                """,
                [$"DROP INDEX CONCURRENTLY IF EXISTS {Sql.Id(layout.Schema, index)}"]),
            SessionLock = new SessionLock(
                $"SELECT CASE WHEN pg_catalog.pg_try_advisory_lock({Key(layout, index)}) THEN 1 ELSE 0 END AS got",
                $"SELECT pg_catalog.pg_advisory_unlock({Key(layout, index)}) AS gone"),
            Locks = [new LockFact(layout.Table, "SHARE UPDATE EXCLUSIVE", "nobody", "two scans")],
            Scans = true,
            Holders = LockSql.Snapshots,
            Inverse = "The index is dropped.",
        };

    /// <summary>A number for one index of one schema; another's step with the same number only waits.</summary>
    private static string Key(Layout layout, string index) =>
        $"pg_catalog.hashtextextended({Sql.Text("tandem " + Sql.Id(layout.Schema, index))}, 0)";
}
