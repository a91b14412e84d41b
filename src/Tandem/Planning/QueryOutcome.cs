using System.Globalization;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>What becomes of a watched statement.</summary>
public enum QueryVerdict
{
    /// <summary>The database plans it on the old version and not on the new one.</summary>
    Fails,

    /// <summary>It costs more, or finds its rows in a worse way.</summary>
    Worse,

    /// <summary>Nobody can say.</summary>
    Unknown,

    /// <summary>It goes as well as before.</summary>
    Same,
}

/// <summary>In what way a plan is worse.</summary>
/// <param name="Code">The finding.</param>
/// <param name="Text">What is worse, as a sentence.</param>
public sealed record QueryRegression(ProblemCode Code, string Text);

/// <summary>The plans of one statement before and after a change.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Before">On the version that is there.</param>
/// <param name="Live">On the new version while both are served; null where it was not asked.</param>
/// <param name="After">When all is done and what is retired is gone; null where it was not asked.</param>
public sealed record QueryOutcome(WatchedStatement Statement, QueryPlan Before, QueryPlan? Live, QueryPlan? After)
{
    /// <summary>From which factor on a cost that grows is a finding.</summary>
    public const double Dearer = 2;

    /// <summary>From how many rows on a table that is read whole is a finding.</summary>
    public const long ManyRows = 10_000;

    // Smaller differences come from where rows happen to lie.
    private const double Noticeable = 1.1;

    /// <summary>What is worse.</summary>
    public ValueList<QueryRegression> Regressions { get; init; } = [];

    /// <summary>The plan that the statement ends up with, as far as it was asked for.</summary>
    public QueryPlan? Last => After ?? Live;

    /// <summary>What becomes of it.</summary>
    public QueryVerdict Verdict => Before.Failure is not null || Last is null ? QueryVerdict.Unknown
        : Live?.Failure is not null || After?.Failure is not null ? QueryVerdict.Fails
        : Regressions.Count > 0 ? QueryVerdict.Worse
        : QueryVerdict.Same;

    /// <summary>Why, as a sentence.</summary>
    public string Why => this switch
    {
        { Before.Failure: { } failure } => $"The database does not plan it on the version that is there: {failure}",
        { Last: null } => "The change could not be carried out in the sandbox.",
        { Live.Failure: { } failure } => $"The new version does not take it: {failure}",
        { After.Failure: { } failure } => $"Without the old version it does not work: {failure}",
        { Regressions: { Count: > 0 } worse } => string.Join(' ', worse.Select(r => r.Text)),
        { Before.Cost: { } from, Last.Cost: { } to } => string.Create(CultureInfo.InvariantCulture, $"The cost is {from:F0} before and {to:F0} after."),
        _ => "It finds its rows in the same way.",
    };

    /// <summary>Compares.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="plans">Its plans: before, live, after.</param>
    /// <param name="changes">What the migration changes about tables.</param>
    /// <param name="filled">The tables with the rows that they have in the target.</param>
    public static QueryOutcome Of(
        WatchedStatement statement, (QueryPlan Before, QueryPlan? Live, QueryPlan? After) plans, ValueList<TableChange> changes, ValueList<FilledTable> filled)
    {
        var outcome = new QueryOutcome(statement, plans.Before, plans.Live, plans.After);
        var worse = new[] { (Plan: plans.Live, When: "while both versions are served"), (Plan: plans.After, When: "when all is done") }
            .Where(p => p.Plan is { Failure: null } && plans.Before.Failure is null)
            .SelectMany(p => Worse(plans.Before, p.Plan!, p.When, changes, filled));
        return outcome with { Regressions = worse.DistinctBy(r => r.Code.Id).ToValueList() };
    }

    /// <summary>What is worse than what was kept, beyond what is worse than before: several changes that are each too small to be told.</summary>
    /// <param name="kept">The plan that was kept.</param>
    /// <param name="since">When, as people write it.</param>
    public QueryOutcome Against(QueryPlan kept, string since)
    {
        ArgumentNullException.ThrowIfNull(kept);
        return Last is { Cost: { } cost, Failure: null } && kept.Cost is > 0 and var old && cost / old >= Dearer && Regressions.All(r => r.Code != ProblemCodes.QueryDearer)
            ? this with
            {
                Regressions =
                [
                    .. Regressions,
                    new QueryRegression(ProblemCodes.QueryDearerThanKept, string.Create(CultureInfo.InvariantCulture, $"Its cost is {cost:F0}, {cost / old:F1} times the {old:F0} that was kept on {since}.")),
                ],
            }
            : this;
    }

    /// <summary>The findings, one for each way in which the plan is worse.</summary>
    public IEnumerable<Problem> Findings() => Regressions.Select(r => new Problem(r.Code, $"{Named}: {r.Text}", Subject: Statement.Source));

    private string Named
    {
        get
        {
            var text = string.Join(' ', Statement.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return $"{(text.Length > 80 ? text[..80] + "…" : text)} ({Statement.Source})";
        }
    }

    private static IEnumerable<QueryRegression> Worse(QueryPlan before, QueryPlan after, string when, ValueList<TableChange> changes, ValueList<FilledTable> filled)
    {
        if (before.Cost is > 0 and var from && after.Cost is { } to && to / from >= Dearer)
        {
            yield return new QueryRegression(ProblemCodes.QueryDearer, string.Create(CultureInfo.InvariantCulture, $"Its cost grows from {from:F0} to {to:F0}, {to / from:F1} times, {when}."));
        }

        var whole = after.Accesses.Where(a => a.Index is null).Select(a => Old(a.Table, changes)).ToHashSet(StringComparer.Ordinal);
        foreach (var table in whole.Where(t => before.Accesses.All(b => b.Table != t || b.Index is not null) && filled.Any(f => f.Table == t && f.Rows >= ManyRows)))
        {
            yield return new QueryRegression(ProblemCodes.QueryReadsWhole, $"It reads {table} whole {when}.");
        }

        var used = after.Accesses.Select(a => a.Index).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var grows = before.Cost is > 0 and var was && after.Cost / was >= Noticeable;
        var lost = before.Accesses.Where(b => b.Index is { } index && !used.Contains(index) && !used.Contains(New(index, changes)) && (grows || whole.Contains(b.Table))).ToList();
        if (lost.Count > 0)
        {
            yield return new QueryRegression(ProblemCodes.QueryLosesIndex, $"It no longer uses {string.Join(", ", lost.Select(l => l.Index))} {when}.");
        }
    }

    private static string Old(string table, ValueList<TableChange> changes) => changes.FirstOrDefault(c => c.After?.Name == table)?.Before?.Name ?? table;

    private static string New(string index, ValueList<TableChange> changes) =>
        changes.SelectMany(c => c.Indexes).FirstOrDefault(i => i.Before?.Name == index)?.After?.Name ?? index;
}
