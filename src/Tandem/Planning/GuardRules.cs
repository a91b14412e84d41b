using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>Conditions for going back, as one target can measure them.</summary>
internal static class GuardRules
{
    /// <summary>The conditions of a migration with their texts for one engine.</summary>
    public static ValueList<Threshold> Of(Migration migration, string engine) =>
        (migration.Rollback?.When ?? []).Select(t => t with { Rule = t.Rule.For(engine) }).ToValueList();

    /// <summary>What of it cannot be measured here, each with the reason.</summary>
    public static IEnumerable<Problem> Check(ValueList<Threshold> when, ValueList<PlannedPhase> phases, IDialect dialect, Migration migration) =>
        from threshold in when
        let wrong = Wrong(threshold, migration, phases, dialect)
        where wrong is not null
        select new Problem(ProblemCodes.CriterionNotMeasured, wrong, migration.Place, threshold.Name);

    private static string? Wrong(Threshold threshold, Migration migration, ValueList<PlannedPhase> phases, IDialect dialect)
    {
        var (name, rule) = (threshold.Name, threshold.Rule);
        if (Measures.Wrong(threshold) is { } wrong)
        {
            return wrong;
        }

        if (rule.Is is null && rule.Query is null)
        {
            return $"`{name}` has no condition (`is`).";
        }

        if (!Measures.IsKnown(name) && !rule.HasSource)
        {
            var written = (migration.Rollback?.When ?? []).First(t => t.Name == name).Rule;
            return written.HasSource ? $"`{name}` has no text for {dialect.Name}."
                : NearestName.Find(name, Measures.Known) is { } near ? $"There is no measure `{name}`. Did you mean `{near}`?"
                : $"There is no measure `{name}`; one of your own needs `query`, `watch`, `url`, `nulls`, `domain` or `distribution`, here or in `rollback_when` of the target.";
        }

        return name is Measures.LockWait or Measures.LockWaitP95 or Measures.Blocked && dialect.Capabilities.LockWait is null ? $"`{name}`: {dialect.Capabilities.Product} does not tell who waits for a lock."
            : rule.Column is { } column ? NoColumn(name, column, phases)
            : null;
    }

    private static string? NoColumn(string name, string column, ValueList<PlannedPhase> phases)
    {
        var known = phases.Where(p => p.Phase == Phase.Complete).SelectMany(p => p.Steps).SelectMany(s => s.Walk?.Profile?.Columns ?? []).ToList();
        return known.Contains(column) ? null
            : $"`{name}`: {column} is no column that an expression of this migration gives values{(known.Count > 0 ? $"; those are {string.Join(", ", known)}" : "")}. A `query` can count in any other.";
    }
}
