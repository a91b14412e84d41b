using Tandem.Planning;

namespace Tandem.Bench;

/// <summary>
/// On SQLite, where the backfill fills another table: against the plain UPDATE of the same expression into an added column, and against another table
/// that is filled by hand, in one transaction that stops all writers.
/// </summary>
internal static class SqliteBackfillBenchmark
{
    private const string Step = "backfill items";

    private static readonly RunSettings Alone = new() { BatchPause = 0, OldQuiet = TimeSpan.Zero };

    private static readonly (string Name, int Indexes, double Goal)[] Tables =
    [
        ("no secondary index", 0, 1.25),
        ("three secondary indexes", 3, 1.4),
    ];

    public static Benchmark Definition { get; } = new("backfill", "Backfill against one plain UPDATE of the same expression, and against another table by hand", [EngineKind.Sqlite], RunAsync)
    {
        Figures =
        [
            .. Tables.Select(t => new Figure($"rows/s ÷ UPDATE: {t.Name}, without pauses", AtLeast: t.Goal)),
            .. Tables.Select(t => new Figure($"rows/s ÷ UPDATE: {t.Name}, default pace")),
            .. Tables.Select(t => new Figure($"rows/s ÷ by hand: {t.Name}, without pauses")),
            new Figure("file after the backfill ÷ before: no secondary index"),
            new Figure("file after the UPDATE ÷ before: no secondary index"),
            new Figure("file after another table by hand ÷ before: no secondary index"),
            new Figure("bytes of the write-ahead log per row, backfill"),
            new Figure("bytes of the write-ahead log per row, UPDATE"),
            new Figure("bytes of the write-ahead log per row, by hand"),
            new Figure("batch, median ms"),
            new Figure("batch, p99 ms"),
            .. Tables.Select(t => new Figure($"rows/s of the UPDATE: {t.Name}")),
            .. Tables.Select(t => new Figure($"rows/s by hand: {t.Name}")),
            .. Tables.Select(t => new Figure($"rows/s of the backfill without pauses: {t.Name}")),
        ],
        LeastRepetitions = 3,
    };

    private static async Task RunAsync(BenchRun bench)
    {
        foreach (var (name, indexes, _) in Tables)
        {
            var update = await OnceAsync(bench, indexes, UpdateAsync, AddColumnAsync);
            var byHand = await OnceAsync(bench, indexes, d => d.ByHandAsync(indexes));
            var batches = new List<double>();
            var alone = await OnceAsync(bench, indexes, async d =>
            {
                var run = await d.StartAsync(Alone);
                batches.AddRange(run.Batches.Order());
                return run.Seconds(Step);
            });
            var paced = await OnceAsync(bench, indexes, async d => (await d.StartAsync()).Seconds(Step));
            bench.Tell($"rows/s ÷ UPDATE: {name}, without pauses", update.Seconds / alone.Seconds);
            bench.Tell($"rows/s ÷ UPDATE: {name}, default pace", update.Seconds / paced.Seconds);
            bench.Tell($"rows/s ÷ by hand: {name}, without pauses", byHand.Seconds / alone.Seconds);
            bench.Tell($"rows/s of the UPDATE: {name}", bench.Rows / update.Seconds);
            bench.Tell($"rows/s by hand: {name}", bench.Rows / byHand.Seconds);
            bench.Tell($"rows/s of the backfill without pauses: {name}", bench.Rows / alone.Seconds);
            if (indexes == 0)
            {
                bench.Tell("file after the backfill ÷ before: no secondary index", alone.Growth);
                bench.Tell("file after the UPDATE ÷ before: no secondary index", update.Growth);
                bench.Tell("file after another table by hand ÷ before: no secondary index", byHand.Growth);
                bench.Tell("batch, median ms", batches[batches.Count / 2]);
                bench.Tell("batch, p99 ms", batches[batches.Count * 99 / 100]);
            }
        }

        bench.Tell("bytes of the write-ahead log per row, backfill", await LoggedAsync(bench, async d => (await d.StartAsync(Alone)).Log(Step)));
        bench.Tell("bytes of the write-ahead log per row, UPDATE", await LoggedAsync(bench, async d =>
        {
            await AddColumnAsync(d);
            return await WrittenAsync(d, UpdateAsync);
        }));
        bench.Tell("bytes of the write-ahead log per row, by hand", await LoggedAsync(bench, d => WrittenAsync(d, x => x.ByHandAsync(0))));
    }

    private static Task<double> UpdateAsync(SqliteBenchDatabase database) => database.RunAsync($"update items set amount_new = {database.PlainValue}");

    private static Task<double> AddColumnAsync(SqliteBenchDatabase database) => database.RunAsync("alter table items add column amount_new bigint");

    private static async Task<SqliteBenchDatabase> LoadedAsync(BenchRun bench, int rows, int indexes) =>
        (SqliteBenchDatabase)await bench.LoadedAsync(new Items(rows, indexes));

    /// <summary>The seconds that something takes, and how the file grows.</summary>
    private static async Task<(double Seconds, double Growth)> OnceAsync(
        BenchRun bench, int indexes, Func<SqliteBenchDatabase, Task<double>> work, Func<SqliteBenchDatabase, Task>? before = null)
    {
        await using var database = await LoadedAsync(bench, bench.Rows, indexes);
        var size = await database.SizeAsync();
        await (before?.Invoke(database) ?? Task.CompletedTask);
        var seconds = await work(database);
        return (seconds, await database.SizeAsync() / size);
    }

    /// <summary>Bytes of the log for each row of a tenth of the rows, while a reader keeps the log from beginning anew.</summary>
    private static async Task<double> LoggedAsync(BenchRun bench, Func<SqliteBenchDatabase, Task<double>> bytes)
    {
        var rows = bench.Rows / 10;
        await using var database = await LoadedAsync(bench, rows, 0);
        await using var reader = await database.ConnectAsync();
        await using var command = reader.CreateCommand();
        command.CommandText = "begin; select count(*) from items";
        await command.ExecuteScalarAsync();
        return await bytes(database) / rows;
    }

    private static async Task<double> WrittenAsync(SqliteBenchDatabase database, Func<SqliteBenchDatabase, Task> work)
    {
        var before = await database.LogAsync();
        await work(database);
        return await database.LogAsync() - before;
    }
}
