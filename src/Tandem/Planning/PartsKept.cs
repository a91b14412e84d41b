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
        if (change is not { Before: { } before, After: not null } || change.OnlySettingsDiffer)
        {
            return [];
        }

        var gone = change.Columns.Where(c => c.Dropped).Select(c => c.Before!.Name).ToList();
        var lost = change.Links.Count > 0 ? Known(before).Select(r => r.Text) : Known(before).Where(r => r.IsLost(change, gone)).Select(r => r.Text);
        return lost.Order(StringComparer.Ordinal).Select(t => new Problem(ProblemCodes.NotUnderstood, $"{before.Name}: {t}.", Subject: before.Name));
    }

    private static IEnumerable<Rule> Known(Table table)
    {
        foreach (var exclusion in table.Exclusions)
        {
            yield return new Rule(exclusion.Name, exclusion.Definition, $"exclusion constraint {exclusion.Name}");
        }

        if (table.PrimaryKey is { Definition: { } key })
        {
            yield return new Rule(table.PrimaryKey.Name!, key, $"the primary key is more than its columns: {key}");
        }

        foreach (var unique in table.Uniques.Where(u => u.Definition is not null))
        {
            yield return new Rule(unique.Name!, unique.Definition!, $"constraint {unique.Name} is more than its columns: {unique.Definition}");
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
        public bool IsLost(TableChange change, IEnumerable<string> gone) =>
            gone.Any(c => SqlLexer.Names(Definition, c))
            || change.PrimaryKeys.Any(p => p.Dropped && p.Before!.Name == Name)
            || change.Uniques.Any(p => p.Dropped && p.Before!.Name == Name)
            || change.ForeignKeys.Any(p => p.Dropped && p.Before!.Name == Name)
            || change.Indexes.Any(p => p.Dropped && p.Before!.Name == Name);
    }
}
