using System.Diagnostics;

namespace Tandem.Bench;

/// <summary>
/// Single-row reads and writes at a set rate. Each is due at a time of its own whether the one before is done or not, and
/// its latency counts from there: one that waits makes those behind it wait, and that counts.
/// </summary>
internal sealed class Traffic : IAsyncDisposable
{
    public const int Sessions = 6;

    private readonly CancellationTokenSource over = new();
    private readonly List<(double Milliseconds, bool Reads)> latencies = [];
    private readonly Lock gate = new();
    private readonly List<Task> workers;

    public Traffic(BenchDatabase database, int rate, int rows)
    {
        var begun = Stopwatch.GetTimestamp();
        workers = [.. Enumerable.Range(0, Sessions).Select(n => Task.Run(() => WorkAsync(database, n, rate, rows, begun)))];
    }

    /// <summary>Ends the traffic.</summary>
    public async Task<Requests> EndAsync()
    {
        await over.CancelAsync();
        await Task.WhenAll(workers);
        return new Requests(new Latencies(latencies.Select(l => l.Milliseconds)), new Latencies(latencies.Where(l => l.Reads).Select(l => l.Milliseconds)));
    }

    /// <summary>Forgets what was measured so far.</summary>
    public void Reset()
    {
        lock (gate)
        {
            latencies.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await Task.WhenAll(workers);
        over.Dispose();
    }

    private async Task WorkAsync(BenchDatabase database, int number, int rate, int rows, long begun)
    {
        var seeded = new Random(number);
        await using var connection = await database.ConnectAsync();
        await using var read = await PreparedRow.OfAsync(connection, "select name, amount from items where id = @id");
        await using var write = await PreparedRow.OfAsync(connection, "update items set amount = amount % 100000 + 1 where id = @id");
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
            var reads = i % 2 == 0;
            await (reads ? read : write).RunAsync(seeded.Next(rows) + 1);

            // A timer that wakes up late is the program's delay, not the server's; a session that is behind counts from when it was due.
            var since = ahead < TimeSpan.Zero ? due : from;
            lock (gate)
            {
                latencies.Add(((Stopwatch.GetElapsedTime(begun) - since).TotalMilliseconds, reads));
            }
        }
    }
}
