using Tandem.Databases;
using Tandem.Postgres.Dialect.Engine;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Serves a version as a schema with an updatable view for each table whose shape is its own.</summary>
internal static class VersionSql
{
    public static IEnumerable<RenderedStep> Publish(Publish step, RenderContext context)
    {
        var version = step.Side == Side.New ? context.Migration : context.OldVersion;
        var views = Views(step, context).ToList();
        var schema = Names.VersionSchema(context.Schema.Name, version);
        var renewed = step.Side == Side.New ? Tables(Renewed(step.Changes, Side.Old, served: true), context, Side.Old) : [];
        var statements = new List<string>(renewed.Count == 0 ? [] : [LockSql.Take(context.Schema.Name, renewed)])
        {
            $"CREATE SCHEMA IF NOT EXISTS {Sql.Id(schema)}",
            $"COMMENT ON SCHEMA {Sql.Id(schema)} IS {Sql.Text(Comment(version, context.Schema.Name))}",
        };
        statements.AddRange(step.Side == Side.New ? Permit(step.Changes, context, Side.Old) : []);
        statements.AddRange(views.SelectMany(v => View(v, schema, Types(step, context), context)));
        if (step.Side == Side.Old)
        {
            statements.AddRange(context.ServedVersions.Where(v => v != version).SelectMany(v =>
                views.Select(o => IfMissing(o, Names.VersionSchema(context.Schema.Name, v), Types(step, context), context))));
        }
        else
        {
            statements.AddRange(Renew(step.Changes, context, Side.Old, served: true));
            statements.AddRange(Created(step.Changes).SelectMany(c => ConstraintSql.AddForeignKeys(
                c, context, Side.New, Side.Old, n => Names.Hidden(context.Ordinal, Side.New, n))));
        }

        statements.AddRange(ObjectSql.All(context).SelectMany(o => o.Publish(step.Side, step.Base)));
        statements.Add(Renew(context));

        var locked = step.Side == Side.New ? Changed(step.Changes, context, step.Side, served: true) : [];
        yield return new RenderedStep($"publish {version}", $"Serve the version {version}", StepMode.Transaction)
        {
            Statements = statements.ToValueList(),
            Gates = [Free(schema, version, context.Schema.Name)],
            Locks = [.. locked.Select(LockSql.Exclusive), .. views.Select(v => new LockFact(v.Layout.Table, "ACCESS SHARE", "nobody", "an instant"))],
            Holders = LockSql.HoldersOrNull(context.Schema.Name, locked),
            Inverse = $"The schema {schema} is dropped.",
        };
    }

    public static IEnumerable<RenderedStep> Unpublish(Unpublish step, RenderContext context)
    {
        if (step.Side == Side.Old && context.KeepOldVersion)
        {
            yield break;
        }

        var version = step.Side == Side.New ? context.Migration : context.OldVersion;
        var schema = Names.VersionSchema(context.Schema.Name, version);
        yield return new RenderedStep($"unpublish {version}", $"End the service of the version {version}", StepMode.Transaction)
        {
            Statements =
            [
                .. step.Side == Side.New ? ObjectSql.All(context).Reverse().SelectMany(o => o.Forbid()) : [],
                $"SELECT tandem.drop_version({Sql.Text(schema)})",
                .. Renew(step.Changes, context, step.Side.Other(), served: false),
                .. step.Side == Side.New ? Created(step.Changes).SelectMany(c => DropForeignKeys(c, context)) : [],
                Renew(context),
            ],
            Gates = [Alone(schema, version)],
            Locks = [.. Changed(step.Changes, context, step.Side, served: false).Select(LockSql.Exclusive), new LockFact(schema, "ACCESS EXCLUSIVE", $"applications of {version}", "an instant")],
            Holders = LockSql.HoldersOrNull(context.Schema.Name, Changed(step.Changes, context, step.Side, served: false)),
            Inverse = "The version can be published again.",
        };
    }

    private static string Comment(string version, string of) => $"tandem version {version} of {of}";

    /// <summary>Refuses to serve a version in a schema of the users' or of another target's: its comment would be written over, and views put between its objects.</summary>
    private static Gate Free(string schema, string version, string of) => new(
        ProblemCodes.NameTaken.Id,
        $"There is a schema {schema} already that is not Tandem's: {version} cannot be served in it.",
        $"SELECT count(*) FROM pg_catalog.pg_namespace n WHERE n.nspname = {Sql.Text(schema)} AND coalesce(pg_catalog.obj_description(n.oid, 'pg_namespace'), '') <> {Sql.Text(Comment(version, of))}");

    /// <summary>Lets every version's views give the rights that their tables give now.</summary>
    public static string Renew(RenderContext context) => $"SELECT tandem.renew_rights({Sql.Text(context.Schema.Name)})";

    /// <summary>Who may use what the new version brings: whoever may use what it comes from, and whom the migration names.</summary>
    public static IEnumerable<string> Permit(ValueList<TableChange> changes, RenderContext context, Side @base) => changes
        .Where(c => c is { Before: not null, After: not null }).SelectMany(c => ExpandSql.Grants(Layout.Of(c, context, @base), c))
        .Concat(ObjectSql.All(context).SelectMany(o => o.Permit()));

    /// <summary>Refuses to drop a version's schema while objects of the users' are in it or hang on its views.</summary>
    public static Gate Alone(string schema, string version) => new(
        ProblemCodes.ObjectsDepend.Id,
        $"{{0}} objects that are not the engine's are in the schema {schema} or use its views: {version} cannot be taken away.",
        $"""
        SELECT (SELECT count(*) FROM pg_catalog.pg_depend d
            WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.refobjid = s.oid AND d.deptype = 'n'
              AND NOT (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND coalesce(pg_catalog.obj_description(d.objid, 'pg_class'), '') LIKE '{EngineSql.ViewMark}%')
              AND NOT (d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND coalesce(pg_catalog.obj_description(d.objid, 'pg_proc'), '') LIKE '{EngineSql.ViewMark}%'))
          + (SELECT count(*) FROM pg_catalog.pg_class v JOIN pg_catalog.pg_depend d
              ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = v.oid AND d.deptype = 'n'
            LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
            LEFT JOIN pg_catalog.pg_class w ON w.oid = r.ev_class
            LEFT JOIN pg_catalog.pg_proc u ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND u.oid = d.objid
            WHERE v.relnamespace = s.oid AND v.relkind = 'v' AND r.ev_class IS DISTINCT FROM v.oid
              AND NOT coalesce(w.relnamespace = s.oid AND pg_catalog.obj_description(w.oid, 'pg_class') LIKE '{EngineSql.ViewMark}%', false)
              AND NOT coalesce(u.pronamespace = s.oid AND pg_catalog.obj_description(u.oid, 'pg_proc') LIKE '{EngineSql.ViewMark}%', false)) AS dependents
        FROM (SELECT n.oid FROM pg_catalog.pg_namespace n
            WHERE n.nspname = {Sql.Text(schema)} AND pg_catalog.obj_description(n.oid, 'pg_namespace') LIKE 'tandem version %'
            UNION ALL SELECT 0::oid LIMIT 1) s
        """);

    /// <summary>
    /// A lens with columns on the near side only follows the other version's writes as long as that version is served;
    /// afterwards the near side belongs to its own applications alone. And what outgrows the old version may be written
    /// as soon as that one is not served. A column that the new version has alone is filled only until it is served:
    /// from then on its applications may choose NULL; so they may where the base has no NULL for it.
    /// </summary>
    private static IEnumerable<string> Renew(ValueList<TableChange> changes, RenderContext context, Side @base, bool served) =>
        Renewed(changes, @base, served).SelectMany(c => Renew(Layout.Of(c, context, @base, served), context));

    private static IEnumerable<TableChange> Renewed(ValueList<TableChange> changes, Side @base, bool served) =>
        changes.Where(c => c.Before is not null && c.After is not null && c.Lenses.Any(l => (l.Of(@base).Count > 0 && l.Of(@base.Other()).Count == 0)
            || (l.Outgrows && @base == Side.New) || LensColumns.OnlyFarMayBeNull(c, l, @base) || (served && @base == Side.Old && l.Old.Count == 0)));

    private static List<string> Tables(IEnumerable<TableChange> changes, RenderContext context, Side @base) =>
        changes.Select(c => Layout.Of(c, context, @base).Table).Distinct().Order(StringComparer.Ordinal).ToList();

    /// <summary>The tables that are locked: their sync is renewed, or foreign keys of a created table refer to them.</summary>
    private static List<string> Changed(ValueList<TableChange> changes, RenderContext context, Side side, bool served)
    {
        var @base = side == Side.New ? Side.Old : Side.New;
        return Tables(Renewed(changes, @base, served), context, @base)
            .Concat(side == Side.Old ? [] : Created(changes).SelectMany(c => c.After!.ForeignKeys)
                .Select(f => ConstraintSql.PhysicalReference(f, context, Side.New, Side.Old))
                .Where(r => r.Schema == context.Schema.Name).Select(r => r.Table))
            .Distinct().Order(StringComparer.Ordinal).ToList();
    }

    private static IEnumerable<string> Renew(Layout layout, RenderContext context) =>
        [LockSql.Take(layout.Schema, [layout.Table]), .. SyncSql.Install(layout, context)];

    private static IEnumerable<TableChange> Created(ValueList<TableChange> changes) => changes.Where(c => c.Before is null);

    /// <summary>A hidden table must not keep old applications from deleting the rows it refers to.</summary>
    private static IEnumerable<string> DropForeignKeys(TableChange change, RenderContext context)
    {
        var layout = Layout.Of(change, context, Side.Old);
        return change.After!.ForeignKeys.Select(f => Names.Hidden(context.Ordinal, Side.New, f.Name!)).SelectMany(n => change.MadePartitions is not null
            ? MadePartitionsSql.DropForeignKey(layout, n)
            : [$"ALTER TABLE IF EXISTS {layout.Target} DROP CONSTRAINT IF EXISTS {Sql.Id(n)}"]);
    }

    private static IEnumerable<(Layout Layout, Shape Shape)> Views(Publish step, RenderContext context)
    {
        var own = step.Changes.Where(c => c.ShapeDiffers && c.Of(step.Side) is not null)
            .Select(c => Layout.Of(c, context, step.Base)).Select(l => (l, l.Current.Of(step.Side))).ToList();
        if (step.Side == Side.New)
        {
            return own;
        }

        // The old version itself may have come with shapes of its own, which went when it was last unpublished.
        var earlier = context.Retained
            .Where(r => r.Migration == context.OldVersion && !r.Undone && r.Change is { After: not null, ShapeDiffers: true }
                && own.TrueForAll(o => o.Item2.Name != r.Change.After.Name))
            .Select(r => Layout.Of(r, context)).Select(l => (l, l.Current.After));
        return own.Concat(earlier);
    }

    /// <summary>How the types of the served shape are called at this moment.</summary>
    private static Func<Column, string> Types(Publish step, RenderContext context) => c => EnumSql.TypeOf(c, step.Side, step.Base, context);

    private static IEnumerable<string> View((Layout Layout, Shape Shape) served, string schema, Func<Column, string> type, RenderContext context)
    {
        var (layout, shape) = served;
        var table = shape.Table!;
        var view = Sql.Id(schema, shape.Name);
        var columns = table.Columns.Select(c => (Logical: c.Name, Physical: layout.Column(shape, c.Name))).ToList();
        var list = string.Join(", ", columns.Select(c => $"t.{Sql.Id(c.Physical)} AS {Sql.Id(c.Logical)}"));
        yield return $"SELECT tandem.publish_view({Sql.Text(schema)}, {Sql.Text(shape.Name)}, "
            + $"{Sql.Text($"SELECT {list} FROM {layout.Target} t")}, {Sql.Array(columns.Select(c => c.Logical))})";
        yield return $"COMMENT ON VIEW {view} IS {Sql.Text($"{RightsEngineSql.TableMark}{layout.Schema}.{layout.Table}")}";
        foreach (var column in table.Columns.Where(c => c is { Identity: IdentityKind.None, Generated: null } && !TableSql.IsSerial(c)
            && layout.Current.Change.Renumbered.All(p => p.Before!.Name != c.Name && p.After!.Name != c.Name) && !(c.Default is null && DomainSql.GivesDefault(c.Type, context))))
        {
            // A view's column without a default takes the table's, and NULL alone would count as none.
            var value = column.Default is { } text ? Sql.Closed(type(column) == column.Type ? text : EnumSql.Bare(text)) : $"(CASE WHEN false THEN NULL::{type(column)} END)";
            yield return $"ALTER VIEW {view} ALTER COLUMN {Sql.Id(column.Name)} SET DEFAULT {value}";
        }
    }

    private static string IfMissing((Layout Layout, Shape Shape) served, string schema, Func<Column, string> type, RenderContext context)
    {
        var statements = string.Concat(View(served, schema, type, context).Select(s => s.StartsWith("SELECT ", StringComparison.Ordinal)
            ? $"    PERFORM {s["SELECT ".Length..]};\n"
            : $"    {s};\n"));
        return Sql.Do(
            $"BEGIN\n  IF pg_catalog.to_regnamespace({Sql.Text(Sql.Id(schema))}) IS NOT NULL AND pg_catalog.to_regclass({Sql.Text(Sql.Id(schema, served.Shape.Name))}) IS NULL THEN\n{statements}  END IF;\nEND");
    }
}
