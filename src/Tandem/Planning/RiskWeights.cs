using System.Globalization;
using Tandem.Schema;

namespace Tandem.Planning;

/// <summary>How much one kind of fact adds to the rating.</summary>
/// <param name="Key">Its name, stable.</param>
/// <param name="What">What is counted.</param>
/// <param name="Each">Points for each.</param>
/// <param name="Most">The most that it can add.</param>
public sealed record RiskWeight(string Key, string What, int Each, int Most);

/// <summary>The weights of the rating: the one place where they stand. The page on it shows them, and a test compares both.</summary>
public static class RiskWeights
{
    /// <summary>From how many rows, bytes or seconds on one, two or three steps of points are given.</summary>
    internal static readonly ValueList<long> RowSteps = [10_000, 1_000_000, 100_000_000];

    internal static readonly ValueList<long> ByteSteps = [1_000_000_000, 10_000_000_000, 100_000_000_000];

    internal static readonly ValueList<long> SecondSteps = [600, 3600, 86_400];

    internal static readonly RiskWeight Rows = new("rows", "rows that backfills write: from 10,000, 1,000,000, 100,000,000 on", 5, 15);
    internal static readonly RiskWeight Disk = new("disk", "estimated growth of the database: from 1 GB, 10 GB, 100 GB on", 4, 12);
    internal static readonly RiskWeight Time = new("time", "estimated time of start: from 10 minutes, 1 hour, 1 day on", 3, 9);
    internal static readonly RiskWeight TimeUnknown = new("time_unknown", "steps over 10,000 rows or more whose time is unknown", 3, 6);
    internal static readonly RiskWeight StopsAll = new("stops_all", "steps in which readers and writers wait for longer than an instant", 20, 40);
    internal static readonly RiskWeight StopsWriters = new("stops_writers", "steps over 10,000 rows or more in which writers wait for longer than an instant or a batch", 10, 20);
    internal static readonly RiskWeight Instant = new("instant", "tables on which everybody waits for an instant", 1, 5);
    internal static readonly RiskWeight Holders = new("holders", "sessions that hold now what a step must lock", 10, 20);
    internal static readonly RiskWeight Rewrites = new("rewrites", "steps that rewrite a table", 15, 30);
    internal static readonly RiskWeight NoWayBack = new("no_way_back", "SQL of the migration's own that nothing takes back", 15, 30);
    internal static readonly RiskWeight NotTried = new("not_tried", "SQL of the migration's own that was tried nowhere", 10, 20);
    internal static readonly RiskWeight NotKept = new("not_kept", "things that a rollback could not keep, or hides", 3, 15);
    internal static readonly RiskWeight Drops = new("drops", "tables and columns that sunset drops", 2, 8);
    internal static readonly RiskWeight Warnings = new("warnings", "warnings among the findings", 2, 12);
    internal static readonly RiskWeight Breaking = new("breaking", "objects and counted statements that do not work without the old version", 5, 20);
    internal static readonly RiskWeight UsesUnknown = new("uses_unknown", "objects and counted statements of which that is unknown", 1, 5);
    internal static readonly RiskWeight Queries = new("queries", "watched statements that the new version does not take, or whose plan gets worse", 5, 20);
    internal static readonly RiskWeight Sensitive = new("sensitive", "fields marked as sensitive that are changed", 5, 10);

    /// <summary>All of them, in the order of the page.</summary>
    public static ValueList<RiskWeight> All { get; } =
    [
        Rows, Disk, Time, TimeUnknown, StopsAll, StopsWriters, Instant, Holders, Rewrites, NoWayBack, NotTried, NotKept, Drops, Warnings, Breaking, UsesUnknown, Queries, Sensitive,
    ];

    /// <summary>How many of the steps a number has reached.</summary>
    internal static int Reached(ValueList<long> steps, double number) => steps.Count(s => number >= s);

    /// <summary>The page's table.</summary>
    public static string Table() => "| fact | points each | at most |\n|---|---|---|\n"
        + string.Concat(All.Select(w => string.Create(CultureInfo.InvariantCulture, $"| {w.What} | {w.Each} | {w.Most} |\n")));
}
