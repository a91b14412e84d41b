using System.Globalization;
using System.Text;
using Tandem.Databases;
using Tandem.Schema;

namespace Tandem.Postgres.Connections;

/// <summary>
/// The surface of PostgreSQL's SQL: where a statement ends and where an argument stands. Literals, quoted names,
/// comments and operators such as <c>@&gt;</c> are passed over, so that no text of the user's is taken for ours.
/// </summary>
internal sealed class PostgresText
{
    private const string OperatorsBeforeAt = "<@|#~&!?%^";
    private readonly string sql;
    private readonly Func<string, int>? bind;
    private readonly List<string> statements = [];
    private readonly StringBuilder current = new();
    private readonly List<string> words = [];
    private int at;
    private int depth;
    private int parentheses;

    private PostgresText(string sql, Func<string, int>? bind)
    {
        this.sql = sql;
        this.bind = bind;
    }

    /// <summary>A statement as it is sent: with <c>$1</c>, <c>$2</c>, … for the arguments.</summary>
    /// <param name="Text">The text.</param>
    /// <param name="Arguments">The values in order.</param>
    public sealed record Prepared(string Text, IReadOnlyList<SqlArgument> Arguments);

    /// <summary>An identifier in quotes.</summary>
    public static string Quote(string identifier) =>
        $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A quoted name with its schema.</summary>
    public static string Name(string schema, string name) => $"{Quote(schema)}.{Quote(name)}";

    /// <summary>A string literal that does not depend on <c>standard_conforming_strings</c>.</summary>
    public static string Literal(string value)
    {
        var escaped = value.Replace("'", "''", StringComparison.Ordinal);
        return escaped.Contains('\\', StringComparison.Ordinal)
            ? $"E'{escaped.Replace("\\", "\\\\", StringComparison.Ordinal)}'"
            : $"'{escaped}'";
    }

    /// <summary>The parts of a list between commas that stand in no brackets.</summary>
    public static IEnumerable<string> Elements(string list)
    {
        var (depth, from) = (0, 0);
        foreach (var token in SqlLexer.Tokenize(list))
        {
            depth += token.IsSymbol("(") ? 1 : token.IsSymbol(")") ? -1 : 0;
            if (depth == 0 && token.IsSymbol(","))
            {
                yield return list[from..token.Position].Trim();
                from = token.Position + 1;
            }
        }

        yield return list[from..].Trim();
    }

    /// <summary>The statements of a text, without separators and white space around; empty ones are left out.</summary>
    public static IReadOnlyList<string> Split(string sql) => new PostgresText(sql, null).Run();

    /// <summary>The statements of a text, each with the arguments it names.</summary>
    public static IReadOnlyList<Prepared> Prepare(SqlStatement statement)
    {
        var result = new List<Prepared>();
        foreach (var text in Split(statement.Text))
        {
            var used = new List<SqlArgument>();
            var prepared = new PostgresText(text, name => Place(name, statement.Arguments, used)).Run();
            result.AddRange(prepared.Select(p => new Prepared(p, used)));
        }

        return result;
    }

    /// <summary>The first word of a statement in lower case, or empty.</summary>
    public static string FirstWord(string sql)
    {
        var reader = new PostgresText(sql, null);
        while (reader.at < sql.Length && reader.words.Count == 0)
        {
            reader.Step();
        }

        return reader.words.Count == 0 ? "" : reader.words[0];
    }

    private static int Place(string name, IReadOnlyList<SqlArgument> arguments, List<SqlArgument> used)
    {
        var argument = arguments.FirstOrDefault(a => a.Name == name);
        if (argument is null)
        {
            return 0;
        }

        var index = used.IndexOf(argument);
        if (index < 0)
        {
            used.Add(argument);
            index = used.Count - 1;
        }

        return index + 1;
    }

    private List<string> Run()
    {
        while (at < sql.Length)
        {
            Step();
        }

        End();
        return statements;
    }

    private void End()
    {
        // Without a word there are only comments.
        if (words.Count > 0)
        {
            statements.Add(current.ToString().Trim());
        }

        current.Clear();
        words.Clear();
        depth = 0;
        parentheses = 0;
    }

    private char Peek(int ahead = 0) => at + ahead < sql.Length ? sql[at + ahead] : '\0';

    private static bool StartsName(char c) => char.IsAsciiLetter(c) || c == '_' || c >= '\u0080';

    private static bool ContinuesName(char c) => StartsName(c) || char.IsAsciiDigit(c) || c == '$';

    private void Take(int end)
    {
        end = Math.Min(end, sql.Length);
        current.Append(sql, at, end - at);
        at = end;
    }

    private void Step()
    {
        var c = Peek();
        if (c is '\'' or '"')
        {
            Take(EndOfQuoted(at, c, escapes: false));
        }
        else if (StartsName(c))
        {
            TakeWord();
        }
        else if (char.IsAsciiDigit(c) || (c == '$' && char.IsAsciiDigit(Peek(1))))
        {
            TakeNumber();
        }
        else if (c == '$')
        {
            TakeDollar();
        }
        else if (c == '-' && Peek(1) == '-')
        {
            var end = sql.IndexOf('\n', at);
            Take(end < 0 ? sql.Length : end);
        }
        else if (c == '/' && Peek(1) == '*')
        {
            Take(EndOfComment());
        }
        else if (c == '@' && bind is not null && TakeArgument())
        {
        }
        else if (c is '(' or ')')
        {
            parentheses = Math.Max(0, parentheses + (c == '(' ? 1 : -1));
            Take(at + 1);
        }
        else if (c == ';' && depth == 0 && parentheses == 0)
        {
            at++;
            End();
        }
        else
        {
            Take(at + 1);
        }
    }

    private void TakeNumber()
    {
        var end = at + 1;
        while (end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] is '_' or '.'))
        {
            end++;
        }

        Take(end);
    }

    private void TakeWord()
    {
        var end = at + 1;
        while (end < sql.Length && ContinuesName(sql[end]))
        {
            end++;
        }

        if (end - at == 1 && sql[at] is 'e' or 'E' && end < sql.Length && sql[end] == '\'')
        {
            Take(EndOfQuoted(end, '\'', escapes: true));
            return;
        }

        Count(sql[at..end].ToLowerInvariant());
        Take(end);
    }

    /// <summary>As psql does: semicolons inside parentheses (of a rule's actions) and inside BEGIN ATOMIC … END of a function's body separate nothing.</summary>
    private void Count(string word)
    {
        words.Add(word);
        if (words[0] != "create" || !words.Take(4).Any(w => w is "function" or "procedure"))
        {
            return;
        }

        if (word == "atomic" && words[^2] == "begin" && depth == 0)
        {
            depth = 1;
        }
        else if (depth > 0 && word is "begin" or "case")
        {
            depth++;
        }
        else if (depth > 0 && word == "end")
        {
            depth--;
        }
    }

    private void TakeDollar()
    {
        var end = at + 1;
        while (end < sql.Length && sql[end] != '$' && ContinuesName(sql[end]))
        {
            end++;
        }

        if (end >= sql.Length || sql[end] != '$')
        {
            Take(end);
            return;
        }

        var tag = sql[at..(end + 1)];
        var close = sql.IndexOf(tag, end + 1, StringComparison.Ordinal);
        Take(close < 0 ? sql.Length : close + tag.Length);
    }

    private bool TakeArgument()
    {
        var end = at + 1;
        if (!StartsName(Peek(1)) || (at > 0 && OperatorsBeforeAt.Contains(sql[at - 1], StringComparison.Ordinal)))
        {
            return false;
        }

        while (end < sql.Length && ContinuesName(sql[end]))
        {
            end++;
        }

        var place = bind!(sql[(at + 1)..end]);
        if (place == 0)
        {
            return false;
        }

        current.Append('$').Append(place.ToString(CultureInfo.InvariantCulture));
        at = end;
        return true;
    }

    private int EndOfQuoted(int open, char quote, bool escapes)
    {
        for (var i = open + 1; i < sql.Length; i++)
        {
            if (escapes && sql[i] == '\\')
            {
                i++;
            }
            else if (sql[i] == quote)
            {
                if (i + 1 < sql.Length && sql[i + 1] == quote)
                {
                    i++;
                }
                else
                {
                    return i + 1;
                }
            }
        }

        return sql.Length;
    }

    private int EndOfComment()
    {
        var level = 0;
        for (var i = at; i < sql.Length; i++)
        {
            if (sql[i] == '/' && i + 1 < sql.Length && sql[i + 1] == '*')
            {
                level++;
                i++;
            }
            else if (sql[i] == '*' && i + 1 < sql.Length && sql[i + 1] == '/')
            {
                i++;
                if (--level == 0)
                {
                    return i + 1;
                }
            }
        }

        return sql.Length;
    }
}
