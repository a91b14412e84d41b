namespace Tandem.Bench;

/// <summary>Whether time and memory for each row stay the same as the table grows.</summary>
internal static class GrowthBenchmark
{
    private static readonly (string Name, double Times)[] Sizes = [("a hundredth", 0.01), ("a tenth", 0.1), ("all", 1), ("five times all", 5)];

    public static Benchmark Definition { get; } = new("growth", "Growth: each row of a table of this part of the rows", Benchmarks.Everywhere, RunAsync)
    {
        Figures =
        [
            .. Sizes.Select(s => new Figure($"{s.Name}: µs per row, backfill and verification")),
            new Figure("five times all ÷ a tenth", AtMost: 1.15),
            new Figure("the program's memory after five times all ÷ after a tenth", AtMost: 1.15),
        ],
    };

    private static async Task RunAsync(BenchRun bench)
    {
        var (cost, memory) = (new List<double>(), new List<double>());
        foreach (var (name, times) in Sizes)
        {
            var rows = (int)(bench.Rows * times);
            await using var database = await bench.LoadedAsync(new Items(rows));
            var run = await database.StartAsync();
            cost.Add((run.Seconds("backfill items") + run.Seconds("verify items")) / rows * 1e6);
            memory.Add(GC.GetTotalMemory(forceFullCollection: true));
            bench.Tell($"{name}: µs per row, backfill and verification", cost[^1]);
        }

        bench.Tell("five times all ÷ a tenth", cost[3] / cost[1]);
        bench.Tell("the program's memory after five times all ÷ after a tenth", memory[3] / memory[1]);
    }
}
