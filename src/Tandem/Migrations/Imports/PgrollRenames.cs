using System.Text;
using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>
/// The names that one migration has changed so far. Pgroll's `up` says a row in the names of its moment; ours in those from before the migration.
/// </summary>
internal sealed class PgrollRenames
{
    private readonly Dictionary<string, string> tables = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Table, string Column), string> columns = [];

    /// <summary>A table gets another name.</summary>
    public void Table(string from, string to)
    {
        tables[to] = tables.Remove(from, out var before) ? before : from;
        foreach (var key in columns.Keys.Where(k => k.Table == from).ToList())
        {
            columns.Remove(key, out var column);
            columns[(to, key.Column)] = column!;
        }
    }

    /// <summary>A column gets another name.</summary>
    public void Column(string table, string from, string to) => columns[(table, to)] = columns.Remove((table, from), out var before) ? before : from;

    /// <summary>An expression over a row of the table, in the names from before the migration.</summary>
    public string Before(string table, string expression)
    {
        if (!tables.ContainsKey(table) && columns.Keys.All(k => k.Table != table))
        {
            return expression;
        }

        var tokens = SqlLexer.Tokenize(expression);
        var text = new StringBuilder();
        var from = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (NameBefore(table, tokens, i) is { } name)
            {
                text.Append(expression, from, tokens[i].Position - from).Append(SqlName.Quote(name));
                from = tokens[i].Position + tokens[i].Text.Length;
            }
        }

        return text.Append(expression, from, expression.Length - from).ToString();
    }

    // A column stands alone or behind its table; what stands behind another table is that one's.
    private string? NameBefore(string table, IReadOnlyList<SqlLexer.Token> tokens, int i)
    {
        if (!tokens[i].IsName)
        {
            return null;
        }

        if ((i + 1 < tokens.Count && tokens[i + 1].IsSymbol(".")) || (i > 0 && (tokens[i - 1].Is("from") || tokens[i - 1].Is("join"))))
        {
            return tokens[i].Name == table ? tables.GetValueOrDefault(table) : null;
        }

        var belongs = i < 2 || !tokens[i - 1].IsSymbol(".") || tokens[i - 2].Name == table;
        return belongs ? columns.GetValueOrDefault((table, tokens[i].Name)) : null;
    }
}
