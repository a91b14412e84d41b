using Tandem.Planning;

namespace Tandem.Bench;

/// <summary>What a backfill does to single-row reads and writes of others.</summary>
internal static class LoadBenchmark
{
    private const int Rate = 600;

    private const string Batches = "no Tandem, batches of 1,000 rows";

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(6);

    private static readonly Speed[] Speeds =
    [
        new("default pace", null, 1.5, 25),
        new("full speed (batch_time 25 ms)", new RunSettings { BatchTime = TimeSpan.FromMilliseconds(25) }, 3, null, Only: EngineKind.Postgres),
        new("batch_pause 3", new RunSettings { BatchPause = 3 }, 1.5, 25, Part: 0.5, Only: EngineKind.Postgres),
        new("full speed (batch_pause 0)", new RunSettings { BatchPause = 0 }, 3, null, Only: EngineKind.Sqlite),
    ];

    public static Benchmark Definition { get; } = new("load", $"Latency of {Rate} single-row reads and writes a second during a backfill", Benchmarks.Everywhere, RunAsync)
    {
        Figures =
        [
            .. Lines("without"),
            .. Speeds.SelectMany(s => (Figure[])
            [
                new Figure($"{s.Name}: p99 ÷ without", AtMost: s.Most, Only: s.Only),
                .. Lines(s.Name, s.Longest, s.Only),
                new Figure($"{s.Name}: rows/s of the backfill", Only: s.Only),
            ]),
            new Figure($"{Batches}: p99 ÷ without"),
            .. Lines(Batches),
            .. Lines("one UPDATE"),
        ],
        LeastRepetitions = 3,
    };

    private static async Task RunAsync(BenchRun bench)
    {
        var rows = bench.Rows / 2;
        var p99 = await WithoutAsync(bench, rows);
        foreach (var speed in Speeds.Where(s => s.Only is null || s.Only == bench.Kind))
        {
            await DuringAsync(bench, (int)(rows * speed.Part), speed, p99);
        }

        var batches = await DuringPlainAsync(bench, rows, d => d.BatchesAsync(rows, 1000));
        bench.Tell($"{Batches}: p99 ÷ without", batches.All.At(0.99) / p99);
        Tell(bench, Batches, batches);
        Tell(bench, "one UPDATE", await DuringPlainAsync(bench, rows, d => d.RunAsync($"update items set amount_new = {d.PlainValue}")));
    }

    private static async Task<double> WithoutAsync(BenchRun bench, int rows)
    {
        await using var quiet = await bench.LoadedAsync(new Items(rows));
        await using var traffic = await BegunAsync(quiet, rows);
        await Task.Delay(Quiet);
        var without = await traffic.EndAsync();
        Tell(bench, "without", without);
        return without.All.At(0.99);
    }

    private static async Task<Requests> DuringPlainAsync(BenchRun bench, int rows, Func<BenchDatabase, Task> work)
    {
        await using var database = await bench.LoadedAsync(new Items(rows));
        await database.RunAsync("alter table items add column amount_new bigint");
        await using var traffic = await BegunAsync(database, rows);
        await work(database);
        return await traffic.EndAsync();
    }

    private static async Task DuringAsync(BenchRun bench, int rows, Speed speed, double quiet)
    {
        await using var database = await bench.LoadedAsync(new Items(rows));
        await using var traffic = await BegunAsync(database, rows);
        Requests? during = null;
        var run = await database.StartAsync(
            speed.Settings,
            (step, begins) =>
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
        bench.Tell($"{speed.Name}: p99 ÷ without", during!.All.At(0.99) / quiet);
        Tell(bench, speed.Name, during);
        bench.Tell($"{speed.Name}: rows/s of the backfill", rows / run.Seconds("backfill items"));
    }

    private static async Task<Traffic> BegunAsync(BenchDatabase database, int rows)
    {
        var traffic = new Traffic(database, Rate, rows);
        await Task.Delay(TimeSpan.FromSeconds(1));
        traffic.Reset();
        return traffic;
    }

    // On SQLite readers wait for nobody; what writers wait for would not be seen among them.
    private static Figure[] Lines(string name, double? longest = null, EngineKind? only = null) =>
    [
        new Figure($"{name}: p50 ms", Only: only),
        new Figure($"{name}: p99 ms", Only: only),
        new Figure($"{name}: max ms", AtMost: longest, Only: only),
        .. only == EngineKind.Postgres ? Array.Empty<Figure>() : [new Figure($"{name}: p99 ms of reads alone", Only: EngineKind.Sqlite)],
    ];

    private static void Tell(BenchRun bench, string name, Requests requests)
    {
        bench.Tell($"{name}: p50 ms", requests.All.At(0.5));
        bench.Tell($"{name}: p99 ms", requests.All.At(0.99));
        bench.Tell($"{name}: max ms", requests.All.Longest);
        if (bench.Kind == EngineKind.Sqlite)
        {
            bench.Tell($"{name}: p99 ms of reads alone", requests.Reads.At(0.99));
        }
    }

    /// <summary>A backfill's settings.</summary>
    /// <param name="Name">Their name on the page.</param>
    /// <param name="Settings">The settings.</param>
    /// <param name="Most">The goal for the p99, ÷ without.</param>
    /// <param name="Longest">The goal for the longest, in milliseconds.</param>
    /// <param name="Part">The part of the rows that it fills.</param>
    /// <param name="Only">The engine on which they say something.</param>
    private sealed record Speed(string Name, RunSettings? Settings, double Most, double? Longest, double Part = 1, EngineKind? Only = null);
}
