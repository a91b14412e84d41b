using System.Diagnostics;
using Tandem.Running;

namespace Tandem.Bench;

/// <summary>When a run's steps began and ended, and how much log was written meanwhile.</summary>
internal sealed class Watched(BenchDatabase database) : IProgress<RunEvent>
{
    private readonly Dictionary<string, (long Time, double Log)> begun = [];
    private readonly Dictionary<string, (double Seconds, double Log)> done = [];
    private readonly Dictionary<string, double> walked = [];
    private readonly List<double> batches = [];
    private long? lastBatch;

    /// <summary>Called when a step begins or ends.</summary>
    public Action<string, bool> Heard { get; init; } = (_, _) => { };

    /// <summary>Milliseconds between the ends of batches of the backfill.</summary>
    public IReadOnlyList<double> Batches => batches;

    /// <summary>Seconds that a step took.</summary>
    public double Seconds(string step) => done[step].Seconds;

    /// <summary>Seconds from a step's beginning to the end of its last chunk.</summary>
    public double Walked(string step) => walked[step];

    /// <summary>Bytes of log that were written during a step.</summary>
    public double Log(string step) => done[step].Log;

    /// <inheritdoc />
    public void Report(RunEvent value)
    {
        switch (value)
        {
            case StepStarted started when Measures(started.Step):
                var log = database.LogAsync().GetAwaiter().GetResult();
                Heard(started.Step, true);
                begun[started.Step] = (Stopwatch.GetTimestamp(), log);
                lastBatch = Stopwatch.GetTimestamp();
                break;
            case StepDone over when begun.TryGetValue(over.Step, out var from):
                var seconds = Stopwatch.GetElapsedTime(from.Time).TotalSeconds;
                Heard(over.Step, false);
                done[over.Step] = (seconds, database.LogAsync().GetAwaiter().GetResult() - from.Log);
                break;
            case BatchDone chunk when chunk.Step.StartsWith("verify", StringComparison.Ordinal) && begun.TryGetValue(chunk.Step, out var since):
                walked[chunk.Step] = Stopwatch.GetElapsedTime(since.Time).TotalSeconds;
                break;
            case BatchDone batch when batch.Step.StartsWith("backfill", StringComparison.Ordinal):
                batches.Add(Stopwatch.GetElapsedTime(lastBatch ?? 0).TotalMilliseconds);
                lastBatch = Stopwatch.GetTimestamp();
                break;
            default:
                break;
        }
    }

    private static bool Measures(string step) =>
        step.StartsWith("backfill", StringComparison.Ordinal) || step.StartsWith("verify", StringComparison.Ordinal);
}
