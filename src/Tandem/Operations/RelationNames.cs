using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>PostgreSQL has one space of names for tables, views, sequences and indexes, those behind keys and unique rules among them.</summary>
internal static class RelationNames
{
    /// <summary>The names of a table's indexes, with those behind its key and unique rules.</summary>
    public static IEnumerable<string> OfIndexes(Table table) =>
        table.Indexes.Select(i => i.Name).Concat(table.Uniques.Select(u => u.Name)).Concat(table.Exclusions.Select(e => e.Name)).Append(table.PrimaryKey?.Name).OfType<string>();

    /// <summary>What would bear a name that something else has when the tables change sides, at complete or on the way back.</summary>
    public static IEnumerable<Problem> Check(ChangeDraft draft)
    {
        if (draft.Engine != "postgres")
        {
            yield break;
        }

        var (changes, now) = (draft.Changes, draft.Objects.Now);
        var staying = draft.Schema.Tables.Where(t => changes.All(c => c.Before?.Name != t.Name)).Concat(draft.Schema.Partitions);
        var taken = staying.Concat(changes.Select(c => c.After).OfType<Table>()).SelectMany(Of)
            .Concat(now.Views.Select(v => v.Name)).Concat(now.Sequences.Select(s => s.Name)).CountBy(n => n, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        foreach (var change in changes.Where(c => c.After is not null))
        {
            foreach (var name in Of(change.After!).Except(change.Before is null ? [] : Of(change.Before), StringComparer.Ordinal))
            {
                if (taken[name] > 1)
                {
                    yield return new Problem(ProblemCodes.AlreadyExists, $"The name {name}, which {change.Name} would bring along, is taken.", Subject: change.Name);
                }
                else if (changes.FirstOrDefault(c => c != change && c.Before is not null && Of(c.Before).Contains(name)) is { } former && (Renames(former, name) || Renames(change, name)))
                {
                    yield return new Problem(
                        ProblemCodes.AlreadyExists, $"{former.Name} gives the name {name} away to {change.Name} in one migration; tables change their names one after the other.", Subject: change.Name,
                        Remedy: "Give the name away in a migration before this one.");
                }
            }
        }
    }

    // Of what one version has alone the name is hidden before the first table changes.
    private static bool Renames(TableChange change, string name)
    {
        bool Any<T>(IEnumerable<Pair<T>> pairs, Func<T, string?> called)
            where T : class => pairs.Any(p => p.Kept && called(p.Before!) != called(p.After!) && (called(p.Before!) == name || called(p.After!) == name));
        return Any(change.Indexes, i => i.Name) || Any(change.Uniques, u => u.Name) || Any(change.Exclusions, e => e.Name) || Any(change.PrimaryKeys, k => k.Name);
    }

    private static IEnumerable<string> Of(Table table) => OfIndexes(table).Append(table.Name);
}
