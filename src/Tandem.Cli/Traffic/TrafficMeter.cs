using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Tandem.Cli.Traffic;

/// <summary>Requests of one kind that failed for one reason.</summary>
/// <param name="Code">The database's code, else the name of the exception.</param>
/// <param name="Count">How many.</param>
/// <param name="Message">What the driver said to the first of them.</param>
internal sealed record TrafficFailure(string Code, long Count, string Message);

/// <summary>What became of the requests of one kind to one version.</summary>
internal sealed class TrafficMeter
{
    private readonly Lock gate = new();
    private readonly LatencyHistogram latencies = new();
    private readonly Dictionary<string, TrafficFailure> failures = new(StringComparer.Ordinal);
    private long missing;

    /// <summary>Notes an answer.</summary>
    /// <param name="latency">How long it took.</param>
    /// <param name="found">Whether the row was there.</param>
    public void Answered(TimeSpan latency, bool found)
    {
        lock (gate)
        {
            latencies.Add(latency);
            missing += found ? 0 : 1;
        }
    }

    /// <summary>Notes a failure.</summary>
    public void Failed(Exception exception)
    {
        var code = CodeOf(exception);
        lock (gate)
        {
            failures[code] = failures.TryGetValue(code, out var known)
                ? known with { Count = known.Count + 1 }
                : new TrafficFailure(code, 1, exception.Message);
        }
    }

    /// <summary>What it came to; when nobody notes anything any more.</summary>
    public TrafficTally Tally()
    {
        lock (gate)
        {
            return new TrafficTally(latencies, missing, [.. failures.Values.OrderByDescending(f => f.Count).ThenBy(f => f.Code, StringComparer.Ordinal)]);
        }
    }

    private static string CodeOf(Exception exception) => exception switch
    {
        DbException { SqlState: { } state } => state,
        SqliteException e => e.SqliteExtendedErrorCode.ToString(CultureInfo.InvariantCulture),
        _ => (exception.InnerException ?? exception).GetType().Name,
    };
}

/// <summary>What became of the requests of one kind to one version.</summary>
/// <param name="Latencies">Of those that were answered.</param>
/// <param name="Missing">Of those, how many found no row.</param>
/// <param name="Failures">Those that failed, by code.</param>
internal sealed record TrafficTally(LatencyHistogram Latencies, long Missing, IReadOnlyList<TrafficFailure> Failures)
{
    /// <summary>How many failed.</summary>
    public long Failed => Failures.Sum(f => f.Count);

    /// <summary>How many were made.</summary>
    public long Requests => Latencies.Count + Failed;
}
