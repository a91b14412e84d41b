using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>Rights of roles on objects.</summary>
internal sealed class AccessStage(StageDraft draft, DatabaseSchema aim, DifferenceNames names)
{
    private static readonly string[] Kinds = ["table", "view", "materialized view", "sequence", "function", "procedure", "enum", "domain"];

    public void Make()
    {
        foreach (var access in aim.Access.Where(a => a.On.Schema is null && Kinds.Contains(a.On.Kind)))
        {
            var before = Before(access.On);
            var roles = (access.Grants ?? []).Concat(before?.Grants ?? []).Where(g => g.Grantor is null).Select(g => g.Grantee).Append("")
                .Where(r => r != access.Owner && r != before?.Owner).Distinct(StringComparer.Ordinal);
            foreach (var role in roles.Order(StringComparer.Ordinal))
            {
                var wanted = aim.RightsOf(role, access.On)?.Grants ?? [];
                var present = before is null ? Given(access.On, role) : Present(before, role);
                Grant(access.On, role, wanted.Where(w => !present.Contains(w)).ToList());
                Revoke(access.On, role, present.Where(p => !wanted.Any(w => w with { Grantable = p.Grantable } == p)).ToList());
            }
        }
    }

    private ObjectAccess? Before(ObjectName on) => on.Kind == "table"
        ? draft.From.Tables.FirstOrDefault(t => names.Table(t.Name) == on.Identity) is { } table ? draft.From.AccessTo("table", table.Name) : null
        : draft.From.AccessTo(on.Kind, on.Identity);

    private static ValueList<Schema.Grant> Given(ObjectName on, string role) =>
        role.Length > 0 ? [] : ObjectAccess.GivenToAll(on.Kind).Select(p => new Schema.Grant("", p)).ToValueList();

    private ValueList<Schema.Grant> Present(ObjectAccess before, string role) =>
        (draft.From.RightsOf(role, before.On)?.Grants ?? []).Select(g => g.Column is { } column && before.On.Kind == "table" ? g with { Column = names.Column(before.On.Identity, column) } : g).ToValueList();

    private void Grant(ObjectName on, string role, List<Schema.Grant> rights)
    {
        foreach (var group in Grouped(rights))
        {
            draft.Add(new Operations.Grant
            {
                Kind = on.Kind,
                On = on.Identity,
                Columns = group.Columns,
                Privileges = group.Privileges,
                To = [role.Length == 0 ? "public" : role],
                WithGrantOption = group.Grantable,
            });
        }
    }

    private void Revoke(ObjectName on, string role, List<Schema.Grant> rights)
    {
        foreach (var group in Grouped(rights))
        {
            draft.Add(new Revoke { Kind = on.Kind, On = on.Identity, Columns = group.Columns, Privileges = group.Privileges, From = [role.Length == 0 ? "public" : role] });
        }
    }

    // Rights on the same columns, and on the whole, in one operation each.
    private static IEnumerable<(ValueList<string>? Columns, ValueList<string> Privileges, bool Grantable)> Grouped(List<Schema.Grant> rights) => rights
        .GroupBy(r => (r.Grantable, r.Privilege, Whole: r.Column is null))
        .Select(g => (g.Key.Grantable, Columns: g.Key.Whole ? [] : g.Select(r => r.Column!).Order(StringComparer.Ordinal).ToValueList(), g.Key.Privilege))
        .GroupBy(g => (g.Grantable, g.Columns))
        .Select(g => (g.Key.Columns.Count == 0 ? null : g.Key.Columns, g.Select(r => r.Privilege.ToLowerInvariant()).ToValueList(), g.Key.Grantable));
}
