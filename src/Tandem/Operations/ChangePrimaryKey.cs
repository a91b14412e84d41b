using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Gives the one column of a primary key another type, with all that refer to it.</summary>
[Description("Gives the one column of a primary key another type, and with it every column that refers to it. Each version sees its own type.")]
public sealed record ChangePrimaryKey : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The new type.</summary>
    [Description("The new type.")]
    public required SqlText Type { get; init; }

    /// <summary>The new key, an expression over the old key column alone; a plain cast when left out.</summary>
    [Description("The new key, an expression over the old key column alone; a plain cast when left out.")]
    public SqlText? Up { get; init; }

    /// <summary>The old key, an expression over the new key column alone; a plain cast when left out.</summary>
    [Description("The old key, an expression over the new key column alone; a plain cast when left out.")]
    public SqlText? Down { get; init; }

    /// <summary>The key's default in the new version; a sequence goes along by itself.</summary>
    [Description("The key's default in the new version; a sequence goes along by itself.")]
    public SqlText? Default { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => Sentence(null);

    /// <inheritdoc />
    public override string Summarize(string engine) => Sentence(engine);

    private string Sentence(string? engine) =>
        $"The primary key of {Table} becomes {Type.Shown(engine)}, with all columns that refer to it.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is not { } table)
        {
            return;
        }

        if (table.PrimaryKey is not { Columns.Count: 1 } key)
        {
            draft.Report(
                ProblemCodes.NoPrimaryKey,
                table.PrimaryKey is null ? $"{Table} has no primary key." : $"The primary key of {Table} has {table.PrimaryKey.Columns.Count} columns.",
                Table);
            return;
        }

        var column = table.Column(key.Columns[0])!;
        if (draft.Engine == "postgres" && Up is null && Down is null && column.After!.Identity != IdentityKind.None && Type.For("postgres") is { } type && TypeNames.Canonical(type) == "uuid")
        {
            Draw(draft, table, column);
            return;
        }

        new ChangeType { Table = Table, Column = key.Columns[0], Type = Type, Up = Up, Down = Down, Default = Default }.Apply(draft);
    }

    /// <summary>
    /// Beside the numbers that a sequence gives, the new version's rows get a value drawn at random. Neither is a function of
    /// the other: the two stand in one row, each unseen by the other version.
    /// </summary>
    private void Draw(ChangeDraft draft, TableDraft table, DraftPair<Column> column)
    {
        var name = column.After!.Name;
        var subject = $"{Table}.{name}";
        var before = draft.Problems.Count;
        ColumnUse.Check(draft, table, column, ColumnFate.Moved);
        var value = Default is null ? "gen_random_uuid()" : draft.Expression(Default, $"the default of {subject}");
        foreach (var (other, foreign) in draft.Referencing(Table))
        {
            draft.Report(
                ProblemCodes.SequenceNeedsInteger,
                $"{foreign.After!.Name ?? "A foreign key"} of {other.Name} refers to {subject}: what it holds would have to be looked up in {Table} for each row, and {subject} goes on to be drawn from a sequence in the old version.",
                subject);
        }

        foreach (var foreign in table.ForeignKeys.Select(f => f.After).OfType<ForeignKey>().Where(f => f.Columns.Contains(name)))
        {
            draft.Report(ProblemCodes.KeyRefersElsewhere, $"{subject} refers to {foreign.ReferencedTable}, which keeps its type.", subject);
        }

        if (draft.Problems.Count > before || value is null)
        {
            return;
        }

        ColumnUse.Reattach(draft, table, column, name);
        table.KeyEnforceLive = true;
        table.Add(new Column(name, "uuid", Nullable: false, value) { Comment = column.After.Comment }, column);
        table.Remove(column);
    }
}
