using Tandem.Databases;
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
        var stored = StoredTable.OldPlain(step.Change, names);
        return step.Side != Side.New || Swap.Arrives(step.Change)
            ? []
            : stored.Indexes.Where(i => i.Name == names.NewIndex(step.Index.Name))
                .Select(i => Build(step.Change, step.Index.Name, i.Sql!));
    }

    /// <summary>
    /// The steps that begin to enforce a rule: rows are looked at before, so that nothing is enforced in vain, and
    /// after, when no row can come to break it; neither holds a lock.
    /// </summary>
    public static IEnumerable<RenderedStep> Enforce(Enforce step, RenderContext context)
    {
        var names = TwinNames.Of(context);
        var places = new Places(context, step.Side == Side.New ? Side.Old : Side.New);
        var what = $"{step.Name} of {step.Change.Name}";
        var rule = Rule.Of(step.Change, step.Kind, step.Name, step.Side, places);
        RenderedStep Look(string word) =>
            new($"enforce {step.Kind} {what} {word}", $"Count the rows that break {step.Kind} {what}.", StepMode.Checks)
            {
                Table = step.Change.Name,
                Checks = [new DataCheck($"rows that break {step.Kind} {what}", rule.Count, "0")],
                Scans = true,
            };
        return
        [
            Look("before"),
            .. UniqueIndex(step, names),
            new($"enforce {step.Kind} {what}", $"Begin to enforce {step.Kind} {what}.", StepMode.Transaction)
            {
                Table = step.Change.Name,
                Statements = Guards.Create(step.Change, step.Kind, step.Name, step.Side, places).ToValueList(),
                Locks = [OneScan with { Held = "an instant" }],
                Inverse = "Rollback ends it.",
            },
            Look("after"),
        ];
    }

    /// <summary>The step that ends the enforcement.</summary>
    public static RenderedStep Relax(Relax step, TwinNames names) =>
        new($"relax {step.Kind} {step.Name} of {step.Change.Name}", $"No longer enforce {step.Kind} {step.Name} of {step.Change.Name}.", StepMode.Transaction)
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
        new($"index {index}", $"Build the index of {index} on {change.Name}.", StepMode.Transaction)
        {
            Table = change.Name,
            Statements = [Storage.IfNotExists(sql)],
            Locks = [OneScan],
            Scans = true,
        };
}
