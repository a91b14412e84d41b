using System.Text.Json.Nodes;
using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>SQL for what pgroll does in one operation and we say in SQL.</summary>
internal static class PgrollSql
{
    private const string Temporary = "_pgroll_new_";

    private static readonly string[] QueryWords =
        ["all", "as", "distinct", "except", "fetch", "for", "from", "group", "having", "intersect", "into", "limit", "offset", "order", "union", "where", "window"];

    /// <summary>A quoted name.</summary>
    public static string Id(string name) => SqlName.Quote(name);

    /// <summary>A constraint's name without what pgroll once left in front of those of a new column.</summary>
    public static string Final(string constraint) => constraint.StartsWith(Temporary, StringComparison.Ordinal) ? constraint[Temporary.Length..] : constraint;

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

    /// <summary>An index goes while applications go on; nothing is known of it that could make it again.</summary>
    public static (bool Raw, JsonObject Operation) DropConcurrently(string name) => (true, new JsonObject
    {
        ["sql"] = new JsonObject
        {
            ["up"] = $"DROP INDEX CONCURRENTLY IF EXISTS {Id(name)}",
            ["done"] = $"select to_regclass('{Escaped(Id(name))}') is null",
            ["transaction"] = false,
        },
    });

    /// <summary>Parameters as SQL has them, <c>fillfactor = 70, fastupdate</c>, as a mapping; null where it is not that.</summary>
    public static JsonObject? Parameters(string text)
    {
        var parameters = new JsonObject();
        var tokens = new Queue<SqlLexer.Token>(SqlLexer.Tokenize(text));
        while (tokens.TryDequeue(out var name))
        {
            if (!name.IsName)
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

    /// <summary>
    /// An expression as a value: pgroll also takes a query without parentheses. One of nothing but a value is that value, which is
    /// known to hang on the row alone.
    /// </summary>
    public static string Expression(string text)
    {
        var tokens = SqlLexer.Tokenize(text);
        return tokens is not [var first, var second, ..] || !first.Is("select") ? text
            : IsValue(tokens) ? text[second.Position..].TrimEnd()
            : $"({text})";
    }

    /// <summary>Whether an expression is a name and nothing else.</summary>
    public static bool IsName(string text) => SqlLexer.Tokenize(text) is [{ IsName: true }];

    /// <summary>Whether an expression only names the column.</summary>
    public static bool IsColumn(string? text, string column) => text is null || SqlLexer.Tokenize(text) is []
        || (IsName(text) && SqlLexer.Tokenize(text)[0].Value == column);

    // Behind `select` nothing at the top that only a query has.
    private static bool IsValue(IReadOnlyList<SqlLexer.Token> tokens)
    {
        var depth = 0;
        foreach (var token in tokens.Skip(1))
        {
            depth += token.IsSymbol("(") ? 1 : token.IsSymbol(")") ? -1 : 0;
            if (depth == 0 && (token.IsSymbol(",") || QueryWords.Any(token.Is)))
            {
                return false;
            }
        }

        return true;
    }

    private static string Escaped(string text) => text.Replace("'", "''", StringComparison.Ordinal);
}
