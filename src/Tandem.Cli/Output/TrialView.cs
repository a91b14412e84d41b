using System.ComponentModel;
using System.Globalization;
using Tandem.Databases;
using Tandem.Planning;

namespace Tandem.Cli.Output;

/// <summary>What the change did in a sandbox, and what it makes of the plans of statements.</summary>
internal sealed record TrialView
{
    private const int LongestText = 100;

    [Description("Why nothing was tried, or not all; or null.")]
    public required string? Unknown { get; init; }

    [Description("The tables that were filled in the copy: table, rows in the target, made (rows that were made up), why.")]
    public required IReadOnlyList<FilledTable> Tables { get; init; }

    [Description("The watched statements with their plans, worst first.")]
    public required IReadOnlyList<QueryView> Queries { get; init; }

    [Description("Why the database's own record of statements tells none, or not all; or null.")]
    public required string? Unseen { get; init; }

    [Description("The file into which the plans before the change were written, or null.")]
    public string? Kept { get; init; }

    public static TrialView Of(Trial trial) => new()
    {
        Unknown = trial.Unknown,
        Tables = trial.Tables,
        Queries = trial.Queries.Select(QueryView.Of).OrderBy(q => q.Verdict switch { "fails" => 0, "worse" => 1, "unknown" => 2, _ => 3 }).ToList(),
        Unseen = trial.Unseen,
    };

    public void Write(Screen screen)
    {
        screen.Gap();
        screen.Heading("Query plans");
        if (Queries.Count == 0)
        {
            screen.Paragraph($"Unknown: {Unknown ?? "No statement is watched."}{(Unseen is null ? "" : $" {Unseen}")}", 2, Tone.Faint);
        }

        foreach (var query in Queries)
        {
            var tone = query.Verdict switch { "fails" or "worse" => Tone.Bad, "unknown" => Tone.Warning, _ => Tone.Good };
            var text = string.Join(' ', query.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            screen.Line("  ", new Piece(query.Verdict, tone), $"  {(text.Length > LongestText ? text[..LongestText] + "…" : text)}", new Piece($"  {query.Origin}", Tone.Faint));
            screen.Paragraph(query.Why, 4, Tone.Faint);
        }

        if (Queries.Count > 0 && (Unknown ?? Unseen) is { } why)
        {
            screen.Paragraph(why, 2, Tone.Faint);
        }

        foreach (var table in Tables)
        {
            screen.Paragraph($"{table.Table}: {Figures.Of(table.Made)} of {Figures.Count(table.Rows, "row")}. {table.Why}", 4, Tone.Faint, "- ");
        }

        if (Kept is not null)
        {
            screen.Line($"  The plans before the change are kept in {Kept}.");
        }
    }
}

/// <summary>A watched statement.</summary>
internal sealed record QueryView
{
    [Description("The statement, with places for its values.")]
    public required string Text { get; init; }

    [Description("The file it is from, or pg_stat_statements.")]
    public required string Source { get; init; }

    [Description("How often it was called since the server began to count, or null.")]
    public required long? Calls { get; init; }

    [Description("fails, worse, unknown or same.")]
    public required string Verdict { get; init; }

    [Description("Why, as a sentence.")]
    public required string Why { get; init; }

    [Description("The codes of the findings about it.")]
    public required IReadOnlyList<string> Findings { get; init; }

    [Description("Its plan on the version that is there: cost (the planner's; null on SQLite), accesses (table, and index or null where the table is read whole), failure.")]
    public required QueryPlan Before { get; init; }

    [Description("The same on the new version while both are served; null where it was not asked: on SQLite.")]
    public required QueryPlan? Live { get; init; }

    [Description("The same when all is done and what is retired is gone; or null.")]
    public required QueryPlan? After { get; init; }

    internal string Origin => Calls is { } calls ? string.Create(CultureInfo.InvariantCulture, $"{Source}, {calls:N0} calls") : Source;

    public static QueryView Of(QueryOutcome outcome) => new()
    {
        Text = outcome.Statement.Text,
        Source = outcome.Statement.Source,
        Calls = outcome.Statement.Calls,
        Verdict = outcome.Verdict.ToString().ToLowerInvariant(),
        Why = outcome.Why,
        Findings = outcome.Regressions.Select(r => r.Code.Id).ToList(),
        Before = outcome.Before,
        Live = outcome.Live,
        After = outcome.After,
    };
}
