using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>What all operations on constraints and indexes ask of a table.</summary>
internal static class ConstraintNames
{
    /// <summary>Whether all columns are there; reports those that are not.</summary>
    public static bool Exist(ChangeDraft draft, TableDraft table, ValueList<string> columns)
    {
        var missing = columns.Where(c => table.Column(c) is null).ToList();
        foreach (var name in missing)
        {
            draft.ReportMissing(table, name);
        }

        if (columns.Count == 0)
        {
            draft.Report(ProblemCodes.Incomplete, "At least one column is needed.", table.Name);
        }

        return missing.Count == 0 && columns.Count > 0;
    }

    /// <summary>The columns that an index carries along; they only make queries cheaper, and no engine but PostgreSQL has them.</summary>
    public static ValueList<string>? Carried(ChangeDraft draft, ValueList<string> include) => include.Count == 0 || draft.Engine == "sqlite" ? null : include;

    /// <summary>Whether no constraint of the table has the name in the new version; an index may have it, unless the rule brings one.</summary>
    public static bool IsFree(ChangeDraft draft, TableDraft table, string name)
    {
        if (table.PrimaryKey?.Name != name
            && table.Uniques.All(u => u.After?.Name != name)
            && table.Checks.All(c => c.After?.Name != name)
            && table.ForeignKeys.All(f => f.After?.Name != name)
            && table.Exclusions.All(e => e.After?.Name != name))
        {
            return true;
        }

        draft.Report(ProblemCodes.AlreadyExists, $"{table.Name} already has a constraint {name}.", name);
        return false;
    }

    /// <summary>
    /// Whether no index of the new version has the name; indexes share one space of names. What another table has under it until complete
    /// must be gone by then, not have another name: tables take their names one after the other.
    /// </summary>
    public static bool IsIndexFree(ChangeDraft draft, TableDraft table, string name)
    {
        static bool Gives<T>(IEnumerable<DraftPair<T>> pairs, Func<T, string?> called, string name)
            where T : class => pairs.Any(p => p is { Before: { } before, After: { } after } && called(before) == name && called(after) != name);
        var now = draft.Objects.Now;
        if (draft.Schema.Tables.All(t => t.Name != name && (draft.Drafted(t.Name) is not null || !RelationNames.OfIndexes(t).Contains(name)))
            && draft.Schema.Partitions.All(p => p.Name != name && !RelationNames.OfIndexes(p).Contains(name)) && now.Views.All(v => v.Name != name) && now.Sequences.All(q => q.Name != name)
            && draft.AllDrafted.All(d => d.Name != name && !RelationNames.OfIndexes(d.Freeze().After!).Contains(name)
                && (d == table || !(Gives(d.Indexes, i => i.Name, name) || Gives(d.Uniques, u => u.Name, name)))))
        {
            return true;
        }

        draft.Report(ProblemCodes.AlreadyExists, $"The name {name} is taken.", name);
        return false;
    }

    /// <summary>Takes a constraint or index out of the new version; reports when there is none.</summary>
    public static void Drop<T>(
        ChangeDraft draft, TableDraft table, List<DraftPair<T>> all, DraftPair<T>? found, string? name, ValueList<string>? columns)
        where T : class
    {
        if (found is null)
        {
            var what = name ?? (columns is null ? null : $"on {string.Join(", ", columns)}");
            draft.Report(
                what is null ? ProblemCodes.Incomplete : ProblemCodes.NoSuchConstraint,
                what is null ? "Give `name` or `columns`." : $"{table.Name} has no such constraint or index {what}.",
                table.Name);
        }
        else if (found.Before is null)
        {
            all.Remove(found);
        }
        else
        {
            found.After = null;
        }
    }
}
