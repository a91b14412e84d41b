namespace Tandem.Bench;

/// <summary>The verification against one statement that compares the same.</summary>
internal static class VerifyBenchmark
{
    public static Benchmark Definition { get; } = new("verify", "Verification", Benchmarks.Everywhere, RunAsync)
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
        await using var database = await bench.LoadedAsync(new Items(bench.Rows));
        var run = await database.StartAsync();
        await database.SettleAsync();
        var (compared, counted) = (new List<double>(), new List<double>());
        for (var i = 0; i < 3; i++)
        {
            compared.Add(await database.RunAsync(database.Comparison));
            counted.Add(await database.RunAsync(database.Count));
        }

        var seconds = run.Walked("verify items");
        bench.Tell("rows/s ÷ count(*) FILTER (WHERE old and new differ)", compared.Order().ElementAt(1) / seconds);
        bench.Tell("rows/s ÷ bare count(*)", counted.Order().ElementAt(1) / seconds);
        bench.Tell("rows/s", bench.Rows / seconds);
        bench.Tell("looking at the values for what is watched while live, s", run.Seconds("verify items") - seconds);
    }
}
