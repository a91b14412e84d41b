using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>What tables owe one another whose whole rows lie in one table in one version and in several in the other.</summary>
internal static class RowParts
{
    /// <summary>The table as it was before the migration, if its rows can lie elsewhere; null with problems reported.</summary>
    public static Table? Divisible(ChangeDraft draft, string name)
    {
        if (draft.Table(name) is not { } table)
        {
            return null;
        }

        if (table.Before is not { } before || table.Changed)
        {
            draft.Report(ProblemCodes.ChangedTwice, $"{name} is already made or changed by an earlier operation of this migration.", name);
            return null;
        }

        var errors = draft.Problems.Count;
        if (before.PrimaryKey is null)
        {
            draft.Report(ProblemCodes.LinkNeedsKey, $"{name} has no primary key.", name);
        }

        foreach (var (other, key) in draft.Referencing(name))
        {
            draft.Report(ProblemCodes.Referenced, $"The foreign key {key.After!.Name} of {other.Name} refers to {name}.", name);
        }

        foreach (var what in Kept(before))
        {
            draft.Report(ProblemCodes.RowsCannotMove, $"{name} has {what}.", name);
        }

        foreach (var column in before.Columns.Where(c => c.Identity != IdentityKind.None && before.PrimaryKey?.Columns.Contains(c.Name) != true))
        {
            draft.Report(ProblemCodes.KeyColumn, $"{name}.{column.Name} gets its values from the database (identity).", $"{name}.{column.Name}");
        }

        return draft.Problems.Count > errors ? null : before;
    }

    /// <summary>A table of the same shape under another name, with rules and indexes of its own.</summary>
    public static Table Like(Table table, string name) => new(name, table.Columns.Select(c => c with { Identity = IdentityKind.None, Sequence = null, Default = Taken(c) ? null : c.Default }).ToValueList())
    {
        PrimaryKey = table.PrimaryKey! with { Name = UsualName.Of(name, [], "pkey") },
        Uniques = table.Uniques.Select(u => u with { Name = UsualName.Of(name, u.Columns, "key") }).ToValueList(),
        Checks = table.Checks,
        ForeignKeys = table.ForeignKeys.Select(f => f with { Name = UsualName.Of(name, f.Columns, "fkey") }).ToValueList(),
        Indexes = table.Indexes.Select(i => i with { Name = $"{name}_{i.Name}" }).ToValueList(),
        Comment = table.Comment,
        WithoutRowId = table.WithoutRowId,
        Strict = table.Strict,
        Options = table.Options,
    };

    /// <summary>Says that nothing gives the new version's rows their keys, where something gave those of the old.</summary>
    public static void SayKeys(ChangeDraft draft, Table before, string tables)
    {
        foreach (var column in before.Columns.Where(c => Taken(c) || (draft.Engine == "sqlite" && IsRowNumber(before, c))))
        {
            draft.Report(
                ProblemCodes.KeysNotGiven,
                $"The database gives {before.Name}.{column.Name} its values, for old applications only; a value that it gives for {tables} may be taken, and the row is then refused.",
                $"{before.Name}.{column.Name}");
        }
    }

    /// <summary>The condition for this engine, if it says something about one row alone; null with problems reported.</summary>
    public static string? Condition(ChangeDraft draft, SqlText? where, string table)
    {
        var sql = draft.Expression(where, $"where of {table}");
        if (sql is not null && SqlLexer.Tokenize(sql).Any(t => t.Is("select")))
        {
            draft.Report(ProblemCodes.RowsFitNoPart, $"The condition of {table} asks other rows: which table a row lies in must follow from the row.", table);
            return null;
        }

        return sql;
    }

    /// <summary>The columns with the facts: those that are written and no key.</summary>
    public static IEnumerable<string> Facts(Table table) =>
        table.Columns.Where(c => c.Generated is null && !table.PrimaryKey!.Columns.Contains(c.Name)).Select(c => c.Name);

    private static bool IsRowNumber(Table table, Column column) =>
        !table.WithoutRowId && table.PrimaryKey?.Columns is [var key] && key == column.Name && column.Type.Equals("integer", StringComparison.OrdinalIgnoreCase);

    private static bool Taken(Column column) => column.Identity != IdentityKind.None;

    private static IEnumerable<string> Kept(Table table) =>
    [
        .. table.Triggers.Select(t => $"the trigger {t.Name}, which would be lost"),
        .. table.Exclusions.Select(e => $"the exclusion constraint {e.Name}, which no two tables share"),
        .. table.PrimaryKey?.Definition?.Contains("DEFERRABLE", StringComparison.Ordinal) == true ? ["a deferrable primary key, by which rows cannot be told apart at every moment"] : Array.Empty<string>(),
        .. table.Uniques.Where(u => u.Deferrable is not null).Select(u => $"the deferrable constraint {u.Name}"),
        .. table.ForeignKeys.Where(f => f.Deferrable is not null || !f.Validated).Select(f => $"the foreign key {f.Name}, which is deferrable or not validated"),
        .. table.Checks.Where(c => !c.Validated || !c.Enforced || c.NoInherit).Select(c => $"the check {c.Name}, which is not validated, not enforced or not inherited"),
        .. table.Inherits.Count > 0 || table.PartitionKey is not null || table.PartitionOf is not null || table.OfType is not null
            ? ["its columns or rows from other tables (inheritance, partitions, a composite type)"] : Array.Empty<string>(),
        .. table.ReplicaIdentity is not null ? ["a replica identity of its own"] : Array.Empty<string>(),
    ];
}
