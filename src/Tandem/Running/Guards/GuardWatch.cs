using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running.Guards;

/// <summary>Looks again and again at a migration that is live or retired.</summary>
internal sealed class GuardWatch(string migration, GuardOptions how, RunnerOptions options, Capabilities capabilities)
{
    private readonly Retry retry = new(options);
    private readonly long begun = options.Time.GetTimestamp();
    private (string Plan, Guard Guard)? known;
    private Deadline? silent;
    private long looks;
    private ValueList<string> told = [];

    /// <summary>Does something, or nothing as long as the database does not answer or another runner is at work; both pass.</summary>
    public async Task<T?> TryAsync<T>(Func<Task<T>> work)
        where T : class
    {
        try
        {
            var result = await work().ConfigureAwait(false);
            silent = null;
            return result;
        }
        catch (TandemException e) when (looks > 0 && (e.Problems[0].Code == ProblemCodes.DatabaseUnavailable || e.Problems[0].Code == ProblemCodes.AnotherRunner))
        {
            silent ??= retry.Deadline(options.ReconnectFor);
            if (silent.IsOver)
            {
                throw;
            }

            return null;
        }
    }

    /// <summary>One look.</summary>
    public async Task<GuardReport> LookAsync(JournalReader reader, LeasedSession session, JournalStore store, CancellationToken cancellationToken)
    {
        var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var run = view.Run(migration) ?? throw new TandemException(ProblemCodes.UnknownMigration, $"{migration} was never started on this target.");
        if (run.UnderWay || run.Held || run.State is not (RunState.Live or RunState.Retired))
        {
            return new GuardReport(run, [], looks);
        }

        var plan = await reader.PlanAsync(migration, cancellationToken).ConfigureAwait(false);
        var guard = GuardOf(plan);
        guard.Lift(await reader.LiftedAsync(migration, cancellationToken).ConfigureAwait(false));
        var steps = plan.Steps(run.State == RunState.Live ? Phase.Complete : Phase.Revert);
        var subject = new GuardSubject(AskAsync, steps, null)
        {
            Baseline = token => ColumnQuality.BaselineAsync(reader, migration, token),
            Blocked = async token => (await reader.BlockedAsync(migration, token).ConfigureAwait(false)).TotalSeconds,
            Mismatches = async token =>
            {
                var found = await new Inspection(reader, session, options).RunAsync(migration, how.Sample, token).ConfigureAwait(false);
                return found.Tables.Sum(t => t.Mismatched);
            },
        };
        var readings = await guard.LookAsync(subject, cancellationToken).ConfigureAwait(false);
        var drift = await DriftAsync(reader, AskAsync, steps, cancellationToken).ConfigureAwait(false);
        if (drift != told)
        {
            // Seen without the lease, as a request is: it waits for its turn behind whoever writes.
            told = drift;
            _ = await session.ApplyUnleasedAsync(
                [store.LockLeaseRow(), store.Event(ColumnQuality.Drifted, migration, null, "", 0, Words.Detail(("findings", drift)))], cancellationToken).ConfigureAwait(false);
        }

        looks++;
        options.Progress?.Report(new GuardLooked(migration, "", readings));
        return new GuardReport(run, readings, looks) { Quality = drift, Fired = readings.Where(r => r.Fired).MaxBy(r => r.Then) };

        // A question is asked in a transaction of its own, and one that takes long is not waited for.
        async Task<SqlResult> AskAsync(SqlStatement query, CancellationToken token) =>
            (await session.ReadAsync([query], GuardWords.Brief(options), token).ConfigureAwait(false))[0];
    }

    /// <summary>Whether nothing is left to mind.</summary>
    public bool IsOver(GuardReport report) =>
        report.Fired is not null || report.Migration.Held || how.For <= options.Time.GetElapsedTime(begun)
        || (!report.Migration.UnderWay && report.Migration.State is not (RunState.Live or RunState.Retired));

    /// <summary>Rests until the next look.</summary>
    public Task RestAsync(CancellationToken cancellationToken)
    {
        var rest = known?.Guard.Rest(how.Every) ?? how.Every;
        var left = how.For is { } span ? span - options.Time.GetElapsedTime(begun) : rest;
        return retry.DelayAsync(TimeSpan.FromTicks(Math.Max(0, Math.Min(rest.Ticks, left.Ticks))), cancellationToken);
    }

    private async Task<ValueList<string>> DriftAsync(JournalReader reader, Ask ask, ValueList<RenderedStep> steps, CancellationToken cancellationToken)
    {
        var baseline = await ColumnQuality.BaselineAsync(reader, migration, cancellationToken).ConfigureAwait(false);
        return baseline.Count == 0 ? [] : ColumnQuality.Drift(baseline, await ColumnQuality.ReadAsync(ask, steps, cancellationToken).ConfigureAwait(false));
    }

    // What was seen before stays, as long as the plan is the same.
    private Guard GuardOf(Plan plan)
    {
        if (known is not { } same || same.Plan != plan.PlanHash)
        {
            known = (plan.PlanHash, new Guard(plan, options, capabilities));
        }

        return known.Value.Guard;
    }
}
