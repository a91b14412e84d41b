using System.ComponentModel;
using System.Globalization;
using Tandem.Cli.Output;
using Tandem.Problems;

namespace Tandem.Cli.Traffic;

/// <summary>What became of the requests.</summary>
internal sealed record TrafficReport : CommandView
{
    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("Seconds that it went on.")]
    public required double Seconds { get; init; }

    [Description("Requests a second that were asked for, over all versions.")]
    public required int Rate { get; init; }

    [Description("Connections for each version.")]
    public required int Connections { get; init; }

    [Description("Of 100 requests, those that were to write.")]
    public required int Writes { get; init; }

    [Description("The seed: with it the same requests are made again on the same rows.")]
    public required int Seed { get; init; }

    [Description("How late, in milliseconds, a connection was at most that had nothing else to do: the delay of this process and its machine, in no latency.")]
    public required double LateMs { get; init; }

    [Description("The versions that were asked.")]
    public required IReadOnlyList<TrafficVersionView> Versions { get; init; }

    /// <summary>The report, with a problem for each reason for which requests failed.</summary>
    public TrafficReport Judged()
    {
        var failures = Versions.SelectMany(v => v.Kinds.SelectMany(k => k.Failures.Select(f => (v.Version, k.Kind, Failure: f)))).ToList();
        return failures.Count == 0 ? this : this with
        {
            ExitCode = ExitCodes.Refused,
            Problems = ProblemView.Of(failures.Select(f => new Problem(
                ProblemCodes.TrafficFailed,
                $"{Figures.Count(f.Failure.Count, f.Kind == TrafficKind.Read ? "read" : "write")} of {f.Version} failed with {f.Failure.Code}: {f.Failure.Message}",
                Subject: f.Version))),
        };
    }

    /// <inheritdoc />
    public override void Write(Screen screen)
    {
        var grid = new Grid("version", "", ">requests", ">failed", ">per second", ">p50", ">p95", ">p99", ">longest");
        foreach (var (version, kind) in Versions.SelectMany(v => v.Kinds.Where(k => k.Requests > 0).Select(k => (v, k))))
        {
            grid.Row(
                new Piece(version.Version, Tone.Strong), kind.Kind == TrafficKind.Read ? "reads" : "writes", Figures.Of(kind.Requests),
                new Piece(Figures.Of(kind.Failed), kind.Failed == 0 ? Tone.Good : Tone.Bad), kind.PerSecond.ToString("F1", CultureInfo.InvariantCulture),
                Milliseconds(kind.P50Ms), Milliseconds(kind.P95Ms), Milliseconds(kind.P99Ms), Milliseconds(kind.MaxMs));
        }

        if (!grid.IsEmpty)
        {
            grid.Write(screen);
            screen.Gap();
        }

        foreach (var remark in Versions.SelectMany(Remarks))
        {
            screen.Paragraph(remark, 2, Tone.Warning, "- ");
        }

        screen.Paragraph(
            $"{Figures.Time(TimeSpan.FromSeconds(Seconds))}, {Figures.Count(Connections, "connection")} for each version, seed {Seed.ToString(CultureInfo.InvariantCulture)}. Latencies count from when a request was due; this process was up to {Milliseconds(LateMs)} late itself.",
            2, Tone.Faint);
    }

    private static IEnumerable<string> Remarks(TrafficVersionView version)
    {
        if (version.Unsent > 0)
        {
            yield return $"{Figures.Count(version.Unsent, "request")} of {version.Version} were due and not made any more, as all connections were busy: the database does not keep up with this rate, or more connections are needed.";
        }

        var missing = version.Kinds.Sum(k => k.Missing);
        if (missing > 0)
        {
            yield return $"{Figures.Count(missing, "request")} of {version.Version} found no row: it was removed since the keys were read.";
        }

        if (version.LeftOut.Count > 0)
        {
            yield return $"Left out in {version.Version}, because they have no rows or no key: {string.Join(", ", version.LeftOut)}.";
        }
    }

    private static string Milliseconds(double value) => value.ToString(value < 10 ? "F2" : "F0", CultureInfo.InvariantCulture) + " ms";
}

/// <summary>What became of the requests to one version.</summary>
internal sealed record TrafficVersionView
{
    [Description("The version.")]
    public required string Version { get; init; }

    [Description("Its tables that were asked.")]
    public required IReadOnlyList<string> Tables { get; init; }

    [Description("Its tables that were left out, because they have no rows or no key by which a row can be asked for.")]
    public required IReadOnlyList<string> LeftOut { get; init; }

    [Description("Requests that were due and not made any more, because all connections were busy until the end.")]
    public required long Unsent { get; init; }

    [Description("Reads and writes.")]
    public required IReadOnlyList<TrafficKindView> Kinds { get; init; }

    public static TrafficVersionView Of(TrafficResult result, IReadOnlyList<string> leftOut, TimeSpan lasted) => new()
    {
        Version = result.Version.Name,
        Tables = [.. result.Version.Tables.Select(t => t.Name)],
        LeftOut = leftOut,
        Unsent = result.Unsent,
        Kinds = [.. result.Kinds.OrderBy(k => k.Key).Select(k => TrafficKindView.Of(k.Key, k.Value, lasted))],
    };
}

/// <summary>What became of the reads or the writes of one version.</summary>
internal sealed record TrafficKindView
{
    [Description("What the requests do.")]
    public required TrafficKind Kind { get; init; }

    [Description("Requests that were made.")]
    public required long Requests { get; init; }

    [Description("Of these, requests that failed.")]
    public required long Failed { get; init; }

    [Description("Of those that were answered, requests that found no row, because it was removed since the keys were read.")]
    public required long Missing { get; init; }

    [Description("Requests a second that were answered.")]
    public required double PerSecond { get; init; }

    [Description("Half of the answers came within this time from when the request was due, in milliseconds; this and all below are too great by at most 0.8 %.")]
    public required double P50Ms { get; init; }

    [Description("95 of 100 came within this time.")]
    public required double P95Ms { get; init; }

    [Description("99 of 100 came within this time.")]
    public required double P99Ms { get; init; }

    [Description("The longest, exactly.")]
    public required double MaxMs { get; init; }

    [Description("The failures, by code.")]
    public required IReadOnlyList<TrafficFailureView> Failures { get; init; }

    [Description("The whole distribution: buckets that hold an answer, the quickest first.")]
    public required IReadOnlyList<TrafficBucketView> Buckets { get; init; }

    public static TrafficKindView Of(TrafficKind kind, TrafficTally tally, TimeSpan lasted) => new()
    {
        Kind = kind,
        Requests = tally.Requests,
        Failed = tally.Failed,
        Missing = tally.Missing,
        PerSecond = lasted > TimeSpan.Zero ? Math.Round(tally.Latencies.Count / lasted.TotalSeconds, 2) : 0,
        P50Ms = tally.Latencies.Within(0.5).TotalMilliseconds,
        P95Ms = tally.Latencies.Within(0.95).TotalMilliseconds,
        P99Ms = tally.Latencies.Within(0.99).TotalMilliseconds,
        MaxMs = tally.Latencies.Max.TotalMilliseconds,
        Failures = [.. tally.Failures.Select(f => new TrafficFailureView { Code = f.Code, Count = f.Count, Message = f.Message })],
        Buckets = [.. tally.Latencies.Buckets.Select(b => new TrafficBucketView { UpToMs = b.UpTo.TotalMilliseconds, Count = b.Count })],
    };
}

/// <summary>Requests that failed for one reason.</summary>
internal sealed record TrafficFailureView
{
    [Description("The database's code (SQLSTATE; SQLite's extended result code), else the kind of exception.")]
    public required string Code { get; init; }

    [Description("How many requests.")]
    public required long Count { get; init; }

    [Description("What the driver said to the first of them.")]
    public required string Message { get; init; }
}

/// <summary>Answers that took about as long.</summary>
internal sealed record TrafficBucketView
{
    [Description("The longest that falls into it, in milliseconds.")]
    public required double UpToMs { get; init; }

    [Description("How many.")]
    public required long Count { get; init; }
}
