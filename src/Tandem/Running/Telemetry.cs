using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>
/// What a run tells to tracing and metrics: a span for each phase with one for each step in it, and figures. Names follow OpenTelemetry's
/// conventions; none of them, and no attribute, holds a value of a user's row. Nothing is measured unless somebody listens.
/// </summary>
public static class Telemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Tandem";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Rows = Meter.CreateCounter<long>(
        "tandem.rows", "{row}", "Rows that batches wrote and verifications compared.");

    private static readonly Histogram<double> Batches = Meter.CreateHistogram<double>(
        "tandem.batch.duration", "s", "How long a batch took, without the rest behind it.");

    private static readonly Counter<long> Mismatches = Meter.CreateCounter<long>(
        "tandem.mismatches", "{row}", "Rows that a verification found not to agree.");

    private static readonly Histogram<double> Steps = Meter.CreateHistogram<double>(
        "tandem.step.duration", "s", "How long a step took.");

    private static readonly Histogram<double> LockWaits = Meter.CreateHistogram<double>(
        "tandem.lock.wait.duration", "s", "How long a step asked for its locks before they were granted.");

    private static readonly Histogram<double> LockHolds = Meter.CreateHistogram<double>(
        "tandem.lock.hold.duration", "s", "How long the transaction lasted that held a step's locks.");

    private static readonly Histogram<double> Holds = Meter.CreateHistogram<double>(
        "tandem.throttle.hold.duration", "s", "How long a walk held for the database's health.");

    private static readonly Counter<long> Firings = Meter.CreateCounter<long>(
        "tandem.guard.fired", "{condition}", "Conditions for pausing or going back that were met.");

    /// <summary>The span of a phase.</summary>
    internal static Activity? Phase(RunScope scope)
    {
        var activity = Source.StartActivity($"tandem {Words.Of(scope.Phase)}");
        activity?.SetTag("tandem.migration", scope.Migration);
        activity?.SetTag("tandem.phase", Words.Of(scope.Phase));
        activity?.SetTag("tandem.lease.epoch", scope.Session.Epoch);
        return activity;
    }

    /// <summary>Begins the span of a step.</summary>
    internal static StepSpan Step(StepRun run) => new(run, Source.StartActivity(run.Step.Id));

    /// <summary>A batch was written, or a chunk compared.</summary>
    internal static void Batch(StepRun run, long rows, TimeSpan took)
    {
        if (Rows.Enabled || Batches.Enabled)
        {
            var tags = Tags(run);
            Rows.Add(rows, tags);
            Batches.Record(took.TotalSeconds, tags);
        }
    }

    /// <summary>Rows do not agree.</summary>
    internal static void Mismatch(StepRun run, long rows) => Mismatches.Add(rows, Tags(run));

    /// <summary>A step got its locks and has let them go.</summary>
    internal static void Locks(StepRun run, TimeSpan waited, TimeSpan held)
    {
        if (LockWaits.Enabled || LockHolds.Enabled)
        {
            var tags = Tags(run);
            LockWaits.Record(waited.TotalSeconds, tags);
            LockHolds.Record(held.TotalSeconds, tags);
        }
    }

    /// <summary>A condition was met.</summary>
    internal static void Fired(string migration, Guards.GuardReading reading) => Firings.Add(
        1, new("tandem.migration", migration), new("tandem.condition", reading.Name), new("tandem.action", Words.Of(reading.Then)));

    /// <summary>A walk held.</summary>
    internal static void Hold(StepRun run, string signal, TimeSpan held)
    {
        var tags = Tags(run);
        tags.Add("tandem.signal", signal);
        Holds.Record(held.TotalSeconds, tags);
    }

    private static TagList Tags(StepRun run) => new()
    {
        { "tandem.migration", run.Scope.Migration },
        { "tandem.phase", Words.Of(run.Scope.Phase) },
        { "tandem.step.kind", Words.Of(run.Step.Kind) },
    };

    /// <summary>A step's span; it ends with the step, in failure unless told otherwise.</summary>
    internal sealed class StepSpan(StepRun run, Activity? activity) : IDisposable
    {
        private readonly long begun = run.Scope.Time.GetTimestamp();
        private string outcome = "error";

        /// <summary>The step is done.</summary>
        public void Done()
        {
            outcome = "done";
            activity?.SetStatus(ActivityStatusCode.Ok);
        }

        /// <summary>The step stopped with a problem.</summary>
        public void Failed(Problem problem)
        {
            activity?.SetTag("error.type", problem.Code.Id);
            activity?.SetStatus(ActivityStatusCode.Error, problem.Code.Title);
        }

        /// <inheritdoc />
        public void Dispose()
        {
            if (Steps.Enabled)
            {
                var tags = Tags(run);
                tags.Add("tandem.outcome", outcome);
                Steps.Record(run.Scope.Time.GetElapsedTime(begun).TotalSeconds, tags);
            }

            activity?.SetTag("tandem.migration", run.Scope.Migration);
            activity?.SetTag("tandem.step.kind", Words.Of(run.Step.Kind));
            activity?.SetTag("tandem.table", run.Step.Table);
            activity?.Dispose();
        }
    }
}
