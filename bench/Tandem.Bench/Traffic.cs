using System.Diagnostics;
using Npgsql;
using Tandem.Tests.Servers;

namespace Tandem.Bench;

/// <summary>
/// Single-row reads and writes at a set rate. Each is due at a time of its own whether the one before is done or not, and
/// its latency counts from there: one that waits makes those behind it wait, and that counts.
/// </summary>
internal sealed class Traffic : IAsyncDisposable
{
    private const int Sessions = 6;

    private readonly CancellationTokenSource over = new();
    private readonly List<double> latencies = [];
    private readonly Lock gate = new();
    private readonly List<Task> workers;

    public Traffic(TestDatabase database, int rate, int rows)
    {
        var begun = Stopwatch.GetTimestamp();
        workers = [.. Enumerable.Range(0, Sessions).Select(n => Task.Run(() => WorkAsync(database, n, rate, rows, begun)))];
    }

    /// <summary>Ends the traffic; latencies in milliseconds, in order.</summary>
    public async Task<IReadOnlyList<double>> EndAsync()
    {
        await over.CancelAsync();
        await Task.WhenAll(workers);
        return [.. latencies.Order()];
    }

    /// <summary>Forgets what was measured so far.</summary>
    public void Reset()
    {
        lock (gate)
        {
            latencies.Clear();
        }
    }

    public static double Percentile(IReadOnlyList<double> ordered, double part) =>
        ordered.Count == 0 ? 0 : ordered[Math.Min(ordered.Count - 1, (int)(ordered.Count * part))];

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await Task.WhenAll(workers);
        over.Dispose();
    }

    private async Task WorkAsync(TestDatabase database, int number, int rate, int rows, long begun)
    {
        var seeded = new Random(number);
        await using var connection = await database.OpenAsync();
        await using var read = new NpgsqlCommand("select name, amount from items where id = $1", connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = 1 } } };
        await using var write = new NpgsqlCommand("update items set amount = amount % 100000 + 1 where id = $1", connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = 1 } } };
        await read.PrepareAsync();
        await write.PrepareAsync();
        var between = TimeSpan.FromSeconds((double)Sessions / rate);
        for (var i = 0L; !over.IsCancellationRequested; i++)
        {
            var due = (between * i) + (between / Sessions * number);
            var ahead = due - Stopwatch.GetElapsedTime(begun);
            if (ahead > TimeSpan.FromMilliseconds(0.5))
            {
                await Task.Delay(ahead);
            }

            var from = Stopwatch.GetElapsedTime(begun);
            var command = i % 2 == 0 ? read : write;
            command.Parameters[0].Value = seeded.Next(rows) + 1;
            await using (var reader = await command.ExecuteReaderAsync())
            {
                await reader.ReadAsync();
            }

            // A timer that wakes up late is the program's delay, not the server's; a session that is behind counts from when it was due.
            var since = ahead < TimeSpan.Zero ? due : from;
            lock (gate)
            {
                latencies.Add((Stopwatch.GetElapsedTime(begun) - since).TotalMilliseconds);
            }
        }
    }
}
