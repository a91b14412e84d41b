using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>Walks over the tokens of a statement. What does not stand where it must is a <see cref="FormatException"/>.</summary>
internal sealed class SqliteCursor(string sql)
{
    private readonly IReadOnlyList<SqliteToken> tokens = SqliteTokenizer.Tokenize(sql);
    private int at;

    /// <summary>Whether all tokens were taken.</summary>
    public bool AtEnd => at >= tokens.Count;

    /// <summary>The next token, or an empty illegal one at the end.</summary>
    public SqliteToken Peek(int ahead = 0) =>
        at + ahead < tokens.Count ? tokens[at + ahead] : new SqliteToken(SqliteTokenKind.Illegal, "", sql.Length, sql.Length);

    /// <summary>Takes the next token, whatever it is.</summary>
    public SqliteToken Take()
    {
        var token = Peek();
        at++;
        return token;
    }

    /// <summary>Gives the last token back.</summary>
    public void Back() => at--;

    /// <summary>Takes these keywords when all of them come next.</summary>
    public bool TakeWords(params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!Peek(i).Is(words[i]))
            {
                return false;
            }
        }

        at += words.Length;
        return true;
    }

    /// <summary>Takes a mark when it comes next.</summary>
    public bool TakeSymbol(string symbol)
    {
        if (!Peek().IsSymbol(symbol))
        {
            return false;
        }

        at++;
        return true;
    }

    /// <summary>Takes a mark that must come next.</summary>
    public void Expect(string symbol)
    {
        if (!TakeSymbol(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    /// <summary>Takes keywords that must come next.</summary>
    public void ExpectWords(params ReadOnlySpan<string> words)
    {
        if (!TakeWords(words))
        {
            throw Unexpected(string.Join(' ', words.ToArray()));
        }
    }

    /// <summary>Takes a name.</summary>
    public string Name()
    {
        var token = Peek();
        if (!token.CanName)
        {
            throw Unexpected("a name");
        }

        at++;
        return token.Value;
    }

    /// <summary>Takes a name that may have a schema before it, and drops the schema.</summary>
    public string QualifiedName()
    {
        var name = Name();
        return TakeSymbol(".") ? Name() : name;
    }

    /// <summary>Takes <c>( … )</c> and gives the text inside, without comments.</summary>
    public string Parenthesized()
    {
        Expect("(");
        var start = Peek().Start;
        for (var depth = 1; depth > 0; at++)
        {
            if (AtEnd)
            {
                throw Unexpected("')'");
            }

            depth += Peek().IsSymbol("(") ? 1 : Peek().IsSymbol(")") ? -1 : 0;
        }

        return SqliteTokenizer.Normalize(sql[start..tokens[at - 1].Start]);
    }

    /// <summary>Takes <c>( name, … )</c>.</summary>
    public ValueList<string> Names()
    {
        Expect("(");
        var names = new List<string>();
        do
        {
            names.Add(Name());
        }
        while (TakeSymbol(","));
        Expect(")");
        return names.ToValueList();
    }

    /// <summary>The text from a token on to the last one taken, without comments.</summary>
    public string TextSince(SqliteToken first) => SqliteTokenizer.Normalize(sql[first.Start..Peek(-1).End]);

    /// <summary>The text of all that is left, without comments.</summary>
    public string Rest()
    {
        var text = SqliteTokenizer.Normalize(sql[Peek().Start..]);
        at = tokens.Count;
        return text;
    }

    /// <summary>The failure that something else was expected here.</summary>
    public FormatException Unexpected(string wanted) =>
        new(AtEnd ? $"{wanted} was expected at its end" : $"{wanted} was expected at character {Peek().Start + 1}");
}
