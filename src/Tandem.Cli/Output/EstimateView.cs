using System.ComponentModel;
using System.Text.Json.Serialization;
using Tandem.Planning;
using Tandem.Steps;

namespace Tandem.Cli.Output;

/// <summary>What a step is expected to cost here.</summary>
internal sealed record EstimateView
{
    [Description("The rows that it goes over; null when it goes over none.")]
    public required long? Rows { get; init; }

    [Description("By how many bytes the database grows, before anything is cleaned up; null when nobody knows.")]
    public required long? DiskBytes { get; init; }

    [Description("By how many it can grow at most; null where that is not more, or nobody knows.")]
    public long? DiskMostBytes { get; init; }

    [Description("How that was worked out, or why nobody knows.")]
    public required string DiskWhy { get; init; }

    [Description("How many bytes go into the write-ahead log; null when nobody knows, and on SQLite.")]
    public required long? WalBytes { get; init; }

    [Description("How that was worked out, or why nobody knows.")]
    public required string WalWhy { get; init; }

    [Description("How many seconds it takes, by earlier runs; null when nobody knows.")]
    public required double? Seconds { get; init; }

    [Description("What that was worked out from, or why nobody knows.")]
    public required string SecondsWhy { get; init; }

    public static EstimateView? Of(StepForecast? forecast) => forecast is null ? null : new()
    {
        Rows = forecast.Rows,
        DiskBytes = forecast.Disk.Bytes,
        DiskMostBytes = forecast.Disk.Most,
        DiskWhy = forecast.Disk.Why,
        WalBytes = forecast.Wal.Bytes,
        WalWhy = forecast.Wal.Why,
        Seconds = forecast.Time.Time?.TotalSeconds,
        SecondsWhy = forecast.Time.Why,
    };

    /// <summary>The cells that show it: rows, disk, log, time.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Cells =>
    [
        Rows is { } rows ? Figures.Of(rows) : "",
        DiskBytes is { } disk ? (disk > 0 ? "+" : "") + Figures.Bytes(disk) + (DiskMostBytes > disk ? $", at most {Figures.Bytes(DiskMostBytes.Value)}" : "") : "?",
        WalBytes is { } wal ? Figures.Bytes(wal) : "?",
        Seconds is { } seconds ? Figures.Time(TimeSpan.FromSeconds(seconds)) : "unknown",
    ];

    /// <summary>Whether it is worth a line: the step goes over rows, or writes something, or nobody knows.</summary>
    [JsonIgnore]
    public bool Matters => Rows is not null || DiskBytes is not 0;

    /// <summary>Writes the steps of phases that matter, and why what is unknown is.</summary>
    public static void Write(Screen screen, IReadOnlyList<PhaseView> phases)
    {
        var steps = phases.Where(p => p.IsUsual).SelectMany(p => p.Steps.Select(s => (p.Phase, Step: s)).Where(s => s.Step.Estimate is { Matters: true })).ToList();
        if (steps.Count == 0)
        {
            return;
        }

        screen.Gap();
        screen.Heading("Estimates");
        var log = steps.Exists(s => s.Step.Estimate!.WalBytes > 0);
        var grid = log ? new Grid("phase", "step", ">rows", ">disk", ">WAL", ">time") : new Grid("phase", "step", ">rows", ">disk", ">time");
        foreach (var (phase, step) in steps)
        {
            var cells = step.Estimate!.Cells;
            grid.Row([Word(phase), new Piece(step.Id, Tone.Strong), cells[0], cells[1], .. log ? new Piece[] { cells[2] } : [], cells[3]]);
        }

        grid.Write(screen);
        foreach (var why in steps.SelectMany(s => Unknown(s.Step.Estimate!)).Distinct(StringComparer.Ordinal))
        {
            screen.Paragraph(why, 4, Tone.Faint, "- ");
        }
    }

    private static string Word(Phase phase) => phase.ToString().ToLowerInvariant();

    private static IEnumerable<string> Unknown(EstimateView estimate)
    {
        if (estimate.DiskBytes is null)
        {
            yield return $"Disk unknown: {estimate.DiskWhy}";
        }

        if (estimate.Seconds is null)
        {
            yield return $"Time unknown: {estimate.SecondsWhy}";
        }
    }
}
