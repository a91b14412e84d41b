using Tandem.Databases;
using Tandem.Journal;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>One step being carried out.</summary>
/// <param name="Scope">What it shares with the phase's other steps.</param>
/// <param name="Step">What is to be done.</param>
/// <param name="Line">Its line in the journal as it was when the step was taken up.</param>
internal sealed record StepRun(RunScope Scope, RenderedStep Step, StepRecord Line)
{
    /// <summary>What the journal says besides when the step is done: the end of the phase, behind its last step.</summary>
    public IReadOnlyList<SqlStatement> AtEnd { get; init; } = [];

    /// <summary>The walk, for modes that have one.</summary>
    public Walk Walk => Step.Walk is { } walk ? Detailed(walk) : throw new InvalidOperationException($"The step {Step.Id} has no walk.");

    /// <summary>The lines that say that the step is done; they go into its last transaction.</summary>
    public IReadOnlyList<SqlStatement> Done(params (string Name, object? Value)[] detail) =>
        [Scope.Lines.Done(Line, Scope.Session.Epoch), Scope.Event("step_done", Step.Id, detail), .. AtEnd];

    /// <summary>The gates of a list as statements of a transaction.</summary>
    public static IEnumerable<SqlStatement> Gates(IEnumerable<Gate> gates) =>
        from gate in gates
        select new SqlStatement(gate.Sql) { ExpectZero = true, Otherwise = (gate.Code, gate.Message) };

    private Walk Detailed(Walk walk) => Scope.Ledger != LedgerDetail.Rows ? walk
        : walk.RepairLines is { } repair ? walk with { Repair = repair }
        : walk.RowLines is { } lines ? Detailed(walk, lines)
        : walk;

    private static Walk Detailed(Walk walk, RowLines lines) => walk with
    {
        Work = lines.Work,
        Before = lines.Before is { } before ? [.. walk.Before, before] : walk.Before,
        Finish = lines.After is { } after ? [.. walk.Finish, after] : walk.Finish,
        Isolate = lines.Isolate ?? walk.Isolate,
    };

    /// <summary>How the step's transactions run.</summary>
    public ApplyOptions Options => new()
    {
        LockTimeout = Scope.Options.LockTimeout,
        StatementTimeout = Step.Scans || Step.Rewrites ? null : ApplyOptions.Default.StatementTimeout,
        Prologue = Step.Prologue,
        Epilogue = Step.Epilogue,
    };
}
