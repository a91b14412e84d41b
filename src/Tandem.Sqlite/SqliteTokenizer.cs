namespace Tandem.Sqlite;

/// <summary>What a token of SQLite's is.</summary>
internal enum SqliteTokenKind
{
    /// <summary>A keyword or a name without quotes.</summary>
    Word,

    /// <summary>A name in <c>"…"</c>, <c>`…`</c> or <c>[…]</c>.</summary>
    QuotedName,

    /// <summary>A string in <c>'…'</c>; SQLite takes it for a name where only a name can stand.</summary>
    String,

    /// <summary>A blob, <c>x'…'</c>.</summary>
    Blob,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An operator or punctuation mark.</summary>
    Symbol,

    /// <summary>A place for a value: <c>?</c>, <c>@name</c>.</summary>
    Parameter,

    /// <summary>Something that never ends or cannot begin anything.</summary>
    Illegal,
}

/// <summary>A token and its place in the text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Without quotes for names and strings, else as written.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where the next could begin.</param>
internal readonly record struct SqliteToken(SqliteTokenKind Kind, string Value, int Start, int End)
{
    /// <summary>Whether it is this keyword.</summary>
    public bool Is(string word) =>
        Kind == SqliteTokenKind.Word && string.Equals(Value, word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is this mark.</summary>
    public bool IsSymbol(string symbol) =>
        Kind == SqliteTokenKind.Symbol && string.Equals(Value, symbol, StringComparison.Ordinal);

    /// <summary>Whether SQLite can take it for a name.</summary>
    public bool CanName => Kind is SqliteTokenKind.Word or SqliteTokenKind.QuotedName or SqliteTokenKind.String;

    /// <summary>Whether it can stand for a column or table inside an expression.</summary>
    public bool CanReference => Kind is SqliteTokenKind.Word or SqliteTokenKind.QuotedName;
}

/// <summary>
/// Cuts text exactly as SQLite's own tokenizer does. (The lexer of the schema folder reads both engines' SQL and leans
/// towards PostgreSQL where they differ, so it must not read statements that SQLite has stored.)
/// </summary>
internal static class SqliteTokenizer
{
    private static readonly string[] Operators = ["->>", "->", "||", "<<", ">>", "<=", ">=", "<>", "==", "!="];

    /// <summary>The tokens in order, without white space and comments.</summary>
    public static IReadOnlyList<SqliteToken> Tokenize(string sql)
    {
        var tokens = new List<SqliteToken>();
        for (var at = SkipBlank(sql, 0); at < sql.Length;)
        {
            var token = Read(sql, at);
            tokens.Add(token);
            at = SkipBlank(sql, token.End);
        }

        return tokens;
    }

    /// <summary>The first token, or an empty illegal one.</summary>
    public static SqliteToken First(string sql)
    {
        var at = SkipBlank(sql, 0);
        return at < sql.Length ? Read(sql, at) : new SqliteToken(SqliteTokenKind.Illegal, "", at, at);
    }

    /// <summary>The text without comments and with one space for each run of white space, as far as that changes nothing.</summary>
    public static string Normalize(string sql)
    {
        var text = new System.Text.StringBuilder();
        var end = 0;
        foreach (var token in Tokenize(sql))
        {
            if (token.Start > end && text.Length > 0)
            {
                text.Append(' ');
            }

            text.Append(sql, token.Start, token.End - token.Start);
            end = token.End;
        }

        return text.ToString();
    }

    /// <summary>Whether a letter can be part of a name without quotes.</summary>
    internal static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || c >= '\u0080';

    private static int SkipBlank(string sql, int at)
    {
        while (at < sql.Length)
        {
            if (sql[at] is ' ' or '\t' or '\n' or '\f' or '\r' || (sql[at] == '\uFEFF' && at == 0))
            {
                at++;
            }
            else if (Starts(sql, at, "--"))
            {
                at = sql.IndexOf('\n', at) is >= 0 and var line ? line + 1 : sql.Length;
            }
            else if (Starts(sql, at, "/*") && at + 2 < sql.Length)
            {
                at = sql.IndexOf("*/", at + 2, StringComparison.Ordinal) is >= 0 and var close ? close + 2 : sql.Length;
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private static bool Starts(string sql, int at, string with) =>
        sql.AsSpan(at).StartsWith(with, StringComparison.Ordinal);

    private static SqliteToken Read(string sql, int at)
    {
        var c = sql[at];
        var next = at + 1 < sql.Length ? sql[at + 1] : '\0';
        return c switch
        {
            '\'' => Quoted(sql, at, '\'', SqliteTokenKind.String),
            '"' or '`' => Quoted(sql, at, c, SqliteTokenKind.QuotedName),
            '[' => Bracketed(sql, at),
            'x' or 'X' when next == '\'' => Quoted(sql, at + 1, '\'', SqliteTokenKind.Blob) with
            {
                Start = at,
                Value = sql[at..Quoted(sql, at + 1, '\'', SqliteTokenKind.Blob).End],
            },
            '?' or '@' or ':' or '#' => While(sql, at, 1, SqliteTokenKind.Parameter),
            '$' when IsNameCharacter(next) => While(sql, at, 1, SqliteTokenKind.Parameter),
            _ when char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(next)) => Number(sql, at),
            _ when IsNameCharacter(c) && c != '$' => While(sql, at, 1, SqliteTokenKind.Word),
            _ => Symbol(sql, at),
        };
    }

    private static SqliteToken While(string sql, int at, int skip, SqliteTokenKind kind)
    {
        var end = at + skip;
        while (end < sql.Length && IsNameCharacter(sql[end]))
        {
            end++;
        }

        return new SqliteToken(kind, sql[at..end], at, end);
    }

    private static SqliteToken Quoted(string sql, int at, char quote, SqliteTokenKind kind)
    {
        var value = new System.Text.StringBuilder();
        for (var i = at + 1; i < sql.Length; i++)
        {
            if (sql[i] == quote)
            {
                if (i + 1 >= sql.Length || sql[i + 1] != quote)
                {
                    return new SqliteToken(kind, value.ToString(), at, i + 1);
                }

                i++;
            }

            value.Append(sql[i]);
        }

        return new SqliteToken(SqliteTokenKind.Illegal, sql[at..], at, sql.Length);
    }

    private static SqliteToken Bracketed(string sql, int at)
    {
        var close = sql.IndexOf(']', at);
        return close < 0
            ? new SqliteToken(SqliteTokenKind.Illegal, sql[at..], at, sql.Length)
            : new SqliteToken(SqliteTokenKind.QuotedName, sql[(at + 1)..close], at, close + 1);
    }

    private static SqliteToken Number(string sql, int at)
    {
        var hex = sql[at] == '0' && at + 1 < sql.Length && sql[at + 1] is 'x' or 'X';
        var end = hex ? at + 2 : at;
        while (end < sql.Length
            && (IsNameCharacter(sql[end])
                || (!hex && sql[end] == '.')
                || (!hex && sql[end] is '+' or '-' && sql[end - 1] is 'e' or 'E')))
        {
            end++;
        }

        return new SqliteToken(SqliteTokenKind.Number, sql[at..end], at, end);
    }

    private static SqliteToken Symbol(string sql, int at)
    {
        var text = Array.Find(Operators, o => Starts(sql, at, o)) ?? sql[at].ToString();
        var legal = text.Length > 1 || "+-*/%&|~<>=(),;.".Contains(text[0], StringComparison.Ordinal);
        return new SqliteToken(legal ? SqliteTokenKind.Symbol : SqliteTokenKind.Illegal, text, at, at + text.Length);
    }
}
