using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Tells how an application reaches a version.</summary>
internal static class ConnectLines
{
    /// <summary>The lines for a version; null for the plain tables.</summary>
    public static ValueList<string> Of(string? version, ValueList<TableChange> changes)
    {
        if (version is null)
        {
            return ["-- The plain tables, under their own names."];
        }

        var tables = changes.Where(Swap.Arrives).Select(c => c.After!).ToList();
        return tables.Count == 0
            ? [$"-- {version} changes no table's shape: use the plain tables."]
            :
            [
                .. tables.Select(t => $"-- {t.Name}: write to {SqliteText.Quote(TwinNames.Version(t.Name, version))}"),
                "-- Readers may see the version under the plain names, on their own connection:",
                .. tables.Select(t => $"CREATE TEMP VIEW {SqliteText.Quote(t.Name)} AS SELECT {SqliteText.QuoteAll(t.Columns.Select(c => c.Name))} FROM main.{SqliteText.Quote(TwinNames.Version(t.Name, version))};"),
            ];
    }
}
