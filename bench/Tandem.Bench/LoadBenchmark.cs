using Tandem.Planning;
using Tandem.Tests.Servers;

namespace Tandem.Bench;

/// <summary>What a backfill does to single-row reads and writes of others.</summary>
internal static class LoadBenchmark
{
    private const int Rate = 600;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(6);

    public static Benchmark Definition { get; } = new("load", $"Latency of {Rate} single-row reads and writes a second during a backfill", RunAsync)
    {
        Figures =
        [
            new Figure("without: p50 ms"),
            new Figure("without: p99 ms"),
            new Figure("without: max ms"),
            new Figure("default pace: p99 ÷ without", AtMost: 1.5),
            new Figure("default pace: p99 ms"),
            new Figure("default pace: max ms", AtMost: 25),
            new Figure("default pace: rows/s of the backfill"),
            new Figure("batch_pause 3: p99 ÷ without", AtMost: 1.5),
            new Figure("batch_pause 3: p99 ms"),
            new Figure("batch_pause 3: max ms", AtMost: 25),
            new Figure("batch_pause 3: rows/s of the backfill"),
            new Figure("one UPDATE: p99 ms"),
            new Figure("one UPDATE: max ms"),
        ],
    };

    private static async Task RunAsync(BenchRun bench)
    {
        var rows = bench.Rows / 2;
        await using (var quiet = await bench.DatabaseAsync())
        {
            await BenchRun.LoadAsync(quiet, rows);
            await using var traffic = new Traffic(quiet, Rate, rows);
            await Task.Delay(TimeSpan.FromSeconds(1));
            traffic.Reset();
            await Task.Delay(Quiet);
            var without = await traffic.EndAsync();
            bench.Tell("without: p50 ms", Traffic.Percentile(without, 0.5));
            bench.Tell("without: p99 ms", Traffic.Percentile(without, 0.99));
            bench.Tell("without: max ms", without[^1]);
            await DuringAsync(bench, rows, "default pace", null, Traffic.Percentile(without, 0.99));
            await DuringAsync(bench, rows / 2, "batch_pause 3", new RunSettings { BatchPause = 3 }, Traffic.Percentile(without, 0.99));
        }

        await using var database = await bench.DatabaseAsync();
        await BenchRun.LoadAsync(database, rows);
        await BenchRun.RunAsync(database, "alter table items add column amount_new bigint");
        await using var writers = new Traffic(database, Rate, rows);
        await Task.Delay(TimeSpan.FromSeconds(1));
        writers.Reset();
        await BenchRun.RunAsync(database, $"update items set amount_new = {BenchRun.PlainValue}");
        var during = await writers.EndAsync();
        bench.Tell("one UPDATE: p99 ms", Traffic.Percentile(during, 0.99));
        bench.Tell("one UPDATE: max ms", during[^1]);
    }

    private static async Task DuringAsync(BenchRun bench, int rows, string name, RunSettings? settings, double quiet)
    {
        await using var database = await bench.DatabaseAsync();
        await BenchRun.LoadAsync(database, rows);
        await using var traffic = new Traffic(database, Rate, rows);
        await Task.Delay(TimeSpan.FromSeconds(1));
        IReadOnlyList<double> during = [];
        var run = await BenchRun.StartAsync(
            database,
            settings: settings,
            heard: (step, begins) =>
            {
                if (step.StartsWith("backfill", StringComparison.Ordinal))
                {
                    if (begins)
                    {
                        traffic.Reset();
                    }
                    else
                    {
                        during = traffic.EndAsync().GetAwaiter().GetResult();
                    }
                }
            });
        bench.Tell($"{name}: p99 ÷ without", Traffic.Percentile(during, 0.99) / quiet);
        bench.Tell($"{name}: p99 ms", Traffic.Percentile(during, 0.99));
        bench.Tell($"{name}: max ms", during[^1]);
        bench.Tell($"{name}: rows/s of the backfill", rows / run.Seconds("backfill items"));
    }
}
