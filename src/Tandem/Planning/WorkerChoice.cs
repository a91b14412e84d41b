using System.Globalization;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>How many sessions fill and compare a table at once, and what that was chosen by. Measured; in no hash.</summary>
/// <param name="Table">The table.</param>
/// <param name="Count">How many.</param>
/// <param name="Why">What it was chosen by: a sentence.</param>
public sealed record WorkerChoice(string Table, int Count, string Why)
{
    /// <summary>Whether there was nothing to choose: the table is small, and nobody asked.</summary>
    public bool IsPlain { get; init; }

    /// <summary>The most that may be asked for.</summary>
    public const int Most = 32;

    // Below it the second session costs more than it brings, and who else is at work would feel it.
    private const long FewestRows = 1_000_000;
    private const int FewestFree = 10;
    private const int MostActive = 2;

    /// <summary>The choices for the tables that a plan fills or compares.</summary>
    /// <param name="phases">The plan's phases.</param>
    /// <param name="asked">How many the migration's file asks for, or null.</param>
    /// <param name="examination">What was measured, or null.</param>
    internal static ValueList<WorkerChoice> Of(ValueList<PlannedPhase> phases, int? asked, Examination? examination) =>
    [
        .. from step in phases.SelectMany(p => p.Steps)
           where step is { Mode: StepMode.Batches or StepMode.Verification, Walk: not null, Table: not null }
           group step by step.Table into steps
           where asked > 1 || steps.Any(s => s.Walk!.Parts is not null)
           select Choose(steps.Key, steps.Any(s => s.Walk!.Parts is not null), asked, examination),
    ];

    /// <summary>A number that the migration's file gives and that cannot be meant.</summary>
    internal static IEnumerable<Problem> Check(Migration migration) => migration.Backfill?.Workers is < 1 or > Most
        ? [new Problem(ProblemCodes.BadSetting, $"`backfill.workers` must be 1 to {Most}.", migration.Place)]
        : [];

    /// <summary>That the role does not see whom it should spare, where rows are written in batches.</summary>
    internal static IEnumerable<Problem> Blind(ValueList<PlannedPhase> phases, Examination? examination) =>
        examination?.Room is { SeesOthers: false } && phases.Any(p => p.Steps.Any(s => s is { Mode: StepMode.Batches, Walk: not null }))
            ? [new Problem(ProblemCodes.OthersHidden, "The role may not see what sessions of other roles do: whether they are at work while rows are written is told from the server's counters alone.")]
            : [];

    private static WorkerChoice Choose(string table, bool divisible, int? asked, Examination? examination)
    {
        if (!divisible)
        {
            return new WorkerChoice(table, 1, examination?.Room is null
                ? "The database has one writer."
                : "Its rows are read or written together with another table's, in one order.");
        }

        if (asked is { } count)
        {
            return new WorkerChoice(table, count, "The migration's file says so.");
        }

        // A table that comes is filled from one that is there.
        var rows = examination?.Tables.FirstOrDefault(t => t.Table == table)?.Rows ?? examination?.Tables.Select(t => t.Rows).DefaultIfEmpty(0).Max() ?? 0;
        return examination?.Room is not { } room ? new WorkerChoice(table, 1, "Nothing is known of the server.")
            : rows < FewestRows ? new WorkerChoice(table, 1, Text($"It has about {rows:N0} rows; a second session pays from {FewestRows:N0} on.")) { IsPlain = true }
            : room.FreeConnections < FewestFree ? new WorkerChoice(table, 1, Text($"The server has {room.FreeConnections} connections left."))
            : room.ActiveSessions > MostActive ? new WorkerChoice(table, 1, Text($"{room.ActiveSessions} other sessions were at work."))
            : room.ParallelWorkers < 2 ? new WorkerChoice(table, 1, "The server is set to do nothing in parallel.")
            : new WorkerChoice(table, 2, Text($"About {rows:N0} rows, {room.FreeConnections} connections left, {room.ActiveSessions} other sessions at work."));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
