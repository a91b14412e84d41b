using System.Collections.Frozen;
using System.Globalization;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>What the server takes as the value of an option or storage parameter, as far as that is known for sure.</summary>
internal static class OptionValue
{
    private static readonly string[] Words = ["true", "false", "yes", "no", "on", "off", "1", "0"];
    private static readonly FrozenSet<string> Switches = FrozenSet.Create(StringComparer.Ordinal, "security_barrier", "security_invoker", "deduplicate_items", "fastupdate", "autosummarize", "autovacuum_enabled", "vacuum_truncate", "user_catalog_table");

    private static readonly FrozenDictionary<string, string[]> Choices = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["check_option"] = ["local", "cascaded"],
        ["buffering"] = ["on", "off", "auto"],
        ["vacuum_index_cleanup"] = ["auto", "on", "off", "true", "false", "yes", "no", "1", "0"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (long Least, long Most)> Numbers = new Dictionary<string, (long, long)>(StringComparer.Ordinal)
    {
        ["fillfactor"] = (10, 100),
        ["gin_pending_list_limit"] = (64, int.MaxValue),
        ["pages_per_range"] = (1, 131072),
        ["toast_tuple_target"] = (128, 8160),
        ["parallel_workers"] = (0, 1024),
        ["log_autovacuum_min_duration"] = (-1, int.MaxValue),
        ["autovacuum_vacuum_threshold"] = (0, int.MaxValue),
        ["autovacuum_vacuum_insert_threshold"] = (-1, int.MaxValue),
        ["autovacuum_analyze_threshold"] = (0, int.MaxValue),
        ["autovacuum_vacuum_scale_factor"] = (0, 100),
        ["autovacuum_vacuum_insert_scale_factor"] = (0, 100),
        ["autovacuum_analyze_scale_factor"] = (0, 100),
        ["autovacuum_vacuum_cost_delay"] = (-1, 100),
        ["autovacuum_vacuum_cost_limit"] = (1, 10_000),
        ["autovacuum_freeze_min_age"] = (0, 1_000_000_000),
        ["autovacuum_freeze_max_age"] = (100_000, 2_000_000_000),
        ["autovacuum_freeze_table_age"] = (0, 2_000_000_000),
        ["autovacuum_multixact_freeze_min_age"] = (0, 1_000_000_000),
        ["autovacuum_multixact_freeze_max_age"] = (10_000, 2_000_000_000),
        ["autovacuum_multixact_freeze_table_age"] = (0, 2_000_000_000),
        ["n_distinct"] = (-1, int.MaxValue),
        ["n_distinct_inherited"] = (-1, int.MaxValue),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What an option takes, where the value is not of it; null where it is, or may be.</summary>
    /// <param name="name">The option.</param>
    /// <param name="value">Its value without quotes; an option alone is switched on.</param>
    public static string? Instead(string name, string value) =>
        Switches.Contains(name) ? Words.Any(w => w.StartsWith(value, StringComparison.OrdinalIgnoreCase) && value is not ("" or "o" or "O")) ? null : "true or false"
        : Choices.GetValueOrDefault(name) is { } choices ? choices.Contains(value, StringComparer.OrdinalIgnoreCase) ? null : string.Join(", ", choices)
        : Numbers.TryGetValue(name, out var range) && !IsIn(range, value) ? string.Create(CultureInfo.InvariantCulture, $"a number from {range.Least} to {range.Most}")
        : null;

    // Of numbers the server takes more forms than whole ones; a word it never takes.
    private static bool IsIn((long Least, long Most) range, string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number >= range.Least && number <= range.Most : value.Any(char.IsAsciiDigit);
}
