using Tandem.Databases;
using Tandem.Postgres.Dialect.Engine;
using Tandem.Postgres.Scripts;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>
/// Views of the users'. The new version has its own in its schema, over its own tables. At the switch the base's view is
/// not replaced but put aside under a hidden name, where it follows its columns, with its rights, comments and triggers,
/// and one over the new shape takes the plain name; the way back exchanges the names again.
/// </summary>
internal sealed class ViewSql : ObjectSql
{
    private readonly List<Changed<View>> changes;
    private readonly List<Changed<View>> stored;

    public ViewSql(RenderContext context)
        : base(context)
    {
        changes = All<View>().Where(c => !IsMaterialized(c)).ToList();
        stored = All<View>().Where(IsMaterialized).ToList();
    }

    /// <summary>A materialized view is one for both versions: made before the new one is served, from the base tables. A rollback hides it.</summary>
    public override IEnumerable<string> Make()
    {
        foreach (var change in stored.Where(c => c.Added))
        {
            var view = change.After! with { WithData = change.Change.WithoutRows != true };
            yield return If(
                $"pg_catalog.to_regclass({Sql.Text(Sql.Id(Schema, view.Name))}) IS NULL AND pg_catalog.to_regclass({Sql.Text(Sql.Id(Schema, Hidden(change, Side.New)))}) IS NOT NULL",
                [Rename(change, Hidden(change, Side.New), view.Name)]);
            yield return $"CREATE MATERIALIZED VIEW IF NOT EXISTS {Sql.Id(Schema, view.Name)}{With(view)} AS\n{view.Definition}{PostgresDdlObjects.Emptiness(view)}";
            if (view.Comment is { } comment)
            {
                yield return $"COMMENT ON MATERIALIZED VIEW {Sql.Id(Schema, view.Name)} IS {Sql.Text(comment)}";
            }
        }
    }

    public override IEnumerable<string> Forbid() => stored.Where(c => c.Added).Select(c => If(
        $"pg_catalog.to_regclass({Sql.Text(Sql.Id(Schema, c.Name))}) IS NOT NULL AND pg_catalog.to_regclass({Sql.Text(Sql.Id(Schema, Hidden(c, Side.New)))}) IS NULL", [Rename(c, c.Name, Hidden(c, Side.New))]));

    public override IEnumerable<string> Publish(Side side, Side @base)
    {
        var version = Names.VersionSchema(Schema, side == Side.New ? Context.Migration : Context.OldVersion);
        return side == Side.New ? PublishNew(version) : changes.Where(c => c.Before is not null).SelectMany(c => PassThrough(c, version, @base))
            .Concat(Context.ServedVersions.Where(v => v != Context.OldVersion).Select(v => Names.VersionSchema(Schema, v))
                .SelectMany(v => changes.Where(c => c.Before is not null).Select(c => If(
                    $"pg_catalog.to_regnamespace({Sql.Text(Sql.Id(v))}) IS NOT NULL AND pg_catalog.to_regclass({Sql.Text(Sql.Id(v, c.Name))}) IS NULL",
                    PassThrough(c, v, @base)))));
    }

    public override IEnumerable<string> Leave(Side to)
    {
        var from = to.Other();
        return changes.Concat(stored).Where(c => c.Of(from) is not null && !(IsMaterialized(c) && c.Added))
            .Select(c => Rename(c, c.Name, Hidden(c, from)));
    }

    public override IEnumerable<string> Arrive(Side to)
    {
        foreach (var change in stored.Where(c => c.Dropped && to == Side.Old))
        {
            yield return Rename(change, Hidden(change, Side.Old), change.Name);
        }

        if (to == Side.Old)
        {
            foreach (var change in changes.Where(c => c.Before is not null))
            {
                yield return Rename(change, Hidden(change, Side.Old), change.Name);
            }

            yield break;
        }

        foreach (var change in InOrder())
        {
            // Made at an earlier complete, it waits under its hidden name.
            var waiting = Hidden(change, Side.New);
            yield return If(
                $"pg_catalog.to_regclass({Sql.Text(Sql.Id(Schema, waiting))}) IS NOT NULL", [Rename(change, waiting, change.Name)], Create(change, Schema));
        }
    }

    public override IEnumerable<string> Drop(Side side, bool last)
    {
        var going = changes.Where(c => c.Of(side) is not null).Concat(stored.Where(c => c.OnlyOn(side))).ToList();
        var inOrder = PostgresDdl.InOrder(going.Select(c => c.Of(side)!).ToValueList());
        return last || going.Count == 0 ? [] :
        [
            .. side == Side.Old ? [$"SELECT tandem.drop_version({Sql.Text(Names.VersionSchema(Schema, Context.OldVersion))})"] : Array.Empty<string>(),
            .. Enumerable.Reverse(inOrder).Select(v => going.First(c => c.Name == v.Name))
                .Select(c => IsMaterialized(c) && c.Added ? DropMade(c) : $"DROP {(IsMaterialized(c) ? "MATERIALIZED " : "")}VIEW IF EXISTS {Sql.Id(Schema, Hidden(c, side))}"),
        ];
    }

    // One that was rolled back before rollbacks hid it still has its name.
    private string DropMade(Changed<View> change)
    {
        var hidden = Sql.Id(Schema, Hidden(change, Side.New));
        return If(
            $"pg_catalog.to_regclass({Sql.Text(hidden)}) IS NOT NULL",
            [$"DROP MATERIALIZED VIEW {hidden}"],
            [$"DROP MATERIALIZED VIEW IF EXISTS {Sql.Id(Schema, change.Name)}"]);
    }

    public override IEnumerable<Gate> SwitchGates(Side to)
    {
        var leaving = changes.Concat(stored).Where(c => c.Of(to.Other()) is not null && !(IsMaterialized(c) && c.Added)).ToList();
        return leaving.Count == 0 ? [] : [Unused(leaving.Select(c => c.Name), leaving, "would go on using what is put aside", "", "AND NOT pg_catalog.starts_with(coalesce(w.relname, u.proname, '')::text, '_tandem_')")];
    }

    public override IEnumerable<Gate> DropGates(Side side, bool last)
    {
        var names = changes.Where(c => c.Of(side) is not null).Select(c => Hidden(c, side))
            .Concat(stored.Where(c => c.OnlyOn(side)).Select(c => Hidden(c, side))).ToList();
        var version = Names.VersionSchema(Schema, side == Side.Old ? Context.OldVersion : Context.Migration);
        return last || names.Count == 0 ? [] :
        [
            .. side == Side.Old ? [VersionSql.Alone(version, Context.OldVersion)] : Array.Empty<Gate>(),
            Unused(names, changes.Concat(stored), "use what is to be dropped", $" AND w.relnamespace = pg_catalog.to_regnamespace({Sql.Text(Sql.Id(version))})"),
        ];
    }

    private static bool IsMaterialized(Changed<View> change) => (change.Before ?? change.After)!.Materialized;

    private static string With(View view) => view.Options is { } options ? $" WITH ({options})" : "";

    private string Hidden(Changed<View> change, Side side) => Names.Hidden(Context.Ordinal, side, change.Name);

    private string Rename(Changed<View> change, string from, string to) =>
        $"ALTER {(IsMaterialized(change) ? "MATERIALIZED " : "")}VIEW {Sql.Id(Schema, from)} RENAME TO {Sql.Id(to)}";

    private IEnumerable<Changed<View>> InOrder() => PostgresDdl.InOrder(changes.Where(c => c.After is not null).Select(c => c.After!).ToValueList())
        .Select(v => changes.First(c => c.After == v));

    private IEnumerable<string> PublishNew(string version)
    {
        var views = InOrder().ToList();
        return views.Count == 0 ? [] :
        [
            Path(version),
            .. views.SelectMany(c => Create(c, version)),
            Path(null),
        ];
    }

    /// <summary>
    /// The view as it is, for an application of a version: it follows the base's through every renaming, and rights are
    /// those of the view behind it.
    /// </summary>
    private IEnumerable<string> PassThrough(Changed<View> change, string version, Side @base)
    {
        var source = @base == Side.Old ? change.Name : Hidden(change, Side.Old);
        yield return $"SELECT tandem.pass_view({Sql.Class(Schema, source)}, {Sql.Text(version)}, {Sql.Text(change.Name)})";
    }

    private IEnumerable<string> Create(Changed<View> change, string schema)
    {
        var view = change.After!;
        var name = Sql.Id(schema, view.Name);
        var isBase = schema == Schema;
        yield return $"CREATE {(isBase ? "" : "OR REPLACE ")}VIEW {name}{With(view)} AS\n{view.Definition}";
        if (change.Before is not null)
        {
            yield return $"SELECT tandem.copy_view({Sql.Class(Schema, isBase ? Hidden(change, Side.Old) : change.Name)}, {Sql.Class(schema, view.Name)})";
        }

        var comment = isBase ? view.Comment : $"{EngineSql.ViewMark} of {Schema}.{view.Name}";
        yield return $"COMMENT ON VIEW {name} IS {Sql.TextOrNull(comment)}";
    }

    /// <summary>Counts what of the users' hangs on these views, besides the migration's own views and those of versions.</summary>
    private Gate Unused(IEnumerable<string> views, IEnumerable<Changed<View>> known, string what, string where, string but = "")
    {
        var own = known.SelectMany(c => new[] { c.Name, Hidden(c, Side.Old), Hidden(c, Side.New) }).Distinct();
        var names = views.ToList();
        var routines = Context.Objects.Where(o => o.Either is Routine)
            .SelectMany(o => new[] { o.Name, Names.Hidden(Context.Ordinal, Side.Old, o.Name), Names.Hidden(Context.Ordinal, Side.New, o.Name) }).Append("").Distinct();
        return new Gate(
            ProblemCodes.ObjectsDepend.Id,
            $"{{0}} objects (views, functions, policies) {what}: {string.Join(", ", known.Where(k => names.Contains(k.Name) || names.Contains(Hidden(k, Side.Old)) || names.Contains(Hidden(k, Side.New))).Select(k => k.Name).Distinct())}.",
            $"""
            SELECT count(DISTINCT (d.classid, d.objid)) FROM pg_catalog.pg_class v
            JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace AND n.nspname = {Sql.Text(Schema)}
            LEFT JOIN pg_catalog.pg_type y ON y.typrelid = v.oid
            JOIN pg_catalog.pg_depend d ON d.deptype = 'n' AND (
              d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = v.oid
              OR d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid IN (y.oid, y.typarray))
            LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
            LEFT JOIN pg_catalog.pg_class w ON w.oid = r.ev_class
            LEFT JOIN pg_catalog.pg_proc u ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND u.oid = d.objid
            WHERE v.relname IN ({string.Join(", ", names.Select(Sql.Text))})
              AND NOT coalesce(u.pronamespace = n.oid AND u.proname IN ({string.Join(", ", routines.Select(Sql.Text))})
                OR pg_catalog.obj_description(u.oid, 'pg_proc') LIKE '{EngineSql.ViewMark}%', false)
              AND (w.oid IS NULL OR NOT (
                w.relnamespace = n.oid AND w.relname IN ({string.Join(", ", own.Select(Sql.Text))})
                OR coalesce(pg_catalog.obj_description(w.oid, 'pg_class'), '') LIKE '{EngineSql.ViewMark}%'{where})) {but}
            """);
    }
}
