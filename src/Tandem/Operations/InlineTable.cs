using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Takes the columns of a table that shares another one's key into that one; both forms are served and kept in agreement.</summary>
[Description("Takes the columns of a table into the table whose key it shares, or to whose rows it refers one to one; the reverse of extract_table. Both forms are served and kept in agreement.")]
public sealed record InlineTable : Operation
{
    /// <summary>The table that goes.</summary>
    [Description("The table that goes. Its primary key, or columns that are required and unique, is a foreign key to the other table's, with ON DELETE CASCADE. A primary key besides must be drawn by the database.")]
    public required string Table { get; init; }

    /// <summary>The table that takes its columns.</summary>
    [Description("The table that takes its columns. Where there was no row, they are NULL.")]
    public required string Into { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table, Into];

    /// <inheritdoc />
    public override string Summarize() => $"The columns of {Table} move into {Into}; {Table} is no longer served, and at sunset it is backed up and dropped.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is not { } part || draft.Table(Into) is not { } whole || KeyOf(draft, part, whole) is not { } own)
        {
            return;
        }

        var before = draft.Problems.Count;
        var moved = part.Columns.Select(c => c.Before!).Where(c => !own.Columns.Contains(c.Name) && !part.Before!.PrimaryKey!.Columns.Contains(c.Name)).ToList();
        Look(draft, part, whole, own, moved);
        var rules = new PartRules(draft, part.Before!, own, moved.Select(c => c.Name).ToList());
        var checks = rules.Checks(whole.Name);
        var (uniques, keys, indexes) = (rules.Uniques(), rules.ForeignKeys(), rules.Indexes());
        if (draft.Problems.Count > before)
        {
            return;
        }

        part.Dropped = true;
        foreach (var column in moved)
        {
            whole.Add(column with { Nullable = true, Default = null });
        }

        whole.Checks.AddRange(checks.Select(c => new DraftPair<CheckConstraint>(null, c)));
        whole.Uniques.AddRange(uniques.Select(u => new DraftPair<UniqueConstraint>(null, u)));
        whole.ForeignKeys.AddRange(keys.Select(k => new DraftPair<ForeignKey>(null, k)));
        whole.Indexes.AddRange(indexes.Select(i => new DraftPair<Schema.Index>(null, i)));
        whole.AddLink(new TableLink(whole.Name, part.Before!.Name, Side.Old)
        {
            Key = own.ReferencedColumns.Select((c, i) => new LinkedColumn(c, own.Columns[i])).ToValueList(),
            Columns = moved.Select(c => new LinkedColumn(c.Name, c.Name)).ToValueList(),
        });
    }

    /// <summary>The foreign key by which a row of the table is a part of at most one row of the other.</summary>
    private ForeignKey? KeyOf(ChangeDraft draft, TableDraft part, TableDraft whole)
    {
        if (part == whole || part.Before is not { PrimaryKey: { } key } || whole.Before is not { PrimaryKey: { } wholeKey } || part.Changed || whole.Name != whole.Before.Name)
        {
            draft.Report(ProblemCodes.LinkNeedsKey, $"{Table} and {Into} need primary keys, and must be as they were before this migration.", Table);
            return null;
        }

        var own = part.ForeignKeys.Select(f => f.After!).FirstOrDefault(f => f.ReferencedTable == whole.Name
            && (Same(f.Columns, key.Columns) || (PartRules.IsKey(part.Before!, f) && f.Columns.All(c => part.Before!.Column(c) is { Nullable: false })))
            && Same(f.ReferencedColumns, wholeKey.Columns));
        if (own is not { OnDelete: ReferentialAction.Cascade, Deferrable: null, Validated: true } || whole.PrimaryKey != wholeKey)
        {
            draft.Report(
                ProblemCodes.NotOneToOne,
                own is null
                    ? $"Neither the primary key of {Table} nor any of its columns that are required and unique are a foreign key to the primary key of {Into}."
                    : $"{own.Name ?? "The foreign key"} of {Table} must be validated, not deferrable and ON DELETE CASCADE: in the new version the values go with their row of {Into}.",
                Table);
            return null;
        }

        if (!Same(own.Columns, key.Columns) && (key.Columns.Count > 1 || !ExtractTable.IsDrawn(part.Before.Column(key.Columns[0])!, draft.Engine)))
        {
            draft.Report(ProblemCodes.OwnKeyNotDrawn, $"Nothing gives a row that comes from {Into} its primary key ({string.Join(", ", key.Columns)}) of {Table}.", Table);
            return null;
        }

        return own;
    }

    private static bool Same(IEnumerable<string> one, IEnumerable<string> other) =>
        one.Order(StringComparer.Ordinal).SequenceEqual(other.Order(StringComparer.Ordinal), StringComparer.Ordinal);

    private void Look(ChangeDraft draft, TableDraft part, TableDraft whole, ForeignKey own, List<Column> moved)
    {
        if (moved.Count == 0)
        {
            draft.Report(ProblemCodes.NotOneToOne, $"{Table} has no columns besides its key: nothing would tell whether a row is there.", Table);
        }

        foreach (var key in part.Before!.Columns.Where(c => c.Identity == IdentityKind.Always && own.Columns.Contains(c.Name)))
        {
            draft.Report(ProblemCodes.KeyColumn, $"{Table}.{key.Name} is GENERATED ALWAYS: the server would refuse the key of a row that comes from {Into}.", $"{Table}.{key.Name}");
        }

        foreach (var (other, key) in draft.Referencing(Table).Where(r => r.Table != part))
        {
            draft.Report(ProblemCodes.Referenced, $"The foreign key {key.After!.Name} of {other.Name} refers to {Table}.", Table);
        }

        foreach (var trigger in part.Before!.Triggers)
        {
            draft.Report(ProblemCodes.NotOneToOne, $"{Table} has the trigger {trigger.Name}, which would be lost.", Table);
        }

        foreach (var exclusion in part.Before.Exclusions)
        {
            draft.Report(ProblemCodes.NotOneToOne, $"{Table} has the exclusion constraint {exclusion.Name}, which would be lost.", Table);
        }

        foreach (var column in moved)
        {
            if (column.Identity != IdentityKind.None || column.Generated is not null)
            {
                draft.Report(ProblemCodes.KeyColumn, $"{Table}.{column.Name} gets its values from the database (identity or generated).", $"{Table}.{column.Name}");
            }

            draft.IsFree(whole, column.Name);
        }
    }
}

/// <summary>What the rules of a table become when its columns move into another one, where they are NULL for rows that it had not.</summary>
internal sealed class PartRules(ChangeDraft draft, Table part, ForeignKey own, IReadOnlyList<string> moved)
{
    /// <summary>Whether a rule besides the primary key makes the columns of a foreign key unique.</summary>
    public static bool IsKey(Table part, ForeignKey reference) => part.Uniques.Any(u => IsKey(u, reference)) || part.Indexes.Any(i => IsKey(i, reference));

    /// <summary>The checks, each passed by where there was no row; and that there is a whole row or none.</summary>
    public List<CheckConstraint> Checks(string whole)
    {
        var names = moved.ToValueList();
        var none = string.Join(" AND ", moved.Select(c => $"{SqlName.Quote(c)} IS NULL"));
        var required = part.Columns.Where(c => !c.Nullable && moved.Contains(c.Name)).Select(c => $"{SqlName.Quote(c.Name)} IS NOT NULL").ToList();
        var checks = new List<CheckConstraint>();
        if (required.Count > 0)
        {
            checks.Add(new CheckConstraint(UsualName.Of(whole, [part.Name], "check"), $"({string.Join(" AND ", required)}) OR ({none})", names));
        }

        foreach (var check in part.Checks)
        {
            if (check.Columns.Count == 0 || !check.Columns.All(moved.Contains) || !check.Validated)
            {
                Refuse($"The check {check.Name ?? check.Expression} of {part.Name} cannot be said of the moved columns alone.");
            }

            checks.Add(check with { Expression = $"({check.Expression}) OR ({none})", Columns = names });
        }

        return checks;
    }

    /// <summary>The unique rules.</summary>
    public List<UniqueConstraint> Uniques()
    {
        foreach (var unique in Others.Where(u => u.NullsNotDistinct || !u.Columns.All(moved.Contains)))
        {
            Refuse($"The unique constraint {unique.Name ?? string.Join(", ", unique.Columns)} of {part.Name} cannot be said of the moved columns alone.");
        }

        return [.. Others];
    }

    /// <summary>The foreign keys but for the one by which the rows are parts.</summary>
    public List<ForeignKey> ForeignKeys()
    {
        var others = part.ForeignKeys.Where(f => f != own).ToList();
        foreach (var key in others.Where(f => !f.Columns.All(moved.Contains) || f.ReferencedTable == part.Name))
        {
            Refuse($"The foreign key {key.Name ?? string.Join(", ", key.Columns)} of {part.Name} {(key.ReferencedTable == part.Name ? "refers to the table that goes" : "uses its key")}.");
        }

        return others;
    }

    /// <summary>The indexes.</summary>
    public List<Schema.Index> Indexes()
    {
        var others = part.Indexes.Where(i => !IsKey(i, own)).ToList();
        foreach (var index in others.Where(i => !Moved(i) || (i.Unique && (i.Where is not null || i.NullsNotDistinct || i.Keys.Any(k => k.Column is null)))))
        {
            Refuse($"The index {index.Name} of {part.Name} cannot be made on the moved columns alone.");
        }

        return others;
    }

    // What makes a row a part of one row at most goes with the table.
    private IEnumerable<UniqueConstraint> Others => part.Uniques.Where(u => !IsKey(u, own));

    private static bool IsKey(UniqueConstraint unique, ForeignKey reference) => unique.Deferrable is null && unique.Columns.ToHashSet().SetEquals(reference.Columns);

    private static bool IsKey(Schema.Index index, ForeignKey reference) => index is { Unique: true, Where: null, Valid: true }
        && index.Keys.All(k => k is { Column: not null, Options: null }) && index.Keys.Select(k => k.Column!).ToHashSet().SetEquals(reference.Columns);

    private bool Moved(Schema.Index index)
    {
        var columns = index.Columns.Concat(index.Include).Concat(index.Keys.Select(k => k.Column).OfType<string>()).ToList();
        return columns.Count > 0 && columns.All(moved.Contains);
    }

    private void Refuse(string message) => draft.Report(ProblemCodes.UsedByConstraint, message, part.Name);
}
