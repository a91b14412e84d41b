using System.Collections.Frozen;
using Tandem.Schema;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>Whether the server lets rows be written through a view of a query, as far as the query's words say it.</summary>
internal static class WrittenThrough
{
    private static readonly string[] Forbidden = ["group", "having", "union", "intersect", "except", "limit", "offset", "fetch", "window", "join", "tablesample"];
    private static readonly string[] Behind = ["where", "order", "for", .. Forbidden];

    // Those of the server's own; the functions that give sets of rows are the usual ones.
    private static readonly FrozenSet<string> Aggregates = (
        """
        any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp every json_agg json_agg_strict json_arrayagg json_object_agg json_objectagg jsonb_agg jsonb_agg_strict
        jsonb_object_agg max min mode percentile_cont percentile_disc range_agg range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
        stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg
        """).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Sets = FrozenSet.Create(
        StringComparer.Ordinal, "generate_series", "generate_subscripts", "unnest", "regexp_matches", "regexp_split_to_table", "string_to_table", "json_array_elements", "json_array_elements_text", "json_each",
        "json_each_text", "json_object_keys", "jsonb_array_elements", "jsonb_array_elements_text", "jsonb_each", "jsonb_each_text", "jsonb_object_keys", "jsonb_path_query");

    /// <summary>What keeps rows from being written through; null where nothing is seen that does.</summary>
    /// <param name="query">The view's query.</param>
    /// <param name="own">Functions of the users', which may have the names of the server's.</param>
    public static string? Hindrance(string query, IReadOnlyCollection<Routine> own)
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
            : Computed(SqlLexer.Tokenize(query), own) ?? (IsAllComputed(top, from) ? "none of its columns is one of the table's" : null);
    }

    /// <summary>What the columns are computed by that belongs to no single row. A query in brackets is one of its own.</summary>
    private static string? Computed(IReadOnlyList<SqlLexer.Token> tokens, IReadOnlyCollection<Routine> own)
    {
        var (depth, inner) = (0, int.MaxValue);
        for (var i = 0; i + 1 < tokens.Count && !(depth == 0 && tokens[i].Is("from") && !tokens[i - 1].Is("distinct")); i++)
        {
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
            inner = depth < inner ? int.MaxValue : inner;
            inner = inner == int.MaxValue && tokens[i].IsSymbol("(") && tokens[i + 1].Is("select") ? depth : inner;
            if (inner < int.MaxValue || i == 0 || tokens[i - 1].IsSymbol("."))
            {
                continue;
            }

            var calls = tokens[i + 1].IsSymbol("(") && tokens[i].Kind == SqlLexer.TokenKind.Identifier;
            var named = calls ? own.Where(r => r.Name == tokens[i].Name).ToList() : [];
            if (tokens[i].Is("over") && tokens[i - 1].IsSymbol(")"))
            {
                return "it has a window function";
            }

            if (calls && (named.Count == 0 ? Aggregates.Contains(tokens[i].Name) : named.TrueForAll(r => r.Code == RoutineKind.Aggregate)))
            {
                return $"it has the aggregate {tokens[i].Name}";
            }

            if (calls && named.Count == 0 && Sets.Contains(tokens[i].Name))
            {
                return $"it has {tokens[i].Name}, which gives several rows for one";
            }
        }

        return null;
    }

    // A cast to the column's own type leaves it what it is.
    private static bool IsAllComputed(List<SqlLexer.Token> top, int from)
    {
        var items = Enumerable.Range(1, from - 1).Where(i => i == 1 || top[i - 1].IsSymbol(",")).Where(i => i < from).ToList();
        return items.Count > 0 && items.TrueForAll(i => top[i].Kind is SqlLexer.TokenKind.StringLiteral or SqlLexer.TokenKind.Number || top[i].Is("case")
            || (top[i].Kind == SqlLexer.TokenKind.Identifier && !top[i].Is("cast") && i + 1 < from && top[i + 1].IsSymbol("(")));
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
