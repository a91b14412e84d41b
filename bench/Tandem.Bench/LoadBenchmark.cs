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
            new Figure("full speed (batch_time 25 ms): p99 ÷ without", AtMost: 3),
            new Figure("full speed (batch_time 25 ms): p99 ms"),
            new Figure("full speed (batch_time 25 ms): max ms"),
            new Figure("full speed (batch_time 25 ms): rows/s of the backfill"),
            new Figure("batch_pause 3: p99 ÷ without", AtMost: 1.5),
            new Figure("batch_pause 3: p99 ms"),
            new Figure("batch_pause 3: max ms", AtMost: 25),
            new Figure("batch_pause 3: rows/s of the backfill"),
            new Figure("no Tandem, batches of 1,000 rows inside the server: p99 ÷ without"),
            new Figure("no Tandem, batches of 1,000 rows inside the server: p99 ms"),
            new Figure("no Tandem, batches of 1,000 rows inside the server: max ms"),
            new Figure("one UPDATE: p99 ms"),
            new Figure("one UPDATE: max ms"),
        ],
        LeastRepetitions = 3,
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
            var p99 = Traffic.Percentile(without, 0.99);
            bench.Tell("without: p50 ms", Traffic.Percentile(without, 0.5));
            bench.Tell("without: p99 ms", p99);
            bench.Tell("without: max ms", without[^1]);
            await DuringAsync(bench, rows, "default pace", null, p99);
            await DuringAsync(bench, rows, "full speed (batch_time 25 ms)", new RunSettings { BatchTime = TimeSpan.FromMilliseconds(25) }, p99);
            await DuringAsync(bench, rows / 2, "batch_pause 3", new RunSettings { BatchPause = 3 }, p99);
            var batches = await DuringPlainAsync(bench, rows, Batches(rows));
            bench.Tell("no Tandem, batches of 1,000 rows inside the server: p99 ÷ without", Traffic.Percentile(batches, 0.99) / p99);
            bench.Tell("no Tandem, batches of 1,000 rows inside the server: p99 ms", Traffic.Percentile(batches, 0.99));
            bench.Tell("no Tandem, batches of 1,000 rows inside the server: max ms", batches[^1]);
        }

        var update = await DuringPlainAsync(bench, rows, $"update items set amount_new = {BenchRun.PlainValue}");
        bench.Tell("one UPDATE: p99 ms", Traffic.Percentile(update, 0.99));
        bench.Tell("one UPDATE: max ms", update[^1]);
    }

    /// <summary>The same rows in batches by their key, with nothing of a runner's: what writes of any kind cost others on this machine.</summary>
    private static string Batches(int rows) =>
        $"""
        do $$ begin
          for low in 1..{rows} by 1000 loop
            update items set amount_new = {BenchRun.PlainValue} where id between low and low + 999;
            commit;
          end loop;
        end $$
        """;

    private static async Task<IReadOnlyList<double>> DuringPlainAsync(BenchRun bench, int rows, string sql)
    {
        await using var database = await bench.DatabaseAsync();
        await BenchRun.LoadAsync(database, rows);
        await BenchRun.RunAsync(database, "alter table items add column amount_new bigint");
        await using var traffic = new Traffic(database, Rate, rows);
        await Task.Delay(TimeSpan.FromSeconds(1));
        traffic.Reset();
        await BenchRun.RunAsync(database, sql);
        return await traffic.EndAsync();
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
