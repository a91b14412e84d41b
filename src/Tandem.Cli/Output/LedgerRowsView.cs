using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Tandem.Journal;
using Tandem.Steps;

namespace Tandem.Cli.Output;

/// <summary>Which rows a migration's backfills wrote.</summary>
internal sealed record LedgerRowsView : CommandView
{
    [Description("The migration.")]
    public required string Migration { get; init; }

    [Description("The rows, in the order of steps and keys; none where `ledger: rows` was not asked for.")]
    public required IReadOnlyList<RowView> Rows { get; init; }

    [JsonIgnore]
    public bool IsWritten { get; init; }

    /// <summary>Writes lines for programs, each as it comes.</summary>
    public static async Task WriteAsync(Screen screen, IAsyncEnumerable<RowView> rows, LedgerFormat format)
    {
        if (format == LedgerFormat.Csv)
        {
            LedgerLines.WriteCsv(screen, "phase", "attempt", "step", "key", "before", "after");
        }

        await foreach (var row in rows)
        {
            if (format == LedgerFormat.Csv)
            {
                LedgerLines.WriteCsv(screen, row.Phase.ToString().ToLowerInvariant(), row.Attempt, row.Step, row.Key, row.Before, row.After);
            }
            else
            {
                LedgerLines.WriteJson(screen, row);
            }
        }
    }

    public override void Write(Screen screen)
    {
        if (IsWritten)
        {
            return;
        }

        screen.Line(new Piece(Migration, Tone.Strong), $"  {Figures.Count(Rows.Count, "row")}");
        if (Rows.Count == 0)
        {
            return;
        }

        screen.Gap();
        var grid = new Grid("attempt", "step", "key", "before", "after");
        foreach (var row in Rows)
        {
            grid.Row(row.Attempt.ToString(CultureInfo.InvariantCulture), row.Step, row.Key, row.Before, row.After);
        }

        grid.Write(screen, indent: 0);
    }
}

/// <summary>A row that a backfill wrote.</summary>
internal sealed record RowView
{
    [Description("The phase.")]
    public required Phase Phase { get; init; }

    [Description("Which attempt of the phase, from 1.")]
    public required int Attempt { get; init; }

    [Description("The step's id, as in the plan.")]
    public required string Step { get; init; }

    [Description("The row's key: a JSON array of its values as texts; on SQLite the row's number, where it has one.")]
    public required string Key { get; init; }

    [Description("A hash of the values that the step is about, as they were; empty when there was no such row.")]
    public required string Before { get; init; }

    [Description("The same, as the step left them.")]
    public required string After { get; init; }

    public static RowView Of(LedgerRow row) => new()
    {
        Phase = row.Phase, Attempt = row.Attempt, Step = row.Step, Key = row.Key, Before = row.Before, After = row.After,
    };
}
