using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>
/// Applications of a version use a changed table through a view, and PostgreSQL inserts nothing through a view without columns; SQLite has no
/// table without a column that is stored.
/// </summary>
internal static class ServedColumns
{
    /// <summary>Tables of which a version has no column.</summary>
    /// <param name="migration">The migration.</param>
    /// <param name="changes">What it changes, all operations together.</param>
    /// <param name="engine">The engine's name in files.</param>
    public static IEnumerable<Problem> Check(Migration migration, ValueList<TableChange> changes, string engine)
    {
        bool Lacks(Table? table) => table?.Columns.All(c => engine == "sqlite" && c.Generated is not null) == true;
        foreach (var change in changes.Where(c => c.ShapeDiffers && (Lacks(c.Before) || Lacks(c.After))))
        {
            string?[] names = [change.Before?.Name, change.After?.Name];
            yield return new Problem(
                ProblemCodes.NoColumns,
                Lacks(change.Before) ? $"{change.Name} has no column: it cannot be served to old applications as it is."
                    : $"{change.After!.Name} would have no column in the new version{(change.After.Columns.Count > 0 ? " that is stored" : "")}.",
                migration.Operations.LastOrDefault(o => o.Tables.Any(names.Contains))?.Place,
                change.Name,
                Lacks(change.Before) ? "Change or drop the table with SQL of your own (`sql`)." : null);
        }
    }
}
