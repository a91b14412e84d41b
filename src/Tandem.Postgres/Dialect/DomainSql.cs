using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Domains: there is one for both versions, made before the columns that have it and dropped after them.</summary>
internal sealed class DomainSql : ObjectSql
{
    private readonly List<Changed<Domain>> changes;

    public DomainSql(RenderContext context)
        : base(context) => changes = All<Domain>();

    /// <summary>Whether columns of this type that have no default of their own take the type's.</summary>
    public static bool GivesDefault(string type, RenderContext context) =>
        Known(context).Any(d => d.Default is not null && (type == d.Name || type == Sql.Id(d.Name)));

    /// <summary>A column that comes to a table with rows: the server would look at every row under an exclusive lock, or fill in the type's default for both versions.</summary>
    public static IEnumerable<Problem> Judge(ValueList<TableChange> changes, RenderContext context) =>
        from change in changes.Where(c => c is { Before: not null, After: not null })
        from column in change.Columns.Where(c => c.Added).Select(c => c.After!)
        from domain in Known(context).Where(d => (d.Checks.Count > 0 || !d.Nullable || d.Default is not null) && (column.Type == d.Name || column.Type == Sql.Id(d.Name))).Take(1)
        select new Problem(
            ProblemCodes.AddRewritesTable,
            $"{change.Name}.{column.Name} would have the domain {domain.Name}, whose {(domain.Checks.Count > 0 || !domain.Nullable ? "rules the server proves for every row under an exclusive lock" : "default both versions would get")}.",
            Subject: $"{change.Name}.{column.Name}",
            Remedy: $"Give the column the type {domain.Type}, with a check (`add_check`), `nullable` and a default of its own.");

    public override IEnumerable<string> Make()
    {
        foreach (var domain in changes.Where(c => c.Added).Select(c => c.After!))
        {
            yield return If($"pg_catalog.to_regtype({Sql.Text(Sql.Id(Schema, domain.Name))}) IS NULL", PostgresDdlObjects.Create(Schema, domain));
            if (domain.Comment is not null)
            {
                yield return $"COMMENT ON DOMAIN {Sql.Id(Schema, domain.Name)} IS {Sql.Text(domain.Comment)}";
            }
        }
    }

    public override IEnumerable<string> Drop(Side side, bool last) => !last ? [] : changes.Where(c => c.OnlyOn(side))
        .Select(c => $"DROP DOMAIN IF EXISTS {Sql.Id(Schema, c.Name)}");

    public override IEnumerable<Gate> DropGates(Side side, bool last) => !last ? [] : changes.Where(c => c.OnlyOn(side))
        .Select(c => TypeGate.Unused(Schema, c.Name, c.Words));

    // What the migration makes of a domain is seen before what was there.
    private static IEnumerable<Domain> Known(RenderContext context) =>
        context.Objects.Select(o => o.After).OfType<Domain>().Concat(context.Schema.Objects.OfType<Domain>());
}
