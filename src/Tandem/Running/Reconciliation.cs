using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>What a reconciliation found, and did, with the rows of a table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Rows">Rows that were compared.</param>
/// <param name="Mismatched">Rows that agreed by neither law.</param>
/// <param name="Repaired">Rows that were made to agree.</param>
public sealed record ReconciledTable(string Table, long Rows, long Mismatched, long Repaired)
{
    /// <summary>Why its rows cannot be repaired from the chosen side; null when they can.</summary>
    public string? Refused { get; init; }
}

/// <summary>What a reconciliation found and did.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="From">The side that was taken for right; null where it cannot be known and nobody said it.</param>
/// <param name="Why">Why it was that side: a sentence.</param>
/// <param name="Applied">Whether rows were written; else this is what would be done.</param>
/// <param name="Tables">By table.</param>
public sealed record ReconcileReport(string Migration, Side? From, string Why, bool Applied, ValueList<ReconciledTable> Tables)
{
    /// <summary>The number under which the journal's images keep what the repaired rows held; null when there are none.</summary>
    public long? Images { get; init; }

    /// <summary>Whether every row agrees now.</summary>
    public bool IsClean => Tables.All(t => t.Mismatched == t.Repaired);
}

/// <summary>
/// Makes rows agree that agree by neither law. Which side is right follows from who could write; where both could, a person says
/// it. What a row held is kept in the transaction that repairs it.
/// </summary>
internal sealed class Reconciliation(IDialect dialect, LeasedSession session, JournalStore store, RunnerOptions options)
{
    private readonly JournalReader reader = new(store, session.QueryAsync);
    private readonly Retry retry = new(options);
    private Side? from;
    private Phase during;
    private LedgerDetail ledger;
    private long number;

    /// <summary>Looks, and repairs if that is asked for; for that the session must hold the lease.</summary>
    public async Task<ReconcileReport> RunAsync(string migration, Side? said, bool apply, CancellationToken cancellationToken)
    {
        var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var run = view.Run(migration) ?? throw new TandemException(ProblemCodes.UnknownMigration, $"{migration} was never started on this target.");
        if (run.UnderWay || run.State is not (RunState.Live or RunState.Retired or RunState.Undone))
        {
            throw new TandemException(ProblemCodes.WrongState, $"{migration} is {Words.Of(run.State)}; rows are reconciled while it is live, retired or undone, and nothing of it is under way.");
        }

        (from, var why) = Source(run, said);
        during = run.State switch { RunState.Live => Phase.Start, RunState.Retired => Phase.Complete, _ => Phase.Rollback };
        var stored = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
        ledger = options.With(options.SettingsOf is { } settings ? settings(run.Migration) : stored.Settings).Ledger ?? stored.Ledger;
        var steps = await StepsAsync(run, stored, cancellationToken).ConfigureAwait(false);
        if (apply)
        {
            Refuse(run, steps);
            var taken = await session.QueryAsync(
                store.Sql($"select coalesce(min(number), 0) as number from {store.Prefix}images where target = @target and ordinal = @ordinal", new SqlArgument("ordinal", (long)run.Ordinal)),
                cancellationToken).ConfigureAwait(false);
            number = Math.Min(0, taken.Number("number")) - 1;
        }

        var tables = new List<ReconciledTable>();
        foreach (var step in steps)
        {
            tables.Add(await WalkAsync(run, step, apply, cancellationToken).ConfigureAwait(false) with { Refused = WhyNot(step) });
        }

        return new ReconcileReport(migration, from, why, apply, tables.ToValueList()) { Images = tables.Any(t => t.Repaired > 0) ? number : null };
    }

    // While a version is served its applications write; where both are, nothing in a row tells who did it last.
    private static (Side? From, string Why) Source(RunRecord run, Side? said) => (said, run) switch
    {
        ({ } side, _) => (side, "A person says so."),
        (_, { State: RunState.Undone }) => (Side.Old, "Only the old version is served."),
        (_, { State: RunState.Retired, KeepsOld: false }) => (Side.New, "Only the new version is served."),
        _ => (null, "Both versions are served and may have written."),
    };

    private async Task<List<RenderedStep>> StepsAsync(RunRecord run, Plan stored, CancellationToken cancellationToken)
    {
        var others = await RetainedChanges.ReadAsync(reader, run.Migration, cancellationToken).ConfigureAwait(false);
        var phase = run.State switch { RunState.Live => Phase.Complete, RunState.Retired => Phase.Revert, _ => Phase.Restart };
        return [.. options.Render(stored, dialect, others).Steps(phase).Where(s => s.Mode == StepMode.Verification)];
    }

    private string? WhyNot(RenderedStep step) => from is null ? null
        : step.Walk!.Keep is null ? "Its rows stand in two tables."
        : Repair(step.Walk).Count == 0 ? $"Here its rows can be repaired from the {Words.Of(step.Walk.RepairsFrom)} version only."
        : null;

    private ValueList<string> Repair(Walk walk) => from == walk.RepairsFrom ? walk.Repair : walk.RepairBack;

    private void Refuse(RunRecord run, List<RenderedStep> steps)
    {
        if (from is null)
        {
            throw new TandemException(ProblemCodes.SourceUnknown, $"{run.Migration} is {Words.Of(run.State)}: both versions are served and may have written.");
        }

        var refused = steps.Select(s => (s.Table, Why: WhyNot(s))).Where(s => s.Why is not null).ToList();
        if (refused.Count > 0)
        {
            throw new TandemException([.. refused.Select(r => new Problem(ProblemCodes.NotReconcilable, $"{r.Table}: {r.Why}", Subject: r.Table))]);
        }
    }

    private async Task<ReconciledTable> WalkAsync(RunRecord run, RenderedStep step, bool apply, CancellationToken cancellationToken)
    {
        var start = await session.QueryAsync(new SqlStatement(step.Walk!.Start), cancellationToken).ConfigureAwait(false);
        var chunk = new Chunk("", "", start.Text("walk_end") ?? "");
        var size = new BatchSize(options);
        var found = new ReconciledTable(step.Table ?? step.Id, 0, 0, 0);
        while ((await session.QueryAsync(Sql(step.Walk.Next, chunk, size), cancellationToken).ConfigureAwait(false)).Text("upto") is { } upto)
        {
            chunk = chunk with { Upto = upto };
            var begun = options.Time.GetTimestamp();
            var seen = await session.QueryAsync(Sql(step.Walk.Work, chunk, size), cancellationToken).ConfigureAwait(false);
            size.Took(options.Time.GetElapsedTime(begun));
            var mismatched = seen.Number("mismatched");
            var left = mismatched;
            if (apply && mismatched > 0)
            {
                await RepairAsync(run, step, [.. Statements(step.Walk).Select(text => Sql(text, chunk, size, $"reconcile {step.Table}"))], mismatched, cancellationToken).ConfigureAwait(false);
                left = (await session.QueryAsync(Sql(step.Walk.Work, chunk, size), cancellationToken).ConfigureAwait(false)).Number("mismatched");
            }

            found = found with
            {
                Rows = found.Rows + seen.Number("rows_seen"), Mismatched = found.Mismatched + mismatched, Repaired = found.Repaired + Math.Max(0, mismatched - left),
            };
            chunk = chunk with { After = upto };
            if (apply && session.SinceRenewal > options.LeaseExpiry / 4)
            {
                await session.TryRenewAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        return found;
    }

    private IEnumerable<string> Statements(Walk walk) => [walk.Keep!, .. walk.Before, .. Entering(walk) ?? Repair(walk), .. walk.Finish];

    /// <summary>The repair with a line in the ledger for each row, where that is asked for and rows have a key.</summary>
    private ValueList<string>? Entering(Walk walk) => ledger != LedgerDetail.Rows ? null : from == walk.RepairsFrom ? walk.RepairLines : walk.RepairBackLines;

    private async Task RepairAsync(RunRecord run, RenderedStep step, SqlStatement[] statements, long rows, CancellationToken cancellationToken)
    {
        var detail = Words.Detail(("table", step.Table), ("from", Words.Of(from!.Value)), ("rows", rows), ("images", number));
        var how = new ApplyOptions { LockTimeout = options.LockTimeout, Prologue = step.Prologue, Epilogue = step.Epilogue };
        var deadline = retry.Deadline(options.LockDeadline);
        while (true)
        {
            try
            {
                await session.ApplyAsync([.. statements, store.Event("reconciled", run.Migration, null, step.Id, session.Epoch, detail)], how, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (DatabaseException e) when (e.CanRetry && !deadline.IsOver)
            {
                await retry.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Lines of the ledger are of a reconciliation as others are of an attempt of a phase.
    private SqlStatement Sql(string text, Chunk chunk, BatchSize size, string step = "") => new(
        text,
        new SqlArgument("phase", Words.Of(during)), new SqlArgument("attempt", -number), new SqlArgument("step", step),
        new SqlArgument("after", chunk.After), new SqlArgument("upto", chunk.Upto), new SqlArgument("size", (long)size.Rows),
        new SqlArgument("end", chunk.End), new SqlArgument("number", number));

    private sealed record Chunk(string After, string Upto, string End);
}
