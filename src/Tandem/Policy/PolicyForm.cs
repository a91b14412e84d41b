using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Policy;

/// <summary>Policies that can be written but not meant.</summary>
internal static class PolicyForm
{
    /// <summary>What is wrong with a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="path">Its path in the file.</param>
    /// <param name="places">Where things stand in the file.</param>
    /// <param name="isFile">Whether it is a policy file, which cannot name another.</param>
    public static IEnumerable<Problem> Check(LintPolicy policy, string path, SourceMap places, bool isFile)
    {
        string At(string key) => path.Length == 0 ? key : $"{path}.{key}";
        if (policy.File is not null && (isFile || policy != new LintPolicy { File = policy.File }))
        {
            yield return new Problem(ProblemCodes.PolicyUnclear, isFile ? "A policy file cannot name another." : "The policy stands in a file and here at once.", places.Find(At("file")));
        }

        foreach (var (key, message) in Unusable(policy))
        {
            yield return new Problem(ProblemCodes.PolicyUnclear, message, places.Find(At(key)));
        }

        foreach (var rule in (policy.Rules ?? []).Where(r => r is not null))
        {
            if (Wrong(rule.Code, rule.Weight) is { } wrong)
            {
                yield return new Problem(ProblemCodes.PolicyUnclear, wrong, places.Find(At($"rules.{rule.Code}")));
            }
        }

        var suppressions = policy.Suppress ?? [];
        for (var i = 0; i < suppressions.Count; i++)
        {
            if (suppressions[i].Code is { } code && Wrong(code, RuleWeight.Off) is { } wrong)
            {
                yield return new Problem(ProblemCodes.PolicyUnclear, wrong, places.Find(At($"suppress[{i}].code")));
            }
        }
    }

    private static IEnumerable<(string Key, string Message)> Unusable(LintPolicy policy) =>
        (policy.Names?.All ?? []).Where(n => NameRules.Pattern(n.Rule) is null)
            .Select(n => ($"names.{n.Key}", $"`{n.Rule}` is neither a style nor a regular expression that can be used here (one that needs no going back)."))
            .Concat((policy.Sensitive ?? []).Select((mark, i) => (Mark: mark, Index: i)).Where(m => SensitiveFields.Parse(m.Mark) is null)
                .Select(m => (FormattableString.Invariant($"sensitive[{m.Index}]"), $"`{m.Mark}` is not table.column.")));

    /// <summary>The policy with the places of what leaves findings aside.</summary>
    public static LintPolicy Placed(LintPolicy policy, string path, SourceMap places) => policy with
    {
        Suppress = policy.Suppress?.Select((s, i) => s with { Place = places.Find($"{(path.Length == 0 ? "" : path + ".")}suppress[{i}]") }).ToValueList(),
    };

    private static string? Wrong(string id, RuleWeight weight) => ProblemCodes.Find(id) is not { } code ? $"There is no finding {id}."
        : !id.StartsWith("TDM3", StringComparison.Ordinal) ? $"{id} is no finding of lint."
        : code.Severity == Severity.Error && weight != RuleWeight.Error ? $"{id} is always an error: what it finds cannot be carried out."
        : null;
}
