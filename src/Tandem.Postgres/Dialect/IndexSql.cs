using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Writes and builds indexes.</summary>
internal static class IndexSql
{
    /// <summary>What stands behind CREATE INDEX: table, method, keys, condition; columns by their physical names.</summary>
    public static string Body(Schema.Index index, string target, Func<string, string> physical)
    {
        var keys = string.Join(", ", index.Keys.Select(k => PostgresDdl.IndexKeyClause(k.Column is { } column
            ? k with { Column = physical(column) }
            : k with { Expression = Renamed(k.Expression!, physical) })));
        return $"ON {target} USING {Sql.Id(index.Method ?? "btree")} ({keys})"
            + (index.Include.Count > 0 ? $" INCLUDE ({Sql.Ids(index.Include.Select(physical))})" : "")
            + (index.NullsNotDistinct ? " NULLS NOT DISTINCT" : "")
            + (index.Options is { } storage ? $" WITH ({storage})" : "")
            + (index.Where is { } where ? $" WHERE {Sql.Closed(Renamed(where, physical))}" : "");
    }

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

    /// <summary>
    /// An index expression over columns that are stored under another name. An index expression holds no subquery, so
    /// a name that is no function and no type is a column; what is taken wrongly does not compile.
    /// </summary>
    private static string Renamed(string expression, Func<string, string> physical)
    {
        var tokens = SqlLexer.Tokenize(expression);
        var text = new System.Text.StringBuilder();
        var at = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            var name = token.Kind == SqlLexer.TokenKind.Identifier ? token.Value.ToLowerInvariant() : token.Value;
            if (token.Kind is not (SqlLexer.TokenKind.Identifier or SqlLexer.TokenKind.QuotedIdentifier)
                || (i + 1 < tokens.Count && tokens[i + 1].IsSymbol("("))
                || (i > 0 && (tokens[i - 1].IsSymbol("::") || tokens[i - 1].IsSymbol(".")))
                || physical(name) == name)
            {
                continue;
            }

            text.Append(expression, at, token.Position - at).Append(Sql.Id(physical(name)));
            at = token.Position + token.Text.Length;
        }

        return text.Append(expression, at, expression.Length - at).ToString();
    }
}
