using System.ComponentModel;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Policy;

/// <summary>What is asked of migrations here: how much each finding of lint weighs, and which are left aside for a time.</summary>
[ShortForm(nameof(File))]
public sealed record LintPolicy
{
    /// <summary>A file with the policy.</summary>
    [Description("A file that has the keys below, relative to this one, in place of them. `policy: policy.yaml` is short for it.")]
    public string? File { get; init; }

    /// <summary>The weights of findings.</summary>
    [Description("How much findings of lint weigh, by code: off, note, warning, error. What is an error without it stays one.")]
    public ValueList<RuleSetting>? Rules { get; init; }

    /// <summary>Findings that are left aside.</summary>
    [Description("Findings that are left aside, each with a reason and for a time.")]
    public ValueList<Suppression>? Suppress { get; init; }

    /// <summary>Fields that not everybody may see.</summary>
    [Description("Fields that not everybody may see, as table.column; either may be *, for any.")]
    public ValueList<string>? Sensitive { get; init; }

    /// <summary>The naming convention.</summary>
    [Description("What names that migrations give look like: snake_case, camel_case, pascal_case, or a regular expression for the whole name.")]
    public NameRules? Names { get; init; }

    /// <summary>What the policy says about a code; null when nothing.</summary>
    internal RuleWeight? WeightOf(ProblemCode code) => Rules?.FirstOrDefault(r => r.Code == code.Id)?.Weight;

    /// <summary>Reads the text of a policy file; throws with every problem it has.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="text">Its text.</param>
    public static LintPolicy Parse(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new List<Problem>();
        var places = new SourceMap();
        if (YamlNodes.Read(name, text, problems) is { } root
            && (LintPolicy?)new Binder(problems, places, "a policy file").BindRecord(typeof(LintPolicy), root, root.Place, new Spot("", "")) is { } policy)
        {
            problems.AddRange(PolicyForm.Check(policy, "", places, isFile: true));
            if (problems.Count == 0)
            {
                return PolicyForm.Placed(policy, "", places);
            }
        }

        throw new TandemException(problems.Count > 0 ? problems : [new Problem(ProblemCodes.FileEmpty, "The file says nothing.", new SourceSpan(name, 1, 1), Remedy: "Write `rules:` or `suppress:`.")]);
    }

    /// <summary>
    /// What the policy makes of findings: their weights, those left aside taken out, and what is wrong with what leaves aside.
    /// </summary>
    /// <param name="problems">Every finding, of all migrations together.</param>
    /// <param name="today">The day on which it is asked.</param>
    public IReadOnlyList<Problem> Judge(IEnumerable<Problem> problems, DateOnly today)
    {
        var suppressions = Suppress ?? [];
        var used = new HashSet<Suppression>();
        var left = new List<Problem>();
        foreach (var problem in problems)
        {
            var matching = suppressions.Where(s => s.Covers(problem)).ToList();
            used.UnionWith(matching);
            if (!matching.Any(s => s.Until >= today) && Weighed(problem) is { } weighed)
            {
                left.Add(weighed);
            }
        }

        return [.. left, .. suppressions.SelectMany(s => s.Wrong(used.Contains(s), today))];
    }

    private Problem? Weighed(Problem problem) => WeightOf(problem.Code) switch
    {
        null => problem,
        RuleWeight.Off => null,
        var weight => problem with
        {
            Severity = weight switch { RuleWeight.Error => Severity.Error, RuleWeight.Warning => Severity.Warning, _ => Severity.Note },
        },
    };
}

/// <summary>How much a finding weighs.</summary>
public enum RuleWeight
{
    /// <summary>It is not made.</summary>
    Off,

    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>May hurt.</summary>
    Warning,

    /// <summary>Lint fails.</summary>
    Error,
}

/// <summary>The weight of a finding: a mapping entry <c>code: weight</c> in the file.</summary>
/// <param name="Code">The code.</param>
/// <param name="Weight">The weight.</param>
[WrittenAsMapping]
public sealed record RuleSetting(string Code, RuleWeight Weight);

/// <summary>A finding that is left aside for a time.</summary>
public sealed record Suppression
{
    /// <summary>The code.</summary>
    [Description("The code of the finding, for example TDM3112.")]
    public required string Code { get; init; }

    /// <summary>Why.</summary>
    [Description("Why it is left aside.")]
    public required string Reason { get; init; }

    /// <summary>The last day.</summary>
    [Description("The last day on which it is left aside, for example 2027-06-30; from the next on the finding is made again, and that it is over is one itself.")]
    public required DateOnly Until { get; init; }

    /// <summary>The migration.</summary>
    [Description("The migration whose finding it is, by its id; without it, every migration's.")]
    public string? Migration { get; init; }

    /// <summary>The object.</summary>
    [Description("The table or column that the finding is about, as the finding names it (table.column, or table for it and its columns); without it, any.")]
    public string? Subject { get; init; }

    /// <summary>Where it stands.</summary>
    [Browsable(false)]
    public SourceSpan? Place { get; init; }

    internal bool Covers(Problem problem) =>
        problem.Code.Id == Code
        && (Migration is null || (problem.Place is { } place && Path.GetFileNameWithoutExtension(place.File) == Migration))
        && (Subject is null || problem.Subject == Subject || problem.Subject?.StartsWith($"{Subject}.", StringComparison.Ordinal) == true);

    internal IEnumerable<Problem> Wrong(bool used, DateOnly today)
    {
        if (Until < today)
        {
            yield return new Problem(
                ProblemCodes.SuppressionOver, FormattableString.Invariant($"{Code} was left aside until {Until:yyyy-MM-dd}: {Reason}"), Place, Subject);
        }
        else if (!used)
        {
            yield return new Problem(ProblemCodes.SuppressionIdle, $"{Code} is left aside, and there is no such finding{(Migration is null ? "" : $" in {Migration}")}.", Place, Subject);
        }
    }
}
