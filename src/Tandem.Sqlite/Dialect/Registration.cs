using System.Globalization;

namespace Tandem.Sqlite.Dialect;

/// <summary>Keeps the list of the engine's tables and views whose names do not say that they are the engine's.</summary>
internal static class Registration
{
    /// <summary>Adds a table that serves a version.</summary>
    public static IEnumerable<string> Add(TwinNames names, string name, string table) =>
    [
        Remove(names, name),
        $"INSERT INTO tandem_objects (target, ordinal, kind, name, table_name) VALUES ('main', {Number(names)}, 'table', {SqliteText.Literal(name)}, {SqliteText.Literal(table)})",
    ];

    /// <summary>Says what an object is now.</summary>
    public static string Kind(TwinNames names, string name, string kind) =>
        $"UPDATE tandem_objects SET kind = {SqliteText.Literal(kind)} WHERE {Which(names, name)}";

    /// <summary>Takes an object off the list.</summary>
    public static string Remove(TwinNames names, string name) => $"DELETE FROM tandem_objects WHERE {Which(names, name)}";

    private static string Which(TwinNames names, string name) =>
        $"target = 'main' AND ordinal = {Number(names)} AND name = {SqliteText.Literal(name)}";

    private static string Number(TwinNames names) => names.Ordinal.ToString(CultureInfo.InvariantCulture);
}
