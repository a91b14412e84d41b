using Tandem.Differences;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Postgres.Scripts;
using Tandem.Schema;

namespace Tandem.Postgres.Differences;

/// <summary>Foreign tables, servers, wrappers and user mappings as statements there and back, as far as their statements are known. They hold no rows here.</summary>
internal static class PostgresPlainForeign
{
    // A table needs its server, and that its wrapper.
    private static readonly string[] Kinds = ["foreign-data wrapper", "foreign server", "user mapping", "foreign table"];

    /// <summary>What goes: tables before their servers.</summary>
    public static IEnumerable<PlainChange> Gone(DatabaseSchema from, DatabaseSchema to) =>
        from.Unmanaged.Where(u => u.Statements.Count > 0 && Kinds.Contains(u.Kind)).OrderByDescending(u => Array.IndexOf(Kinds, u.Kind))
            .Where(u => to.Unmanaged.All(o => o.Reference != u.Reference) && PostgresPlainChanges.Users(u.Reference, to).Count == 0 && !IsMapped(u, from))
            .Select(u => new PlainChange(u.Reference, DifferenceKind.Missing, [Drop(u)], [.. u.Statements, .. Owned(from, u)]) { Carries = true });

    /// <summary>What comes, and what is another under its name.</summary>
    public static IEnumerable<PlainChange> Come(DatabaseSchema from, DatabaseSchema to)
    {
        foreach (var item in to.Unmanaged.Where(u => u.Target.Length > 0 && Kinds.Contains(u.Kind)).OrderBy(u => Array.IndexOf(Kinds, u.Kind)))
        {
            if (from.Unmanaged.FirstOrDefault(o => o.Reference == item.Reference) is not { } was)
            {
                if (item.Statements.Count > 0 && IsKnown(item, from))
                {
                    yield return new PlainChange(item.Reference, DifferenceKind.Added, [.. item.Statements, .. PostgresDdlAccess.Rights(from.Name, to.AccessTo(item.Kind, item.Name))], [Drop(item)]) { Carries = true };
                }
            }
            else if (was.DifferencesTo(item).Any() && Changed(from, to, was, item) is { } change)
            {
                yield return change;
            }
        }
    }

    // What hangs on it stays where only options differ; a secret is in no file of a migration.
    private static PlainChange? Changed(DatabaseSchema from, DatabaseSchema to, UnmanagedObject was, UnmanagedObject item)
    {
        PlainChange Changes(IEnumerable<string> up, IEnumerable<string> down) => new(item.Reference, DifferenceKind.Changed, [.. up], [.. down]) { Carries = true };
        if (Unspoken(was).SequenceEqual(Unspoken(item)))
        {
            return IsSecret(was, item) ? null : Changes(Altered(was, item), Altered(item, was));
        }

        return item.Kind == "foreign table" && was.Statements.Count > 0 && item.Statements.Count > 0 && PostgresPlainChanges.Users(item.Reference, from, to).Count == 0
            ? Changes([Drop(was), .. item.Statements, .. Owned(from, item)], [Drop(item), .. was.Statements, .. Owned(from, was)])
            : null;
    }

    private static bool IsSecret(UnmanagedObject was, UnmanagedObject item) =>
        was.Options.Except(item.Options).Concat(item.Options.Except(was.Options)).Any(o => o.Value is null);

    private static IEnumerable<string> Altered(UnmanagedObject was, UnmanagedObject item)
    {
        foreach (var column in was.Options.Concat(item.Options).Select(o => o.Column).Distinct(StringComparer.Ordinal))
        {
            var (before, after) = (was.Options.Where(o => o.Column == column).ToList(), item.Options.Where(o => o.Column == column).ToList());
            List<string> actions =
            [
                .. before.Where(o => !after.Exists(o.IsNamedLike)).Select(o => $"DROP {PostgresText.Quote(o.Name)}"),
                .. after.Where(o => !before.Contains(o)).Select(o => $"{(before.Exists(o.IsNamedLike) ? "SET" : "ADD")} {PostgresText.Quote(o.Name)} {PostgresText.Literal(o.Value!)}"),
            ];
            if (actions.Count > 0)
            {
                yield return $"ALTER {item.Target} {(column is null ? "" : $"ALTER COLUMN {PostgresText.Quote(column)} ")}OPTIONS ({string.Join(", ", actions)})";
            }
        }

        if (!was.Definition.SequenceEqual(item.Definition))
        {
            yield return item.Definition.FirstOrDefault(s => IsComment(item, s)) ?? PostgresPlainChanges.Comment(item.Target, null);
        }
    }

    private static IEnumerable<string> Unspoken(UnmanagedObject item) => item.Definition.Where(s => !IsComment(item, s));

    private static bool IsComment(UnmanagedObject item, string statement) => statement.StartsWith($"COMMENT ON {item.Target} IS ", StringComparison.Ordinal);

    private static bool IsKnown(UnmanagedObject item, DatabaseSchema schema) =>
        item.Kind != "user mapping" || item.Name[..item.Name.LastIndexOf(" on ", StringComparison.Ordinal)] is not (not "public" and var role) || schema.Roles.Any(r => r.Name == role);

    // A mapping that is not known whole, as one that holds a password, would have to go before.
    private static bool IsMapped(UnmanagedObject item, DatabaseSchema schema) =>
        item.Kind == "foreign server" && schema.Unmanaged.Any(u => u is { Kind: "user mapping", Statements.Count: 0 } && u.Name.EndsWith($" on {item.Name}", StringComparison.Ordinal));

    private static IEnumerable<string> Owned(DatabaseSchema schema, UnmanagedObject item) => PostgresDdlAccess.Again(schema.Name, schema.AccessTo(item.Kind, item.Name), PostgresPlainChanges.Runner(schema));

    private static string Drop(UnmanagedObject item) => $"DROP {item.Target}";
}
