using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>By what two rows meet that an exclusion constraint keeps apart.</summary>
/// <param name="Method">The method of its index.</param>
/// <param name="Parts">What is compared, with its collation.</param>
/// <param name="Classes">The operator class of each; empty for the usual one.</param>
/// <param name="Operators">The operator by which it is.</param>
/// <param name="Where">Of which rows, or null for all.</param>
internal sealed record PostgresExclusion(string Method, ValueList<string> Parts, ValueList<string> Classes, ValueList<string> Operators, string? Where)
{
    private static readonly string[] Sorting = ["asc", "desc", "nulls", "first", "last"];

    /// <summary>Reads <c>EXCLUDE USING gist (room WITH =, during WITH &amp;&amp;) WHERE (…)</c>; null where it is written in a way that is not known.</summary>
    public static PostgresExclusion? Of(string definition)
    {
        var tokens = SqlLexer.Tokenize(definition);
        var open = Enumerable.Range(0, tokens.Count).FirstOrDefault(i => tokens[i].IsSymbol("("), tokens.Count);
        var close = Closing(tokens, open);
        if (close < 0)
        {
            return null;
        }

        var (parts, classes, operators) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var element in PostgresText.Elements(definition[(tokens[open].Position + 1)..tokens[close].Position]))
        {
            var words = SqlLexer.Tokenize(element);
            var with = Enumerable.Range(0, words.Count).LastOrDefault(i => words[i].Is("with"), -1);
            if (with < 1 || with == words.Count - 1 || Compared(words, with) is not { } last)
            {
                return null;
            }

            parts.Add(element[..(words[last].Position + words[last].Text.Length)]);
            classes.Add(words.Take(with).Skip(last + 1).LastOrDefault(t => t.IsName && !Sorting.Any(t.Is)) is { Text: not null } named ? named.Name : "");
            operators.Add(element[words[with + 1].Position..].Trim());
        }

        var where = Enumerable.Range(close, tokens.Count - close).FirstOrDefault(i => tokens[i].Is("where"), -1);
        var end = where < 0 ? -1 : Closing(tokens, where + 1);
        var method = tokens.TakeWhile((_, i) => i < open).SkipWhile(t => !t.Is("using")).Skip(1).FirstOrDefault();
        return where >= 0 && end < 0 ? null : new(method.Text is null ? "btree" : method.Name, parts.ToValueList(), classes.ToValueList(), operators.ToValueList(), where < 0 ? null : definition[tokens[where + 1].Position..(tokens[end].Position + 1)]);
    }

    /// <summary>The last word of a column, a call or an expression in brackets; behind it a collation, which counts, and an operator class, which the operator is of.</summary>
    private static int? Compared(IReadOnlyList<SqlLexer.Token> words, int with)
    {
        var last = words[0].IsSymbol("(") ? Closing(words, 0) : words[1].IsSymbol("(") ? Closing(words, 1) : 0;
        return last < 0 ? null
            : last + 2 < with && words[last + 1].Is("collate") ? last + (last + 4 < with && words[last + 3].IsSymbol(".") ? 4 : 2)
            : last;
    }

    private static int Closing(IReadOnlyList<SqlLexer.Token> tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
            if (depth == 0)
            {
                return tokens[i].IsSymbol(")") ? i : -1;
            }
        }

        return -1;
    }
}
