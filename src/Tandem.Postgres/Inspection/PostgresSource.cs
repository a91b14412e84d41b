using Tandem.Postgres.Dialect;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>What the text of a function or view says about tables and rows, read word by word.</summary>
internal sealed class PostgresSource
{
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> inserts = new(StringComparer.Ordinal);

    // Which letters the server folds hangs on its encoding: a column too many costs a question, one that is missed costs data.
    private readonly HashSet<string> rowColumns = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> written = new(StringComparer.OrdinalIgnoreCase);

    private PostgresSource()
    {
    }

    /// <summary>Every name, as the server would fold it; also those in strings, which may be statements put together.</summary>
    public IReadOnlySet<string> Names => names;

    /// <summary>Tables that rows are inserted into without naming the columns.</summary>
    public IReadOnlySet<string> InsertsWithoutColumns => inserts;

    /// <summary>Columns named as <c>NEW.c</c> or <c>OLD.c</c>, in any case.</summary>
    public IReadOnlySet<string> ColumnsOfNewOrOld => rowColumns;

    /// <summary>Columns that are assigned as <c>NEW.c</c>, in any case.</summary>
    public IReadOnlySet<string> WrittenOfNew => written;

    /// <summary>Whether another row may be returned than NEW as it came, so that any column may change.</summary>
    public bool ReplacesRow { get; private set; }

    /// <summary>Whether all columns are read by a star.</summary>
    public bool Star { get; private set; }

    /// <summary>Whether a star stands for a row as one value: <c>t.*</c>.</summary>
    public bool WholeRowStar { get; private set; }

    /// <summary>Whether NEW or OLD is used as one value, other than to return it.</summary>
    public bool WholeNewOrOld { get; private set; }

    /// <summary>Reads a text.</summary>
    public static PostgresSource Read(string text)
    {
        var source = new PostgresSource();
        source.ReadTokens(SqlLexer.Tokenize(text), depth: 0);
        return source;
    }

    private void ReadTokens(IReadOnlyList<SqlLexer.Token> tokens, int depth)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.IsName)
            {
                names.Add(token.Name);
                ReadName(tokens, i);
            }
            else if (token.Kind == SqlLexer.TokenKind.StringLiteral && depth < 3)
            {
                ReadTokens(SqlLexer.Tokenize(token.Value), depth + 1);
            }
            else if (token.Kind == SqlLexer.TokenKind.Symbol && token.Text.StartsWith('*') && i > 0 && !IsOfExists(tokens, i))
            {
                ReadStar(tokens[i - 1]);
            }
        }
    }

    /// <summary>
    /// Whether the star is that of <c>EXISTS (SELECT *</c>, which asks for no column: unless queries are put together, where all of
    /// them are compared.
    /// </summary>
    private static bool IsOfExists(IReadOnlyList<SqlLexer.Token> tokens, int i)
    {
        if (i < 3 || !tokens[i - 1].Is("select") || !tokens[i - 2].IsSymbol("(") || !tokens[i - 3].Is("exists"))
        {
            return false;
        }

        for (var (at, open) = (i, 1); at < tokens.Count; at++)
        {
            open += tokens[at].IsSymbol("(") ? 1 : tokens[at].IsSymbol(")") ? -1 : 0;
            if (open == 0)
            {
                return true;
            }

            if (tokens[at].Is("union") || tokens[at].Is("except") || tokens[at].Is("intersect"))
            {
                return false;
            }
        }

        return false;
    }

    private void ReadStar(SqlLexer.Token before)
    {
        // count(*) and a * b are not meant.
        if (before.IsSymbol("."))
        {
            Star = true;
            WholeRowStar = true;
        }
        else if (before.IsSymbol(",") || before.Is("select") || before.Is("distinct") || before.Is("all") || before.Is("returning"))
        {
            Star = true;
        }
    }

    private void ReadName(IReadOnlyList<SqlLexer.Token> tokens, int i)
    {
        var token = tokens[i];
        if (token.Is("into") && i > 0 && tokens[i - 1].Is("insert"))
        {
            ReadInsert(tokens, i + 1);
        }
        else if (token.Name is "new" or "old")
        {
            ReadRow(tokens, i);
            ReadAssignment(tokens, i);
        }
        else if (token.Is("return"))
        {
            ReplacesRow |= !ReturnsRowAsItIs(tokens, i + 1);
        }
    }

    /// <summary>
    /// A statement that begins with NEW, stores a query's result in it or hands it to a procedure, which may give another value back, changes
    /// the row. NEW may stand behind the label of the function or block that it belongs to.
    /// </summary>
    private void ReadAssignment(IReadOnlyList<SqlLexer.Token> tokens, int i)
    {
        var whole = i + 2 >= tokens.Count || !tokens[i + 1].IsSymbol(".");
        var next = i + (whole ? 1 : 3);
        var start = i >= 2 && tokens[i - 1].IsSymbol(".") && tokens[i - 2].IsName ? i - 2 : i;
        var assigned = BeginsStatement(tokens, start) && next < tokens.Count && tokens[next].Kind == SqlLexer.TokenKind.Symbol
            && (tokens[next].Text[0] is '=' or '[' or '.' || (tokens[next].Text[0] == ':' && !tokens[next].IsSymbol("::")));
        if (!assigned && !IsTarget(tokens, start) && !IsInStatement(tokens, start, "call") && !IsInStatement(tokens, start, "get"))
        {
            return;
        }

        if (whole)
        {
            ReplacesRow = true;
        }
        else
        {
            written.Add(tokens[i + 2].Name);
        }
    }

    private static bool BeginsStatement(IReadOnlyList<SqlLexer.Token> tokens, int i) => i == 0
        || tokens[i - 1].IsSymbol(";") || tokens[i - 1].IsSymbol(">>") || tokens[i - 1].Is("begin") || tokens[i - 1].Is("then")
        || tokens[i - 1].Is("else") || tokens[i - 1].Is("loop");

    /// <summary>Whether it stands in a statement that begins with a word.</summary>
    private static bool IsInStatement(IReadOnlyList<SqlLexer.Token> tokens, int i, string word)
    {
        while (--i >= 0 && !tokens[i].IsSymbol(";"))
        {
            if (tokens[i].Is(word) && BeginsStatement(tokens, i))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it stands in the list behind INTO, FOR or FOREACH.</summary>
    private static bool IsTarget(IReadOnlyList<SqlLexer.Token> tokens, int i)
    {
        while (--i >= 0 && (tokens[i].IsName || tokens[i].IsSymbol(",") || tokens[i].IsSymbol("."))
            && !tokens[i].Is("using") && !tokens[i].Is("select") && !tokens[i].Is("from") && !tokens[i].Is("in"))
        {
            if (tokens[i].Is("into") || tokens[i].Is("for") || tokens[i].Is("foreach"))
            {
                return !(i > 0 && tokens[i - 1].Is("insert"));
            }
        }

        return false;
    }

    private static bool ReturnsRowAsItIs(IReadOnlyList<SqlLexer.Token> tokens, int i)
    {
        while (i < tokens.Count && (tokens[i].Is("new") || tokens[i].Is("old") || tokens[i].Is("null") || tokens[i].Is("coalesce")
            || tokens[i].IsSymbol("(") || tokens[i].IsSymbol(",") || tokens[i].IsSymbol(")")))
        {
            i++;
        }

        return i >= tokens.Count || tokens[i].IsSymbol(";");
    }

    private void ReadInsert(IReadOnlyList<SqlLexer.Token> tokens, int i)
    {
        while (i + 2 < tokens.Count && tokens[i + 1].IsSymbol("."))
        {
            i += 2;
        }

        if (i >= tokens.Count || !tokens[i].IsName)
        {
            return;
        }

        var next = i + 1;
        if (next + 1 < tokens.Count && tokens[next].Is("as"))
        {
            next += 2;
        }

        // A parenthesis may also begin a query: INSERT INTO t (SELECT …).
        var listed = next + 1 < tokens.Count && tokens[next].IsSymbol("(") && !tokens[next + 1].Is("select")
            && !tokens[next + 1].Is("values") && !tokens[next + 1].Is("with") && !tokens[next + 1].Is("table");
        if (!listed && !(next < tokens.Count && tokens[next].Is("default")))
        {
            inserts.Add(tokens[i].Name);
        }
    }

    private void ReadRow(IReadOnlyList<SqlLexer.Token> tokens, int i)
    {
        if (i + 2 < tokens.Count && tokens[i + 1].IsSymbol("."))
        {
            if (tokens[i + 2].IsName)
            {
                rowColumns.Add(tokens[i + 2].Name);
            }
            else
            {
                WholeNewOrOld = true;
            }
        }
        else if (!IsReturned(tokens, i) && !IsAlias(tokens, i))
        {
            WholeNewOrOld = true;
        }
    }

    /// <summary>Whether it stands in <c>RETURN NEW</c> or <c>RETURN coalesce(NEW, OLD)</c>.</summary>
    private static bool IsReturned(IReadOnlyList<SqlLexer.Token> tokens, int i)
    {
        while (--i >= 0 && (tokens[i].IsSymbol("(") || tokens[i].IsSymbol(",") || tokens[i].Is("coalesce")
            || tokens[i].Is("new") || tokens[i].Is("old")))
        {
        }

        return i >= 0 && tokens[i].Is("return");
    }

    /// <summary>Whether it is a name after AS, as in <c>REFERENCING NEW TABLE AS new</c>, or before TABLE.</summary>
    private static bool IsAlias(IReadOnlyList<SqlLexer.Token> tokens, int i) =>
        (i > 0 && tokens[i - 1].Is("as")) || (i + 1 < tokens.Count && tokens[i + 1].Is("table"));
}
