using System.Text.Json;
using Tandem.Journal;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>Reads from the journal when rows were filled, and when the database's health slowed that down.</summary>
internal static class PastFills
{
    // What was long ago says little about the load of today.
    private const int Migrations = 20;

    /// <summary>The fills of the last migrations.</summary>
    public static async Task<PastWork> ReadAsync(JournalReader reader, CancellationToken cancellationToken)
    {
        var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var (spans, holds) = (new List<(DateTimeOffset, DateTimeOffset)>(), new List<(DateTimeOffset, string)>());
        foreach (var run in view.Runs.Where(r => !r.IsBaseline && r.State != RunState.Pending).OrderByDescending(r => r.UpdatedAt).Take(Migrations))
        {
            var steps = await reader.DoneStepsAsync(run.Migration, cancellationToken).ConfigureAwait(false);
            spans.AddRange(steps.Where(s => !s.Id.StartsWith("verify ", StringComparison.Ordinal) && s is { Phase: Phase.Start or Phase.Restart, Batches: > 0, StartedAt: not null, FinishedAt: not null }).Select(s => (s.StartedAt!.Value, s.FinishedAt!.Value)));
            var events = await reader.EventsAsync(run.Migration, cancellationToken).ConfigureAwait(false);
            holds.AddRange(events.Where(e => e.Kind == Throttle.Begins).Select(e => (e.At, Signal(e))));
        }

        return new PastWork(spans.ToValueList(), holds.ToValueList());
    }

    private static string Signal(JournalEntry entry)
    {
        using var detail = JsonDocument.Parse(entry.Detail);
        return detail.RootElement.TryGetProperty("signal", out var signal) ? signal.ToString() : "the database's health";
    }
}
