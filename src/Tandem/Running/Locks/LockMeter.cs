using System.Collections.Concurrent;
using System.Globalization;
using Tandem.Databases;

namespace Tandem.Running.Locks;

/// <summary>Looks, by a session of its own, who waits for the runner's session. It sees a wait when it lasts as long as the pause between two looks.</summary>
internal sealed class LockMeter(IDatabase database, Capabilities capabilities, LeasedSession session, RunnerOptions options) : IAsyncDisposable
{
    private ISession? eyes;
    private TimeSpan before;
    private LockWatching? present;

    /// <summary>How long others were blocked since the migration was begun, as far as it was seen.</summary>
    public TimeSpan Blocked => before + (present?.Blocked ?? TimeSpan.Zero);

    /// <summary>Adds what the journal remembers.</summary>
    public void Remember(TimeSpan blocked) => before += blocked;

    /// <summary>Begins to look; where the database does not tell, nothing is looked at.</summary>
    /// <param name="every">The pause between two looks.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<LockWatching> WatchAsync(TimeSpan every, CancellationToken cancellationToken)
    {
        if (capabilities.Blocked is not { } query || capabilities.OwnSession is not { } own || options.LockSampleEvery <= TimeSpan.Zero)
        {
            return new LockWatching(null);
        }

        var pid = (await session.QueryAsync(new SqlStatement(own), cancellationToken).ConfigureAwait(false)).Number("pid");
        before = Blocked;
        return present = new LockWatching((watched, waits, token) => LoopAsync(query, watched, every, waits, token), pid);
    }

    /// <summary>Looks also who waits for another session of this runner.</summary>
    public async Task AlsoAsync(LockWatching watching, LeasedSession other, CancellationToken cancellationToken)
    {
        if (capabilities.OwnSession is { } own && watching.Looks)
        {
            watching.Add((await other.QueryAsync(new SqlStatement(own), cancellationToken).ConfigureAwait(false)).Number("pid"));
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => eyes?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task LoopAsync(
        string query, Func<ICollection<long>> watched, TimeSpan every, ConcurrentDictionary<string, (double Seconds, string Who)> waits, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                eyes ??= await database.OpenSessionAsync(over).ConfigureAwait(false);
                foreach (var pid in watched())
                {
                    Note(await eyes.QueryAsync(new SqlStatement(query, new SqlArgument("pid", pid)), over).ConfigureAwait(false), waits);
                }
            }
            catch (DatabaseException)
            {
                // Who looks must not trouble who works; the next look tries again.
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(every, options.Time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Note(SqlResult seen, ConcurrentDictionary<string, (double Seconds, string Who)> waits)
    {
        var columns = seen.Columns.ToList();
        var (wait, seconds, who) = (columns.IndexOf("wait"), columns.IndexOf("seconds"), columns.IndexOf("who"));
        foreach (var row in seen.Rows)
        {
            waits[(string)row[wait]!] = (Convert.ToDouble(row[seconds], CultureInfo.InvariantCulture), row[who] as string ?? "");
        }
    }
}

/// <summary>One watch over a step.</summary>
internal sealed class LockWatching : IDisposable
{
    private const int MostNamed = 5;

    private readonly ConcurrentDictionary<string, (double Seconds, string Who)> waits = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource over = new();
    private readonly Task? loop;

    private readonly ConcurrentDictionary<long, bool> watched = new();

    public LockWatching(Func<Func<ICollection<long>>, ConcurrentDictionary<string, (double Seconds, string Who)>, CancellationToken, Task>? look, long pid = 0)
    {
        watched[pid] = true;
        loop = look is null ? null : Task.Run(() => look(() => watched.Keys, waits, over.Token));
    }

    /// <summary>Whether anything is looked at.</summary>
    public bool Looks => loop is not null;

    /// <summary>Another session that is looked at.</summary>
    public void Add(long pid) => watched[pid] = true;

    /// <summary>How long others have been blocked so far.</summary>
    public TimeSpan Blocked => TimeSpan.FromSeconds(waits.Values.Sum(w => w.Seconds));

    /// <summary>Ends the watch.</summary>
    public async Task<LockCost> EndAsync(TimeSpan waited, TimeSpan held)
    {
        await over.CancelAsync().ConfigureAwait(false);
        if (loop is null)
        {
            return new LockCost(waited, held);
        }

        await loop.ConfigureAwait(false);
        return new LockCost(waited, held)
        {
            Blocked = Blocked,
            Worst = TimeSpan.FromSeconds(waits.Values.Select(w => w.Seconds).DefaultIfEmpty(0).Max()),
            Waits = waits.Count,
            Who = [.. waits.Values.OrderByDescending(w => w.Seconds).Select(w => w.Who).Distinct().Take(MostNamed)],
        };
    }

    /// <inheritdoc />
    public void Dispose() => over.Dispose();
}
