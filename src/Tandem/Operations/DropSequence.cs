using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Takes a sequence away.</summary>
[Description("Takes a sequence of its own away (PostgreSQL). It goes on counting until sunset, which is refused while anything uses it.")]
public sealed record DropSequence : Operation
{
    /// <summary>The sequence's name.</summary>
    [Description("The sequence's name.")]
    public required string Name { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize() => $"The sequence {Name} goes at sunset.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("sequences", SequenceRules.InsteadOnSqlite) || draft.Existing<Sequence>(Name, "sequence") is not { } sequence)
        {
            return;
        }

        var fine = true;
        foreach (var (table, column) in draft.Schema.Tables.Select(t => draft.Find(t.Name)).OfType<TableDraft>()
            .SelectMany(t => t.Columns.Select(c => (t, c))).Where(p => p.c.After?.Default is { } value && Takes(value)))
        {
            draft.Report(ProblemCodes.ObjectInUse, $"The default of {table.Name}.{column.After!.Name} takes the values of {Name}.", Name);
            fine = false;
        }

        if (fine)
        {
            draft.Objects.Add(new ObjectChange(sequence, null));
        }
    }

    private bool Takes(string value) => SqlLexer.Names(value, "nextval") && value.Contains(Name, StringComparison.Ordinal);
}
