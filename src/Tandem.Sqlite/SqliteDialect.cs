using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Sqlite.Dialect;
using Tandem.Steps;
using Index = Tandem.Schema.Index;

namespace Tandem.Sqlite;

/// <summary>Writes steps as SQLite's SQL: a table whose shape changes is served as a twin.</summary>
/// <param name="capabilities">What the library can do.</param>
public sealed class SqliteDialect(Capabilities capabilities) : IDialect
{
    private static readonly LockFact Instant = new("the database", "RESERVED", "writers", "an instant");

    /// <inheritdoc />
    public Capabilities Capabilities { get; } = capabilities;

    /// <inheritdoc />
    public string Name => "sqlite";

    /// <inheritdoc />
    public ValueList<SqlStatement> EngineDefinition =>
    [
        .. SqliteOwnTables.Gates,
        new SqlStatement(StoredText.MakeDefinitions),
        new SqlStatement(OldWrites.MakeNotes),
    ];

    /// <inheritdoc />
    public string JournalPrefix => "tandem_";

    /// <inheritdoc />
    public ValueList<RenderedStep> Render(Step step, RenderContext context)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(context);
        var names = TwinNames.Of(context);
        IEnumerable<RenderedStep> rendered = step switch
        {
            CheckData s => [CheckSteps.Ask(s, context)],
            Expand s => [Expand(s, context), .. LinkSteps.Expand(s.Change, context)],
            Backfill s => [.. Twin.Serves(s.Change) ? [Backfill(s, context)] : Array.Empty<RenderedStep>(), .. LinkSteps.Backfill(s.Change, context)],
            BuildIndex s => ConstraintSteps.BuildIndex(s, names),
            CountReferences s => RuleReferences.Look(s, context),
            CountViolations s => ConstraintSteps.Count(s, context),
            Enforce s => ConstraintSteps.Enforce(s, context),
            Relax s => [ConstraintSteps.Relax(s, names)],
            Verify s => [.. Twin.Serves(s.Change) ? [Verify(s, context)] : Array.Empty<RenderedStep>(), .. LinkSteps.Verify(s, context)],
            Switch s => [Switch(s, context)],
            Backup s => BackupSteps.Of(s, names),
            Contract s => [Contract(s, context)],
            ChangeRows s => RowChangeSteps.Change(s.Change, context),
            RestoreRows s => RowChangeSteps.Restore(s.Change, context),
            WatchOld s => [OldWrites.Watch(s, context)],
            ForgetRows s => RowChangeSteps.Forget(s.Change, context),
            RunScript s => [ScriptSteps.Run(s.Script)],
            RevertScript s => [ScriptSteps.Revert(s.Script)],
            DropObjects { Side: Side.Old, Last: true } => [Forget(context)],

            // A twin is there under its own name from expand to sunset: only foreign keys of created tables come and go.
            Publish s => CreatedKeys.Hold(s, context),
            Unpublish s => CreatedKeys.Release(s, context),
            _ => [],
        };
        return rendered.Where(s => !s.IsEmpty).Select(HealthSql.Ask).ToValueList();
    }

    /// <inheritdoc />
    public ValueList<Problem> Judge(ValueList<TableChange> changes, RenderContext context) =>
        [.. SqliteJudge.Of(changes, context), .. context.Scripts.SelectMany(s => ScriptSteps.Judge(s, context))];

    /// <inheritdoc />
    public ValueList<string> ConnectSql(string? version, ValueList<TableChange> changes) => ConnectLines.Of(version, changes);

    private static RenderedStep Expand(Expand step, RenderContext context) =>
        new($"expand {step.Change.Name}", $"Make the new version's table beside {step.Change.Name} and start the sync", StepMode.Transaction)
        {
            Table = step.Change.Name,
            Statements = Storage.Expand(step.Change, context),
            Locks = [Instant],
            Inverse = "Discard drops the new table.",
        };

    private static RenderedStep Backfill(Backfill step, RenderContext context) =>
        new($"backfill {step.Change.Name}", $"Fill the new version's table of {step.Change.Name}", StepMode.Batches)
        {
            Table = step.Change.Name,
            Walk = FillWalk.Of(Twin.Of(step.Change, TwinNames.Of(context), Side.Old, context.Changes), context),
            Locks = [Instant with { Held = "each batch" }],
            Scans = true,
        };

    private static RenderedStep Verify(Verify step, RenderContext context) =>
        new($"verify {step.Change.Name}", $"Compare every row of both versions of {step.Change.Name}", StepMode.Verification)
        {
            Table = step.Change.Name,
            Walk = VerifyWalk.Of(Twin.Of(step.Change, TwinNames.Of(context), step.Base, context.Changes), step.Live, step.Base, context),
            Scans = true,
        };

    private static RenderedStep Switch(Switch step, RenderContext context)
    {
        var version = step.To == Side.New ? "new" : "old";
        var what = step.Changes.Count > 0
            ? $"Give the plain names of {string.Join(", ", step.Changes.Select(c => c.Name))} to the {version} version"
            : $"Put the {version} text of {string.Join(", ", step.Objects.Select(o => o.Name))} in force";
        return new($"switch to {version}", what, StepMode.Transaction)
        {
            Statements = step.To == Side.New ? Swap.ToNew(step.Changes, step.Objects, context) : Swap.ToOld(step.Changes, step.Objects, context),
            Gates = [.. step.Changes.SelectMany(c => RuleReferences.Gates(c, context, step.To == Side.New ? Side.Old : Side.New)), .. Swap.Gates(step.Changes, step.Objects, context, step.To), .. step.To == Side.New ? StoredObjects.Present(step.Objects) : []],
            FinalGates = [.. Swap.FinalGates(step.Changes, context, step.To), .. StoredObjects.Readable(step.Objects, step.To)],
            Epilogue = [StoredText.Close],
            Locks = [Instant],
            Inverse = step.To == Side.New ? "Rollback gives them back." : "Start and complete give them back.",
        };
    }

    private static RenderedStep Forget(RenderContext context) =>
        new("drop objects", "Forget the old texts of views and triggers; they are in the plan, which the journal keeps", StepMode.Transaction)
        {
            Statements = [StoredText.MakeDefinitions, StoredObjects.Forget(context.Ordinal)],
            Locks = [Instant],
        };

    private static RenderedStep Contract(Contract step, RenderContext context) =>
        new($"contract {step.Change.Name}", $"End the sync of {step.Change.Name} and drop what only the {(step.Side == Side.Old ? "old" : "new")} version has", StepMode.Transaction)
        {
            Table = step.Change.Name,
            Statements = Storage.Contract(step.Change, step.Side, context),
            Gates = Storage.ContractGates(step.Change, step.Side, TwinNames.Of(context)),

            // With foreign keys on, DROP TABLE deletes the rows first, which reaches children that name the table.
            Prologue = ["PRAGMA foreign_keys=OFF"],
            Epilogue = ["PRAGMA foreign_keys=ON"],
            Locks = [Instant],
        };
}
