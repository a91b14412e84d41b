using System.ComponentModel;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Takes rows away in batches and keeps them.</summary>
[Description("Takes rows away in batches and keeps them. Both versions see the change at once; rollback puts the rows back whose key is still free. Rows that others refer to are refused.")]
public sealed record DeleteRows : Operation
{
    /// <summary>The table, as it is before the migration.</summary>
    [Description("The table, as it is before the migration.")]
    public required string Table { get; init; }

    /// <summary>Which rows.</summary>
    [Description("Which rows; `true` for all.")]
    public required SqlText Where { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"Rows of {Table} are deleted; both versions see it.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (RowSubject.Find(draft, Table) is { } table && RowSubject.TryCondition(draft, Where, $"where of delete_rows {Table}", out var where))
        {
            RowSubject.SayShared(draft, "delete_rows", Table);
            draft.Change(new RowChange(0, RowChangeKind.Delete, table) { Where = where });
        }
    }
}
