using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>Adds an exclusion constraint.</summary>
[Description("Adds an exclusion constraint: no two rows may compare true by all of its operators (PostgreSQL). Enforced for both versions from complete on; on a table that the same migration makes, at once. The server builds its index while nobody can use the table, which takes consent (TDM2049).")]
public sealed record AddExclusion : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The constraint's name.</summary>
    [Description("The constraint's name.")]
    public required string Name { get; init; }

    /// <summary>What stands behind EXCLUDE, as SQL writes it.</summary>
    [Description("What stands behind EXCLUDE, as SQL writes it, in the new version's columns: using gist (room with =, during with &&) where (not cancelled).")]
    public required SqlText Exclude { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"No two rows of {Table} may meet by {Name}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("exclusion constraints", "Refuse such rows in a trigger (`create_trigger`).")
            || draft.Expression(Exclude, $"the exclusion constraint {Name}") is not { } text || draft.Table(Table) is not { } table
            || !ConstraintNames.IsFree(draft, table, Name) || !ConstraintNames.IsIndexFree(draft, table, Name))
        {
            return;
        }

        var tokens = SqlLexer.Tokenize(text);
        var columns = table.Columns.Select(c => c.After?.Name).OfType<string>().Where(c => SqlLexer.Names(text, c)).ToValueList();
        if (columns.Count == 0 || !tokens.Any(t => t.Is("with")) || !(tokens[0].Is("using") || tokens[0].IsSymbol("(")))
        {
            draft.Report(
                ProblemCodes.Incomplete, $"The exclusion constraint {Name} of {Table} says nothing that rows could be compared by.", Name,
                "Write what stands behind EXCLUDE: the method, and columns of the table with operators, for example `using gist (room with =, during with &&)`.");
        }
        else if (table.Settings.PartitionKey is not null)
        {
            draft.Report(ProblemCodes.NotOnThisEngine, $"The exclusion constraint {Name}: the rows of {Table} lie in partitions, over which the server compares none.", Name, "Give each partition a constraint of its own (`sql`).");
        }
        else
        {
            table.Exclusions.Add(new(null, new ExclusionConstraint(Name, $"EXCLUDE {text.Trim()}", columns)));
        }
    }
}
