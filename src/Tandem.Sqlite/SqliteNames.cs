using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>
/// Finds by its words what a text names. A name too many only makes the plan more careful; a name missed would let it
/// break something.
/// </summary>
internal static class SqliteNames
{
    /// <summary>The columns that an expression names, in the table's order.</summary>
    public static ValueList<string> ColumnsIn(string expression, IEnumerable<Column> columns)
    {
        var words = WordsIn(expression);
        return columns.Select(c => c.Name).Where(words.Contains).ToValueList();
    }

    /// <summary>Every word and quoted name of a text.</summary>
    public static HashSet<string> WordsIn(string text) => SqliteTokenizer.Tokenize(text)
        .Where(t => t.CanReference)
        .Select(t => t.Value)
        .ToHashSet(SqliteText.NameComparer.Instance);

    /// <summary>
    /// Whether a text that names a table reads <c>*</c>, or inserts into that table without naming columns: an extra
    /// column changes what it does. A star in parentheses, as in <c>count(*)</c>, between values or behind <c>EXISTS (SELECT</c> is none.
    /// </summary>
    public static bool TakesWholeRows(string text, string table)
    {
        var tokens = SqliteTokenizer.Tokenize(text);
        for (var i = 0; i < tokens.Count; i++)
        {
            var before = i > 0 ? tokens[i - 1] : default;
            if (tokens[i].IsSymbol("*")
                && (before.IsSymbol(",") || before.IsSymbol(".") || before.Is("SELECT") || before.Is("DISTINCT")
                    || before.Is("ALL") || before.Is("RETURNING"))
                && !IsOfExists(tokens, i))
            {
                return true;
            }

            if (tokens[i].Is("INTO") && InsertsWithoutColumns(tokens, i + 1, table))
            {
                return true;
            }
        }

        return false;
    }

    // It asks for no column, unless queries are put together: then all of them are compared.
    private static bool IsOfExists(IReadOnlyList<SqliteToken> tokens, int i)
    {
        if (i < 3 || !tokens[i - 1].Is("SELECT") || !tokens[i - 2].IsSymbol("(") || !tokens[i - 3].Is("EXISTS"))
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

            if (tokens[at].Is("UNION") || tokens[at].Is("EXCEPT") || tokens[at].Is("INTERSECT"))
            {
                return false;
            }
        }

        return false;
    }

    private static bool InsertsWithoutColumns(IReadOnlyList<SqliteToken> tokens, int at, string table)
    {
        // INTO [schema.]table [AS alias] ( … — anything but the parenthesis means that no columns are named.
        at += at + 1 < tokens.Count && tokens[at + 1].IsSymbol(".") ? 2 : 0;
        if (at >= tokens.Count || !SqliteText.SameName(tokens[at].Value, table))
        {
            return false;
        }

        at += at + 1 < tokens.Count && tokens[at + 1].Is("AS") ? 3 : 1;
        return at < tokens.Count && !tokens[at].IsSymbol("(") && !tokens[at].Is("DEFAULT");
    }
}
