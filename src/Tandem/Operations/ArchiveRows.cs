using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Moves rows in batches into a table of the same shape.</summary>
[Description("Moves rows in batches into an archive: a table of the same shape with a column that says when a row came. Rollback moves them back. Rows that others refer to are refused.")]
public sealed record ArchiveRows : Operation
{
    /// <summary>The table, as it is before the migration.</summary>
    [Description("The table, as it is before the migration.")]
    public required string Table { get; init; }

    /// <summary>The archive; it is made when it is not there.</summary>
    [Description("The archive; it is made when it is not there.")]
    public required string Into { get; init; }

    /// <summary>Which rows.</summary>
    [Description("Which rows; `true` for all.")]
    public required SqlText Where { get; init; }

    /// <summary>The archive's column that says when a row came.</summary>
    [Description("The archive's column that says when a row came.")]
    public string When { get; init; } = "archived_at";

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table, Into];

    /// <inheritdoc />
    public override string Summarize() => $"Rows of {Table} move to {Into}; both versions see that they are gone.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (RowSubject.Find(draft, Table) is not { } table
            || !RowSubject.TryCondition(draft, Where, $"where of archive_rows {Table}", out var where)
            || !Fits(draft, table))
        {
            return;
        }

        var there = draft.Schema.Table(Into) is not null;
        if (!there)
        {
            draft.Create(New(draft, table));
        }

        RowSubject.SayShared(draft, "archive_rows", Table);
        draft.Change(new RowChange(0, RowChangeKind.Archive, table)
        {
            Where = where,
            Archive = new ArchivePlace(Into, When, !there),
        });
    }

    private bool Fits(ChangeDraft draft, Table table)
    {
        if (table.Column(When) is not null)
        {
            draft.Report(ProblemCodes.AlreadyExists, $"The table {Table} has a column {When}, too.", $"{Table}.{When}", "Give `when`: a name that no column of the table has.");
            return false;
        }

        if (draft.Schema.Table(Into) is not { } archive)
        {
            return draft.IsFree(Into);
        }

        if (Into == Table)
        {
            draft.Report(ProblemCodes.AlreadyExists, $"{Table} cannot be its own archive.", Table);
            return false;
        }

        var misfits = table.Columns.Where(c => archive.Column(c.Name) is not { Generated: null } a || a.Type != c.Type || (c.Nullable && !a.Nullable))
            .Select(c => $"{c.Name} must be {c.Type}{(c.Nullable ? " and take NULL" : "")}")
            .Concat(archive.Column(When) is null ? [$"{When} is missing"] : [])
            .Concat(archive.Columns.Where(c => c.Name != When && table.Column(c.Name) is null && c is { Nullable: false, Default: null, Identity: IdentityKind.None })
                .Select(c => $"{c.Name} must take NULL or have a default"))
            .Concat(archive.Triggers.Where(t => t is { Before: true, ForEachRow: true, OnInsert: true, Enabled: true }).Select(t => $"its trigger {t.Name} may change rows that come, or leave them out"))
            .Concat(archive.Key.Order(StringComparer.Ordinal).SequenceEqual(table.Key.Order(StringComparer.Ordinal))
                ? [] : [$"its key must be {string.Join(", ", table.Key)}"])
            .ToList();
        if (misfits.Count > 0)
        {
            draft.Report(ProblemCodes.ArchiveDiffers, $"{Into} cannot take the rows of {Table}: {string.Join("; ", misfits)}.", Into);
        }

        return misfits.Count == 0;
    }

    // An archive holds what was, so nothing in it is made or computed any more, and no rule but the key holds.
    private Table New(ChangeDraft draft, Table table) =>
        new(Into, table.Columns.Select(c => new Column(c.Name, c.Type, c.Nullable && !table.Key.Contains(c.Name)) { Collation = c.Collation, Comment = c.Comment })
            .Append(new Column(When, draft.Engine == "sqlite" ? "TEXT" : "timestamp with time zone", Nullable: false)).ToValueList())
        {
            PrimaryKey = new PrimaryKey(draft.Engine == "sqlite" ? null : UsualName.Of(Into, [], "pkey"), table.Key),
            WithoutRowId = table.WithoutRowId,
            Strict = table.Strict,
        };
}
