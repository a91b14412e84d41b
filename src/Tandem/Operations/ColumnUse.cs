using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>What becomes of a column that the new version does not have as it was.</summary>
internal enum ColumnFate
{
    /// <summary>Another column has its name and another type, which the server knows: rules over it are made again.</summary>
    Retyped,

    /// <summary>Others take its place; rules over it alone go along.</summary>
    Replaced,

    /// <summary>Nothing takes its place; rules over it alone go along.</summary>
    Dropped,

    /// <summary>What its rules would mean in the new version cannot be tried: it is in another table, or of a type that is not there yet.</summary>
    Moved,
}

/// <summary>What hangs on a column that a lens replaces or that goes.</summary>
internal static class ColumnUse
{
    /// <summary>
    /// Detaches keys, constraints and indexes from a column that leaves the new version. With a successor (a type
    /// change) constraints and indexes are made again on it; without one they go along. Returns false, with
    /// problems reported, where that would lose or break something.
    /// </summary>
    public static bool Detach(ChangeDraft draft, TableDraft table, DraftPair<Column> column, string? successor, ColumnFate fate)
    {
        var name = column.After!.Name;
        var subject = $"{table.Name}.{name}";
        var before = draft.Problems.Count;
        Check(draft, table, column, fate);
        if (table.IsKey(name) || draft.Referencing(table.Name).Any(r => r.Key.After!.ReferencedColumns.Contains(name)))
        {
            draft.Report(ProblemCodes.KeyColumn, $"{subject} is part of a key.", subject);
        }

        // A hidden column goes on numbering the rows by itself.
        if (column.Before is { } old && old.Identity != IdentityKind.None && (fate != ColumnFate.Dropped || draft.Engine == "sqlite"))
        {
            draft.Report(ProblemCodes.KeyColumn, $"{subject} gets its values from the database (identity).", subject);
        }

        if (draft.Problems.Count > before)
        {
            return false;
        }

        Reattach(draft, table, column, successor);
        return true;
    }

    /// <summary>Reports what keeps any column from being replaced: an earlier operation, an expression that names it.</summary>
    public static void Check(ChangeDraft draft, TableDraft table, DraftPair<Column> column, ColumnFate fate)
    {
        var name = column.After!.Name;
        var subject = $"{table.Name}.{name}";
        if (table.InLens(column) || column.Before is null)
        {
            draft.Report(ProblemCodes.ChangedTwice, $"{subject} is already made or replaced by an earlier operation of this migration.", subject);
            return;
        }

        if (column.Before.Generated is not null && fate != ColumnFate.Dropped)
        {
            draft.Report(ProblemCodes.KeyColumn, $"{subject} gets its values from the database (generated).", subject);
        }

        ExpressionUse.Check(draft, table, column, fate);
    }

    /// <summary>Makes unique rules, foreign keys and indexes of a column again on its successor, or lets them go with it.</summary>
    public static void Reattach(ChangeDraft draft, TableDraft table, DraftPair<Column> column, string? successor)
    {
        var name = column.After!.Name;
        ExpressionUse.Detach(draft, table, name, successor);
        DetachUniques(draft, table, name, successor);
        DetachForeignKeys(draft, table, name, successor);
        DetachIndexes(draft, table, name, successor);
    }

    /// <summary>Makes the foreign keys of a column that stays again, because the columns that they refer to are new ones.</summary>
    public static void RenewForeignKeys(TableDraft table, string name)
    {
        foreach (var key in table.ForeignKeys.Where(f => f is { Before: not null, After: not null } && f.After.Columns.Contains(name)).ToList())
        {
            table.ForeignKeys.Add(new(null, key.After));
            key.After = null;
        }
    }

    private static void DetachUniques(ChangeDraft draft, TableDraft table, string name, string? successor)
    {
        if (table.PrimaryKey is { Include: { } along } key && along.Contains(name))
        {
            table.PrimaryKey = key with { Include = Carried(along, name, successor) };
        }

        foreach (var unique in table.Uniques.Where(u => u.After is { } a && (a.Columns.Contains(name) || a.Include?.Contains(name) == true)).ToList())
        {
            var after = unique.After!;
            unique.After = null;
            if (successor is not null || !after.Columns.Contains(name))
            {
                table.Uniques.Add(new(null, after with
                {
                    Columns = successor is null ? after.Columns : Replace(after.Columns, name, successor),
                    Include = after.Include is { } include ? Carried(include, name, successor) : null,
                }));
            }
            else
            {
                draft.Report(ProblemCodes.GoesAlong, $"The unique constraint {after.Name ?? string.Join(", ", after.Columns)} of {table.Name} goes with the column {name}.", table.Name);
            }
        }
    }

    private static void DetachForeignKeys(ChangeDraft draft, TableDraft table, string name, string? successor)
    {
        foreach (var key in table.ForeignKeys.Where(f => f.After?.Columns.Contains(name) == true).ToList())
        {
            var after = key.After!;
            key.After = null;
            if (successor is not null)
            {
                table.ForeignKeys.Add(new(null, after with { Columns = Replace(after.Columns, name, successor), OnDeleteColumns = after.OnDeleteColumns is { } some ? Replace(some, name, successor) : null }));
            }
            else
            {
                draft.Report(ProblemCodes.GoesAlong, $"The foreign key {after.Name ?? string.Join(", ", after.Columns)} of {table.Name} goes with the column {name}.", table.Name);
            }
        }
    }

    private static void DetachIndexes(ChangeDraft draft, TableDraft table, string name, string? successor)
    {
        foreach (var index in table.Indexes.Where(i => i.After is { } a
            && (a.Columns.Contains(name) || a.Include.Contains(name) || a.Keys.Any(k => k.Column == name))).ToList())
        {
            var after = ExpressionUse.InNewNames(table, index);
            index.After = null;
            if (successor is not null)
            {
                table.Indexes.Add(new(null, after with
                {
                    Keys = after.Keys.Select(k => k.Column == name ? k with { Column = successor } : k).ToValueList(),
                    Columns = Replace(after.Columns, name, successor),
                    Include = Replace(after.Include, name, successor),
                }));
            }
            else
            {
                draft.Report(ProblemCodes.GoesAlong, $"The index {after.Name} goes with the column {name} of {table.Name}.", table.Name);
            }
        }
    }

    // What an index only carries along is no part of its rule, which stays without it.
    private static ValueList<string>? Carried(ValueList<string> include, string name, string? successor) =>
        successor is not null ? Replace(include, name, successor) : include.Where(c => c != name).ToValueList() is { Count: > 0 } left ? left : null;

    private static ValueList<string> Replace(ValueList<string> names, string from, string to) =>
        names.Select(n => n == from ? to : n).ToValueList();
}
