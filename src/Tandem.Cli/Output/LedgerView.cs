using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Tandem.Journal;
using Tandem.Steps;

namespace Tandem.Cli.Output;

/// <summary>How a ledger is written as text.</summary>
internal enum LedgerFormat
{
    /// <summary>A grid for the eye.</summary>
    Table,

    /// <summary>RFC 4180, with a head.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    Jsonl,
}

/// <summary>What was done to a migration's rows, chunk by chunk.</summary>
internal sealed record LedgerView : CommandView
{
    [Description("The migration.")]
    public required string Migration { get; init; }

    [Description("The chunks, in the order in which they were done.")]
    public required IReadOnlyList<ChunkView> Chunks { get; init; }

    [JsonIgnore]
    public LedgerFormat Format { get; init; }

    public override void Write(Screen screen)
    {
        switch (Format)
        {
            case LedgerFormat.Csv:
                WriteCsv(screen);
                break;
            case LedgerFormat.Jsonl:
                foreach (var chunk in Chunks)
                {
                    LedgerLines.WriteJson(screen, chunk);
                }

                break;
            default:
                WriteTable(screen);
                break;
        }
    }

    private void WriteTable(Screen screen)
    {
        screen.Line(new Piece(Migration, Tone.Strong), $"  {Figures.Count(Chunks.Count, "chunk")}, {Figures.Count(Chunks.Sum(c => c.Rows), "row")}");
        if (Chunks.Count == 0)
        {
            return;
        }

        screen.Gap();
        var grid = new Grid("when", "step", "pass", "from", "to", "rows", "did not agree");
        foreach (var chunk in Chunks)
        {
            grid.Row(
                new Piece(Figures.Moment(chunk.At), Tone.Faint),
                chunk.Step,
                chunk.Pass == 0 ? "" : chunk.Pass.ToString(CultureInfo.InvariantCulture),
                chunk.From,
                chunk.To,
                Figures.Of(chunk.Rows),
                chunk.Mismatched == 0 ? "" : new Piece(Figures.Of(chunk.Mismatched), Tone.Warning));
        }

        grid.Write(screen, indent: 0);
    }

    private void WriteCsv(Screen screen)
    {
        LedgerLines.WriteCsv(screen, "phase", "attempt", "step", "pass", "from", "to", "at", "rows", "mismatched", "source_sum", "target_sum");
        foreach (var c in Chunks)
        {
            LedgerLines.WriteCsv(
                screen, c.Phase.ToString().ToLowerInvariant(), c.Attempt, c.Step, c.Pass, c.From, c.To, c.At.ToString("O", CultureInfo.InvariantCulture), c.Rows, c.Mismatched, c.SourceSum, c.TargetSum);
        }
    }
}

/// <summary>One chunk of a walk over a table.</summary>
internal sealed record ChunkView
{
    [Description("The phase.")]
    public required Phase Phase { get; init; }

    [Description("Which attempt of the phase, from 1.")]
    public required int Attempt { get; init; }

    [Description("The step's id, as in the plan.")]
    public required string Step { get; init; }

    [Description("The pass of a verification, from 1; 0 for batches that write.")]
    public required int Pass { get; init; }

    [Description("Where the chunk begins (behind this place); empty for the table's beginning. A place is a page's number, or a key on SQLite and where pages do not serve.")]
    public required string From { get; init; }

    [Description("Where the chunk ends.")]
    public required string To { get; init; }

    [Description("When it was done.")]
    public required DateTimeOffset At { get; init; }

    [Description("Rows written, or compared.")]
    public required long Rows { get; init; }

    [Description("Rows that did not agree.")]
    public required long Mismatched { get; init; }

    [Description("The checksum of the side that was read; empty for batches.")]
    public required string SourceSum { get; init; }

    [Description("The checksum of the other side; equal to the first when all rows agree.")]
    public required string TargetSum { get; init; }

    public static ChunkView Of(LedgerRecord chunk) => new()
    {
        Phase = chunk.Phase,
        Attempt = chunk.Attempt,
        Step = chunk.Step,
        Pass = chunk.Pass,
        From = chunk.From,
        To = chunk.To,
        At = chunk.At,
        Rows = chunk.Rows,
        Mismatched = chunk.Mismatched,
        SourceSum = chunk.SourceSum,
        TargetSum = chunk.TargetSum,
    };
}
