using Tandem.Databases;
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
            ? [DropTable(change, layout, step.Side)]
            : DropColumns(change, layout, step.Side, context);
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

        var kept = whole ? [] : layout.Base.Table!.Key.Select(k => (Physical: k, Name: k));
        var columns = kept.Concat(going.Select(c => (Physical: layout.Column(step.Side, c.Name), c.Name)))
            .Select(c => $"{Sql.Id(c.Physical)} AS {Sql.Id(c.Name)}");
        yield return new RenderedStep($"backup {change.Name}", $"Write what goes from {change.Name} into the backup", StepMode.Backup)
        {
            Table = change.Name,
            Walk = BlockWalk.Over(layout.Schema, layout.Table, $"SELECT {string.Join(", ", columns)} FROM ONLY {layout.Target} WHERE {BlockWalk.Window()}"),
            BackupDefinition = whole
                ? TableSql.Create(table, layout.Schema, table.Name, n => n).ToValueList()
                : going.Select(c => $"ALTER TABLE {Sql.Id(layout.Schema, layout.Base.Name)} ADD COLUMN {TableSql.Column(c with { Nullable = true })}").ToValueList(),
            Locks = [new LockFact(layout.Table, "ACCESS SHARE", "nobody", "each chunk")],
            Scans = true,
        };
    }

    private static RenderedStep DropTable(TableChange change, Layout layout, Side side) =>
        new($"contract {change.Name}", $"Drop the table {change.Name} of the {Word(side)} version", StepMode.Transaction)
        {
            Table = change.Name,
            Statements = [$"DROP TABLE IF EXISTS {layout.Target}"],
            Gates = [Dependents(layout.Schema, layout.Table, null, change.Name)],
            Locks = [LockSql.Exclusive(layout.Table)],
            Holders = LockSql.Holders(layout.Schema, [layout.Table]),
            Inverse = "The backup.",
        };

    private static IEnumerable<RenderedStep> DropColumns(TableChange change, Layout layout, Side side, RenderContext context)
    {
        var rest = layout.WithoutCurrent();
        var going = change.Columns.Where(c => c.OnlyOn(side)).Select(c => layout.Column(side, c.Of(side)!.Name)).ToList();
        var indexes = change.Indexes.Where(i => i.OnlyOn(side)).Select(i => Names.Hidden(context.Ordinal, side, i.Of(side)!.Name)).ToList();
        var statements = indexes.Select(i => $"DROP INDEX IF EXISTS {Sql.Id(layout.Schema, i)}").ToList();
        if (layout.Current.Syncs)
        {
            statements.AddRange(SyncSql.Install(rest, context));
            statements.Add(SyncSql.ForgetAgreement(context.Ordinal, layout.Schema, layout.Table));
        }

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
            Statements = [LockSql.Take(layout.Schema, [layout.Table]), .. statements],
            Gates =
            [
                .. layout.Current.Syncs ? [SyncSql.Unchanged(layout)] : Array.Empty<Gate>(),
                .. Older(layout, side),
                .. going.Count > 0 ? [Dependents(layout.Schema, layout.Table, going, change.Name)] : Array.Empty<Gate>(),
            ],
            Locks = [LockSql.Exclusive(layout.Table)],
            Holders = LockSql.Holders(layout.Schema, [layout.Table]),
            Inverse = "The backup.",
        };
    }

    private static IEnumerable<string> Leftovers(TableChange change, int ordinal) => change.Lenses.SelectMany(l => l.New)
        .Where(n => change.After!.Column(n) is { Nullable: false }).Select(n => Names.Required(ordinal, n));

    /// <summary>What an older change keeps in sync may be computed from the columns that go.</summary>
    private static IEnumerable<Gate> Older(Layout layout, Side side) => layout.Syncing
        .Where(l => side == Side.Old && l.Ordinal < layout.Current.Ordinal && l.Base == Side.New)
        .Take(1)
        .Select(_ => new Gate(ProblemCodes.OlderChangeInSync.Id, $"An older migration of {layout.Table} is retired, but not sunset.", "SELECT 1"));

    private static Gate Dependents(string schema, string table, IReadOnlyList<string>? columns, string name) => new(
        ProblemCodes.ObjectsDepend.Id,
        $"{{0}} objects (views, functions, policies) use what is to be dropped from {name}.",
        $"""
        SELECT count(DISTINCT (d.classid, d.objid)) FROM pg_catalog.pg_depend d
        LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = pg_catalog.to_regclass({Sql.Text(Sql.Id(schema, table))})
          AND d.deptype = 'n' AND d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_policy'::pg_catalog.regclass{(columns is null ? ", 'pg_catalog.pg_constraint'::pg_catalog.regclass" : "")})
          {(columns is null ? "" : $"AND a.attname IN ({string.Join(", ", columns.Select(Sql.Text))})")}
        """);

    private static string Word(Side side) => side == Side.Old ? "old" : "new";
}
