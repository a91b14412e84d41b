namespace Tandem.Cli.Traffic;

/// <summary>How much traffic is made.</summary>
/// <param name="Rate">Requests in a second, over all versions.</param>
/// <param name="Length">How long.</param>
/// <param name="Connections">Connections for each version.</param>
/// <param name="Writes">How many of 100 requests write.</param>
/// <param name="Seed">Chooses rows, columns and kinds.</param>
internal sealed record TrafficSettings(int Rate, TimeSpan Length, int Connections, int Writes, int Seed);

/// <summary>What became of the requests to one version.</summary>
/// <param name="Version">The version.</param>
/// <param name="Kinds">What became of its requests, by kind.</param>
/// <param name="Unsent">Requests that were due and not made any more because all connections were busy until the end.</param>
internal sealed record TrafficResult(TrafficVersion Version, IReadOnlyDictionary<TrafficKind, TrafficTally> Kinds, long Unsent);

/// <summary>Traffic on all versions at once.</summary>
internal static class TrafficRun
{
    /// <summary>Makes requests until the time is over or it is told to stop.</summary>
    /// <param name="database">The database.</param>
    /// <param name="versions">The versions, each with tables that have rows.</param>
    /// <param name="settings">How much.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Stops; what was measured until then is the result.</param>
    public static async Task<(IReadOnlyList<TrafficResult> Results, TimeSpan Lasted, TimeSpan Late)> RunAsync(
        TrafficDatabase database, IReadOnlyList<TrafficVersion> versions, TrafficSettings settings, TimeProvider time, CancellationToken stop)
    {
        var crews = versions.Select((v, i) => new Crew(database, v, settings, settings.Rate / (double)versions.Count, unchecked((settings.Seed * 31) + i))).ToList();
        try
        {
            await Task.WhenAll(crews.Select(c => c.WarmUpAsync(stop)));
            var pace = new TrafficPace(time, settings.Length);
            TimeSpan? stopped = null;
            await using (stop.Register(() => stopped = pace.Now))
            {
                await Task.WhenAll(crews.Select(c => c.RunAsync(pace, stop)));
            }

            var lasted = stopped is { } early && early < settings.Length ? early : settings.Length;
            return ([.. crews.Select(c => c.Result(lasted))], lasted, pace.Late);
        }
        finally
        {
            foreach (var crew in crews)
            {
                await crew.DisposeAsync();
            }
        }
    }

    /// <summary>All connections to one version.</summary>
    private sealed class Crew : IAsyncDisposable
    {
        private readonly TrafficVersion version;
        private readonly TrafficScript script;
        private readonly List<TrafficConnection> connections;
        private readonly Dictionary<TrafficKind, TrafficMeter> meters = Enum.GetValues<TrafficKind>().ToDictionary(k => k, _ => new TrafficMeter());

        public Crew(TrafficDatabase database, TrafficVersion version, TrafficSettings settings, double rate, int seed)
        {
            this.version = version;
            script = new TrafficScript(version.Tables, rate, settings.Writes, seed);
            connections = [.. Enumerable.Range(0, settings.Connections).Select(_ => new TrafficConnection(version, database, script))];
        }

        public Task WarmUpAsync(CancellationToken cancellationToken) => Task.WhenAll(connections.Select(c => Task.Run(() => c.WarmUpAsync(cancellationToken), cancellationToken)));

        // A driver that blocks its thread must not keep the other connections from beginning.
        public Task RunAsync(TrafficPace pace, CancellationToken stop) => Task.WhenAll(connections.Select(c => Task.Run(() => c.RunAsync(pace, meters, stop), CancellationToken.None)));

        public TrafficResult Result(TimeSpan lasted)
        {
            var kinds = meters.ToDictionary(m => m.Key, m => m.Value.Tally());
            return new TrafficResult(version, kinds, Math.Max(0, script.DueBefore(lasted) - kinds.Values.Sum(k => k.Requests)));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }
}
