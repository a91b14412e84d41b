using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>What the operations on rows have in common.</summary>
internal static class RowSubject
{
    /// <summary>The table as it is before the migration, with a key; null, with problems reported, when there is none such.</summary>
    public static Table? Find(ChangeDraft draft, string name)
    {
        if (draft.Schema.Table(name) is not { } table)
        {
            draft.Report(ProblemCodes.NoSuchTable, $"There is no table {name} before this migration.", name);
            return null;
        }

        return HasKey(draft, table) ? table : null;
    }

    /// <summary>Whether rows can be told apart; reports when not.</summary>
    public static bool HasKey(ChangeDraft draft, Table table)
    {
        if (table.Key.Count == 0)
        {
            draft.Report(ProblemCodes.NoKey, $"The rows of {table.Name} cannot be told apart, so what was there could not be put back.", table.Name);
        }

        return table.Key.Count > 0;
    }

    /// <summary>The condition for this engine, or null for all rows; false, with a problem reported, when the file lacks it.</summary>
    public static bool TryCondition(ChangeDraft draft, SqlText? where, string what, out string? condition)
    {
        condition = draft.Expression(where, what);
        return where is null || condition is not null;
    }

    /// <summary>Says that there is one set of rows for both versions.</summary>
    public static void SayShared(ChangeDraft draft, string what, string table) => draft.Report(
        ProblemCodes.SingleVersion, $"{what} changes {table} for both versions at once; a rollback leads back rows that nobody changed since.", table);

    /// <summary>What a migration says twice about the tables of its changes of rows.</summary>
    public static IEnumerable<Problem> Conflicts(ValueList<RowChange> rows, ValueList<TableChange> changes)
    {
        foreach (var row in rows)
        {
            var made = changes.FirstOrDefault(c => c.Before is null && c.After?.Name == row.Table.Name)?.After;
            if (row.OnNewTable && (made is null || row.Stored.Any(c => made.Column(c.Name) is null)))
            {
                yield return Twice(row.Table.Name, "It is made by this migration, gets rows, and is changed after that.");
            }

            if (row.Archive is { } archive && (archive.IsNew
                ? changes.All(c => c.Before is not null || c.After?.Name != archive.Table)
                : changes.Any(c => c.Before?.Name == archive.Table)))
            {
                yield return Twice(archive.Table, "Rows are archived in it, and this migration changes it besides.");
            }
        }
    }

    private static Problem Twice(string table, string why) =>
        new(ProblemCodes.ChangedTwice, $"{table}: {why}", Subject: table, Remedy: "Write a second migration that depends on this one.");
}
