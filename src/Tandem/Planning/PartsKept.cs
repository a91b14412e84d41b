using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>
/// Rules of a table of which the model does not know everything. They stay as they are as long as their columns do; where one would
/// have to be made again, or would go with a column, it would not come back whole.
/// </summary>
internal static class PartsKept
{
    /// <summary>What a change would not carry over.</summary>
    public static IEnumerable<Problem> Check(TableChange change)
    {
        if (change is not { Before: { } before, After: { } after } || change.OnlySettingsDiffer)
        {
            return [];
        }

        // Where rows come to lie in another table, nothing stays.
        var moves = change.Links.Count > 0 || before.PartitionKey != after.PartitionKey;
        var gone = change.Columns.Where(c => c.Dropped).Select(c => c.Before!.Name).ToList();
        var ending = change.Exclusions.Where(e => e.Dropped).Select(e => Text(e.Before!)).ToList();
        var lost = (moves ? Known(before).Select(r => r.Text) : Known(before).Where(r => r.IsLost(change, gone)).Select(r => r.Text)).Except(ending, StringComparer.Ordinal);
        return lost.Order(StringComparer.Ordinal).Select(t => new Problem(ProblemCodes.NotUnderstood, $"{before.Name}: {t}.", Subject: before.Name, Remedy: Remedy(t)));
    }

    /// <summary>Rules by which the engine's own writes to rows would go otherwise than they say.</summary>
    public static IEnumerable<Problem> CheckRows(Table table)
    {
        var how = table.Uniques.Select(u => u.OnConflict).Concat(table.Columns.Select(c => c.NotNullConflict)).Append(table.PrimaryKey?.OnConflict).FirstOrDefault(c => c is not null);
        return how is null ? [] : [new Problem(ProblemCodes.NotUnderstood, $"{table.Name}: ON CONFLICT {how}, by which rows would be written otherwise than said.", Subject: table.Name)];
    }

    private static string? Remedy(string text) => text.StartsWith("exclusion", StringComparison.Ordinal)
        ? "The server builds an exclusion constraint under a lock only. Drop it in this migration or before it (`drop_exclusion`), and add it again in one after it (`add_exclusion`)."
        : null;

    private static string Text(ExclusionConstraint exclusion) => $"exclusion constraint {exclusion.Name}";

    private static string? More(string? definition, ValueList<string>? sorting, string? conflict)
    {
        var parts = new[] { definition, sorting is null ? null : string.Join(", ", sorting.Where(s => s.Length > 0)), conflict is null ? null : $"ON CONFLICT {conflict}" };
        return parts.OfType<string>().Any() ? string.Join(", ", parts.OfType<string>()) : null;
    }

    private static IEnumerable<Rule> Known(Table table)
    {
        foreach (var exclusion in table.Exclusions)
        {
            yield return new Rule(exclusion.Name, exclusion.Definition, Text(exclusion));
        }

        if (table.PrimaryKey is { } key && More(key.Definition, key.Sorting, key.OnConflict) is { } more)
        {
            yield return new Rule(ConstraintName.Of(key), key.Definition ?? "", $"the primary key is more than its columns: {more}");
        }

        // Made again where they are; no other table gets them.
        foreach (var (what, include) in table.Uniques.Select(u => ($"constraint {ConstraintName.Of(u)}", u.Include)).Append(("the primary key", table.PrimaryKey?.Include)))
        {
            if (include is not null)
            {
                yield return new Rule("", "", $"{what} carries {string.Join(", ", include)} along");
            }
        }

        foreach (var unique in table.Uniques)
        {
            if (More(unique.Definition, unique.Sorting, unique.OnConflict) is { } what)
            {
                yield return new Rule(ConstraintName.Of(unique), unique.Definition ?? "", $"constraint {ConstraintName.Of(unique)} is more than its columns: {what}");
            }
        }

        foreach (var column in table.Columns.Where(c => c.NotNullConflict is not null))
        {
            yield return new Rule("", "", $"NOT NULL of {column.Name} is more than that: ON CONFLICT {column.NotNullConflict}") { Column = column.Name };
        }

        foreach (var foreign in table.ForeignKeys.Where(f => f.Definition is not null))
        {
            yield return new Rule(foreign.Name!, foreign.Definition!, $"foreign key {foreign.Name} is more than its columns: {foreign.Definition}");
        }

        if (table.ReplicaIndex is { } index)
        {
            yield return new Rule(index, "", "its replica identity is an index");
        }

        if (table.Unlogged)
        {
            yield return new Rule("", "", "it is unlogged");
        }
    }

    /// <summary>A rule, and why it is not understood.</summary>
    private sealed record Rule(string Name, string Definition, string Text)
    {
        /// <summary>The column whose rule against NULL it is, or null.</summary>
        public string? Column { get; init; }

        public bool IsLost(TableChange change, IEnumerable<string> gone) =>
            gone.Any(c => SqlLexer.Names(Definition, c))
            || change.Columns.Any(p => p.Before is { } c && c.Name == Column && (p.After is null || p.After.Nullable != c.Nullable))
            || change.PrimaryKeys.Any(p => p.Dropped && ConstraintName.Of(p.Before!) == Name)
            || change.Uniques.Any(p => p.Dropped && ConstraintName.Of(p.Before!) == Name)
            || change.ForeignKeys.Any(p => p.Dropped && p.Before!.Name == Name)
            || change.Indexes.Any(p => p.Dropped && p.Before!.Name == Name);
    }
}
