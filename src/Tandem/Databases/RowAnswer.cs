using System.Globalization;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Databases;

/// <summary>What rows that are there say to a rule that a migration brings. Of the rows' values only keys are kept, and only numbers and UUIDs.</summary>
/// <param name="Seen">How many rows were looked at.</param>
/// <param name="Broken">How many of them stand against the rule.</param>
/// <param name="Whole">Whether all rows were looked at, and not only a sample.</param>
public sealed record RowAnswer(long Seen, long Broken, bool Whole)
{
    /// <summary>The most rows that are named.</summary>
    public const int MostExamples = 3;

    /// <summary>A unique rule: how many values are there more than once.</summary>
    public long Values { get; init; }

    /// <summary>The columns of the key by which rows are named.</summary>
    public ValueList<string> Key { get; init; } = [];

    /// <summary>Keys of a few of the rows.</summary>
    public ValueList<string> Examples { get; init; } = [];

    /// <summary>What it says about the migration; null where no row stands against it.</summary>
    public Problem? Judge(RowQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var rule = question.Rule;
        var table = rule.Change.Name;
        if (Broken == 0)
        {
            return null;
        }

        var (code, subject, found) = rule.Kind switch
        {
            ConstraintKind.NotNull => (ProblemCodes.NullsInTheWay, $"{table}.{question.Values[0].From}",
                $"{table}.{question.Values[0].From} becomes required, and {Rows} have NULL there"),
            ConstraintKind.Check when question.DomainName is { } domain => (rule.Name == "NOT NULL" ? ProblemCodes.NullsInTheWay : ProblemCodes.RowsBreakCheck, $"{table}.{question.Values[0].From}",
                $"{Rows} of {table} break {(rule.Name == "NOT NULL" ? rule.Name : $"the check {rule.Name}")} of the domain {domain} in {question.Values[0].From}"),
            ConstraintKind.Check => (ProblemCodes.RowsBreakCheck, table, $"{Rows} of {table} break the check {rule.Name}"),
            ConstraintKind.ForeignKey => (ProblemCodes.OrphansInTheWay, table, $"{Rows} of {table} refer to rows of {question.Parent!.Table} that are not there ({rule.Name})"),
            ConstraintKind.Exclusion => (ProblemCodes.RowsMeet, table, $"{Rows} of {table} meet others by {rule.Name}, which forbids that"),
            ConstraintKind.PrimaryKey => (ProblemCodes.DuplicatesInTheWay, table, $"{Rows} of {table} share {Text(Values)} keys with others, and {rule.Name} is to be the primary key"),
            _ => (ProblemCodes.DuplicatesInTheWay, table, $"{Rows} of {table} share {Text(Values)} values with others, which {rule.Name} forbids"),
        };
        return new Problem(code, $"{found}{Named}. {Outlook(rule)}", Subject: subject)
        {
            Severity = rule.Live ? Severity.Error : code.Severity,
        };
    }

    /// <summary>That a rule could not be asked of the rows.</summary>
    public static Problem Unasked(RowQuestion question, string reason)
    {
        ArgumentNullException.ThrowIfNull(question);
        var (rule, table) = (question.Rule, question.Rule.Change.Name);
        return new Problem(
            ProblemCodes.RowsNotLookedAt,
            $"Whether rows of {table} stand against {(rule.Kind == ConstraintKind.NotNull ? $"NOT NULL in {rule.Name}" : rule.Name)} was not seen: {reason}", Subject: table);
    }

    /// <summary>That looking would take too long.</summary>
    public static Problem TooSlow(RowQuestion question) => Unasked(question, $"it takes longer than {Text(RowQuestion.Seconds)} seconds.");

    /// <summary>That a rule cannot be computed for rows that are there.</summary>
    public static Problem Failing(RowQuestion question, string reason)
    {
        ArgumentNullException.ThrowIfNull(question);
        var (rule, table) = (question.Rule, question.Rule.Change.Name);
        return new Problem(ProblemCodes.RuleFailsForRows, $"{rule.Name} cannot be computed for some rows of {table}: {reason} {Outlook(rule)}", Subject: table)
        {
            Severity = rule.Live ? Severity.Error : ProblemCodes.RuleFailsForRows.Severity,
        };
    }

    private static string Outlook(SideRule rule) => rule.Live ? "Start would stop there." : "Complete stops as long as they are there.";

    private string Rows => $"{Text(Broken)} of {Text(Seen)}{(Whole ? "" : " sampled")} rows";

    private string Named => Examples.Count == 0 ? "" : $", for example {(Examples.Count == 1 ? "that" : "those")} with {string.Join(", ", Key)} {string.Join(Key.Count == 1 ? ", " : "; ", Examples)}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
