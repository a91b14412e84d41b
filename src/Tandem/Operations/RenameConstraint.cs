using System.ComponentModel;
using Tandem.Problems;

namespace Tandem.Operations;

/// <summary>Gives a constraint another name.</summary>
[Description("Gives a primary key, unique constraint, check or foreign key another name (PostgreSQL), at complete.")]
public sealed record RenameConstraint : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The constraint's name now.</summary>
    [Description("The constraint's name now.")]
    public required string From { get; init; }

    /// <summary>Its name in the new version.</summary>
    [Description("Its name in the new version.")]
    public required string To { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"The constraint {From} of {Table} is called {To}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("statement that renames a constraint", "Drop the constraint and add it under the other name (`drop_check`, `add_check` and the like).")
            || draft.Table(Table) is not { } table)
        {
            return;
        }

        var taken = Names(table).ToList();
        if (!taken.Contains(From))
        {
            draft.Report(ProblemCodes.NoSuchConstraint, $"{Table} has no constraint {From}.", From);
            return;
        }

        if (taken.Contains(To))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"{Table} has a constraint {To}.", To);
            return;
        }

        // An index of that name lies behind keys and unique constraints.
        var hasIndex = table.PrimaryKey?.Name == From || table.Uniques.Any(u => u.After?.Name == From) || table.Exclusions.Any(e => e.After?.Name == From);
        if (!hasIndex || ConstraintNames.IsIndexFree(draft, table, To))
        {
            Rename(table);
        }
    }

    private static IEnumerable<string?> Names(TableDraft table) => table.Uniques.Select(u => u.After?.Name)
        .Concat(table.Checks.Select(c => c.After?.Name)).Concat(table.Exclusions.Select(e => e.After?.Name)).Concat(table.ForeignKeys.Select(f => f.After?.Name)).Append(table.PrimaryKey?.Name);

    private void Rename(TableDraft table)
    {
        if (table.PrimaryKey is { } key && key.Name == From)
        {
            table.PrimaryKey = key with { Name = To };
        }

        foreach (var unique in table.Uniques.Where(u => u.After?.Name == From))
        {
            unique.After = unique.After! with { Name = To };
        }

        foreach (var check in table.Checks.Where(c => c.After?.Name == From))
        {
            check.After = check.After! with { Name = To };
        }

        foreach (var exclusion in table.Exclusions.Where(e => e.After?.Name == From))
        {
            exclusion.After = exclusion.After! with { Name = To };
        }

        foreach (var foreign in table.ForeignKeys.Where(f => f.After?.Name == From))
        {
            foreign.After = foreign.After! with { Name = To };
        }
    }
}
