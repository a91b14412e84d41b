using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Builds indexes, and begins and ends the enforcement of rules before a switch.</summary>
internal static class ConstraintSteps
{
    private static readonly LockFact OneScan = new("the database", "RESERVED", "writers", "one scan");

    /// <summary>The steps that build an index; none where the table was made with it.</summary>
    public static IEnumerable<RenderedStep> BuildIndex(BuildIndex step, TwinNames names)
    {
        return step.Side != Side.New || Swap.Arrives(step.Change)
            ? []
            : StoredTable.OldPlain(step.Change, names).Indexes.Where(i => i.Name == names.NewIndex(step.Index.Name))
                .Select(i => Build(step.Change, step.Index.Name, i.Sql!));
    }

    /// <summary>The step that counts the rows in the way of a rule, so that nothing is enforced in vain; it holds no lock.</summary>
    public static IEnumerable<RenderedStep> Count(CountViolations step, RenderContext context)
    {
        var places = new Places(context, step.Side == Side.New ? Side.Old : Side.New);
        return [Look(step.Change, step.Kind, step.Name, Rule.Of(step.Change, step.Kind, step.Name, step.Side, places), "before")];
    }

    /// <summary>
    /// The steps that begin to enforce a rule: rows are looked at once more when no row can come to break it.
    /// </summary>
    public static IEnumerable<RenderedStep> Enforce(Enforce step, RenderContext context)
    {
        var names = TwinNames.Of(context);
        var places = new Places(context, step.Side == Side.New ? Side.Old : Side.New);
        var what = $"{step.Name} of {step.Change.Name}";
        return
        [
            .. UniqueIndex(step, names),
            new($"enforce {step.Kind} {what}", $"Begin to enforce {Words(step.Kind, step.Name)} of {step.Change.Name}", StepMode.Transaction)
            {
                Table = step.Change.Name,
                Statements = Guards.Create(step.Change, step.Kind, step.Name, step.Side, places).ToValueList(),
                Locks = [OneScan with { Held = "an instant" }],
                Inverse = "Rollback ends it.",
            },
            Look(step.Change, step.Kind, step.Name, Rule.Of(step.Change, step.Kind, step.Name, step.Side, places), "after"),
        ];
    }

    private static RenderedStep Look(TableChange change, ConstraintKind kind, string name, Rule rule, string word)
    {
        var (code, rows) = kind switch
        {
            ConstraintKind.NotNull => (ProblemCodes.RowsHoldNull, $"rows of {change.Name} hold NULL in {name}"),
            ConstraintKind.Unique or ConstraintKind.PrimaryKey => (ProblemCodes.RowsNotUnique, $"rows of {change.Name} are not unique by {name}"),
            ConstraintKind.Check => (ProblemCodes.RowsViolateCheck, $"rows of {change.Name} violate {name}"),
            _ => (ProblemCodes.RowsWithoutParent, $"rows of {change.Name} refer to rows that are not there ({name})"),
        };
        return new($"count {kind} {name} of {change.Name} {word}", $"Count the rows of {change.Name} that stand in the way of {Words(kind, name)}", StepMode.Checks)
        {
            Table = change.Name,
            Gates = [new Gate(code.Id, $"{{0}} {rows}.", rule.Count)],
            Scans = true,
        };
    }

    // A rule without a name is called by what it says.
    private static string Words(ConstraintKind kind, string name) => kind switch
    {
        ConstraintKind.NotNull => $"NOT NULL in {name}",
        ConstraintKind.Unique => Named("unique", "rule", name),
        ConstraintKind.Check => name.StartsWith("check (", StringComparison.Ordinal) ? $"the rule {name}" : $"the check {name}",
        ConstraintKind.PrimaryKey => Named("primary", "key", name),
        _ => Named("foreign", "key", name),
    };

    private static string Named(string kind, string word, string name) =>
        name.StartsWith($"{kind} {word} (", StringComparison.Ordinal) ? $"the {name}"
        : name.StartsWith($"{kind} (", StringComparison.Ordinal) ? $"the {word} {name}"
        : $"the {kind} {word} {name}";

    /// <summary>The step that ends the enforcement.</summary>
    public static RenderedStep Relax(Relax step, TwinNames names) =>
        new($"relax {step.Kind} {step.Name} of {step.Change.Name}", $"No longer enforce {Words(step.Kind, step.Name)} of {step.Change.Name}", StepMode.Transaction)
        {
            Table = step.Change.Name,
            Statements = Guards.Drop(step.Change, step.Kind, step.Name, step.Side, names).ToValueList(),
            Locks = [OneScan with { Held = "an instant" }],
        };

    // A table of its own is made with the index of the rule; a table that both versions share gets it now.
    private static IEnumerable<RenderedStep> UniqueIndex(Enforce step, TwinNames names)
    {
        if (step.Kind is not (ConstraintKind.Unique or ConstraintKind.PrimaryKey) || step.Side != Side.New || Swap.Arrives(step.Change))
        {
            return [];
        }

        var stored = StoredTable.OldPlain(step.Change, names);
        var name = StoredTable.HiddenNameOf(step.Change, step.Name, names);
        return stored.Indexes.Where(i => i.Name == name).Select(i => Build(step.Change, step.Name, i.Sql!));
    }

    private static RenderedStep Build(TableChange change, string index, string sql) =>
        new($"index {index}", $"Build the index of {index} on {change.Name}", StepMode.Transaction)
        {
            Table = change.Name,
            Statements = [Storage.IfNotExists(sql)],
            Locks = [OneScan],
            Scans = true,
        };
}
