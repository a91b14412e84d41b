using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>What one step is expected to cost.</summary>
/// <param name="Phase">The step's phase.</param>
/// <param name="Step">The step's id.</param>
public sealed record StepForecast(Phase Phase, string Step)
{
    /// <summary>The rows that it goes over; null when it goes over none.</summary>
    public long? Rows { get; init; }

    /// <summary>How much larger the database gets, before anything is cleaned up.</summary>
    public required SizeEstimate Disk { get; init; }

    /// <summary>How much goes into the write-ahead log.</summary>
    public required SizeEstimate Wal { get; init; }

    /// <summary>How long it takes.</summary>
    public required TimeEstimate Time { get; init; }
}

/// <summary>What a plan is expected to cost, worked out from what was measured. Pure, and in no hash.</summary>
/// <param name="Steps">The steps of start, complete and sunset, in order.</param>
public sealed record Forecast(ValueList<StepForecast> Steps)
{
    private static readonly SizeEstimate NotEstimated = new(null, "It was not estimated.");

    /// <summary>The phases that most changes go through.</summary>
    internal static ValueList<Phase> Usual { get; } = [Phase.Start, Phase.Complete, Phase.Sunset];

    /// <summary>Works it out.</summary>
    public static Forecast Of(Plan plan, Evidence evidence)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(evidence);
        return new Forecast(Usual.SelectMany(phase => plan.Steps(phase).Select(step => Forecasted(phase, step))).ToValueList());

        StepForecast Forecasted(Phase phase, RenderedStep step)
        {
            var rows = GoesOverRows(step) ? plan.Sizes.FirstOrDefault(s => s.Table == step.Table)?.Rows : null;
            var cost = evidence.Costs.FirstOrDefault(c => c.Step == step.Id);
            var trial = phase == Phase.Start ? evidence.Trial.Find(step.Id, TablesOf(step, plan)) : null;
            return new StepForecast(phase, step.Id)
            {
                Rows = rows,
                Disk = cost?.Disk is { Bytes: not null } known ? known : Tried(step, plan, trial) ?? cost?.Disk ?? NotEstimated,
                Wal = cost?.Wal ?? NotEstimated,
                Time = IsScript(step) && trial is { } script
                    ? new TimeEstimate(script.Step.Took * script.Times, Text($"In the sandbox it took {script.Step.Took.TotalSeconds:F2} s{Larger(script.Times)}."))
                    : Speeds.Of(step, rows, evidence.Timings, evidence.Trial.Timings),
            };
        }
    }

    /// <summary>The known estimates of the disk together.</summary>
    public long Disk => Steps.Sum(s => s.Disk.Bytes ?? 0);

    /// <summary>The known estimates of the write-ahead log together.</summary>
    public long Wal => Steps.Sum(s => s.Wal.Bytes ?? 0);

    /// <summary>The forecast of a step, or null.</summary>
    public StepForecast? Find(Phase phase, string step) => Steps.FirstOrDefault(s => s.Phase == phase && s.Step == step);

    /// <summary>How long a phase takes; unknown as soon as one of its steps that go over rows is.</summary>
    public TimeEstimate Time(Phase phase)
    {
        var steps = Steps.Where(s => s.Phase == phase).ToList();
        return steps.Find(s => s is { Rows: not null, Time.Time: null }) is { } unknown
            ? new TimeEstimate(null, $"{unknown.Step}: {unknown.Time.Why}")
            : new TimeEstimate(steps.Aggregate(TimeSpan.Zero, (sum, s) => sum + (s.Time.Time ?? TimeSpan.Zero)), "The steps together.");
    }

    /// <summary>What stands in the way of steps at this moment, a finding for each session.</summary>
    /// <param name="evidence">What was measured.</param>
    /// <param name="now">When it was looked.</param>
    public static IEnumerable<Problem> InTheWay(Evidence evidence, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        foreach (var (holder, held) in evidence.Sessions)
        {
            var who = holder.Process is { } process ? FormattableString.Invariant($"Process {process} ({holder.Who})") : holder.Who;
            var since = FormattableString.Invariant($"{(now - holder.Held).UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
            var steps = held.Select(h => $"{h.Step} ({h.Phase.ToString().ToLowerInvariant()})").Distinct(StringComparer.Ordinal);
            yield return new Problem(
                ProblemCodes.LockHeldLong,
                $"{who} is in a transaction since {since}, for {Durations.Format(holder.Held)}, and holds what these steps would wait for: {string.Join(", ", steps)}.");
        }
    }

    private static bool IsScript(RenderedStep step) => step.Kind is StepKind.RunScript;

    private static List<string> TablesOf(RenderedStep step, Plan plan) => IsScript(step)
        ? [.. plan.Scripts.SelectMany(s => s.Effect?.Touched ?? []).Distinct(StringComparer.Ordinal)]
        : [.. new[] { step.Table }.OfType<string>()];

    // How many of the rows that were made up a condition meets says nothing about the rows that are there.
    private static SizeEstimate? Tried(RenderedStep step, Plan plan, (TriedStep Step, double Times)? trial) =>
        trial is not { } tried ? null
        : step.Kind == StepKind.ChangeRows && plan.Rows.Any(r => r.Where is not null && r.Table.Name == step.Table) ? null
        : new SizeEstimate((long)(Math.Max(0, tried.Step.Grown) * tried.Times), Text($"In the sandbox the database grew by {Math.Max(0, tried.Step.Grown):N0} bytes{Larger(tried.Times)}."));

    private static string Larger(double times) => times > 1 ? Text($", and here are {times:N1} times as many rows as were made up") : "";

    private static string Text(FormattableString text) => text.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static bool GoesOverRows(RenderedStep step) =>
        step.Scans || step.Rewrites || step.Mode is StepMode.Batches or StepMode.Verification or StepMode.Backup;
}
