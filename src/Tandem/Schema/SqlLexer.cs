namespace Tandem.Schema;

/// <summary>
/// Cuts SQL expressions into tokens, in a form that reads PostgreSQL and SQLite alike. It never fails: what is not
/// closed reaches to the end, and <see cref="FindError"/> says so. Where the engines read a text differently, more is
/// taken for a name than either engine would, so that no column an expression uses is missed.
/// </summary>
public static class SqlLexer
{
    /// <summary>What a token is.</summary>
    public enum TokenKind
    {
        /// <summary>A word without quotes: a name or a keyword.</summary>
        Identifier,

        /// <summary>A name in double quotes, backticks or brackets.</summary>
        QuotedIdentifier,

        /// <summary>A string: <c>'…'</c>, <c>E'…'</c>, <c>X'…'</c>, <c>$tag$…$tag$</c>.</summary>
        StringLiteral,

        /// <summary>A number.</summary>
        Number,

        /// <summary>An operator or a punctuation mark.</summary>
        Symbol,

        /// <summary>A place for a value: <c>$1</c>, <c>:name</c>.</summary>
        Parameter,
    }

    /// <summary>The tokens in order, without white space and comments.</summary>
    public static IReadOnlyList<Token> Tokenize(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        return new SqlScanner(sql).Run().Tokens;
    }

    /// <summary>What the engines would not even cut into words, or null: an open string, name or comment.</summary>
    public static LexicalError? FindError(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        return new SqlScanner(sql).Run().Error;
    }

    /// <summary>Every word and quoted name of a text, without quotes, keywords included, each once.</summary>
    public static IEnumerable<string> Identifiers(string sql) => Tokenize(sql)
        .Where(t => t.IsName)
        .Select(t => t.Value)
        .Distinct(StringComparer.Ordinal);

    /// <summary>
    /// Whether an expression can mean this name. Case is ignored even for quoted names: a name too many costs little, a
    /// name missed costs data.
    /// </summary>
    public static bool Names(string sql, string identifier) => Tokenize(sql).Any(t =>
        (t.IsName || t.Kind == TokenKind.Parameter)
        && string.Equals(t.Value, identifier, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a text names something with its schema.</summary>
    public static bool Names(string sql, string schema, string name)
    {
        var tokens = Tokenize(sql);
        return Enumerable.Range(0, Math.Max(0, tokens.Count - 2)).Any(i => tokens[i].Value == schema && tokens[i + 1].IsSymbol(".") && tokens[i + 2].Value == name);
    }

    /// <summary>
    /// Whether a name stands behind a word by which a query says what it reads, and the query itself gives it to nothing. A list with commas
    /// may read more.
    /// </summary>
    public static bool Reads(string query, string name)
    {
        var tokens = Tokenize(query);
        bool Is(int at, params string[] words) => at >= 0 && at < tokens.Count && words.Any(tokens[at].Is);
        var places = Enumerable.Range(1, Math.Max(0, tokens.Count - 1)).Where(i => tokens[i].Value == name).ToList();
        return places.Exists(i => Is(i - 1, "from", "join", "only") && !Is(i - 2, "distinct"))
            && !places.Exists(i => Is(i + 1, "as") && (Is(i - 1, "with", "recursive") || tokens[i - 1].IsSymbol(",")));
    }

    /// <summary>A token.</summary>
    /// <param name="Kind">What it is.</param>
    /// <param name="Text">As written.</param>
    /// <param name="Value">Without quotes for names, strings and parameters; else as written.</param>
    /// <param name="Position">Where it begins, counted from 0.</param>
    public readonly record struct Token(TokenKind Kind, string Text, string Value, int Position)
    {
        /// <summary>The name as PostgreSQL keeps it: without quotes, ASCII letters, and only these, are made small.</summary>
        public string Name => Kind == TokenKind.QuotedIdentifier ? Value : string.Concat(Value.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c));

        /// <summary>Whether it is a word or a name in quotes.</summary>
        public bool IsName => Kind is TokenKind.Identifier or TokenKind.QuotedIdentifier;

        /// <summary>Whether it is this keyword or name without quotes, in any case.</summary>
        public bool Is(string word) =>
            Kind == TokenKind.Identifier && string.Equals(Value, word, StringComparison.OrdinalIgnoreCase);

        /// <summary>Whether it is this operator or punctuation mark.</summary>
        public bool IsSymbol(string symbol) =>
            Kind == TokenKind.Symbol && string.Equals(Text, symbol, StringComparison.Ordinal);
    }

    /// <summary>A text that does not come to an end.</summary>
    /// <param name="Message">What is open, as part of a sentence: "a string is not closed".</param>
    /// <param name="Line">Line in the text, from 1.</param>
    /// <param name="Column">Column in the line, from 1.</param>
    public sealed record LexicalError(string Message, int Line, int Column);
}
