using Tandem.Postgres.Dialect;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>A statement cut into words, with its clauses found: enough to ask the server about parts of it.</summary>
internal sealed class PostgresStatement
{
    private static readonly HashSet<string> BeforeRelation = new(StringComparer.OrdinalIgnoreCase)
    {
        "from", "join", "update", "into", "only", "using", "table",
    };

    private readonly IReadOnlyList<SqlLexer.Token> tokens;
    private readonly int[] depths;

    public PostgresStatement(string text)
    {
        Text = text;
        tokens = SqlLexer.Tokenize(text);
        depths = new int[tokens.Count];
        var depth = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            depth -= tokens[i].IsSymbol(")") || tokens[i].IsSymbol("]") ? 1 : 0;
            depths[i] = depth;
            depth += tokens[i].IsSymbol("(") || tokens[i].IsSymbol("[") ? 1 : 0;
        }
    }

    public string Text { get; }

    /// <summary>The first word in lower case, or empty.</summary>
    public string Verb => tokens.FirstOrDefault(t => !t.IsSymbol("(")) is { Kind: SqlLexer.TokenKind.Identifier } word ? word.Name : "";

    public IReadOnlyList<SqlLexer.Token> Tokens => tokens;

    /// <summary>Whether it is one of the engine's own: it names something that only the engine makes.</summary>
    public bool IsOfEngine => tokens.Any(t => t.IsName
        && (t.Value.StartsWith("_tandem_", StringComparison.OrdinalIgnoreCase) || string.Equals(t.Value, "tandem", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether a name stands in it, in quotes or without.</summary>
    public bool Names(string name) => tokens.Any(t => IsName(t, name));

    /// <summary>Whether it gives the name to a query of its own, in a WITH clause.</summary>
    public bool Defines(string name) => Enumerable.Range(0, Math.Max(0, tokens.Count - 2)).Any(i => IsName(tokens[i], name) && IsQuery(tokens[i + 1].IsSymbol("(") ? Behind(i + 1) : i + 1));

    /// <summary>Whether the name stands where a table is meant.</summary>
    public bool NamesRelation(string name) => !Defines(name) && Enumerable.Range(0, tokens.Count).Any(i => IsName(tokens[i], name) && IsRelation(i));

    /// <summary>
    /// Whether whole rows of a table may be meant: by a star, a natural join, or the table's name or alias as a value.
    /// </summary>
    public bool MayTakeRows(string table)
    {
        var names = Aliases(table).Append(table).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(0, tokens.Count).Any(i => tokens[i].Is("natural") || IsStar(i)
            || (names.Any(n => IsName(tokens[i], n)) && !IsRelation(i) && !IsAlias(i) && !(i + 1 < tokens.Count && tokens[i + 1].IsSymbol("."))
                && !(i > 0 && tokens[i - 1].IsSymbol("."))));
    }

    /// <summary>Whether a value in it would carry whole rows without a star: <c>row_to_json(t)</c>.</summary>
    public bool PassesRows(string table) => MayTakeRows(table) && !Enumerable.Range(0, tokens.Count).Any(i => tokens[i].Is("natural") || IsStar(i));

    /// <summary>The text with the schema taken off the table's name, so that a query of that name can stand for it.</summary>
    public string Unqualified(string schema, string table)
    {
        var text = Text;
        for (var i = tokens.Count - 3; i >= 0; i--)
        {
            if (IsName(tokens[i], schema) && tokens[i + 1].IsSymbol(".") && IsName(tokens[i + 2], table))
            {
                text = text.Remove(tokens[i].Position, tokens[i + 2].Position - tokens[i].Position);
            }
        }

        return text;
    }

    /// <summary>The text from one word to before another.</summary>
    public string Between(int from, int to)
    {
        var start = from < tokens.Count ? tokens[from].Position : Text.Length;
        var end = to < tokens.Count ? tokens[to].Position : Text.Length;
        return start < end ? Text[start..end] : "";
    }

    /// <summary>The place of the first of these words outside parentheses behind a place, or the end.</summary>
    public int Find(int from, params string[] words) =>
        Enumerable.Range(from, Math.Max(0, tokens.Count - from)).FirstOrDefault(i => depths[i] == 0 && words.Any(tokens[i].Is), tokens.Count);

    /// <summary>The items of a list between two places: divided by commas outside parentheses.</summary>
    public IEnumerable<(int From, int To)> Items(int from, int to)
    {
        var start = from;
        for (var i = from; i < to; i++)
        {
            if (depths[i] == depths[from] && tokens[i].IsSymbol(","))
            {
                yield return (start, i);
                start = i + 1;
            }
        }

        if (start < to)
        {
            yield return (start, to);
        }
    }

    /// <summary>The place behind the parenthesis that opens at a place.</summary>
    public int Behind(int open)
    {
        var at = open + 1;
        while (at < tokens.Count && depths[at] > depths[open])
        {
            at++;
        }

        return at + 1;
    }

    /// <summary>Whether the word at a place is a name, in the form in which the server keeps it.</summary>
    public bool IsName(int at, string name) => at < tokens.Count && IsName(tokens[at], name);

    private static bool IsName(SqlLexer.Token token, string name) =>
        token.IsName && string.Equals(token.Name, name, StringComparison.Ordinal);

    private bool IsRelation(int at)
    {
        var before = at - 1;
        if (before >= 1 && tokens[before].IsSymbol("."))
        {
            before -= 2;
        }

        // A comma may divide tables or values: behind FROM and before the next clause it divides tables.
        if (before >= 0 && tokens[before].IsSymbol(","))
        {
            for (var i = before; i >= 0 && depths[i] >= depths[at]; i--)
            {
                if (depths[i] == depths[at] && (tokens[i].Is("select") || tokens[i].Is("set") || tokens[i].Is("where") || tokens[i].Is("by") || tokens[i].Is("returning")))
                {
                    return false;
                }

                if (depths[i] == depths[at] && (tokens[i].Is("from") || tokens[i].Is("using")))
                {
                    return true;
                }
            }

            return false;
        }

        return before >= 0 && BeforeRelation.Contains(tokens[before].Value);
    }

    // AS (…), AS MATERIALIZED (…), AS NOT MATERIALIZED (…)
    private bool IsQuery(int at) => at + 1 < tokens.Count && tokens[at].Is("as")
        && (tokens[at + 1].IsSymbol("(") || tokens[at + 1].Is("materialized") || tokens[at + 1].Is("not"));

    private bool IsAlias(int at) => at > 0 && (tokens[at - 1].Is("as")
        || (tokens[at - 1].IsName && IsRelation(at - 1)));

    // count(*) takes none.
    private bool IsStar(int at) => tokens[at].IsSymbol("*") && at > 0
        && (tokens[at - 1].Is("select") || tokens[at - 1].Is("returning") || tokens[at - 1].Is("distinct") || tokens[at - 1].Is("all")
            || tokens[at - 1].IsSymbol(",") || tokens[at - 1].IsSymbol("."));

    private IEnumerable<string> Aliases(string table)
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if (IsName(tokens[i], table) && IsRelation(i))
            {
                var next = tokens[i + 1].Is("as") ? i + 2 : i + 1;
                if (next < tokens.Count && tokens[next].IsName)
                {
                    yield return tokens[next].Name;
                }
            }
        }
    }
}
