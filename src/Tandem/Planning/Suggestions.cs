using System.Globalization;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>How something could be set for a change on this target, or why nobody can say.</summary>
/// <param name="Setting">The key in the file of targets: <c>batch_pause</c>, <c>batch_rows</c>, <c>workers</c>, <c>windows</c>; or <c>fillfactor</c>, of the table.</param>
/// <param name="Value">What to write there; null where it can stay as it is, or where nobody knows.</param>
/// <param name="Why">The measured facts, as sentences.</param>
public sealed record Suggestion(string Setting, string? Value, string Why)
{
    /// <summary>Whether nothing was measured that would tell.</summary>
    public bool IsUnknown { get; init; }
}

/// <summary>Suggests batches, parallelism and time of day from what was measured. Pure, and in no hash.</summary>
public static class Suggestions
{
    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(25);

    // A batch that writes more than this is felt by the disk whatever its time is.
    private const double MostBytes = 16e6;

    /// <summary>The suggestions; none of a plan that fills nothing.</summary>
    public static ValueList<Suggestion> Of(Plan plan, Forecast forecast, Evidence evidence)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(evidence);
        var fills = plan.Steps(Phase.Start).Where(s => s is { Mode: StepMode.Batches, Table: not null }).ToList();
        return fills.Count == 0 ? [] :
        [
            .. fills.DistinctBy(s => s.Table).Select(s => Rows(s, plan, forecast)),
            Pause(evidence.Past),
            .. fills.Select(s => evidence.Costs.FirstOrDefault(c => c.Step == s.Id) is { Room: { } room } ? Fillfactor(s.Table!, room) : null).OfType<Suggestion>(),
            .. plan.Workers.Select(w => new Suggestion("workers", w.Count == 1 ? null : w.Count.ToString(CultureInfo.InvariantCulture), $"{w.Table}: {w.Why}")),
            Window(evidence.Past),
        ];
    }

    private static Suggestion Rows(RenderedStep step, Plan plan, Forecast forecast)
    {
        var size = plan.Sizes.FirstOrDefault(s => s.Table == step.Table);
        if (size is not { Rows: > 0 } || forecast.Find(Phase.Start, step.Id) is not { Rows: > 0 and var rows, Time.Time: { TotalSeconds: > 0 } time })
        {
            return new Suggestion("batch_rows", null, $"{step.Table}: its speed is not known here.") { IsUnknown = true };
        }

        var (width, speed) = ((double)size.Bytes / size.Rows, rows / time.TotalSeconds);
        var inBatch = speed * Batch.TotalSeconds;
        return inBatch * width > MostBytes
            ? new Suggestion("batch_rows", Text($"{(long)(MostBytes / width)}"), Text($"{step.Table}: a batch of 25 ms would hold about {inBatch:N0} rows of {width:N0} bytes with indexes, more than 16 MB."))
            : new Suggestion("batch_rows", null, Text($"{step.Table}: a batch of 25 ms holds about {inBatch:N0} rows of {width:N0} bytes with indexes; it finds that size by itself."));
    }

    private static Suggestion Fillfactor(string table, PageRoom room) => new(
        "fillfactor", Text($"{room.Fillfactor}"),
        Text($"{table}: about {room.Stay * 100:N0} of 100 rows find room on their page, each of the others gets an entry in {room.Indexes:N0} indexes. With this fillfactor {room.Then * 100:N0} would, once the table is written anew with it (ALTER TABLE, then VACUUM FULL, which locks it, or a tool that does so online)."));

    private static Suggestion Pause(PastWork past) => past switch
    {
        { Spans.Count: 0 } => new Suggestion("batch_pause", null, "Nothing was filled here yet: whether others feel it is not known.") { IsUnknown = true },
        { Holds.Count: 0 } => new Suggestion("batch_pause", null, $"{Counted(past.Spans.Count, "earlier fill")} went without being slowed down once."),
        _ => new Suggestion("batch_pause", "1", $"{Counted(past.Spans.Count, "earlier fill")} had to be slowed down {Counted(past.Holds.Count, "time")}, most often because of {past.Holds.CountBy(h => h.Signal).MaxBy(h => h.Value).Key}: with a pause after each batch it need not come to that."),
    };

    private static Suggestion Window(PastWork past)
    {
        if (past.Holds.Count == 0)
        {
            return new Suggestion("windows", null, past.Spans.Count == 0
                ? "Nothing was filled here yet, and the database keeps no record of its load by the hour."
                : "No earlier fill was slowed down, at whatever time it ran, and the database keeps no record of its load by the hour.") { IsUnknown = past.Spans.Count == 0 };
        }

        var held = past.Holds.Select(h => h.At.UtcDateTime.Hour).ToHashSet();
        var quiet = past.Spans.SelectMany(Hours).Distinct().Where(h => !held.Contains(h)).Order().ToList();
        var busy = $"Earlier fills were slowed down at {Named(held.Order())} UTC";
        return quiet.Count == 0
            ? new Suggestion("windows", null, $"{busy}, and none ran at another hour.") { IsUnknown = true }
            : new Suggestion("windows", Text($"[ {{ for: [backfill], from: {quiet[0]:00}:00, until: {End(quiet):00}:00 }} ]"), $"{busy}, and not at {Named(quiet)}.");
    }

    // The hours behind the first that follow without a gap.
    private static int End(List<int> quiet)
    {
        var end = quiet[0];
        while (quiet.Contains(end))
        {
            end++;
        }

        return end % 24;
    }

    private static IEnumerable<int> Hours((DateTimeOffset From, DateTimeOffset To) span)
    {
        for (var hour = span.From.UtcDateTime.Date.AddHours(span.From.UtcDateTime.Hour); hour <= span.To.UtcDateTime; hour = hour.AddHours(1))
        {
            yield return hour.Hour;
        }
    }

    private static string Counted(int count, string word) => Text($"{count:N0} {word}{(count == 1 ? "" : "s")}");

    private static string Named(IEnumerable<int> hours) => string.Join(", ", hours.Select(h => Text($"{h:00}:00")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
