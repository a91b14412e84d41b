using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Npgsql;
using Tandem.Running;
using Tandem.Tests.Servers;

namespace Tandem.Bench;

/// <summary>How long a life of a change keeps others waiting.</summary>
internal static class LockBenchmark
{
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(8);

    public static Benchmark Definition { get; } = new("locks", "Locks", RunAsync)
    {
        Figures =
        [
            new Figure("longest transaction of a step that locks, in a whole life, ms", AtMost: 50),
            new Figure("reads and writes over 100 ms while another session holds the table for 8 s", AtMost: 0),
            new Figure("longest of them, ms"),
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
        await using (var database = await bench.DatabaseAsync())
        {
            await BenchRun.LoadAsync(database, rows, indexes: 3);
            await BenchRun.StartAsync(database);
            await BenchRun.WithRunnerAsync(database, async runner =>
            {
                await runner.CompleteAsync("0001_items", keepOld: false, force: true, default);
                await runner.RollbackAsync("0001_items", default);
            });
        }

        bench.Tell("longest transaction of a step that locks, in a whole life, ms", held.Max());

        await using var busy = await bench.DatabaseAsync();
        await BenchRun.LoadAsync(busy, rows);
        await using var traffic = new Traffic(busy, 600, rows);
        await Task.Delay(TimeSpan.FromSeconds(1));
        traffic.Reset();
        await using var holder = await busy.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var touch = new NpgsqlCommand("update items set note = 'held' where id = 1", holder, transaction))
        {
            await touch.ExecuteNonQueryAsync();
        }

        var start = BenchRun.StartAsync(busy);
        await Task.Delay(Held);
        await transaction.RollbackAsync();
        await start;
        var latencies = await traffic.EndAsync();

        // The row that the other session has written makes whoever writes it wait; that is none of ours.
        bench.Tell("reads and writes over 100 ms while another session holds the table for 8 s", latencies.Count(l => l > 100));
        bench.Tell("longest of them, ms", latencies[^1]);
    }
}
