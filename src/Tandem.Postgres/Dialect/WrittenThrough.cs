using Tandem.Schema;

namespace Tandem.Postgres.Dialect;

/// <summary>Whether the server lets rows be written through a view of a query, as far as the query's words say it.</summary>
internal static class WrittenThrough
{
    private static readonly string[] Forbidden = ["group", "having", "union", "intersect", "except", "limit", "offset", "fetch", "window", "join", "tablesample"];
    private static readonly string[] Behind = ["where", "order", "for", .. Forbidden];

    /// <summary>What keeps rows from being written through; null where nothing is seen that does.</summary>
    public static string? Hindrance(string query)
    {
        var top = TopLevel(SqlLexer.Tokenize(query));
        if (top is not [var first, ..] || !first.Is("select"))
        {
            return top is [var word, ..] && (word.Is("with") || word.Is("values")) ? $"it begins with {word.Text.ToUpperInvariant()}" : null;
        }

        var from = top.FindIndex(t => t.Is("from"));
        if (from < 0)
        {
            return "it reads no table";
        }

        var rest = Enumerable.Range(from + 1, top.Count - from - 1).Where(i => !top[i - 1].IsSymbol(".")).Select(i => top[i]).ToList();
        var sources = top[(from + 1)..].TakeWhile(t => !Behind.Any(t.Is)).ToList();
        return top[1].Is("distinct") ? "it has DISTINCT"
            : rest.Find(t => Forbidden.Any(t.Is)) is { Text: not null } part ? $"it has {part.Text.ToUpperInvariant()}"
            : sources.Exists(t => t.IsSymbol(",")) ? "it reads several tables"
            : sources is [var opens, ..] && opens.IsSymbol("(") ? "it reads a query"
            : sources is [_, var opened, ..] && opened.IsSymbol("(") && !sources[0].Is("only") ? "it reads a function"
            : null;
    }

    /// <summary>The tokens outside of brackets, with the opening brackets and without <c>DISTINCT FROM</c>.</summary>
    private static List<SqlLexer.Token> TopLevel(IReadOnlyList<SqlLexer.Token> tokens)
    {
        var (top, depth) = (new List<SqlLexer.Token>(), 0);
        for (var i = 0; i < tokens.Count; i++)
        {
            depth -= tokens[i].IsSymbol(")") ? 1 : 0;
            if (depth == 0 && tokens[i].Is("distinct") && i + 1 < tokens.Count && tokens[i + 1].Is("from"))
            {
                i++;
            }
            else if (depth == 0 && !tokens[i].IsSymbol(")"))
            {
                top.Add(tokens[i]);
            }

            depth += tokens[i].IsSymbol("(") ? 1 : 0;
        }

        return top;
    }
}
