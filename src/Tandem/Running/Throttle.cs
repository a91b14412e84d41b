using System.Globalization;
using Tandem.Problems;
using Tandem.Running.Health;

namespace Tandem.Running;

/// <summary>
/// Minds the database's health while a walk goes over a table: reads the signals once in a while, between two batches,
/// and makes the walk rest, hold or stop. What made it do so stands in the journal with its value.
/// </summary>
internal sealed class Throttle(StepRun run, bool writes)
{
    /// <summary>The journal's word for a walk that the database's health slows down or holds.</summary>
    public const string Begins = "throttled";

    /// <summary>The journal's word for a walk that goes at its own pace again.</summary>
    public const string Ends = "unthrottled";

    private readonly RunScope scope = run.Scope;
    private readonly HealthOptions options = run.Scope.Options.Health;
    private readonly OwnSignals own = new(run.Scope.Options.Health, run.Scope.AskBrieflyAsync, run.Scope.Time);
    private readonly Pace pace = new();
    private readonly BatchCost cost = new();
    private readonly HiddenWork hidden = new();
    private readonly Lock costs = new();
    private readonly long begun = run.Scope.Time.GetTimestamp();
    private long? sampled;
    private (double Position, long At)? log;
    private (HealthLevel Level, string Signal, string Subject) told = (HealthLevel.Go, "", "");
    private double? commits;
    private TimeSpan held;
    private volatile bool beside;

    /// <summary>How long the next batch is meant to take; several sessions may ask at once.</summary>
    public TimeSpan BatchTarget => beside ? scope.Options.BatchTargetBesideOthers : scope.Options.BatchTarget;

    private string Title => run.Step.Title;

    /// <summary>Waits until the next batch may be done. The signals are read before the first batch.</summary>
    public async Task GateAsync(CancellationToken cancellationToken)
    {
        if (sampled is { } at && scope.Time.GetElapsedTime(at) < options.SampleEvery)
        {
            return;
        }

        var worst = await SampleAsync(cancellationToken).ConfigureAwait(false);
        while (pace.Holds)
        {
            if (held > options.LongestHold)
            {
                throw new TandemException(ProblemCodes.HeldTooLong, $"{Title} has held for too long: {worst?.Words ?? "the database was not calm"}.");
            }

            var holds = scope.Time.GetTimestamp();
            await scope.WaitAsync(options.SampleEvery, run.Step.Id, worst?.Words ?? "the database to be calm for a while", cancellationToken).ConfigureAwait(false);
            worst = await SampleAsync(cancellationToken).ConfigureAwait(false) ?? worst;
            var span = scope.Time.GetElapsedTime(holds);
            held += span;
            Telemetry.Hold(run, worst?.Reading.Signal ?? HealthSignals.Health, span);
        }
    }

    /// <summary>Rests after a batch, as the database needs it.</summary>
    public Task RestAsync(long rows, TimeSpan batch, CancellationToken cancellationToken)
    {
        var rest = RestAfter(rows, batch);
        return rest > TimeSpan.Zero ? scope.Retry.DelayAsync(rest, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>How long to rest after a batch; several sessions may ask at once.</summary>
    public TimeSpan RestAfter(long rows, TimeSpan batch)
    {
        lock (costs)
        {
            cost.Took(rows, batch);
            return pace.RestAfter(batch, !writes ? 0 : beside ? scope.PauseRatioBesideOthers : scope.PauseRatio);
        }
    }

    private double? Cost()
    {
        lock (costs)
        {
            return cost.Factor;
        }
    }

    /// <summary>Reads the signals; the worst of those that ask for more than to go on, or null.</summary>
    private async Task<HealthFinding?> SampleAsync(CancellationToken cancellationToken)
    {
        var findings = await FindAsync(cancellationToken).ConfigureAwait(false);
        sampled = scope.Time.GetTimestamp();
        var worst = HealthFinding.Worst(findings.Where(f => f.Level > HealthLevel.Go));
        pace.Heard(worst?.Level ?? HealthLevel.Go, worst?.IsUnknown == true);
        await TellAsync(worst, cancellationToken).ConfigureAwait(false);
        return worst is { Level: HealthLevel.Abort }
            ? throw new TandemException(ProblemCodes.HealthEndangered, $"{Title} was stopped: {worst.Words}.")
            : worst;
    }

    private async Task<List<HealthFinding>> FindAsync(CancellationToken cancellationToken)
    {
        var sent = scope.Session.Sent.Counts;
        var readings = await ReadAsync(cancellationToken).ConfigureAwait(false);
        readings.Add(new HealthReading(HealthSignals.BatchCost, "", Cost() ?? 1));
        AddLogRate(readings);
        beside = readings.Any(r => r.Signal == HealthSignals.OthersAtWork && r.Value is not 0) | HiddenAreAtWork(readings, sent) | OthersCommitted(readings);
        var found = (from limit in options.Limits
                     where writes || limit.PacesReads
                     from reading in readings
                     where reading.Signal == limit.Signal
                     select new HealthFinding(reading, limit)).ToList();
        found.AddRange(readings.Where(r => r.Signal == HealthSignals.Health).Select(r => new HealthFinding(r, new HealthLimit(r.Signal, 1, 2))));
        found.AddRange(await own.FindAsync(cancellationToken).ConfigureAwait(false));
        return found;
    }

    private async Task<List<HealthReading>> ReadAsync(CancellationToken cancellationToken)
    {
        if (run.Walk.Health is not { } query)
        {
            return [];
        }

        var (answer, why) = await own.TryAskAsync(query, cancellationToken).ConfigureAwait(false);
        return answer is not null
            ? answer.Rows.Select(row => new HealthReading((string)row[0]!, row[1] as string ?? "", row[2] is { } value ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : null)).ToList()
            : [new HealthReading(HealthSignals.Health, "", null) { Why = why }];
    }

    /// <summary>Whether others committed since the last look; before the first nobody knows, and they may.</summary>
    private bool OthersCommitted(List<HealthReading> readings)
    {
        if (readings.FirstOrDefault(r => r.Signal == HealthSignals.CommitsOfOthers)?.Value is not { } now)
        {
            return false;
        }

        var before = commits;
        commits = now;
        return before != now;
    }

    private bool HiddenAreAtWork(List<HealthReading> readings, SentCounts sent)
    {
        double? Of(string signal) => readings.FirstOrDefault(r => r.Signal == signal)?.Value;
        return Of(HealthSignals.HiddenWrites) is { } writes && Of(HealthSignals.HiddenTransactions) is { } transactions
            && hidden.IsAtWork(writes, transactions, sent, scope.Session.Sent.Counts, scope.Time.GetElapsedTime(begun));
    }

    /// <summary>How fast the log grows, from two of its positions.</summary>
    private void AddLogRate(List<HealthReading> readings)
    {
        if (readings.FirstOrDefault(r => r.Signal == HealthSignals.WalPosition)?.Value is not { } position)
        {
            return;
        }

        var now = scope.Time.GetTimestamp();
        if (log is { } before && scope.Time.GetElapsedTime(before.At, now).TotalSeconds is > 0 and var seconds)
        {
            readings.Add(new HealthReading(HealthSignals.WalRate, "", Math.Max(0, position - before.Position) / seconds));
        }

        log = (position, now);
    }

    /// <summary>Writes into the journal what the walk is paced by, whenever that changes.</summary>
    private async Task TellAsync(HealthFinding? worst, CancellationToken cancellationToken)
    {
        var now = worst is null ? (HealthLevel.Go, "", "") : (worst.Level, worst.Reading.Signal, worst.Reading.Subject);
        if (now == told)
        {
            return;
        }

        told = now;
        if (worst is not null)
        {
            scope.Tell(new Paced(scope.Migration, run.Step.Id, worst.Level, worst.Words));
        }

        var entry = worst is null
            ? scope.Event(Ends, run.Step.Id)
            : scope.Event(
                Begins, run.Step.Id, ("level", worst.Level.ToString().ToLowerInvariant()), ("signal", worst.Reading.Signal), ("subject", worst.Reading.Subject),
                ("value", worst.Reading.Value is { } value && double.IsFinite(value) ? value : null), ("limit", worst.Passed), ("why", worst.Words));
        await scope.RecordAsync([entry], cancellationToken).ConfigureAwait(false);
    }
}
