using Tandem.Differences;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Scripts;
using Tandem.Schema;

namespace Tandem.Postgres.Differences;

/// <summary>Foreign tables, servers and wrappers as statements there and back, as far as their statements are known. They hold no rows here.</summary>
internal static class PostgresPlainForeign
{
    // A table needs its server, and that its wrapper.
    private static readonly string[] Kinds = ["foreign-data wrapper", "foreign server", "foreign table"];

    /// <summary>What goes: tables before their servers.</summary>
    public static IEnumerable<PlainChange> Gone(DatabaseSchema from, DatabaseSchema to) =>
        from.Unmanaged.Where(u => u.Statements.Count > 0 && Kinds.Contains(u.Kind)).OrderByDescending(u => Array.IndexOf(Kinds, u.Kind))
            .Where(u => to.Unmanaged.All(o => o.Reference != u.Reference) && PostgresPlainChanges.Users(u.Reference, to).Count == 0 && !IsMapped(u, from))
            .Select(u => new PlainChange(u.Reference, DifferenceKind.Missing, [Drop(from.Name, u)], [.. u.Statements, .. Owned(from, u)]) { Carries = true });

    /// <summary>What comes, and tables that are others under their names.</summary>
    public static IEnumerable<PlainChange> Come(DatabaseSchema from, DatabaseSchema to)
    {
        foreach (var item in to.Unmanaged.Where(u => u.Statements.Count > 0 && Kinds.Contains(u.Kind)).OrderBy(u => Array.IndexOf(Kinds, u.Kind)))
        {
            if (from.Unmanaged.FirstOrDefault(o => o.Reference == item.Reference) is not { } was)
            {
                yield return new PlainChange(item.Reference, DifferenceKind.Added, [.. item.Statements, .. PostgresDdlAccess.Rights(from.Name, to.AccessTo(item.Kind, item.Name))], [Drop(from.Name, item)]) { Carries = true };
            }
            else if (item.Kind == "foreign table" && was.Statements.Count > 0 && was.Statements != item.Statements && PostgresPlainChanges.Users(item.Reference, from, to).Count == 0)
            {
                yield return new PlainChange(item.Reference, DifferenceKind.Changed, [Drop(from.Name, was), .. item.Statements, .. Owned(from, item)], [Drop(from.Name, item), .. was.Statements, .. Owned(from, was)]) { Carries = true };
            }
        }
    }

    // Who is mapped to whom there holds passwords, and would have to go before.
    private static bool IsMapped(UnmanagedObject item, DatabaseSchema schema) =>
        item.Kind == "foreign server" && schema.Unmanaged.Any(u => u.Kind == "user mapping" && u.Name.EndsWith($" on {item.Name}", StringComparison.Ordinal));

    private static IEnumerable<string> Owned(DatabaseSchema schema, UnmanagedObject item) => PostgresDdlAccess.Again(schema.Name, schema.AccessTo(item.Kind, item.Name), PostgresPlainChanges.Runner(schema));

    private static string Drop(string schema, UnmanagedObject item) => item.Kind switch
    {
        "foreign table" => $"DROP FOREIGN TABLE {PostgresDdl.Name(schema, item.Name)}",
        "foreign server" => $"DROP SERVER {PostgresText.Quote(item.Name)}",
        _ => $"DROP FOREIGN DATA WRAPPER {PostgresText.Quote(item.Name)}",
    };
}
