using System.Text.Json.Nodes;
using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>SQL for what pgroll does in one operation and we say in SQL.</summary>
internal static class PgrollSql
{
    /// <summary>A quoted name.</summary>
    public static string Id(string name) => SqlName.Quote(name);

    /// <summary>Quoted names.</summary>
    public static string Ids(IEnumerable<string> names) => string.Join(", ", names.Select(Id));

    /// <summary>An index that is built while applications go on, which no transaction may hold.</summary>
    public static (bool Raw, JsonObject Operation) Concurrently(string table, string name, string sql) => (true, new JsonObject
    {
        ["sql"] = new JsonObject
        {
            ["up"] = sql,
            ["down"] = $"DROP INDEX CONCURRENTLY IF EXISTS {Id(name)}",
            ["done"] = $"select exists (select from pg_catalog.pg_index i where i.indexrelid = to_regclass('{Escaped(Id(name))}') and i.indisvalid)",
            ["transaction"] = false,
            ["touches"] = new JsonArray(table),
        },
    });

    /// <summary>Parameters as SQL has them, <c>fillfactor = 70, fastupdate</c>, as a mapping; null where it is not that.</summary>
    public static JsonObject? Parameters(string text)
    {
        var parameters = new JsonObject();
        var tokens = new Queue<SqlLexer.Token>(SqlLexer.Tokenize(text));
        while (tokens.TryDequeue(out var name))
        {
            if (name.Kind is not (SqlLexer.TokenKind.Identifier or SqlLexer.TokenKind.QuotedIdentifier))
            {
                return null;
            }

            var value = "true";
            if (tokens.TryPeek(out var equals) && equals.IsSymbol("="))
            {
                tokens.Dequeue();
                value = tokens.TryDequeue(out var given) ? given.Value : "";
            }

            parameters[name.Value] = value;
            if (tokens.TryDequeue(out var comma) && !comma.IsSymbol(","))
            {
                return null;
            }
        }

        return parameters;
    }

    /// <summary>An expression as a value: pgroll also takes a query without parentheses.</summary>
    public static string Expression(string text) => SqlLexer.Tokenize(text) is [var first, ..] && first.Is("select") ? $"({text})" : text;

    /// <summary>Whether an expression is a name and nothing else.</summary>
    public static bool IsName(string text) => SqlLexer.Tokenize(text) is [{ Kind: SqlLexer.TokenKind.Identifier or SqlLexer.TokenKind.QuotedIdentifier }];

    /// <summary>Whether an expression only names the column.</summary>
    public static bool IsColumn(string? text, string column) => text is null || SqlLexer.Tokenize(text) is []
        || (IsName(text) && SqlLexer.Tokenize(text)[0].Value == column);

    private static string Escaped(string text) => text.Replace("'", "''", StringComparison.Ordinal);
}
