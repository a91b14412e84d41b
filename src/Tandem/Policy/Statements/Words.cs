using Tandem.Schema;
using static Tandem.Schema.SqlLexer;

namespace Tandem.Policy.Statements;

/// <summary>A part of a statement that is read word by word. Asking for what is not there changes nothing.</summary>
internal sealed class Words
{
    private readonly string text;
    private readonly IReadOnlyList<Token> tokens;
    private readonly int end;
    private int at;

    /// <summary>The words from one place to before another.</summary>
    /// <param name="text">The text that the tokens were cut from.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="from">The first place.</param>
    /// <param name="end">The place behind the last.</param>
    public Words(string text, IReadOnlyList<Token> tokens, int from, int end) => (this.text, this.tokens, at, this.end) = (text, tokens, from, end);

    public bool AtEnd => at >= end;

    public Token Next => at < end ? tokens[at] : new Token(TokenKind.Symbol, "", "", text.Length);

    /// <summary>The tokens that were not read yet.</summary>
    public IEnumerable<Token> Rest
    {
        get
        {
            for (var i = at; i < end; i++)
            {
                yield return tokens[i];
            }
        }
    }

    /// <summary>What was not read yet, as written.</summary>
    public string RestText => AtEnd ? "" : text[tokens[at].Position..(tokens[end - 1].Position + tokens[end - 1].Text.Length)];

    /// <summary>A second reader at the same place.</summary>
    public Words Copy() => new(text, tokens, at, end);

    /// <summary>Whether these words come next.</summary>
    public bool Is(params string[] words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (at + i >= end || !tokens[at + i].Is(words[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether one of these words comes next.</summary>
    public bool IsAny(params string[] words) => words.Any(w => Is(w));

    /// <summary>Takes these words if they come next.</summary>
    public bool Take(params string[] words)
    {
        var found = Is(words);
        at += found ? words.Length : 0;
        return found;
    }

    /// <summary>Takes the one of these words that comes next, or null.</summary>
    public string? TakeAny(params string[] words) => Array.Find(words, w => Take(w));

    /// <summary>Takes a symbol if it comes next.</summary>
    public bool TakeSymbol(string symbol)
    {
        var found = Next.IsSymbol(symbol);
        at += found ? 1 : 0;
        return found;
    }

    /// <summary>Takes whatever comes next.</summary>
    public Token? Any() => AtEnd ? null : tokens[at++];

    /// <summary>Takes a name with its schema, as the server keeps it; null when none comes next.</summary>
    public string? Name()
    {
        if (Part() is not { } name)
        {
            return null;
        }

        while (Next.IsSymbol(".") && at + 1 < end && tokens[at + 1].IsName)
        {
            at++;
            name += "." + Part();
        }

        return name;
    }

    /// <summary>Takes what stands in parentheses; null, with nothing taken, where none open or they do not close.</summary>
    public Words? Group()
    {
        if (!Next.IsSymbol("("))
        {
            return null;
        }

        var depth = 0;
        for (var i = at; i < end; i++)
        {
            depth += Depth(tokens[i]);
            if (depth == 0)
            {
                var inner = new Words(text, tokens, at + 1, i);
                at = i + 1;
                return inner;
            }
        }

        return null;
    }

    /// <summary>What is not read yet, divided by commas outside parentheses. Nothing is taken.</summary>
    public IEnumerable<Words> Items()
    {
        var (depth, start) = (0, at);
        for (var i = at; i < end; i++)
        {
            depth += Depth(tokens[i]);
            if (depth == 0 && tokens[i].IsSymbol(","))
            {
                yield return new Words(text, tokens, start, i);
                start = i + 1;
            }
        }

        yield return new Words(text, tokens, start, end);
    }

    /// <summary>Takes everything up to the first of these words outside parentheses.</summary>
    public Words Until(params string[] words)
    {
        var (depth, start) = (0, at);
        while (at < end && (depth > 0 || !words.Any(tokens[at].Is)))
        {
            depth += Depth(tokens[at++]);
        }

        return new Words(text, tokens, start, at);
    }

    /// <summary>Whether one of these words stands outside parentheses in what was not read yet.</summary>
    public bool Has(params string[] words)
    {
        var rest = Copy();
        rest.Until(words);
        return !rest.AtEnd;
    }

    private static int Depth(Token token) =>
        token.Kind != TokenKind.Symbol ? 0 : token.Text is "(" or "[" ? 1 : token.Text is ")" or "]" ? -1 : 0;

    private string? Part() => !Next.IsName ? null : tokens[at++].Name;
}
