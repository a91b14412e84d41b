namespace Tandem.Bench;

/// <summary>Whether time and memory for each row stay the same as the table grows.</summary>
internal static class GrowthBenchmark
{
    public static Benchmark Definition { get; } = new("growth", "Growth: each row of a table of this part of the rows", RunAsync)
    {
        Figures =
        [
            new Figure("a hundredth: µs per row, backfill and verification"),
            new Figure("a tenth: µs per row, backfill and verification"),
            new Figure("all: µs per row, backfill and verification"),
            new Figure("all ÷ a tenth", AtMost: 1.15),
            new Figure("the program's memory after all ÷ after a tenth", AtMost: 1.15),
        ],
    };

    private static async Task RunAsync(BenchRun bench)
    {
        var (cost, memory) = (new List<double>(), new List<double>());
        foreach (var (name, part) in new[] { ("a hundredth", 100), ("a tenth", 10), ("all", 1) })
        {
            var rows = bench.Rows / part;
            await using var database = await bench.DatabaseAsync();
            await BenchRun.LoadAsync(database, rows);
            var run = await BenchRun.StartAsync(database);
            cost.Add((run.Seconds("backfill items") + run.Seconds("verify items")) / rows * 1e6);
            memory.Add(GC.GetTotalMemory(forceFullCollection: true));
            bench.Tell($"{name}: µs per row, backfill and verification", cost[^1]);
        }

        bench.Tell("all ÷ a tenth", cost[2] / cost[1]);
        bench.Tell("the program's memory after all ÷ after a tenth", memory[2] / memory[1]);
    }
}
