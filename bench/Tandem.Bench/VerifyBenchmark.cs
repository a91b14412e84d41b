namespace Tandem.Bench;

/// <summary>The verification against one statement that compares the same.</summary>
internal static class VerifyBenchmark
{
    public static Benchmark Definition { get; } = new("verify", "Verification", RunAsync)
    {
        Figures =
        [
            new Figure("rows/s ÷ count(*) FILTER (WHERE old and new differ)", AtLeast: 0.8),
            new Figure("rows/s ÷ bare count(*)", AtLeast: 0.2),
            new Figure("rows/s"),
            new Figure("looking at the values for what is watched while live, s"),
        ],
    };

    private static async Task RunAsync(BenchRun bench)
    {
        await using var database = await bench.DatabaseAsync();
        await BenchRun.LoadAsync(database, bench.Rows);
        var run = await BenchRun.StartAsync(database);
        await BenchRun.SettleAsync(database);
        var (compared, counted) = (new List<double>(), new List<double>());
        for (var i = 0; i < 3; i++)
        {
            // One process, as the verification has one at a time.
            compared.Add(await BenchRun.RunAsync(
                database,
                "set max_parallel_workers_per_gather = 0; select count(*), count(*) filter (where row(_tandem_1_new_amount)::record *<> row(amount * 100::bigint)::record) from items"));
            counted.Add(await BenchRun.RunAsync(database, "set max_parallel_workers_per_gather = 0; select count(*) from items"));
        }

        var seconds = run.Walked("verify items");
        bench.Tell("rows/s ÷ count(*) FILTER (WHERE old and new differ)", compared.Order().ElementAt(1) / seconds);
        bench.Tell("rows/s ÷ bare count(*)", counted.Order().ElementAt(1) / seconds);
        bench.Tell("rows/s", bench.Rows / seconds);
        bench.Tell("looking at the values for what is watched while live, s", run.Seconds("verify items") - seconds);
    }
}
