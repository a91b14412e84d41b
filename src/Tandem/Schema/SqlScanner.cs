using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using static Tandem.Schema.SqlLexer;

namespace Tandem.Schema;

/// <summary>Goes through an SQL text once and gathers its tokens.</summary>
internal sealed class SqlScanner(string sql)
{
    // After one of these a bracket cannot be a subscript, so it quotes a name (SQLite).
    private static readonly FrozenSet<string> WordsBeforeOperand = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "all", "and", "as", "between", "by", "case", "check", "distinct", "else", "escape", "exists", "from", "glob",
        "having", "in", "is", "join", "like", "limit", "match", "not", "on", "or", "regexp", "returning", "select",
        "set", "then", "using", "values", "when", "where");

    private const string OperatorCharacters = "+-*/<>=~!@#%^&|?";
    private static readonly SearchValues<char> KeepsSign = SearchValues.Create("~!@#%^&|?");
    private readonly List<Token> tokens = [];
    private int at;
    private int subscripts;

    public IReadOnlyList<Token> Tokens => tokens;

    public LexicalError? Error { get; private set; }

    public SqlScanner Run()
    {
        while (at < sql.Length)
        {
            if (char.IsWhiteSpace(sql[at]) || sql[at] == '\uFEFF')
            {
                at++;
            }
            else if (!SkipComment())
            {
                ReadToken();
            }
        }

        return this;
    }

    private char Peek(int ahead = 0) => at + ahead < sql.Length ? sql[at + ahead] : '\0';

    private static bool StartsName(char c) => char.IsAsciiLetter(c) || c == '_' || c >= '\u0080';

    private static bool ContinuesName(char c) => StartsName(c) || char.IsAsciiDigit(c) || c == '$';

    private void Add(TokenKind kind, int start, string? value = null)
    {
        var text = sql[start..at];
        tokens.Add(new Token(kind, text, value ?? text, start));
    }

    private void Open(string message, int start)
    {
        if (Error is not null)
        {
            return;
        }

        var line = 1 + sql.AsSpan(0, start).Count('\n');
        var column = start - (start == 0 ? -1 : sql.LastIndexOf('\n', start - 1));
        Error = new LexicalError(message, line, column);
    }

    private bool SkipComment()
    {
        if (Peek() == '-' && Peek(1) == '-')
        {
            var end = sql.IndexOf('\n', at);
            at = end < 0 ? sql.Length : end + 1;
            return true;
        }

        if (Peek() != '/' || Peek(1) != '*')
        {
            return false;
        }

        SkipBlockComment();
        return true;
    }

    private void SkipBlockComment()
    {
        var start = at;
        var depth = 0;
        do
        {
            if (Peek() == '/' && Peek(1) == '*')
            {
                if (++depth == 2)
                {
                    // PostgreSQL nests comments, SQLite does not: the same text would mean two things.
                    Open("a comment begins inside a comment", at);
                }

                at += 2;
            }
            else if (Peek() == '*' && Peek(1) == '/')
            {
                depth--;
                at += 2;
            }
            else
            {
                at++;
            }
        }
        while (depth > 0 && at < sql.Length);
        if (depth > 0)
        {
            Open("a comment is not closed", start);
        }
    }

    private void ReadToken()
    {
        var c = Peek();
        if (ReadPrefixedString(c))
        {
            return;
        }

        switch (c)
        {
            case '\'':
                ReadQuoted(at, '\'', TokenKind.StringLiteral, escapes: false);
                break;
            case '"' or '`':
                ReadQuoted(at, c, TokenKind.QuotedIdentifier, escapes: false);
                break;
            case '[' or ']':
                ReadBracket(c);
                break;
            case '$':
                ReadDollar();
                break;
            case ':':
                ReadColon();
                break;
            default:
                if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
                {
                    ReadNumber();
                }
                else if (StartsName(c))
                {
                    ReadName();
                }
                else
                {
                    ReadOperator();
                }

                break;
        }
    }

    private bool ReadPrefixedString(char c)
    {
        var start = at;
        if (c is 'e' or 'E' or 'b' or 'B' or 'x' or 'X' or 'n' or 'N' && Peek(1) == '\'')
        {
            at++;
            ReadQuoted(start, '\'', TokenKind.StringLiteral, escapes: c is 'e' or 'E');
            return true;
        }

        if (c is 'u' or 'U' && Peek(1) == '&' && Peek(2) is '\'' or '"')
        {
            at += 2;
            var quote = Peek();
            ReadQuoted(
                start, quote, quote == '"' ? TokenKind.QuotedIdentifier : TokenKind.StringLiteral, escapes: false);
            tokens[^1] = tokens[^1] with { Value = DecodeUnicode(tokens[^1].Value) };
            return true;
        }

        return false;
    }

    private void ReadQuoted(int start, char quote, TokenKind kind, bool escapes)
    {
        var value = new StringBuilder();
        for (at++; at < sql.Length; at++)
        {
            if (sql[at] == quote)
            {
                if (Peek(1) != quote)
                {
                    at++;
                    Add(kind, start, value.ToString());
                    return;
                }

                at++;
            }
            else if (escapes && sql[at] == '\\' && at + 1 < sql.Length)
            {
                value.Append(sql[at++]);
            }

            value.Append(sql[at]);
        }

        Open(kind == TokenKind.StringLiteral ? "a string is not closed" : "a quoted name is not closed", start);
        Add(kind, start, value.ToString());
    }

    private void ReadBracket(char c)
    {
        var start = at;
        var end = c == '[' && !FollowsValue() && subscripts == 0 ? sql.IndexOf(']', at) : -1;
        if (end > 0)
        {
            at = end + 1;
            Add(TokenKind.QuotedIdentifier, start, sql[(start + 1)..end]);
            return;
        }

        subscripts = Math.Max(0, subscripts + (c == '[' ? 1 : -1));
        at++;
        Add(TokenKind.Symbol, start);
    }

    private bool FollowsValue() => tokens.Count > 0 && tokens[^1] switch
    {
        { Kind: TokenKind.Symbol } last => last.Text is ")" or "]",
        { Kind: TokenKind.Identifier } last => !WordsBeforeOperand.Contains(last.Value),
        _ => true,
    };

    private void ReadDollar()
    {
        var start = at++;
        while (ContinuesName(Peek()) && Peek() != '$')
        {
            at++;
        }

        if (Peek() != '$' || char.IsAsciiDigit(sql[start + 1]))
        {
            Add(TokenKind.Parameter, start, sql[(start + 1)..at]);
            return;
        }

        var tag = sql[start..++at];
        var end = sql.IndexOf(tag, at, StringComparison.Ordinal);
        if (end < 0)
        {
            Open($"the string that {tag} begins is not closed", start);
        }

        var value = end < 0 ? sql[at..] : sql[at..end];
        at = end < 0 ? sql.Length : end + tag.Length;
        Add(TokenKind.StringLiteral, start, value);
    }

    private void ReadColon()
    {
        var start = at++;
        if (Peek() is ':' or '=')
        {
            at++;
        }
        else if (StartsName(Peek()) && subscripts == 0)
        {
            while (ContinuesName(Peek()))
            {
                at++;
            }

            Add(TokenKind.Parameter, start, sql[(start + 1)..at]);
            return;
        }

        Add(TokenKind.Symbol, start);
    }

    private void ReadNumber()
    {
        var start = at;
        while (char.IsAsciiLetterOrDigit(Peek()) || Peek() is '_' or '.'
            || (Peek() is '+' or '-' && sql[at - 1] is 'e' or 'E' && Peek(1) is >= '0' and <= '9' && !IsHex(start)))
        {
            at++;
        }

        Add(TokenKind.Number, start);
    }

    private bool IsHex(int start) => start + 1 < sql.Length && sql[start] == '0' && sql[start + 1] is 'x' or 'X';

    private void ReadName()
    {
        var start = at;
        while (ContinuesName(Peek()))
        {
            at++;
        }

        Add(TokenKind.Identifier, start);
    }

    private void ReadOperator()
    {
        var start = at++;
        if (OperatorCharacters.Contains(sql[start], StringComparison.Ordinal))
        {
            while (at < sql.Length && OperatorCharacters.Contains(sql[at], StringComparison.Ordinal)
                && !(Peek() == '-' && Peek(1) == '-') && !(Peek() == '/' && Peek(1) == '*'))
            {
                at++;
            }

            // PostgreSQL's rule: an operator ends in + or - only when it also holds one of these.
            while (at - start > 1 && sql[at - 1] is '+' or '-'
                && sql.AsSpan(start, at - start).IndexOfAny(KeepsSign) < 0)
            {
                at--;
            }
        }

        Add(TokenKind.Symbol, start);
    }

    private static string DecodeUnicode(string value)
    {
        var decoded = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            var digits = value[i] != '\\' ? 0 : i + 1 < value.Length && value[i + 1] == '+' ? 6 : 4;
            var first = i + (digits == 6 ? 2 : 1);
            if (digits > 0 && first + digits <= value.Length
                && int.TryParse(
                    value.AsSpan(first, digits),
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out var code)
                && Rune.IsValid(code))
            {
                decoded.Append(new Rune(code).ToString());
                i = first + digits - 1;
            }
            else
            {
                decoded.Append(value[i]);
            }
        }

        return decoded.ToString();
    }
}
