using System.Text.Json;
using Tandem.Steps;

namespace Tandem.Journal;

/// <summary>How migrations of one pattern went on one target, as its journal tells.</summary>
/// <param name="Pattern">The pattern's name, as the migrations say it.</param>
public sealed record PatternUse(string Pattern)
{
    /// <summary>How often a start of one was begun.</summary>
    public int Started { get; init; }

    /// <summary>How often one was completed.</summary>
    public int Completed { get; init; }

    /// <summary>How often one was rolled back, before or after it was completed.</summary>
    public int RolledBack { get; init; }

    /// <summary>How many phases of one stopped at a step that failed, however they ended.</summary>
    public int Failed { get; init; }

    /// <summary>The patterns that entries of the journal tell of, by name.</summary>
    /// <param name="entries">All entries of a target, oldest first.</param>
    public static IReadOnlyList<PatternUse> Of(IEnumerable<JournalEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var patterns = new Dictionary<string, string?>(StringComparer.Ordinal);
        var failing = new HashSet<string>(StringComparer.Ordinal);
        var found = new SortedDictionary<string, PatternUse>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Kind == "phase_begun")
            {
                patterns[entry.Migration] = PatternOf(entry.Detail);
                _ = failing.Remove(entry.Migration);
            }

            if (patterns.GetValueOrDefault(entry.Migration) is { } pattern)
            {
                var first = entry.Kind == "step_failed" && failing.Add(entry.Migration);
                found[pattern] = (found.GetValueOrDefault(pattern) ?? new PatternUse(pattern)).With(entry, first);
            }
        }

        return [.. found.Values];
    }

    private PatternUse With(JournalEntry entry, bool firstFailure) => (entry.Kind, entry.Phase) switch
    {
        ("phase_begun", Phase.Start or Phase.Restart) => this with { Started = Started + 1 },
        ("phase_done", Phase.Complete) => this with { Completed = Completed + 1 },
        ("phase_done", Phase.Rollback) => this with { RolledBack = RolledBack + 1 },
        ("phase_done", Phase.Revert) when entry.Detail.Contains("undone", StringComparison.Ordinal) => this with { RolledBack = RolledBack + 1 },
        ("step_failed", _) when firstFailure => this with { Failed = Failed + 1 },
        _ => this,
    };

    private static string? PatternOf(string detail)
    {
        using var json = JsonDocument.Parse(detail);
        return json.RootElement.TryGetProperty("pattern", out var pattern) ? pattern.GetString() : null;
    }
}
