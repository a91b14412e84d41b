using System.ComponentModel;
using System.Text.Json.Serialization;
using Tandem.Journal;

namespace Tandem.Cli.Output;

/// <summary>Which rows a migration's backfills wrote.</summary>
internal sealed record LedgerRowsView : CommandView
{
    [Description("The migration.")]
    public required string Migration { get; init; }

    [Description("The rows, in the order of steps and keys; none where `ledger: rows` was not asked for.")]
    public required IReadOnlyList<RowView> Rows { get; init; }

    [JsonIgnore]
    public LedgerFormat Format { get; init; }

    public override void Write(Screen screen)
    {
        switch (Format)
        {
            case LedgerFormat.Csv:
                LedgerLines.WriteCsv(screen, "step,key,before,after", Rows.Select(r => new object[] { r.Step, r.Key, r.Before, r.After }));
                break;
            case LedgerFormat.Jsonl:
                LedgerLines.WriteJson(screen, Rows);
                break;
            default:
                WriteTable(screen);
                break;
        }
    }

    private void WriteTable(Screen screen)
    {
        screen.Line(new Piece(Migration, Tone.Strong), $"  {Figures.Count(Rows.Count, "row")}");
        if (Rows.Count == 0)
        {
            return;
        }

        screen.Gap();
        var grid = new Grid("step", "key", "before", "after");
        foreach (var row in Rows)
        {
            grid.Row(row.Step, row.Key, row.Before, row.After);
        }

        grid.Write(screen, indent: 0);
    }
}

/// <summary>A row that a backfill wrote.</summary>
internal sealed record RowView
{
    [Description("The step's id, as in the plan.")]
    public required string Step { get; init; }

    [Description("The row's key: a JSON array of its values as texts; on SQLite the row's number, where it has one.")]
    public required string Key { get; init; }

    [Description("A hash of the values that the step is about, as they were; empty when there was no such row.")]
    public required string Before { get; init; }

    [Description("The same, as the step left them.")]
    public required string After { get; init; }

    public static RowView Of(LedgerRow row) => new() { Step = row.Step, Key = row.Key, Before = row.Before, After = row.After };
}
