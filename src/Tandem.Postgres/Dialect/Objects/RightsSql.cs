using Tandem.Databases;
using Tandem.Postgres.Scripts;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>
/// Rights of roles. What the new version gives is given when it is served, on the tables themselves: its views ask them,
/// and tables that do not change have no view. What it takes is taken from both versions at the switch.
/// </summary>
internal sealed class RightsSql : ObjectSql
{
    private readonly List<Changed<RoleRights>> changes;

    public RightsSql(RenderContext context)
        : base(context) => changes = All<RoleRights>();

    public override IEnumerable<string> Permit() => changes.Where(c => !IsOnMade(c)).SelectMany(c => Give(c, Given(Context, c), Hidden(c)));

    /// <summary>What a start that was broken off did not make has no rights either.</summary>
    public override IEnumerable<string> Forbid() => changes.Where(c => !IsOnMade(c) && Given(Context, c).Count > 0)
        .Select(c => If(IsThere(c), Take(c, Given(Context, c), Hidden(c), " CASCADE").Concat(Left(c, Given(Context, c), c.Before, (Hidden(c).Target, n => n)))));

    /// <summary>A view or function that the migration makes is there in the version's schema only, until the switch.</summary>
    public override IEnumerable<string> Publish(Side side, Side @base) => side == Side.Old ? [] : changes.Where(IsOnMade).SelectMany(c =>
    {
        var place = (PostgresDdlAccess.Target(Names.VersionSchema(Schema, Context.Migration), (c.After ?? c.Before)!.On), (Func<string, string>)(n => n));
        return Give(c, Given(Context, c), place).Concat(Take(c, Taken(Context, c), place, "")).Concat(Left(c, Taken(Context, c), c.After, place));
    });

    public override IEnumerable<string> Arrive(Side to)
    {
        // What only the new version has is out of the old one's way.
        foreach (var change in changes.Where(c => to == Side.New || !IsOnMade(c)))
        {
            var target = Named(change, (to == Side.New ? change.After ?? change.Before : change.Before ?? change.After)!.On.Identity);
            var statements = to == Side.Old ? Give(change, TakenBefore(change), (target, c => c))
                : Take(change, Taken(Context, change), (target, c => c), "").Concat(Left(change, Taken(Context, change), change.After, (target, c => c))).Concat(IsOnMade(change) ? Give(change, Given(Context, change), (target, c => c)) : []);
            foreach (var statement in statements)
            {
                yield return statement;
            }
        }
    }

    /// <summary>The rights that the new version adds, its columns called as there.</summary>
    public static List<Grant> Given(RenderContext context, Changed<RoleRights> change) => (change.After?.Grants ?? [])
        .Where(a => !Carried(context, change).Any(b => b.Privilege == a.Privilege && b.Column == a.Column && (b.Grantable || !a.Grantable))).ToList();

    /// <summary>The rights that the new version takes away, its columns called as there.</summary>
    public static List<Grant> Taken(RenderContext context, Changed<RoleRights> change) => Carried(context, change)
        .Where(b => (change.After?.Grants ?? []).All(a => a.Privilege != b.Privilege || a.Column != b.Column)).ToList();

    private List<Grant> TakenBefore(Changed<RoleRights> change)
    {
        var taken = Taken(Context, change);
        return (change.Before?.Grants ?? []).Where(b => taken.Contains(b with { Column = Now(Context, change, b.Column) })).ToList();
    }

    /// <summary>The old rights on what the new version has, too.</summary>
    private static IEnumerable<Grant> Carried(RenderContext context, Changed<RoleRights> change) => (change.Before?.Grants ?? [])
        .Where(g => g.Column is null || Now(context, change, g.Column) is not null).Select(g => g with { Column = Now(context, change, g.Column) });

    private static string? Now(RenderContext context, Changed<RoleRights> change, string? column) =>
        column is not null && change.Before!.On.Kind == "table" && context.Changes.FirstOrDefault(c => c.Before?.Name == change.Before.On.Identity) is { } table
            ? table.Columns.FirstOrDefault(c => c.Before?.Name == column)?.After?.Name
            : column;

    /// <summary>Where the new version's table and columns are while the base has the old shape.</summary>
    private (string Target, Func<string, string> Column) Hidden(Changed<RoleRights> change)
    {
        var on = (change.After ?? change.Before)!.On;
        if (on.Kind == "table" && Context.Changes.FirstOrDefault(c => c.After?.Name == on.Identity) is { } table)
        {
            var layout = Layout.Of(table, Context, Side.Old);
            return (Named(change, layout.Table), c => layout.Column(Side.New, c));
        }

        return (Named(change, on.Identity), c => c);
    }

    private string IsThere(Changed<RoleRights> change)
    {
        var on = change.After!.On;
        if (on.Kind is "function" or "procedure" or "schema")
        {
            return "true";
        }

        if (on.Kind is "enum" or "domain")
        {
            return $"pg_catalog.to_regtype({Sql.Text(Sql.Id(Schema, on.Identity))}) IS NOT NULL";
        }

        var table = on.Kind == "table" ? Context.Changes.FirstOrDefault(c => c.After?.Name == on.Identity) : null;
        var layout = table is null ? null : Layout.Of(table, Context, Side.Old);
        var relation = $"pg_catalog.to_regclass({Sql.Text(Sql.Id(Schema, layout?.Table ?? on.Identity))})";
        var columns = Given(Context, change).Select(g => g.Column).OfType<string>().Distinct().Select(c => layout?.Column(Side.New, c) ?? c).ToList();
        return columns.Count == 0
            ? $"{relation} IS NOT NULL"
            : $"(SELECT count(*) FROM pg_catalog.pg_attribute a WHERE a.attrelid = {relation} AND a.attname IN ({string.Join(", ", columns.Select(Sql.Text))}) AND NOT a.attisdropped) = {Names.Text(columns.Count)}";
    }

    private bool IsOnMade(Changed<RoleRights> change) => (change.After ?? change.Before)!.On is { Kind: "view" or "function" or "procedure" } on
        && Context.Objects.Any(o => o.Added && o.Either.Reference == on);

    private string Named(Changed<RoleRights> change, string name) =>
        PostgresDdlAccess.Target(Schema, (change.After ?? change.Before)!.On with { Identity = name });

    private static IEnumerable<string> Give(Changed<RoleRights> change, List<Grant> grants, (string Target, Func<string, string> Column) place) => grants
        .GroupBy(g => g.Grantable)
        .Select(g => $"GRANT {Rights(g, place.Column)} ON {place.Target} TO {Role(change)}{(g.Key ? " WITH GRANT OPTION" : "")}");

    private static IEnumerable<string> Take(Changed<RoleRights> change, List<Grant> grants, (string Target, Func<string, string> Column) place, string more)
    {
        // Who had the right before, without being allowed to hand it on, keeps it.
        var had = change.Before?.Grants ?? [];
        return grants.GroupBy(g => g.Grantable && had.Any(b => !b.Grantable && b.Privilege == g.Privilege && b.Column == g.Column))
            .Select(g => $"REVOKE {(g.Key ? "GRANT OPTION FOR " : "")}{Rights(g, place.Column)} ON {place.Target} FROM {Role(change)}{more}");
    }

    // Whoever loses a right on the whole loses it on each of the columns.
    private static IEnumerable<string> Left(Changed<RoleRights> change, List<Grant> taken, RoleRights? side, (string Target, Func<string, string> Column) place) =>
        Give(change, (side?.Grants ?? []).Where(g => g.Column is not null && taken.Any(t => t.Column is null && t.Privilege == g.Privilege)).ToList(), place);

    private static string Rights(IEnumerable<Grant> grants, Func<string, string> column) =>
        string.Join(", ", grants.Select(g => g.Column is { } name ? $"{g.Privilege} ({Sql.Id(column(name))})" : g.Privilege));

    private static string Role(Changed<RoleRights> change) => (change.After ?? change.Before)!.Role is { Length: > 0 } role ? Sql.Id(role) : "PUBLIC";
}
