using System.Text;
using Tandem.Schema;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Writes an expression over one table in the column names of its new version. Only for checks, generated columns and
/// indexes, where SQLite allows no query and so every word that can be a column is one; lenses are never rewritten.
/// </summary>
internal sealed class ColumnRenames
{
    private readonly Dictionary<string, string> names;

    public ColumnRenames(IEnumerable<(string From, string To)> renames) =>
        names = renames.Where(r => r.From != r.To).ToDictionary(r => r.From, r => r.To, SqliteText.NameComparer.Instance);

    /// <summary>The expression in new names.</summary>
    public string Apply(string expression)
    {
        var tokens = SqliteTokenizer.Tokenize(expression);
        var text = new StringBuilder();
        var end = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (IsColumn(tokens, i) && names.TryGetValue(tokens[i].Value, out var to))
            {
                text.Append(expression, end, tokens[i].Start - end).Append(SqliteText.Quote(to));
                end = tokens[i].End;
            }
        }

        return text.Append(expression, end, expression.Length - end).ToString();
    }

    /// <summary>The index in new names; its keys' column names are new already.</summary>
    public Schema.Index Apply(Schema.Index index) => index with
    {
        Keys = index.Keys.Select(k => k.Expression is null ? k : k with { Expression = Apply(k.Expression) }).ToValueList(),
        Where = index.Where is null ? null : Apply(index.Where),
    };

    // A call's name, a collation, a cast's type and (without quotes) a word that is never a name are no columns.
    private static bool IsColumn(IReadOnlyList<SqliteToken> tokens, int i) =>
        tokens[i].CanReference
        && !(i + 1 < tokens.Count && (tokens[i + 1].IsSymbol("(") || tokens[i + 1].IsSymbol(".")))
        && !(i > 0 && (tokens[i - 1].Is("COLLATE") || tokens[i - 1].Is("AS")))
        && !(tokens[i].Kind == SqliteTokenKind.Word && IsAlwaysKeyword(tokens[i].Value));

    private static bool IsAlwaysKeyword(string word) => word.ToUpperInvariant()
        is "AND" or "AS" or "BETWEEN" or "CASE" or "COLLATE" or "ELSE" or "ESCAPE" or "IN" or "IS" or "ISNULL" or "NOT"
        or "NOTNULL" or "NULL" or "OR" or "THEN" or "WHEN";
}
