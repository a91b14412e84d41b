using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Moves columns to the table that the rows refer to, one row for one row; both forms are served and kept in agreement.</summary>
[Description("Moves columns of a table to the table that its rows refer to, one row for one row. Both forms are served and kept in agreement.")]
public sealed record MoveColumn : Operation
{
    /// <summary>The table that has the columns.</summary>
    [Description("The table that has the columns. It refers to the other table by a foreign key over columns that are unique and required.")]
    public required string Table { get; init; }

    /// <summary>The columns that move.</summary>
    [Description("The columns that move. They keep their names and types; each is required and has no default, so that a row of an old application always brings its value.")]
    public required ValueList<string> Columns { get; init; }

    /// <summary>The table that gets the columns.</summary>
    [Description("The table that gets the columns. There they may be NULL: a row that no row refers to has no value.")]
    public required string Into { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table, Into];

    /// <inheritdoc />
    public override string Summarize() => $"{string.Join(", ", Columns)} of {Table} move to the rows of {Into} that it refers to.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is not { } part || draft.Table(Into) is not { } whole || !ConstraintNames.Exist(draft, part, Columns) || KeyOf(draft, part, whole) is not { } own)
        {
            return;
        }

        var before = draft.Problems.Count(p => p.Severity == Severity.Error);
        var moved = Columns.Distinct(StringComparer.Ordinal).Select(c => part.Column(c)!).ToList();
        LookAtTable(draft, part);
        moved.ForEach(c => Look(draft, part, whole, c));
        if (draft.Problems.Count(p => p.Severity == Severity.Error) > before)
        {
            return;
        }

        var checks = Taken(part.Checks, c => c.Columns);
        var indexes = Taken(part.Indexes, i => i.Columns.Concat(i.Include).Concat(i.Keys.Select(k => k.Column).OfType<string>()));
        moved.ForEach(c => ColumnUse.Detach(draft, part, c, null, ColumnFate.Moved));
        if (draft.Problems.Count(p => p.Severity == Severity.Error) > before)
        {
            return;
        }

        whole.Checks.AddRange(checks.Select(c => new DraftPair<CheckConstraint>(null, OrNothing(c))));
        whole.Indexes.AddRange(indexes.Select(i => new DraftPair<Schema.Index>(null, i)));
        whole.AddLink(new TableLink(whole.Name, part.Name, Side.Old)
        {
            Key = own.ReferencedColumns.Select((c, i) => new LinkedColumn(c, own.Columns[i])).ToValueList(),
            Columns = moved.Select(c => new LinkedColumn(c.After!.Name, c.After.Name)).ToValueList(),
            Moves = true,
        });
        foreach (var column in moved)
        {
            whole.Add(column.Before! with { Nullable = true });
            part.Remove(column);
        }
    }

    /// <summary>The foreign key by which a row has at most one row of the other table, and that one for itself.</summary>
    private ForeignKey? KeyOf(ChangeDraft draft, TableDraft part, TableDraft whole)
    {
        if (part == whole || part.Before is not { } old || whole.Before is not { PrimaryKey: { } wholeKey } || part.Changed || whole.Changed)
        {
            draft.Report(ProblemCodes.LinkNeedsKey, $"{Into} needs a primary key, and both tables must be other ones, as they were before this migration.", Table);
            return null;
        }

        var towards = old.ForeignKeys.Where(f => f is { ReferencedSchema: null } && f.ReferencedTable == whole.Name && Same(f.ReferencedColumns, wholeKey.Columns)).ToList();
        var back = whole.Before.ForeignKeys.Any(f => f is { ReferencedSchema: null } && f.ReferencedTable == part.Name);
        if (towards.Count != 1)
        {
            draft.Report(
                ProblemCodes.NotOneToOne,
                towards.Count > 1 ? $"{Table} refers to {Into} by {towards.Count} foreign keys: which one is meant?"
                : back ? $"{Into} refers to {Table}: new applications could add and delete its rows, and the value that old ones keep in {Table} would be lost or come back."
                : $"{Table} has no foreign key to the primary key of {Into}.",
                Table);
            return null;
        }

        var own = towards[0];
        var unique = (old.PrimaryKey is { } key && key.Definition?.Contains("DEFERRABLE", StringComparison.Ordinal) != true && Same(key.Columns, own.Columns))
            || old.Uniques.Any(u => u.Deferrable is null && Same(u.Columns, own.Columns))
            || old.Indexes.Any(i => i is { Unique: true, Valid: true, Where: null } && i.Keys.All(k => k.Column is not null) && Same(i.Keys.Select(k => k.Column!), own.Columns));
        var reason = own.Columns.Any(c => old.Column(c) is not { Nullable: false }) ? "has columns that may be NULL"
            : !unique ? $"is not unique in {Table}: rows of {Table} that share one of {Into} would have to share their value"
            : own is not { Deferrable: null, Validated: true } ? "must be validated and not deferrable"
            : new[] { own.OnDelete, own.OnUpdate }.Any(a => a is ReferentialAction.SetNull or ReferentialAction.SetDefault) ? "lets rows refer to another row by itself (SET NULL, SET DEFAULT)"
            : null;
        if (reason is not null)
        {
            draft.Report(ProblemCodes.NotOneToOne, $"The foreign key {own.Name ?? string.Join(", ", own.Columns)} of {Table} {reason}.", Table);
            return null;
        }

        return own;
    }

    private void LookAtTable(ChangeDraft draft, TableDraft part)
    {
        foreach (var trigger in part.Before!.Triggers)
        {
            draft.Report(ProblemCodes.MoveLoses, $"{Table} has the trigger {trigger.Name}, which may give a row of a new application a value.", Table, "Drop the trigger in an earlier migration, or leave the column where it is.");
        }

        foreach (var table in new[] { Table, Into }.Where(t => draft.Schema.Table(t) is { PartitionKey: not null }))
        {
            draft.Report(ProblemCodes.MoveLoses, $"{table} is partitioned.", table);
        }
    }

    private void Look(ChangeDraft draft, TableDraft part, TableDraft whole, DraftPair<Column> column)
    {
        var name = column.After!.Name;
        var subject = $"{Table}.{name}";
        var old = part.Before!;
        void Refuse(string why) => draft.Report(ProblemCodes.MoveLoses, $"{subject} {why}", subject);
        if (column.Before!.Nullable || column.Before.Default is not null)
        {
            Refuse($"{(column.Before.Nullable ? "may be NULL" : "has a default")}: when a row of {Table} comes without a value, nobody can tell whether an old application means just that or a new one does not know the column.");
        }

        if (old.ForeignKeys.Any(f => f.Columns.Contains(name)))
        {
            Refuse($"refers to another table: a value that stays in {Into} when its row of {Table} goes would keep old applications from deleting there.");
        }

        if (old.Uniques.Any(u => u.Columns.Contains(name)) || old.Indexes.Any(i => i.Unique && (i.Columns.Contains(name) || i.Keys.Any(k => k.Column == name))) || old.Exclusions.Count > 0)
        {
            Refuse($"is unique: a value that stays in {Into} when its row of {Table} goes would keep old applications from using it again.");
        }

        draft.IsFree(whole, name);
    }

    // Rules that concern the moved columns alone go with them; what else hangs on them is for the common rules to say.
    private ValueList<T> Taken<T>(List<DraftPair<T>> pairs, Func<T, IEnumerable<string>> columns)
        where T : class
    {
        var taken = pairs.Where(p => p.Before is not null && p.Before == p.After && columns(p.After).Any() && columns(p.After).All(Columns.Contains)).ToList();
        var items = taken.Select(p => p.After!).ToValueList();
        taken.ForEach(p => p.After = null);
        return items;
    }

    private static CheckConstraint OrNothing(CheckConstraint check) => check with
    {
        Expression = $"({check.Expression}) OR ({string.Join(" OR ", check.Columns.Select(c => $"{SqlName.Quote(c)} IS NULL"))})",
    };

    private static bool Same(IEnumerable<string> one, IEnumerable<string> other) =>
        one.Order(StringComparer.Ordinal).SequenceEqual(other.Order(StringComparer.Ordinal));
}
