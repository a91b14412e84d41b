using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;
using Right = Tandem.Schema.Grant;

namespace Tandem.Operations;

/// <summary>What `grant` and `revoke` name: rights on one object.</summary>
/// <param name="Kind">The object's kind.</param>
/// <param name="Name">Its name; the schema itself when that is its kind.</param>
/// <param name="Columns">The columns; empty for the whole object.</param>
/// <param name="Privileges">The rights, as written.</param>
internal sealed record RightsOn(string Kind, string Name, ValueList<string> Columns, ValueList<string> Privileges);

/// <summary>What operations on rights have in common.</summary>
internal static class RightsRules
{
    private static readonly string[] OfTables = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];
    private static readonly string[] OfColumns = ["SELECT", "INSERT", "UPDATE", "REFERENCES"];

    /// <summary>
    /// Gives every role other rights than it has, by a function of those it has. The columns of these are called as at this
    /// point of the migration; those that the new version has not are left out.
    /// </summary>
    public static void Change(ChangeDraft draft, RightsOn rights, ValueList<string> roles, Func<ObjectName, string, List<Right>, List<Right>?> change)
    {
        if (!draft.NeedsPostgres("roles and no rights", "Keep the file where only those can read it who may read all of it.") | !draft.HasRoles(roles) || Resolve(draft, rights) is not { } on)
        {
            return;
        }

        foreach (var role in roles.Select(r => r == "public" ? "" : r).Distinct(StringComparer.Ordinal).Where(r => r.Length == 0 || draft.Schema.Roles.Any(s => s.Name == r)))
        {
            One(draft, on, role, change);
        }
    }

    /// <summary>The rights that are named, one for each column; reports those that there are not.</summary>
    public static List<Right>? Named(ChangeDraft draft, RightsOn rights, string role, bool grantable = false)
    {
        var known = Known(rights.Kind, rights.Columns.Count > 0);
        var asked = rights.Privileges.Select(p => p.ToUpperInvariant()).ToList();
        if (asked.FirstOrDefault(p => p != "ALL" && !known.Contains(p)) is { } wrong)
        {
            draft.Report(
                ProblemCodes.NoSuchPrivilege,
                $"There is no right {wrong} on a {(rights.Columns.Count > 0 ? "column" : rights.Kind)}; there are {string.Join(", ", known)}, and ALL.",
                rights.Name);
            return null;
        }

        var list = known.Where(p => asked.Contains("ALL") || asked.Contains(p)).ToList();
        return (rights.Columns.Count == 0 ? [null] : rights.Columns.Cast<string?>()).SelectMany(c => list.Select(p => new Right(role, p, c, grantable))).ToList();
    }

    /// <summary>Refuses what would name a table or column by a name that a later operation of the migration changed.</summary>
    public static void Check(ChangeDraft draft)
    {
        var now = draft.Changes;
        foreach (var rights in draft.Objects.All.Select(c => c.After).OfType<RoleRights>().Where(r => r.On.Kind == "table"))
        {
            var table = now.FirstOrDefault(c => c.After?.Name == rights.On.Identity)?.After ?? (now.Any(c => c.Before?.Name == rights.On.Identity) ? null : draft.Schema.Table(rights.On.Identity));
            if (table is null || rights.Grants.Any(g => g.Column is { } column && table.Column(column) is null))
            {
                draft.Report(ProblemCodes.ObjectChangedTwice, $"{rights.On} is renamed or dropped behind the operation on its rights.", rights.On.Identity, "Write the operation on rights behind the others.");
            }
        }

        foreach (var policy in draft.Objects.All.Select(c => c.After).OfType<RowPolicy>().Where(p => now.All(c => c.After?.Name != p.Table)
            && (draft.Schema.Table(p.Table) is null || now.Any(c => c.Before?.Name == p.Table))))
        {
            draft.Report(ProblemCodes.ObjectChangedTwice, $"{policy.Table} is renamed or dropped behind the operation on its policy {policy.Name}.", policy.Table, "Write the operation on the policy behind the others.");
        }
    }

    private static void One(ChangeDraft draft, ObjectName on, string role, Func<ObjectName, string, List<Right>, List<Right>?> change)
    {
        var table = on.Kind == "table" ? draft.Find(on.Identity) : null;
        var former = table is null ? on : on with { Identity = table.Before?.Name ?? on.Identity };
        var before = draft.Schema.RightsOf(role, former);
        if (draft.Objects.All.Any(c => (c.Before ?? c.After) is RoleRights r && r.Role == role && r.On == (c.Before is null ? on : former)))
        {
            draft.Report(ProblemCodes.ObjectChangedTwice, $"The rights of {RoleRights.Called(role)} on {on} are already changed by an earlier operation of this migration.", on.Identity);
            return;
        }

        if (draft.Schema.AccessTo(former.Kind, former.Identity)?.Owner == role && role.Length > 0)
        {
            draft.Report(ProblemCodes.NothingToDo, $"{role} owns {on} and has every right on it.", on.Identity);
            return;
        }

        var present = (before?.Grants ?? []).Select(g => g with { Column = Now(table, g.Column) }).Where(g => g.Column != Gone).ToList();
        if (change(on, role, present) is { } after)
        {
            var sorted = after.Distinct().OrderBy(g => g.Column, StringComparer.Ordinal).ThenBy(g => g.Privilege, StringComparer.Ordinal).ToValueList();
            draft.Objects.Add(new ObjectChange(before, sorted.Count == 0 ? null : new RoleRights(role, on, sorted)) { On = [on.Identity] });
        }
    }

    private const string Gone = "\0";

    private static string? Now(TableDraft? table, string? column) => column is null || table is null
        ? column
        : table.Columns.FirstOrDefault(c => c.Before?.Name == column)?.After?.Name ?? Gone;

    private static string[] Known(string kind, bool columns) => kind switch
    {
        _ when columns => OfColumns,
        "table" or "view" or "materialized view" => OfTables,
        "sequence" => ["USAGE", "SELECT", "UPDATE"],
        "schema" => ["USAGE", "CREATE"],
        "enum" or "domain" => ["USAGE"],
        _ => ["EXECUTE"],
    };

    private static ObjectName? Resolve(ChangeDraft draft, RightsOn rights)
    {
        if (rights.Columns.Count > 0 && rights.Kind is not "table")
        {
            draft.Report(ProblemCodes.Incomplete, $"`columns` is for columns of tables, not of a {rights.Kind}.", rights.Name);
            return null;
        }

        var found = rights.Kind switch
        {
            "table" => draft.Table(rights.Name) is not null && rights.Columns.All(c => draft.Column(rights.Name, c) is not null),
            "schema" => rights.Name == draft.Schema.Name,
            "sequence" => draft.Objects.Now.Find("sequence", rights.Name) is not null || Owned(draft.Schema).Contains(rights.Name),
            "view" or "materialized view" or "enum" or "domain" or "function" or "procedure" => draft.Objects.Now.Find(rights.Kind, rights.Name) is not null,
            _ => false,
        };
        if (!found && rights.Kind != "table")
        {
            draft.Report(ProblemCodes.NoSuchObject, rights.Kind == "schema" ? $"The target's schema is {draft.Schema.Name}." : $"There is no {rights.Kind} {rights.Name}.", rights.Name);
        }

        return found ? new ObjectName(rights.Kind, rights.Name) : null;
    }

    private static IEnumerable<string> Owned(DatabaseSchema schema) => schema.Tables.SelectMany(t => t.Columns
        .Where(c => c.Identity != IdentityKind.None).Select(c => c.Sequence?.Name ?? UsualName.Of(t.Name, [c.Name], "seq")));
}
