using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Changes values in batches and keeps what was there; both versions see the change.</summary>
[Description("Changes values in batches and keeps what was there. Both versions see the change at once; rollback puts back what still equals what was written.")]
public sealed record UpdateRows : Operation
{
    /// <summary>The table, as it is before the migration.</summary>
    [Description("The table, as it is before the migration.")]
    public required string Table { get; init; }

    /// <summary>New values, expressions over the row.</summary>
    [Description("New values, expressions over the row.")]
    public required ValueList<RowValue> Set { get; init; }

    /// <summary>Which rows; all when left out.</summary>
    [Description("Which rows; all when left out.")]
    public SqlText? Where { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"In {Table}, {string.Join(", ", Set.Select(s => s.Column))} of {(Where is null ? "every row" : "some rows")} is changed; both versions see it.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (RowSubject.Find(draft, Table) is not { } table || !RowSubject.TryCondition(draft, Where, $"where of update_rows {Table}", out var where))
        {
            return;
        }

        var set = Set.Select(s => (s.Column, Sql: draft.Expression(s.Value, $"{Table}.{s.Column}"))).ToList();
        foreach (var (column, _) in set.Where(s => table.Column(s.Column) is null || table.Key.Contains(s.Column)))
        {
            draft.Report(
                table.Column(column) is null ? ProblemCodes.NoSuchColumn : ProblemCodes.KeyColumn,
                table.Column(column) is null ? $"The table {Table} has no column {column}." : $"{Table}.{column} is part of the key.",
                $"{Table}.{column}");
            return;
        }

        if (set.Select(s => table.Column(s.Column)!).FirstOrDefault(c => c.Generated is not null || (c.Identity == IdentityKind.Always && draft.Engine == "postgres")) is { } computed)
        {
            draft.Report(ProblemCodes.GivenByDatabase, $"{Table}.{computed.Name} gets its values from the database.", $"{Table}.{computed.Name}");
            return;
        }

        if (set.FirstOrDefault(s => s.Sql?.Trim().Equals("null", StringComparison.OrdinalIgnoreCase) == true && !table.Column(s.Column)!.Nullable) is { Column: { } required })
        {
            draft.Report(ProblemCodes.Incomplete, $"{Table}.{required} must not be NULL.", $"{Table}.{required}", "Set another value, or let the column be without one first (`drop_not_null`), in an earlier migration.");
            return;
        }

        if (set.All(s => s.Sql is not null))
        {
            RowSubject.SayShared(draft, "update_rows", Table);
            draft.Change(new RowChange(0, RowChangeKind.Update, table)
            {
                Set = set.Select(s => new LensExpression(s.Column, s.Sql!)).ToValueList(),
                Where = where,
            });
        }
    }
}
