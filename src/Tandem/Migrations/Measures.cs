using Tandem.Schema;

namespace Tandem.Migrations;

/// <summary>What conditions for going back can measure without a source of the user's.</summary>
public static class Measures
{
    /// <summary>Rows that a comparison found not to agree.</summary>
    public const string Mismatches = "mismatches";

    /// <summary>Rows in quarantine.</summary>
    public const string Quarantined = "quarantined";

    /// <summary>How long the longest waiter waits for a lock at a session that uses one of the migration's tables.</summary>
    public const string LockWait = "lock_wait";

    /// <summary>The same, as 95 of the last hundred looks found it or less.</summary>
    public const string LockWaitP95 = "lock_wait_p95";

    /// <summary>How long sessions have waited for this migration's, all of them together, since it was begun.</summary>
    public const string Blocked = "blocked";

    private static readonly IReadOnlyDictionary<string, ThresholdUnit> Units = new Dictionary<string, ThresholdUnit>(StringComparer.Ordinal)
    {
        [Mismatches] = ThresholdUnit.Count,
        [Quarantined] = ThresholdUnit.Count,
        [LockWait] = ThresholdUnit.Seconds,
        [LockWaitP95] = ThresholdUnit.Seconds,
        [Blocked] = ThresholdUnit.Seconds,
    };

    /// <summary>The names.</summary>
    public static ValueList<string> Known { get; } = Units.Keys.ToValueList();

    /// <summary>Whether a name is one of them.</summary>
    public static bool IsKnown(string name) => Units.ContainsKey(name);

    /// <summary>What is wrong with a condition as far as its own text tells, or null.</summary>
    public static string? Wrong(Threshold threshold)
    {
        ArgumentNullException.ThrowIfNull(threshold);
        var (name, rule) = (threshold.Name, threshold.Rule);
        var condition = new ThresholdCondition(">", 0, ThresholdUnit.Count);
        if (rule.Is is not null && !ThresholdCondition.TryParse(rule.Is, out condition))
        {
            return $"The condition of `{name}` cannot be decided.";
        }

        if (IsKnown(name) ? rule.HasSource : rule.Sources > 1)
        {
            return IsKnown(name)
                ? $"`{name}` is measured by Tandem; it takes no `query`, `watch`, `url`, `nulls`, `domain` or `distribution`."
                : $"`{name}` must have one of `query`, `watch`, `url`, `nulls`, `domain` and `distribution`.";
        }

        return rule.Is is not null && UnitOf(threshold) is { } unit && condition.Unit != unit
            ? $"The condition of `{name}` compares {Words(condition.Unit)}; what is measured is {Words(unit)}."
            : null;
    }

    /// <summary>What the value counts; null where only its source knows.</summary>
    public static ThresholdUnit? UnitOf(Threshold threshold)
    {
        ArgumentNullException.ThrowIfNull(threshold);
        return Units.TryGetValue(threshold.Name, out var unit) ? unit
            : threshold.Rule.Watch is not null ? ThresholdUnit.Seconds
            : (threshold.Rule.Nulls ?? threshold.Rule.Domain) is not null ? ThresholdUnit.Ratio
            : threshold.Rule.Distribution is not null ? ThresholdUnit.Count
            : null;
    }

    private static string Words(ThresholdUnit unit) => unit switch
    {
        ThresholdUnit.Seconds => "a time",
        ThresholdUnit.Ratio => "a share in %",
        _ => "a plain number",
    };
}
