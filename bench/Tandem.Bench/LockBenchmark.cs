using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Tandem.Running;

namespace Tandem.Bench;

/// <summary>How long a life of a change keeps others waiting.</summary>
internal static class LockBenchmark
{
    private const string Longest = "longest transaction of a step that locks, in a whole life, ms";

    // One connection that writes makes all other writers of a file wait. What counts there is whether Tandem makes it worse.
    private static readonly string[] Holders = ["another connection writes for 3 s, without Tandem", "another connection writes for 3 s, and Tandem starts meanwhile"];

    public static Benchmark Definition { get; } = new("locks", "Locks", Benchmarks.Everywhere, RunAsync)
    {
        Figures =
        [
            new Figure(Longest, AtMost: 50),
            new Figure("reads and writes over 100 ms while another session holds the table for 8 s", AtMost: 0, Only: EngineKind.Postgres),
            new Figure("longest of them, ms", Only: EngineKind.Postgres),
            .. Holders.SelectMany(h => new[] { new Figure(Over(h), Only: EngineKind.Sqlite), new Figure(Max(h), Only: EngineKind.Sqlite) }),
        ],
    };

    private static async Task RunAsync(BenchRun bench)
    {
        var rows = bench.Rows / 10;
        var held = new ConcurrentBag<double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == Telemetry.Name && instrument.Name == "tandem.lock.hold.duration")
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => held.Add(value * 1000));
        listener.Start();
        await using (var database = await bench.LoadedAsync(new Items(rows, Indexes: 3)))
        {
            await database.StartAsync();
            await database.WithRunnerAsync(async runner =>
            {
                await runner.CompleteAsync(BenchDatabase.Version, keepOld: false, force: true, default);
                await runner.RollbackAsync(BenchDatabase.Version, default);
            });
        }

        bench.Tell(Longest, held.Max());
        if (bench.Kind == EngineKind.Postgres)
        {
            // The row that the other session has written makes whoever writes it wait; that is none of ours.
            var latencies = await BesideHolderAsync(bench, rows, 600, TimeSpan.FromSeconds(8), starts: true);
            bench.Tell("reads and writes over 100 ms while another session holds the table for 8 s", latencies.Over(100));
            bench.Tell("longest of them, ms", latencies.Longest);
            return;
        }

        foreach (var holder in Holders)
        {
            var latencies = await BesideHolderAsync(bench, rows, 100, TimeSpan.FromSeconds(3), starts: holder == Holders[1]);
            bench.Tell(Over(holder), latencies.Over(100));
            bench.Tell(Max(holder), latencies.Longest);
        }
    }

    private static string Over(string holder) => $"{holder}: reads and writes over 100 ms";

    private static string Max(string holder) => $"{holder}: longest, ms";

    /// <summary>How long requests take while another session has written a row and does not commit, and a while longer.</summary>
    private static async Task<Latencies> BesideHolderAsync(BenchRun bench, int rows, int rate, TimeSpan held, bool starts)
    {
        await using var busy = await bench.LoadedAsync(new Items(rows));
        await using var traffic = new Traffic(busy, rate, rows);
        await Task.Delay(TimeSpan.FromSeconds(1));
        traffic.Reset();
        await using var holder = await busy.ConnectAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var touch = holder.CreateCommand())
        {
            (touch.CommandText, touch.Transaction) = ("update items set note = 'held' where id = 1", transaction);
            await touch.ExecuteNonQueryAsync();
        }

        var start = starts ? busy.StartAsync() : Task.Delay(held * 2);
        await Task.Delay(held);
        await transaction.RollbackAsync();
        await start;
        return (await traffic.EndAsync()).All;
    }
}
