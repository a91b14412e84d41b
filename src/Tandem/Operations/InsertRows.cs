using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>One value of a row that a file lists.</summary>
/// <param name="Column">The column.</param>
/// <param name="Value">Its value.</param>
[WrittenAsMapping]
public sealed record NewCell(string Column, CellValue Value);

/// <summary>What happens to a row whose key is taken.</summary>
public enum ExistingRows
{
    /// <summary>The migration does not start.</summary>
    Refuse,

    /// <summary>The row that is there stays as it is.</summary>
    Keep,
}

/// <summary>Adds rows that the file lists: reference data.</summary>
[Description("Adds rows that the file lists: reference data. Both versions see them at once; rollback removes those that still are as they were added and that nothing refers to.")]
public sealed record InsertRows : Operation
{
    /// <summary>The table: one that is there before the migration, or one that an operation before this one makes.</summary>
    [Description("The table: one that is there before the migration, or one that an operation before this one makes.")]
    public required string Table { get; init; }

    /// <summary>The rows: columns with their values. Every row gives the key.</summary>
    [Description("The rows: columns with their values. Every row gives the key.")]
    public required ValueList<ValueList<NewCell>> Rows { get; init; }

    /// <summary>What happens to a row whose key is taken: refuse to start, or keep the row that is there.</summary>
    [Description("What happens to a row whose key is taken: refuse to start, or keep the row that is there.")]
    public ExistingRows Existing { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"{Table} gets {Rows.Count} row{(Rows.Count == 1 ? "" : "s")}; both versions see {(Rows.Count == 1 ? "it" : "them")}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var made = draft.Made(Table);
        if ((made is not null && RowSubject.HasKey(draft, made) ? made : made is null ? RowSubject.Find(draft, Table) : null) is not { } table)
        {
            return;
        }

        var before = draft.Problems.Count;
        var rows = Rows.Select(r => Freeze(draft, table, r)).ToList();
        foreach (var twice in rows.GroupBy(r => r.Where(c => table.Key.Contains(c.Column)).OrderBy(c => c.Column, StringComparer.Ordinal).ToValueList()).Where(g => g.Count() > 1))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"{twice.Count()} of the rows for {Table} have the same key.", Table);
        }

        if (draft.Problems.Count > before)
        {
            return;
        }

        if (made is null)
        {
            RowSubject.SayShared(draft, "insert_rows", Table);
        }

        draft.Change(new RowChange(0, RowChangeKind.Insert, table)
        {
            OnNewTable = made is not null,
            Rows = rows.ToValueList(),
            KeepExisting = Existing == ExistingRows.Keep,
        });
    }

    private ValueList<RowCell> Freeze(ChangeDraft draft, Table table, ValueList<NewCell> row)
    {
        foreach (var cell in row.Where(c => table.Column(c.Column) is null or { Generated: not null }))
        {
            draft.Report(
                table.Column(cell.Column) is null ? ProblemCodes.NoSuchColumn : ProblemCodes.GivenByDatabase,
                table.Column(cell.Column) is null ? $"The table {Table} has no column {cell.Column}." : $"{Table}.{cell.Column} is computed by the database.",
                $"{Table}.{cell.Column}");
        }

        foreach (var key in table.Key.Where(k => row.All(c => c.Column != k || c.Value.Kind == CellKind.Null)))
        {
            draft.Report(
                ProblemCodes.Incomplete,
                $"A row for {Table} does not give {key}, which is part of the key: the row could not be found again.",
                $"{Table}.{key}",
                "Give every column of the key, also where the database could make it.");
        }

        foreach (var column in table.Columns.Where(c => c is { Nullable: false, Default: null, Identity: IdentityKind.None, Generated: null }
            && !table.Key.Contains(c.Name) && row.All(r => r.Column != c.Name || r.Value.Kind == CellKind.Null)))
        {
            draft.Report(
                ProblemCodes.RequiredWithoutValue, $"A row for {Table} has no value for {column.Name}.", $"{Table}.{column.Name}", "Give the row a value for it.");
        }

        return row.Select(c => new RowCell(c.Column, c.Value.Kind, c.Value.Kind == CellKind.Sql
            ? draft.Expression(c.Value.Sql, $"a row for {Table}.{c.Column}") ?? ""
            : c.Value.Text)).ToValueList();
    }
}
