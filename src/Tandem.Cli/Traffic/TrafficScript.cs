namespace Tandem.Cli.Traffic;

/// <summary>What a request does.</summary>
internal enum TrafficKind
{
    /// <summary>Reads a row by its key.</summary>
    Read,

    /// <summary>Sets a column of a row to the value that it has.</summary>
    Write,
}

/// <summary>A table of one version, as requests ask for its rows.</summary>
/// <param name="Name">Its name in that version.</param>
/// <param name="Read">Reads a row.</param>
/// <param name="Writes">Each sets one column of a row; none where no column can be set.</param>
/// <param name="Keys">The keys of some rows; none where the table is empty.</param>
internal sealed record TrafficTable(string Name, string Read, IReadOnlyList<string> Writes, IReadOnlyList<TrafficKey> Keys);

/// <summary>A row's key: the values of its columns, as the database's driver takes them.</summary>
internal sealed record TrafficKey(IReadOnlyList<object> Values);

/// <summary>A request.</summary>
/// <param name="Due">When it is due.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Sql">Its statement.</param>
/// <param name="Key">Of which row.</param>
internal sealed record TrafficRequest(TimeSpan Due, TrafficKind Kind, string Sql, TrafficKey Key);

/// <summary>The requests of one version in the order in which they are due; the same seed makes the same ones.</summary>
/// <param name="tables">The tables, each with rows.</param>
/// <param name="rate">Requests in a second.</param>
/// <param name="writes">How many of 100 requests write.</param>
/// <param name="seed">The seed.</param>
internal sealed class TrafficScript(IReadOnlyList<TrafficTable> tables, double rate, int writes, int seed)
{
    private readonly Random random = new(seed);
    private readonly Lock gate = new();
    private long made;

    /// <summary>The next request.</summary>
    public TrafficRequest Next()
    {
        lock (gate)
        {
            var due = TimeSpan.FromTicks((long)Math.Round(made++ * TimeSpan.TicksPerSecond / rate));
            var table = tables[random.Next(tables.Count)];
            var key = table.Keys[random.Next(table.Keys.Count)];

            // A table of nothing but keys can only be read.
            return random.Next(100) < writes && table.Writes.Count > 0
                ? new TrafficRequest(due, TrafficKind.Write, table.Writes[random.Next(table.Writes.Count)], key)
                : new TrafficRequest(due, TrafficKind.Read, table.Read, key);
        }
    }

    /// <summary>How many requests are due before a time.</summary>
    public long DueBefore(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds * rate);
}
