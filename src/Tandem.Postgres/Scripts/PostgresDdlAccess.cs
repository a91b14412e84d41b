using Tandem.Postgres.Dialect;
using Tandem.Schema;
using static Tandem.Postgres.Scripts.PostgresDdl;
using static Tandem.Postgres.Connections.PostgresText;

namespace Tandem.Postgres.Scripts;

/// <summary>Writes owners and rights.</summary>
internal static class PostgresDdlAccess
{
    /// <summary>The statements that give an object its owner and its rights, whatever it has.</summary>
    public static IEnumerable<string> Statements(string schema, ObjectAccess access)
    {
        yield return Owner(schema, access);
        if (access.Grants is not { } grants)
        {
            yield break;
        }

        var target = Target(schema, access.On);
        yield return $"REVOKE ALL ON {target} FROM PUBLIC, {Role(access.Owner)}";

        // Who hands a right on must have it first.
        foreach (var group in grants.GroupBy(g => (g.Grantee, g.Grantable, g.Grantor)).OrderBy(g => g.Key.Grantor is not null))
        {
            var rights = string.Join(", ", group.Select(g => g.Column is { } column ? $"{g.Privilege} ({Quote(column)})" : g.Privilege));
            var grant = $"GRANT {rights} ON {target} TO {Role(group.Key.Grantee)}{(group.Key.Grantable ? " WITH GRANT OPTION" : "")}";
            if (group.Key.Grantor is { } grantor)
            {
                yield return $"SET LOCAL SESSION AUTHORIZATION {Role(grantor)}";
                yield return grant;
                yield return "RESET SESSION AUTHORIZATION";
            }
            else
            {
                yield return grant;
            }
        }
    }

    /// <summary>The statement that gives an object its owner.</summary>
    public static string Owner(string schema, ObjectAccess access) => $"ALTER {Owned(access.On.Kind)} {Named(schema, access.On)} OWNER TO {Role(access.Owner)}";

    /// <summary>The statements that give objects made later their rights.</summary>
    public static IEnumerable<string> Defaults(string schema, DefaultPrivileges defaults)
    {
        var start = $"ALTER DEFAULT PRIVILEGES FOR ROLE {Role(defaults.Role)}{(defaults.Here ? $" IN SCHEMA {Quote(schema)}" : "")}";
        if (!defaults.Here)
        {
            yield return $"{start} REVOKE ALL ON {defaults.Objects} FROM PUBLIC, {Role(defaults.Role)}";
        }

        foreach (var group in defaults.Grants.GroupBy(g => (g.Grantee, g.Grantable)))
        {
            yield return $"{start} GRANT {string.Join(", ", group.Select(g => g.Privilege))} ON {defaults.Objects} TO {Role(group.Key.Grantee)}"
                + (group.Key.Grantable ? " WITH GRANT OPTION" : "");
        }
    }

    /// <summary>The statements by which the rights that objects made later get become others; null stands for what the server gives by itself.</summary>
    public static IEnumerable<string> Defaults(string schema, DefaultPrivileges? was, DefaultPrivileges? defaults)
    {
        var one = (defaults ?? was)!;
        var start = $"ALTER DEFAULT PRIVILEGES FOR ROLE {Role(one.Role)}{(one.Here ? $" IN SCHEMA {Quote(schema)}" : "")}";
        if (one.Here)
        {
            return
            [
                .. (was?.Grants ?? []).Where(g => defaults?.Grants.Contains(g) != true).Select(g => $"{start} REVOKE {g.Privilege} ON {one.Objects} FROM {Role(g.Grantee)}"),
                .. defaults is null ? [] : Defaults(schema, defaults with { Grants = defaults.Grants.Where(g => was?.Grants.Contains(g) != true).ToValueList() }),
            ];
        }

        var all = new[] { was, defaults }.SelectMany(d => d?.Grants ?? []).Select(g => g.Grantee).Where(r => r.Length > 0 && r != one.Role).Distinct(StringComparer.Ordinal);
        return
        [
            .. all.Select(r => $"{start} REVOKE ALL ON {one.Objects} FROM {Role(r)}"),
            .. defaults is not null ? Defaults(schema, defaults) :
            [
                $"{start} REVOKE ALL ON {one.Objects} FROM PUBLIC",
                $"{start} GRANT ALL ON {one.Objects} TO {Role(one.Role)}",
                .. one.Objects is "FUNCTIONS" or "TYPES" ? [$"{start} GRANT {(one.Objects == "TYPES" ? "USAGE" : "EXECUTE")} ON {one.Objects} TO PUBLIC"] : Array.Empty<string>(),
            ],
        ];
    }

    /// <summary>The statements that give what was made anew its rights again, and its owner where that is a role of a name and not the one that makes it.</summary>
    public static IEnumerable<string> Again(string schema, ObjectAccess? access, string? maker)
    {
        if (access is null)
        {
            return [];
        }

        var isOwn = access.Owner.Length == 0 || access.Owner == maker;
        return access.Grants is null && isOwn ? [] : isOwn ? Rights(schema, access) : Statements(schema, access);
    }

    /// <summary>The statements that give what is made the rights that others have on it; its owner is whoever makes it.</summary>
    public static IEnumerable<string> Rights(string schema, ObjectAccess? access) => access?.Grants is null ? [] :
    [
        $"REVOKE ALL ON {Target(schema, access.On)} FROM PUBLIC",
        .. access.Grants.Where(g => g.Grantee != access.Owner && g.Grantor is null).GroupBy(g => (g.Grantee, g.Grantable)).Select(g =>
            $"GRANT {string.Join(", ", g.Select(r => r.Column is { } column ? $"{r.Privilege} ({Quote(column)})" : r.Privilege))} ON {Target(schema, access.On)} TO {Role(g.Key.Grantee)}{(g.Key.Grantable ? " WITH GRANT OPTION" : "")}"),
    ];

    /// <summary>How <c>GRANT</c> and <c>REVOKE</c> name an object.</summary>
    public static string Target(string schema, ObjectName on) => $"{Granted(on.Kind)} {Named(schema, on)}";

    private static string Named(string schema, ObjectName on) => on.Kind switch
    {
        "function" or "procedure" or "aggregate" => Routine(schema, on.Identity),
        "schema" or "publication" or "event trigger" => Quote(on.Identity),
        _ => Name(schema, on.Identity),
    };

    private static string Routine(string schema, string identity)
    {
        var at = identity.IndexOf('(', StringComparison.Ordinal);
        return Name(schema, identity[..at]) + identity[at..];
    }

    private static string Role(string name) => name.Length == 0 ? "PUBLIC" : Quote(name);

    private static string Owned(string kind) => kind is "enum" or "composite type" or "range type" ? "TYPE" : kind.ToUpperInvariant();

    private static string Granted(string kind) => kind switch
    {
        "view" or "materialized view" or "foreign table" => "TABLE",
        "aggregate" => "FUNCTION",
        "enum" or "composite type" or "range type" => "TYPE",
        _ => kind.ToUpperInvariant(),
    };
}
