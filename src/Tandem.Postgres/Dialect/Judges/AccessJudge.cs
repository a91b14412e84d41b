using Tandem.Databases;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>What a plan owes to say about who may see and write what: nothing is opened or closed in silence.</summary>
internal static class AccessJudge
{
    public static IEnumerable<Problem> Of(RenderContext context) =>
        context.Objects.Where(o => o.Either is RoleRights).Select(o => new Changed<RoleRights>(o, o.Before as RoleRights, o.After as RoleRights)).SelectMany(c => Rights(c, context))
            .Concat(context.Objects.Where(o => o.Either is RowPolicy && !o.CommentOnly).SelectMany(o => Policy(o, context)))
            .Concat(context.Changes.SelectMany(c => Table(c, context)));

    private static IEnumerable<Problem> Rights(Changed<RoleRights> change, RenderContext context)
    {
        var rights = (change.After ?? change.Before)!;
        var who = RoleRights.Called(rights.Role);
        var given = RightsSql.Given(context, change);
        if (given.Count > 0)
        {
            var made = context.Changes.Any(c => c.Before is null && c.After!.Name == rights.On.Identity);
            yield return new Problem(
                ProblemCodes.AccessWidens,
                $"From live on {who} may {Words(given)} the {rights.On}{(made ? "" : ", in the old version, too")}.",
                Subject: rights.On.Identity);
        }

        if (rights.On.Kind == "table" && given.Any(g => g is { Column: null, Privilege: "SELECT" or "UPDATE" })
            && HiddenColumns(rights.On.Identity, context) is { Count: > 0 } hidden)
        {
            yield return new Problem(
                ProblemCodes.GrantCoversHidden, $"Until sunset the right of {who} on {rights.On.Identity} covers {string.Join(", ", hidden)}, too.", Subject: rights.On.Identity)
                { NeedsConsent = true };
        }

        var taken = RightsSql.Taken(context, change);
        if (taken.Count > 0)
        {
            yield return new Problem(
                ProblemCodes.AccessNarrows, $"From complete on {who} may not {Words(taken)} the {rights.On}, in any version; until then both give it.", Subject: rights.On.Identity);
        }

        foreach (var (right, way) in taken.SelectMany(g => OtherWays(g, rights, context).Select(w => (g.Privilege, w))).Distinct())
        {
            yield return new Problem(
                ProblemCodes.RightRemains, $"{who} keeps {right} on {rights.On} as {way} has it.", Subject: rights.On.Identity)
                { NeedsConsent = true };
        }
    }

    /// <summary>Facts of which only another version than the new one has columns, in the table until a sunset.</summary>
    private static List<string> HiddenColumns(string table, RenderContext context) => context.Changes.Where(c => c.After?.Name == table)
        .Concat(context.Retained.Where(r => !r.Undone && r.Change.After?.Name == table).Select(r => r.Change))
        .Where(c => c.Before is not null)
        .SelectMany(c => c.PlainDropped.Select(d => d.Name).Concat(c.Lenses.Where(l => l.New.Count == 0).SelectMany(l => l.Old)).Select(n => $"{c.Before!.Name}.{n}"))
        .Distinct().Order(StringComparer.Ordinal).ToList();

    /// <summary>Who else gives the role the right: everybody's rights, and roles that it is a member of.</summary>
    private static List<string> OtherWays(Grant right, RoleRights rights, RenderContext context)
    {
        var lost = context.Objects.Where(o => o.Before is RoleRights b && b.On == rights.On).Select(o => ((RoleRights)o.Before!).Role).ToHashSet(StringComparer.Ordinal);
        var ways = new List<string>();
        var pending = new Queue<string>(rights.Role.Length == 0 ? [] : ["", rights.Role]);
        var seen = new HashSet<string>(pending, StringComparer.Ordinal);
        var owner = context.Schema.AccessTo(rights.On.Kind, rights.On.Identity)?.Owner;
        while (pending.TryDequeue(out var role))
        {
            if (role != rights.Role && (role == owner || (!lost.Contains(role)
                && context.Schema.RightsOf(role, rights.On)?.Grants.Any(g => g.Privilege == right.Privilege && (g.Column is null || g.Column == right.Column)) == true)))
            {
                ways.Add(role == owner ? $"the owner {role}" : RoleRights.Called(role));
            }

            foreach (var group in context.Schema.Roles.FirstOrDefault(r => r.Name == role)?.MemberOf.Where(seen.Add) ?? [])
            {
                pending.Enqueue(group);
            }
        }

        return ways;
    }

    private static IEnumerable<Problem> Policy(ObjectChange change, RenderContext context)
    {
        var (before, after) = ((RowPolicy?)change.Before, (RowPolicy?)change.After);
        var policy = (after ?? before)!;
        var table = context.Changes.FirstOrDefault(c => c.After?.Name == policy.Table)?.After ?? context.Schema.Table(policy.Table);
        if (table is { RowSecurity: false } && after is not null)
        {
            yield return new Problem(ProblemCodes.PolicyIdle, $"{policy.Table} has no row security, so the policy {policy.Name} does nothing.", Subject: policy.Table);
            yield break;
        }

        if (table?.RowSecurity != true || context.Changes.Any(c => c.Before is null && c.After!.Name == policy.Table))
        {
            yield break;
        }

        var roles = policy.Roles.Count == 0 ? "everybody" : string.Join(", ", policy.Roles);
        var opens = before is null == policy.Permissive;
        if (change.Added || change.Dropped)
        {
            yield return new Problem(
                opens ? ProblemCodes.AccessWidens : ProblemCodes.AccessNarrows,
                $"From complete on {roles} may see or write {(opens ? "more" : "fewer")} rows of {policy.Table}, in any version, by the policy {policy.Name}{(before is null ? "" : ", which goes")}.",
                Subject: policy.Table);
            yield break;
        }

        foreach (var code in new[] { ProblemCodes.AccessWidens, ProblemCodes.AccessNarrows })
        {
            yield return new Problem(code, $"From complete on the policy {policy.Name} lets {roles} see or write other rows of {policy.Table}, in any version.", Subject: policy.Table);
        }
    }

    private static IEnumerable<Problem> Table(TableChange change, RenderContext context)
    {
        if (change.After is not { } after)
        {
            yield break;
        }

        var before = change.Before;
        if (before is not null && before.RowSecurity != after.RowSecurity)
        {
            var policies = context.Schema.Objects.OfType<RowPolicy>().Count(p => p.Table == before.Name) + context.Objects.Count(o => o is { Added: true, After: RowPolicy p } && p.Table == after.Name);
            yield return after.RowSecurity
                ? new Problem(
                    ProblemCodes.AccessNarrows,
                    $"From complete on everybody but {(after.RowSecurityForced ? "superusers" : "the owner and superusers")} sees of {after.Name} {(policies == 0 ? "no row at all: it has no policy" : "only what its policies let through")}, in any version.",
                    Subject: after.Name)
                : new Problem(ProblemCodes.AccessWidens, $"From complete on all rows of {after.Name} are open to everybody who may read the table, in any version.", Subject: after.Name);
        }

        // The runner compares and fills rows for as long as there is a way back.
        if (after is { RowSecurity: true, RowSecurityForced: true } && before is not { RowSecurity: true, RowSecurityForced: true }
            && context.Schema.Roles.FirstOrDefault(r => r.Own) is { Unbound: false } own
            && (change.Lenses.Count > 0 || context.Retained.Any(r => r.Change.Lenses.Count > 0 && (r.Change.After?.Name == after.Name || r.Change.Before?.Name == after.Name))))
        {
            yield return new Problem(ProblemCodes.RowSecurityBindsRunner, $"{own.Name} would not see all rows of {after.Name} any more, which a migration keeps in agreement.", Subject: after.Name);
        }

        if (change.ShapeDiffers && before is not null && after.RowSecurity)
        {
            var single = (context.Schema.AccessTo("table", before.Name)?.Grants ?? []).Where(g => g.Column is not null).Select(g => RoleRights.Called(g.Grantee)).Distinct().ToList();
            if (single.Count > 0)
            {
                yield return new Problem(
                    ProblemCodes.ColumnRightsNotServed, $"{string.Join(", ", single)} may use single columns of {before.Name}, which has row security: the new version's view needs the right on all that it shows.", Subject: before.Name);
            }
        }
    }

    private static string Words(List<Grant> grants) => string.Join(", ", grants.Select(g => g.Column is { } column ? $"{g.Privilege} {column} of" : g.Privilege).Distinct());
}
