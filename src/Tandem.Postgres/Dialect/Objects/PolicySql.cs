using Tandem.Databases;
using Tandem.Postgres.Dialect.Engine;
using Tandem.Postgres.Scripts;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>
/// Row security policies: a table has those of its base shape, for all versions. Those of a table that the migration makes
/// are there before the table is served.
/// </summary>
internal sealed class PolicySql : ObjectSql
{
    private readonly List<Changed<RowPolicy>> changes;

    public PolicySql(RenderContext context)
        : base(context) => changes = All<RowPolicy>();

    public override IEnumerable<string> Permit() => changes.Select(c => c.After).OfType<RowPolicy>()
        .Select(p => (Policy: p, Made: Context.Changes.FirstOrDefault(c => c.Before is null && c.After!.Name == p.Table))).Where(p => p.Made is not null)
        .SelectMany(p => Replace(p.Policy, Layout.Of(p.Made!, Context, Side.Old).Table));

    public override IEnumerable<string> Locked(Side from) => changes.Where(c => !OnMade(c))
        .Select(c => TableOn(from, (c.Of(from) ?? c.Of(from.Other()))!.Table, c.Of(from) is null));

    public override IEnumerable<string> Leave(Side to) => changes.Where(c => !OnMade(c)).Select(c => c.Of(to.Other())).OfType<RowPolicy>()
        .Select(p => Drop(p, p.Table));

    public override IEnumerable<string> Arrive(Side to) => changes.Where(c => !OnMade(c)).Select(c => c.Of(to)).OfType<RowPolicy>()
        .SelectMany(p => Replace(p, p.Table));

    /// <summary>
    /// A version's view that checks rights as its owner would show all rows: where the server cannot let it check them as the
    /// caller, no such view may be served while row security comes to its table.
    /// </summary>
    public override IEnumerable<Gate> SwitchGates(Side to)
    {
        var secured = Context.Changes.Where(c => c.Before is { } before && c.After is { } after && (to == Side.New ? after : before).RowSecurity)
            .Select(c => c.Of(to.Other())!.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        return secured.Count == 0 ? [] :
        [
            new Gate(
                ProblemCodes.RowSecurityNeedsInvoker.Id,
                $"{{0}} views of versions would show all rows of {string.Join(", ", secured)}.",
                $"""
                SELECT count(DISTINCT v.oid) FROM pg_catalog.pg_class t JOIN pg_catalog.pg_depend d
                  ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = t.oid AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
                JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
                WHERE pg_catalog.current_setting('server_version_num')::int < 150000 AND pg_catalog.obj_description(v.oid, 'pg_class') LIKE '{EngineSql.ViewMark}%'
                  AND t.oid IN ({string.Join(", ", secured.Select(t => $"pg_catalog.to_regclass({Sql.Text(Sql.Id(Schema, t))})"))})
                """),
        ];
    }

    private bool OnMade(Changed<RowPolicy> change) => Context.Changes.Any(c => c.Before is null && c.After!.Name == change.After?.Table);

    private string Drop(RowPolicy policy, string table) => $"DROP POLICY IF EXISTS {Sql.Id(policy.Name)} ON {Sql.Id(Schema, table)}";

    private IEnumerable<string> Replace(RowPolicy policy, string table)
    {
        yield return Drop(policy, table);
        yield return PostgresDdlObjects.Create(Schema, policy with { Table = table, Using = Whole(policy.Using), Check = Whole(policy.Check) }).Single();
        if (policy.Comment is { } comment)
        {
            yield return $"COMMENT ON POLICY {Sql.Id(policy.Name)} ON {Sql.Id(Schema, table)} IS {Sql.Text(comment)}";
        }
    }

    // A comment at the end of a person's text must not hide the parenthesis behind it.
    private static string? Whole(string? text) => text is null ? null : $"\n{text}\n";
}
