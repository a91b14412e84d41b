using Tandem.Databases;
using Tandem.Postgres.Scripts;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Partitioning;

/// <summary>
/// The exchange of a table and its hidden copy: names, rights, sequences, triggers and the foreign keys that refer to it go over, in the
/// transaction of the switch, and the sync turns round.
/// </summary>
internal sealed class PartitioningSwitch
{
    private readonly PartitioningTables t;
    private readonly Side from;
    private readonly Side to;
    private readonly string schema;

    /// <summary>The switch of one change to a side.</summary>
    public PartitioningSwitch(TableChange change, RenderContext context, Side to)
    {
        this.to = to;
        from = to.Other();
        t = PartitioningTables.Of(change, context, from);
        After = PartitioningTables.Of(change, context, to);
        schema = context.Schema.Name;
    }

    private PartitioningTables After { get; }

    private Table Table => t.Table;

    /// <summary>The other tables that are locked: the copy, and those that refer to the table or that it refers to.</summary>
    public IEnumerable<string> Locked => t.Incoming.Select(i => i.Table)
        .Concat(Table.ForeignKeys.Where(f => f.ReferencedSchema is null).Select(f => f.ReferencedTable)).Append(t.CopyName);

    /// <summary>Before it: the planner of the server must know the rows of what becomes the table.</summary>
    public RenderedStep Analyze => new($"analyze {Table.Name}", $"Gather the planner's statistics of what becomes {Table.Name}", StepMode.Transaction)
    {
        Table = Table.Name,
        Statements = [$"ANALYZE {t.Copy}"],
        Locks = [new LockFact(t.CopyName, "SHARE UPDATE EXCLUSIVE", "nobody", "a sample of its rows")],
    };

    /// <summary>The statements of the exchange.</summary>
    public IEnumerable<string> Statements =>
    [
        .. PartitioningSync.Lift(t),
        .. Table.Triggers.Select(g => $"DROP TRIGGER IF EXISTS {Sql.Id(g.Name)} ON {t.Base}"),
        .. t.Incoming.Select(i => $"ALTER TABLE {Sql.Id(schema, i.Table)} DROP CONSTRAINT {Sql.Id(i.Key.Name!)}"),

        // The foreign keys of a retired table would keep others from deleting their rows. Those of hidden partitions hold whenever
        // those of the table hold, and could not be made again without reading all rows under a lock.
        .. to == Side.New ? Table.ForeignKeys.Select(f => $"ALTER TABLE {t.Base} DROP CONSTRAINT {Sql.Id(f.Name!)}") : [],
        .. Renamed(t.Base, n => n, n => t.Hidden(from, n)),
        .. Renamed(t.Copy, n => t.Hidden(to, n), n => n),
        .. MadePartitionsSql.Rename(t.Partitioning, t.Ordinal, schema, to == Side.New ? t.CopyName : t.BaseName, to),
        $"ALTER TABLE {t.Base} RENAME TO {Sql.Id(After.CopyName)}",
        $"ALTER TABLE {t.Copy} RENAME TO {Sql.Id(After.BaseName)}",
        $"SELECT tandem.copy_relation_rights({Former}, {Now})",
        $"SELECT tandem.move_sequences({Former}, {Now})",
        .. Table.Triggers.SelectMany(Trigger),
        .. PartitioningSync.Install(After),
        .. to == Side.Old ? Table.ForeignKeys.SelectMany(f => Add(Table.Name, f)) : [],
        .. t.Incoming.SelectMany(i => Add(i.Table, i.Key)),
    ];

    /// <summary>
    /// What must hold at its end: nothing may be left that uses the table that is hidden now, both must have the same columns, and no row that
    /// fits no partition may have come since the rows were compared. These are looked for only where there ever was one.
    /// </summary>
    public IEnumerable<Gate> FinalGates =>
    [
        .. to == Side.Old || t.Partitioning.TakesAll ? Array.Empty<Gate>() :
        [
            new Gate(
                ProblemCodes.RowsInQuarantine.Id,
                $"{{0}} rows of {Table.Name} fit no partition.",
                $"SELECT CASE WHEN (SELECT is_called FROM {t.Misfits}) THEN (SELECT count(*) FROM ONLY {After.Copy} AS c WHERE NOT EXISTS (SELECT FROM {After.Base} AS b WHERE {t.SamePair})) ELSE 0 END"),
        ],
        Dependents(schema, After.CopyName, Table.Name),
        new Gate(
            ProblemCodes.SyncChangedSincePlan.Id,
            $"{{0}} columns of {Table.Name} were added, dropped or changed since the migration was planned; roll it back and plan it again.",
            $"""
            SELECT count(*) FROM (SELECT attname, atttypid, atttypmod, attcollation FROM pg_catalog.pg_attribute WHERE attrelid = {Now} AND attnum > 0 AND NOT attisdropped) b
            FULL JOIN (SELECT attname, atttypid, atttypmod, attcollation FROM pg_catalog.pg_attribute WHERE attrelid = {Former} AND attnum > 0 AND NOT attisdropped) c USING (attname)
            WHERE b.atttypid IS DISTINCT FROM c.atttypid OR b.atttypmod IS DISTINCT FROM c.atttypmod OR b.attcollation IS DISTINCT FROM c.attcollation
            """),
    ];

    /// <summary>Behind it: the foreign keys that were made again are proved, each in a transaction that blocks nobody.</summary>
    public IEnumerable<RenderedStep> Validations => t.Incoming.Concat(to == Side.Old ? Table.ForeignKeys.Select(f => (Table: Table.Name, Key: f)) : [])
        .Where(k => k.Key.Validated)
        .Select(k => new RenderedStep($"validate {k.Table} {k.Key.Name}", $"Prove the foreign key {k.Key.Name} for all rows of {k.Table}", StepMode.Transaction)
        {
            Table = k.Table,
            Statements = [$"ALTER TABLE {Sql.Id(schema, k.Table)} VALIDATE CONSTRAINT {Sql.Id(k.Key.Name!)}"],
            Locks = [new LockFact(k.Table, "SHARE UPDATE EXCLUSIVE", "nobody", "one scan")],
            Scans = true,
        });

    private string Now => Sql.Class(schema, After.BaseName);

    private string Former => Sql.Class(schema, After.CopyName);

    /// <summary>What of the users' uses a hidden table: views, functions, policies, foreign keys of other tables.</summary>
    public static Gate Dependents(string schema, string hidden, string name) => new(
        ProblemCodes.ObjectsDepend.Id,
        $"{{0}} objects (views, functions, policies, keys) hang on {name} as it was, and would not go over.",
        $"""
        SELECT count(DISTINCT (d.classid, d.objid)) FROM pg_catalog.pg_depend d
        LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
        LEFT JOIN pg_catalog.pg_type y ON y.typrelid = pg_catalog.to_regclass({Sql.Text(Sql.Id(schema, hidden))})
        WHERE d.deptype = 'n' AND ((d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = y.typrelid)
            OR (d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid IN (y.oid, y.typarray)))
          AND (k.oid IS NULL OR (k.conrelid <> y.typrelid AND k.conparentid = 0))
          AND (d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass,
            'pg_catalog.pg_policy'::pg_catalog.regclass, 'pg_catalog.pg_constraint'::pg_catalog.regclass)
            OR (d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass))
        """);

    private IEnumerable<string> Renamed(string table, Func<string, string> was, Func<string, string> becomes) =>
        Table.Uniques.Select(u => u.Name!).Append(Table.PrimaryKey!.Name!)
            .Select(n => $"ALTER TABLE {table} RENAME CONSTRAINT {Sql.Id(was(n))} TO {Sql.Id(becomes(n))}")
            .Concat(Table.Indexes.Select(i => $"ALTER INDEX {Sql.Id(schema, was(i.Name))} RENAME TO {Sql.Id(becomes(i.Name))}"));

    private IEnumerable<string> Trigger(Trigger trigger)
    {
        var fires = trigger.Enabled ? trigger.Firing is { } when ? $"ENABLE {when}" : null : "DISABLE";
        yield return trigger.Definition;
        if (fires is not null)
        {
            yield return $"ALTER TABLE {t.Base} {fires} TRIGGER {Sql.Id(trigger.Name)}";
        }

        if (trigger.Comment is { } comment)
        {
            yield return $"COMMENT ON TRIGGER {Sql.Id(trigger.Name)} ON {t.Base} IS {Sql.Text(comment)}";
        }
    }

    private IEnumerable<string> Add(string table, ForeignKey key)
    {
        yield return $"ALTER TABLE {Sql.Id(schema, table)} ADD {PostgresDdl.ForeignKeyClause(schema, key with { Validated = false })}";
        if (key.Comment is { } comment)
        {
            yield return $"COMMENT ON CONSTRAINT {Sql.Id(key.Name!)} ON {Sql.Id(schema, table)} IS {Sql.Text(comment)}";
        }
    }
}
