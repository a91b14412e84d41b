using System.ComponentModel;
using System.Globalization;
using Tandem.Journal;
using Tandem.Steps;

namespace Tandem.Cli.Output;

/// <summary>Which rows a migration wrote.</summary>
internal sealed record LedgerRowsView : CommandView
{
    private const int LinesAtOnce = 1_000;

    [Description("The migration.")]
    public required string Migration { get; init; }

    [Description("The rows, in the order of steps and keys; none where `ledger: rows` was not asked for.")]
    public required IAsyncEnumerable<RowView> Rows { get; init; }

    /// <summary>Writes the lines as text, each as it comes.</summary>
    public static Task WriteAsync(Screen screen, string migration, IAsyncEnumerable<RowView> rows, LedgerFormat format) => format switch
    {
        LedgerFormat.Csv => WriteCsvAsync(screen, rows),
        LedgerFormat.Jsonl => WriteJsonAsync(screen, rows),
        _ => WriteTableAsync(screen, migration, rows),
    };

    /// <summary>As text the lines are written while they are read; nothing is left to say.</summary>
    public override void Write(Screen screen)
    {
    }

    private static async Task WriteCsvAsync(Screen screen, IAsyncEnumerable<RowView> rows)
    {
        LedgerLines.WriteCsv(screen, "phase", "attempt", "step", "key", "before", "after");
        await foreach (var row in rows)
        {
            LedgerLines.WriteCsv(screen, row.Phase.ToString().ToLowerInvariant(), row.Attempt, row.Step, row.Key, row.Before, row.After);
        }
    }

    private static async Task WriteJsonAsync(Screen screen, IAsyncEnumerable<RowView> rows)
    {
        await foreach (var row in rows)
        {
            LedgerLines.WriteJson(screen, row);
        }
    }

    /// <summary>How many there are is known at the end only, as is how wide the columns get: those of the first lines hold for what comes behind.</summary>
    private static async Task WriteTableAsync(Screen screen, string migration, IAsyncEnumerable<RowView> rows)
    {
        screen.Heading(migration);
        screen.Gap();
        var grid = new Grid("phase", "attempt", "step", "key", "before", "after");
        var count = 0L;
        await foreach (var row in rows)
        {
            grid.Row(row.Phase.ToString().ToLowerInvariant(), row.Attempt.ToString(CultureInfo.InvariantCulture), row.Step, row.Key, row.Before, row.After);
            if (++count % LinesAtOnce == 0)
            {
                grid.Write(screen, indent: 0);
            }
        }

        if (count > 0)
        {
            grid.Write(screen, indent: 0);
            screen.Gap();
        }

        screen.Line(Figures.Count(count, "row"));
    }
}

/// <summary>A row that was written.</summary>
internal sealed record RowView
{
    [Description("The phase; for a reconciliation, the one before it.")]
    public required Phase Phase { get; init; }

    [Description("Which attempt of the phase, from 1; for a reconciliation, which one.")]
    public required int Attempt { get; init; }

    [Description("The step's id, as in the plan; for a reconciliation, reconcile and the table.")]
    public required string Step { get; init; }

    [Description("The row's key: a JSON array of its values as texts; on SQLite the row's number, where it has one.")]
    public required string Key { get; init; }

    [Description("A hash of the values that the step is about, as they were; empty when there was no such row.")]
    public required string Before { get; init; }

    [Description("The same, as the step left them; empty when it took the row away.")]
    public required string After { get; init; }

    public static RowView Of(LedgerRow row) => new()
    {
        Phase = row.Phase, Attempt = row.Attempt, Step = row.Step, Key = row.Key, Before = row.Before, After = row.After,
    };
}
