using Tandem.Journal;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Running;

/// <summary>
/// What somebody changed past Tandem: the present schema against the recorded one. What servers and schedulers do by
/// themselves is no drift: a plan does not rest on it, and nobody could take it over each time.
/// </summary>
public static class SchemaDrift
{
    private const int Shown = 20;

    /// <summary>What the present schema has otherwise than the recorded one, by kind and name.</summary>
    /// <param name="recorded">The schema as it was written down.</param>
    /// <param name="present">The schema as it is.</param>
    public static ValueList<ObjectDifference> Of(DatabaseSchema recorded, DatabaseSchema present)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        ArgumentNullException.ThrowIfNull(present);
        return SchemaDifferences.Of(Lasting(recorded, present), Lasting(present, recorded));
    }

    /// <summary>The same with what was decided about it.</summary>
    /// <param name="version">The version whose schema was written down.</param>
    /// <param name="recorded">That schema.</param>
    /// <param name="present">The schema as it is.</param>
    /// <param name="choices">What was decided, oldest first.</param>
    public static DriftReport Report(string version, DatabaseSchema recorded, DatabaseSchema present, IReadOnlyList<DriftChoice> choices)
    {
        var (was, now) = (Lasting(recorded, present), Lasting(present, recorded));
        var differences = SchemaDifferences.Of(was, now);
        var marks = SchemaDifferences.Marks(now, differences.Select(d => d.Object));
        return new DriftReport(version, was, now, differences
            .Select(d => new DriftedObject(d, marks[d.Object], choices.LastOrDefault(c => c.Object == d.Object) is { } choice && choice.Mark == marks[d.Object] ? choice : null))
            .ToValueList());
    }

    /// <summary>What keeps a migration from being started: an error for each object, the last for those that are not listed.</summary>
    /// <param name="version">The version whose schema was written down.</param>
    /// <param name="differences">What is not as written down.</param>
    public static IEnumerable<Problem> Refusals(string version, ValueList<ObjectDifference> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        return differences.Take(Shown).Select(d => new Problem(ProblemCodes.SchemaDrifted, Sentence(version, d), Subject: d.Object.Identity))
            .Concat(differences.Count <= Shown
                ? []
                : [new Problem(ProblemCodes.SchemaDrifted, $"{differences.Count - Shown} more are not as recorded for {version}; `tandem drift` shows them.")]);
    }

    private static string Sentence(string version, ObjectDifference difference) => difference.Kind switch
    {
        DifferenceKind.Added => $"The {difference.Object} is not recorded for {version}.",
        DifferenceKind.Missing => $"The {difference.Object} is recorded for {version} and is missing.",
        _ => $"The {difference.Object} is not as recorded for {version}: {string.Join("; ", difference.Parts)}.",
    };

    // Partitions come and go by the clock, indexes are built again: only what is in both, and what a person made, is compared.
    internal static DatabaseSchema Lasting(DatabaseSchema schema, DatabaseSchema other)
    {
        var passing = schema.Partitions.Select(p => p.Name).Except(other.Partitions.Select(p => p.Name))
            .Where(name => other.Table(name) is null).ToHashSet(StringComparer.Ordinal);
        return schema with
        {
            Tables = schema.Tables.Select(t => WithoutBuilds(t, other.Table(t.Name))).ToValueList(),
            Partitions = schema.Partitions.Where(p => !passing.Contains(p.Name))
                .Select(p => WithoutBuilds(p, other.Partitions.FirstOrDefault(o => o.Name == p.Name))).ToValueList(),
        };
    }

    private static Table WithoutBuilds(Table table, Table? other) => table with
    {
        Indexes = table.Indexes.Where(i => i.Valid || other?.Indexes.Any(o => o.Name == i.Name) == true)
            .Select(i => i with { Valid = true }).ToValueList(),
    };
}
