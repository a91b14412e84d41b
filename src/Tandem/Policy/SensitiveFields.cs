using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Policy;

/// <summary>Fields that the policy marks as sensitive.</summary>
internal sealed class SensitiveFields(LintPolicy policy)
{
    private readonly IReadOnlyList<(string Table, string Column)> marks =
        [.. (policy.Sensitive ?? []).Select(Parse).OfType<(string, string)>()];

    /// <summary>Whether none is marked.</summary>
    public bool None => marks.Count == 0;

    /// <summary>Whether a field is marked.</summary>
    public bool Has(string table, string column) => marks.Any(m => IsTable(m, table) && (m.Column == "*" || m.Column == column));

    /// <summary>The marks that may concern a table.</summary>
    public IEnumerable<(string Table, string Column)> Of(string table) => marks.Where(m => IsTable(m, table));

    /// <summary>Marked fields that a query may show: it names them, or takes all columns of their table.</summary>
    public IEnumerable<string> In(string query)
    {
        var tokens = SqlLexer.Tokenize(query);
        var takesAll = Enumerable.Range(1, Math.Max(0, tokens.Count - 1)).Any(i =>
            tokens[i].IsSymbol("*") && (tokens[i - 1].IsSymbol(".") || tokens[i - 1].IsSymbol(",") || tokens[i - 1].Is("select")));
        return marks.Where(m => (m.Table == "*" || SqlLexer.Names(query, m.Table)) && (m.Column == "*" || takesAll || SqlLexer.Names(query, m.Column))).Select(Shown);
    }

    /// <summary>Marked fields of the old version that changes fill, convert or drop, as <c>table.column</c>.</summary>
    public static IEnumerable<string> Changed(LintPolicy policy, IEnumerable<TableChange> changes)
    {
        var fields = new SensitiveFields(policy);
        return changes.Where(c => c.Before is not null)
            .SelectMany(c => c.After is null ? c.Before!.Columns.Select(k => (c.Name, Column: k.Name)) : c.Columns.Where(p => p.Before is not null && p.Before != p.After).Select(p => (c.Name, Column: p.Before!.Name)))
            .Where(f => fields.Has(f.Name, f.Column)).Select(f => $"{f.Name}.{f.Column}").Distinct(StringComparer.Ordinal);
    }

    /// <summary>A mark as people write it.</summary>
    public static string Shown((string Table, string Column) mark) => $"{mark.Table}.{mark.Column}";

    /// <summary>Table and column of a mark, or null where it is none.</summary>
    public static (string Table, string Column)? Parse(string mark) =>
        mark.Split('.') is [{ Length: > 0 } table, { Length: > 0 } column] ? (table, column) : null;

    private static bool IsTable((string Table, string Column) mark, string table) => mark.Table == "*" || mark.Table == table.Split('.')[^1];
}
