using Tandem.Databases;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Postgres.Scripts;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Starts to enforce a rule of the side that is not the base, and takes that back. Rows that stand in the way are counted first.</summary>
internal sealed class EnforceSql
{
    private readonly TableChange change;
    private readonly RenderContext context;
    private readonly Side side;
    private readonly string name;
    private readonly Layout layout;

    private EnforceSql(TableChange change, RenderContext context, Side side, string name)
    {
        this.change = change;
        this.context = context;
        this.side = side;
        this.name = name;
        layout = Layout.Of(change, context, side.Other());
    }

    private string Hidden => Names.Hidden(context.Ordinal, side, name);

    public static IEnumerable<RenderedStep> Render(Enforce step, RenderContext context)
    {
        if (step.Change.Before is null || step.Change.After is null)
        {
            return [];
        }

        var enforce = new EnforceSql(step.Change, context, step.Side, step.Name);
        return step.Kind switch
        {
            ConstraintKind.NotNull => enforce.NotNull(),
            ConstraintKind.Unique => enforce.Unique(enforce.UniqueRule, enforce.InPartitions),
            ConstraintKind.PrimaryKey when PartitionedIndexSql.Concerns(enforce.layout) => enforce.PartitionedKey(),
            ConstraintKind.PrimaryKey => enforce.Unique(enforce.KeyRule),
            ConstraintKind.Check => enforce.Check(),
            ConstraintKind.Exclusion => enforce.Exclusion(),
            _ => enforce.ForeignKey(),
        };
    }

    /// <summary>The query that counts the rows that stand in the way; none where the build of the index alone can say it.</summary>
    public static IEnumerable<RenderedStep> Count(CountViolations step, RenderContext context)
    {
        if (step.Change.Before is null || step.Change.After is null)
        {
            yield break;
        }

        var enforce = new EnforceSql(step.Change, context, step.Side, step.Name);
        var gate = step.Kind switch
        {
            ConstraintKind.NotNull => enforce.NotNullGate(),
            ConstraintKind.Unique => enforce.UniqueGate(enforce.UniqueRule),
            ConstraintKind.PrimaryKey => enforce.UniqueGate(enforce.KeyRule),
            ConstraintKind.Check => enforce.CheckGate(),
            ConstraintKind.Exclusion => null,
            _ => enforce.Key.Validated ? ConstraintSql.Orphans(enforce.Key, step.Change, context, step.Side, step.Side.Other()) : null,
        };
        if (gate is not null)
        {
            yield return new RenderedStep(
                $"count {step.Change.Name} {step.Kind} {step.Name}", $"Count the rows of {step.Change.Name} that stand in the way of {Words(step.Kind, step.Name)}", StepMode.Checks)
            {
                Table = step.Change.Name,
                Gates = [gate],
                Locks = [new LockFact(enforce.layout.Table, "ACCESS SHARE", "nobody", "one scan")],
                Scans = true,
            };
        }
    }

    public static IEnumerable<RenderedStep> Relax(Relax step, RenderContext context)
    {
        if (step.Change.Before is null || step.Change.After is null)
        {
            yield break;
        }

        var enforce = new EnforceSql(step.Change, context, step.Side, step.Name);
        var constraint = step.Kind == ConstraintKind.NotNull ? Names.NotNull(context.Ordinal, step.Side, step.Name) : enforce.Hidden;
        var target = Sql.Class(enforce.layout.Schema, enforce.layout.Table);

        // Looked for first: a lock on the table is asked for only when there is something to take back.
        var statement = step.Kind is ConstraintKind.Unique or ConstraintKind.PrimaryKey && enforce.InPartitions is null
            ? $"IF pg_catalog.to_regclass({Sql.Text(Sql.Id(enforce.layout.Schema, constraint))}) IS NOT NULL THEN\n    DROP INDEX {Sql.Id(enforce.layout.Schema, constraint)};"
            : $"IF EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = {target} AND conname = {Sql.Text(constraint)}) THEN\n    ALTER TABLE {enforce.layout.Target} DROP CONSTRAINT {Sql.Id(constraint)};";
        yield return new RenderedStep($"relax {step.Change.Name} {step.Kind} {step.Name}", $"Stop enforcing {Words(step.Kind, step.Name)} of {step.Change.Name}", StepMode.Transaction)
        {
            Table = step.Change.Name,
            Gates = !PartitionedIndexSql.Concerns(enforce.layout) ? []
                : step.Kind == ConstraintKind.ForeignKey ? [PartitionGates.Reference(enforce.layout, constraint)]
                : step.Kind is ConstraintKind.Unique ? [PartitionGates.Held(enforce.layout, constraint), PartitionGates.Index(enforce.layout, constraint)] : [],
            Statements = [Sql.Do($"BEGIN\n  {statement}\n  END IF;\nEND")],
            Locks = [LockSql.Exclusive(enforce.layout.Table)],
            Holders = LockSql.Holders(enforce.layout.Schema, [enforce.layout.Table]),
        };
        if (PartitionedIndexSql.Concerns(enforce.layout) && step.Kind is ConstraintKind.ForeignKey or ConstraintKind.Unique or ConstraintKind.PrimaryKey)
        {
            var left = step.Kind == ConstraintKind.ForeignKey
                ? PartitionedReferenceSql.Left(enforce.layout, constraint, context.Changes.Select(c => Layout.Of(c, context, step.Side.Other()).Table))
                : PartitionedIndexSql.Left(constraint);
            yield return PartitionedIndexSql.Clear($"relax {step.Change.Name} {step.Kind} {step.Name}: partitions", $"Stop enforcing {step.Name} in the partitions of {step.Change.Name}", enforce.layout, constraint, left);
        }
    }

    public static IEnumerable<RenderedStep> BuildIndex(BuildIndex step, RenderContext context)
    {
        if (step.Change.Before is null || step.Change.After is null)
        {
            yield break;
        }

        var layout = Layout.Of(step.Change, context, step.Side.Other());
        var hidden = Names.Hidden(context.Ordinal, step.Side, step.Index.Name);
        var (id, title) = ($"index {step.Change.Name} {step.Index.Name}", $"Build the index {step.Index.Name} while writers go on");
        foreach (var rendered in Build(id, title, layout, hidden, step.Index, step.Side))
        {
            yield return rendered;
        }
    }

    /// <summary>The id of the step that builds the index of a unique rule or key.</summary>
    public static string UniqueStep(TableChange change, string rule) => $"enforce {change.Name} {rule}";

    private static IEnumerable<RenderedStep> Build(string id, string title, Layout layout, string hidden, Schema.Index index, Side side, PartitionRule? rule = null) => PartitionedIndexSql.Concerns(layout)
        ? PartitionedIndexSql.Build(id, title, layout, hidden, index.Unique, IndexSql.Definition(index, c => layout.Column(side, c)), rule)
        :
        [
            IndexSql.Concurrently(
                id, title, layout, hidden,
                $"CREATE {(index.Unique ? "UNIQUE " : "")}INDEX CONCURRENTLY {Sql.Id(hidden)} {IndexSql.Body(index, layout.Target, c => layout.Column(side, c))}"),
        ];

    // A column that was made NOT NULL stays so.
    private bool IsRequiredAlready =>
        change.Of(side)!.Column(name)! is var column && side == Side.New && change.PlainAdded.Contains(column) && ExpandSql.HasSteadyDefault(column);

    private ForeignKey Key => change.ForeignKeys.Where(f => f.OnlyOn(side)).Select(f => f.Of(side)!).First(f => ConstraintName.Of(f) == name);

    private CheckConstraint TheCheck => change.Checks.Where(c => c.OnlyOn(side)).Select(c => c.Of(side)!).First(c => ConstraintName.Of(c) == name);

    private ExclusionConstraint TheExclusion => change.Exclusions.Where(e => e.OnlyOn(side)).Select(e => e.Of(side)!).First(e => e.Name == name);

    private List<Column> Named => NamedIn(TheCheck.Expression);

    private List<Column> NamedIn(string text) => change.Of(side)!.Columns.Where(c => SqlLexer.Names(text, c.Name)).ToList();

    private Schema.Index KeyRule => Plain(name, change.Of(side)!.PrimaryKey!.Columns) with { Include = change.Of(side)!.PrimaryKey!.Include ?? [], Options = change.Of(side)!.PrimaryKey!.Options };

    private UniqueConstraint? Constraint => change.Uniques.Where(u => u.OnlyOn(side)).Select(u => u.Of(side)!).FirstOrDefault(u => ConstraintName.Of(u) == name);

    // No index of a partitioned table can become a constraint, so the constraint is there from the beginning.
    private PartitionRule? InPartitions => PartitionedIndexSql.Concerns(layout) && Constraint is { } unique
        ? new PartitionRule(
            PostgresDdl.UniqueClause(unique with { Name = null, Columns = unique.Columns.Select(c => layout.Column(side, c)).ToValueList(), Include = unique.Include?.Select(c => layout.Column(side, c)).ToValueList() }), TableSql.Deferrable(unique.Deferrable))
        : null;

    private Schema.Index UniqueRule =>
        Constraint is { } unique
            ? Plain(name, unique.Columns) with { Include = unique.Include ?? [], NullsNotDistinct = unique.NullsNotDistinct, Options = unique.Options }
            : change.Indexes.Where(i => i.OnlyOn(side)).Select(i => i.Of(side)!).First(i => i.Name == name);

    private static Schema.Index Plain(string name, ValueList<string> columns) =>
        new(name, columns.Select(c => new IndexKey(c)).ToValueList(), Unique: true);

    private Gate? NotNullGate() => IsRequiredAlready ? null : new Gate(
        ProblemCodes.RowsHoldNull.Id, $"{{0}} rows of {change.Name} hold NULL in {name}.", $"SELECT count(*) FROM {layout.Target} WHERE {layout.Id(side, name)} IS NULL");

    private Gate? UniqueGate(Schema.Index index)
    {
        if (index.Where is not null || index.Keys.Any(k => k.Column is null))
        {
            return null;
        }

        var columns = index.Keys.Select(k => layout.Id(side, k.Column!)).ToList();
        var keys = string.Join(", ", columns);
        var present = index.NullsNotDistinct ? "" : $" WHERE {string.Join(" AND ", columns.Select(c => $"{c} IS NOT NULL"))}";
        return new Gate(
            ProblemCodes.RowsNotUnique.Id, $"{{0}} values of {change.Name} are there more than once, which {name} forbids.",
            $"SELECT count(*) FROM (SELECT {keys} FROM {layout.Target}{present} GROUP BY {keys} HAVING count(*) > 1) d");
    }

    private Gate? CheckGate()
    {
        if (!TheCheck.Validated)
        {
            return null;
        }

        var shape = string.Join(", ", Named.Select(c => $"t.{layout.Id(side, c.Name)} AS {Sql.Id(c.Name)}"));
        return new Gate(
            ProblemCodes.RowsViolateCheck.Id, $"{{0}} rows of {change.Name} violate {name}.",
            $"SELECT count(*) FROM (SELECT {shape} FROM {layout.Target} t) {Sql.Id(change.Of(side)!.Name)} WHERE NOT {Sql.Closed(TheCheck.Expression)}");
    }

    private IEnumerable<RenderedStep> NotNull() => IsRequiredAlready
        ? []
        : Proved(ConstraintKind.NotNull, Names.NotNull(context.Ordinal, side, name), $"CHECK ({layout.Id(side, name)} IS NOT NULL) NOT VALID");

    private string UniqueId => UniqueStep(change, name);

    private string UniqueTitle => $"Make {change.Name} unique by {name} while writers go on";

    private IEnumerable<RenderedStep> Unique(Schema.Index index, PartitionRule? rule = null) => Build(UniqueId, UniqueTitle, layout, Hidden, index, side, rule);

    private IEnumerable<RenderedStep> PartitionedKey() =>
        PartitionedKeySql.Build(UniqueId, UniqueTitle, layout, Hidden, IndexSql.Definition(KeyRule, c => layout.Column(side, c)));

    private IEnumerable<RenderedStep> Check()
    {
        var (before, after) = LogicalNames(Named);
        var proved = Proved(ConstraintKind.Check, Hidden, $"CHECK {Sql.Closed(StoredText.Again(TheCheck.Expression))}{(TheCheck.NoInherit ? " NO INHERIT" : "")} NOT VALID", before, after);
        return TheCheck.Validated ? proved : proved.Take(1);
    }

    /// <summary>No server builds such an index beside writers, nor counts beforehand what would be in its way at a price that is less.</summary>
    private IEnumerable<RenderedStep> Exclusion()
    {
        var (before, after) = LogicalNames(NamedIn(TheExclusion.Definition));
        yield return new RenderedStep($"enforce {change.Name} {ConstraintKind.Exclusion} {name}", $"Build the index of {name} of {change.Name} while nobody can use the table", StepMode.Transaction)
        {
            Table = change.Name,
            Statements =
            [
                LockSql.Take(layout.Schema, [layout.Table]),
                .. before,
                $"ALTER TABLE {layout.Target} DROP CONSTRAINT IF EXISTS {Sql.Id(Hidden)}, ADD CONSTRAINT {Sql.Id(Hidden)} {TheExclusion.Definition}",
                .. after,
            ],
            WhenRowsRefuse = new Refusal(ProblemCodes.RowsExcludeEachOther.Id, $"Rows of {change.Name} meet others by {name}, which forbids that."),
            Locks = [new LockFact(layout.Table, "ACCESS EXCLUSIVE", "readers and writers", "one scan")],
            Holders = LockSql.Holders(layout.Schema, [layout.Table]),
            Scans = true,
            Inverse = "The constraint is dropped.",
        };
    }

    /// <summary>
    /// The database alone knows how to read an expression: within the transaction the columns get the names that it
    /// uses, and their own again afterwards.
    /// </summary>
    private (IReadOnlyList<string> Before, IReadOnlyList<string> After) LogicalNames(List<Column> named)
    {
        var wanted = named.Select(c => (From: layout.Column(side, c.Name), To: c.Name)).Where(r => r.From != r.To).ToList();
        var taken = layout.Base.Table!.Columns.Select(c => c.Name)
            .Where(n => wanted.Exists(w => w.To == n) && !wanted.Exists(w => w.From == n))
            .Select(n => (From: n, To: Names.Passing(context.Ordinal, n)));
        var renames = Renames.Order(wanted.Concat(taken), n => Names.Passing(context.Ordinal, $"via_{n}")).ToList();
        return (
            renames.Select(r => $"ALTER TABLE {layout.Target} RENAME COLUMN {Sql.Id(r.From)} TO {Sql.Id(r.To)}").ToList(),
            Enumerable.Reverse(renames).Select(r => $"ALTER TABLE {layout.Target} RENAME COLUMN {Sql.Id(r.To)} TO {Sql.Id(r.From)}").ToList());
    }

    private IEnumerable<RenderedStep> ForeignKey()
    {
        var (schema, table) = ConstraintSql.PhysicalReference(Key, context, side, side.Other());
        var (definition, referenced) = (ConstraintSql.ForeignKey(Key, layout, context, side, side.Other()), schema == layout.Schema ? new[] { table } : []);
        if (PartitionedIndexSql.Concerns(layout) && Key.Validated)
        {
            return [PartitionedReferenceSql.Prove($"enforce {change.Name} {ConstraintKind.ForeignKey} {name}", $"Prove {name} for all rows of {change.Name}", layout, Hidden, definition, referenced)];
        }

        // One that was never proved goes on to bind new writes alone: there may be rows that break it.
        var proved = Proved(ConstraintKind.ForeignKey, Hidden, $"{definition} NOT VALID", locked: referenced);
        return Key.Validated ? proved : proved.Take(1);
    }

    // Other rules have a name of their own.
    private static string Words(ConstraintKind kind, string name) => kind == ConstraintKind.NotNull ? $"NOT NULL in {name}" : name;

    /// <summary>Adds without looking at the rows, then looks at them in a transaction that blocks nobody.</summary>
    private IEnumerable<RenderedStep> Proved(
        ConstraintKind kind, string constraint, string definition, IReadOnlyList<string>? before = null, IReadOnlyList<string>? after = null, IReadOnlyList<string>? locked = null)
    {
        List<string> tables = [layout.Table, .. locked ?? []];
        yield return new RenderedStep($"enforce {change.Name} {kind} {name}", $"Enforce {Words(kind, name)} of {change.Name} for new writes", StepMode.Transaction)
        {
            Table = change.Name,
            Statements =
            [
                LockSql.Take(layout.Schema, tables),
                .. before ?? [],
                $"ALTER TABLE {layout.Target} DROP CONSTRAINT IF EXISTS {Sql.Id(constraint)}, ADD CONSTRAINT {Sql.Id(constraint)} {definition}",
                .. after ?? [],
            ],
            Locks = [.. tables.Select(LockSql.Exclusive)],
            Holders = LockSql.Holders(layout.Schema, tables),
            Inverse = "The constraint is dropped.",
        };
        yield return new RenderedStep($"validate {change.Name} {kind} {name}", $"Prove {Words(kind, name)} for all rows of {change.Name}", StepMode.Transaction)
        {
            Table = change.Name,
            Statements = [$"ALTER TABLE {layout.Target} VALIDATE CONSTRAINT {Sql.Id(constraint)}"],
            Locks = [new LockFact(layout.Table, "SHARE UPDATE EXCLUSIVE", "nobody", "one scan")],
            Scans = true,
        };
    }
}
