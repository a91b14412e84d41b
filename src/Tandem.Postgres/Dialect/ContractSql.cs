using Tandem.Databases;
using Tandem.Postgres.Dialect.Engine;
using Tandem.Postgres.Dialect.Links;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Postgres.Dialect.Walks;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Backs up and drops what only the side has that is not the base.</summary>
internal static class ContractSql
{
    public static IEnumerable<RenderedStep> Contract(Contract step, RenderContext context)
    {
        var change = step.Change;
        var layout = Layout.Of(change, context, step.Side.Other());
        return change.Of(step.Side) is null ? [] : change.Of(step.Side.Other()) is null
            ? [DropTable(step, layout, context)]
            : DropColumns(step, layout, context);
    }

    public static IEnumerable<RenderedStep> Backup(Backup step, RenderContext context)
    {
        var change = step.Change;
        if (change.Of(step.Side) is not { } table)
        {
            yield break;
        }

        var layout = Layout.Of(change, context, step.Side.Other());
        var whole = change.Of(step.Side.Other()) is null;
        var going = whole ? table.Columns.ToList() : change.Columns.Where(c => c.OnlyOn(step.Side)).Select(c => c.Of(step.Side)!).ToList();
        if (going.Count == 0)
        {
            yield break;
        }

        var kept = whole ? [] : layout.Base.Table!.Key.Select(k => (Column: layout.Base.Table.Column(k)!, Physical: k, Name: going.Exists(g => g.Name == k) ? $"{k} (stays)" : k));
        var columns = kept.Concat(going.Select(c => (Column: c, Physical: layout.Column(step.Side, c.Name), c.Name)))
            .Select(c => $"{SteadyText.Read(c.Column, Sql.Id(c.Physical))} AS {Sql.Id(c.Name)}");
        var walk = new TableWalk(layout, whole: true);
        yield return new RenderedStep($"backup {change.Name}", $"Write what goes from {change.Name} into the backup", StepMode.Backup)
        {
            Table = change.Name,
            Walk = walk.Over($"SELECT {string.Join(", ", columns)} FROM {walk.Source} WHERE {walk.Window()}", going.Select(c => layout.Column(step.Side, c.Name)).ToList()),
            BackupDefinition = whole
                ? TableSql.Create(table, layout.Schema, table.Name, n => n).ToValueList()
                : going.Select(c => $"ALTER TABLE {Sql.Id(layout.Schema, layout.Base.Name)} ADD COLUMN {TableSql.Column(c with { Nullable = true })}").ToValueList(),
            Locks = [new LockFact(layout.Table, "ACCESS SHARE", "nobody", "each chunk")],
            Scans = true,
        };
    }

    private static RenderedStep DropTable(Contract step, Layout layout, RenderContext context)
    {
        var (change, side) = step;
        return new RenderedStep($"contract {change.Name}", $"Drop the table {change.Name} of the {Word(side)} version", StepMode.Transaction)
        {
            Table = change.Name,
            Statements = [.. LinkSql.End(step, context), .. EndService(side, context), $"DROP TABLE IF EXISTS {layout.Target}"],
            Gates = [.. Alone(side, context), Dependents(layout, null, side, context)],
            Locks = [.. LinkSql.EndLocks(step, context).Append(layout.Table).Select(LockSql.Exclusive)],
            Holders = LockSql.Holders(layout.Schema, LinkSql.EndLocks(step, context).Append(layout.Table)),
            Inverse = "The backup.",
        };
    }

    private static IEnumerable<RenderedStep> DropColumns(Contract step, Layout layout, RenderContext context)
    {
        var (change, side) = step;
        var rest = layout.WithoutCurrent();

        // What is computed hangs on what it is computed from.
        var going = change.Columns.Where(c => c.OnlyOn(side)).OrderBy(c => c.Of(side)!.Generated is null)
            .Select(c => layout.Column(side, c.Of(side)!.Name)).ToList();
        var indexes = change.Indexes.Where(i => i.OnlyOn(side)).Select(i => (i.Of(side)!.Name, Hidden: Names.Hidden(context.Ordinal, side, i.Of(side)!.Name))).ToList();
        var statements = LinkSql.End(step, context).Concat(indexes.Select(i => $"DROP INDEX IF EXISTS {Sql.Id(layout.Schema, i.Hidden)}")).ToList();
        if (layout.Current.Syncs)
        {
            statements.AddRange(SyncSql.Install(rest, context));
            statements.Add(SyncSql.ForgetAgreement(context.Ordinal, layout.Schema, layout.Table));
            statements.Add(OldSideSql.Forget(change, context));
        }

        statements.AddRange(DrawnKeySql.Remove(layout));
        statements.AddRange(Leftovers(change, context.Ordinal).Select(n => $"ALTER TABLE {layout.Target} DROP CONSTRAINT IF EXISTS {Sql.Id(n)}"));
        statements.AddRange(going.Concat(layout.Current.HasMarker ? [Names.Marker(context.Ordinal)] : [])
            .Select(c => $"ALTER TABLE {layout.Target} DROP COLUMN IF EXISTS {Sql.Id(c)}"));
        if (statements.Count == 0)
        {
            yield break;
        }

        yield return new RenderedStep($"contract {change.Name}", $"Drop what only the {Word(side)} version of {change.Name} has", StepMode.Transaction)
        {
            Table = change.Name,
            Statements = [LockSql.Take(layout.Schema, [layout.Table]), .. EndService(side, context), .. statements],
            Gates =
            [
                .. layout.Current.Syncs ? [SyncSql.Unchanged(layout)] : Array.Empty<Gate>(),
                .. Hanging(layout),
                .. Alone(side, context),
                .. going.Count > 0 ? [Dependents(layout, going, side, context)] : Array.Empty<Gate>(),
            ],
            Locks = [LockSql.Exclusive(layout.Table)],
            Holders = LockSql.Holders(layout.Schema, [layout.Table]),
            Inverse = "The backup.",
        };
        foreach (var (name, index) in PartitionedIndexSql.Concerns(layout) ? indexes : [])
        {
            yield return PartitionedIndexSql.Clear($"contract {change.Name}: {name}", $"Drop what is left of {name} in the partitions of {change.Name}", layout, index, PartitionedIndexSql.Left(index));
        }
    }

    private static IEnumerable<string> Leftovers(TableChange change, int ordinal) => change.Lenses.SelectMany(l => l.New)
        .Where(n => change.After!.Column(n) is { Nullable: false }).Select(n => Names.Required(ordinal, n));

    /// <summary>What another change keeps in sync may be computed from the columns that go.</summary>
    private static IEnumerable<Gate> Hanging(Layout layout) => layout.Links
        .Where(l => l != layout.Current && l.Near == layout.Current.Far)
        .Take(1)
        .Select(_ => new Gate(ProblemCodes.OtherChangeHangs.Id, $"What another migration of {layout.Table} keeps in sync is computed from what would be dropped.", "SELECT 1"));

    /// <summary>A version that was kept beyond complete cannot be served without its storage.</summary>
    private static IEnumerable<string> EndService(Side side, RenderContext context) => side == Side.New
        ? []
        : [$"SELECT tandem.drop_version({Sql.Text(Names.VersionSchema(context.Schema.Name, context.OldVersion))})"];

    private static IEnumerable<Gate> Alone(Side side, RenderContext context) => side == Side.New
        ? []
        : [VersionSql.Alone(Names.VersionSchema(context.Schema.Name, context.OldVersion), context.OldVersion)];

    private static Gate Dependents(Layout layout, IReadOnlyList<string>? columns, Side side, RenderContext context)
    {
        var version = Names.VersionSchema(context.Schema.Name, side == Side.Old ? context.OldVersion : context.Migration);
        return new Gate(
            ProblemCodes.ObjectsDepend.Id,
            $"{{0}} objects (views, functions, policies, keys) use what is to be dropped from {layout.Current.Change.Name}.",
            $"""
            SELECT count(DISTINCT (d.classid, d.objid)) FROM pg_catalog.pg_depend d
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
            LEFT JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
            LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
            WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = pg_catalog.to_regclass({Sql.Text(Sql.Id(layout.Schema, layout.Table))})
              AND d.deptype = 'n' AND (k.oid IS NULL OR k.conrelid <> d.refobjid) AND d.classid IN ({string.Join(", ", Classes(columns is null).Select(c => $"'pg_catalog.{c}'::pg_catalog.regclass"))})
              AND NOT (v.oid IS NOT NULL AND v.relnamespace = coalesce(pg_catalog.to_regnamespace({Sql.Text(Sql.Id(version))}), 0::oid)
                AND coalesce(pg_catalog.obj_description(v.oid, 'pg_class'), '') LIKE '{EngineSql.ViewMark}%')
              {(columns is null ? "AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND p.oid = d.objid AND p.polrelid = d.refobjid)" : $"AND a.attname IN ({string.Join(", ", columns.Select(Sql.Text))})")}
            """);
    }

    private static IEnumerable<string> Classes(bool whole) =>
        whole ? ["pg_rewrite", "pg_proc", "pg_policy", "pg_constraint"] : ["pg_rewrite", "pg_proc", "pg_policy"];

    private static string Word(Side side) => side == Side.Old ? "old" : "new";
}
