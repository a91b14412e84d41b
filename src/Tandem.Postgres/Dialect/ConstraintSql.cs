using Tandem.Databases;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Postgres.Scripts;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>What becomes of constraints and indexes when the base changes sides. Rules of the base have their real names, all others hidden ones or none.</summary>
internal static class ConstraintSql
{
    /// <summary>
    /// The side that leaves the base stops enforcing its foreign keys, in all tables before anything else: they hang on
    /// the unique rules that they refer to.
    /// </summary>
    public static IEnumerable<string> ReleaseForeignKeys(TableChange change, RenderContext context, Side from)
    {
        var layout = Layout.Of(change, context, from);
        return Released(change, context, from).Select(n => Drop(layout, n));
    }

    /// <summary>The names of these foreign keys.</summary>
    public static IEnumerable<string> Released(TableChange change, RenderContext context, Side from) => change.Before is null || change.After is null
        ? (change.Of(from)?.ForeignKeys ?? []).Where(f => IsDropped(f, context, from)).Select(f => f.Name!)
        : change.ForeignKeys.Where(f => f.OnlyOn(from)).Select(f => f.Of(from)!.Name!);

    /// <summary>The side that leaves the base stops enforcing its rules; its ordinary indexes stay, under hidden names.</summary>
    public static IEnumerable<string> Release(TableChange change, RenderContext context, Side from)
    {
        var layout = Layout.Of(change, context, from);
        var schema = context.Schema.Name;
        if (change.Before is null || change.After is null)
        {
            return change.Of(from) is { } table
                ? Whole(table, layout, Names.Hidden, context.Ordinal, from, hide: true, table.ForeignKeys.Where(f => !IsDropped(f, context, from)))
                : [];
        }

        return change.PrimaryKeys.Where(k => k.OnlyOn(from)).Select(k => Drop(layout, k.Of(from)!.Name!))
            .Concat(change.Uniques.Where(u => u.OnlyOn(from)).Select(u => Drop(layout, u.Of(from)!.Name!)))
            .Concat(change.Checks.Where(c => c.OnlyOn(from)).Select(c => Drop(layout, c.Of(from)!.Name!)))
            .Concat(change.Exclusions.Where(e => e.OnlyOn(from)).Select(e => Drop(layout, e.Of(from)!.Name)))
            .Concat(change.Indexes.Where(i => i.OnlyOn(from)).Select(i => i.Of(from)!).Select(i => i.Unique
                ? $"DROP INDEX IF EXISTS {Sql.Id(schema, i.Name)}"
                : $"ALTER INDEX {Sql.Id(schema, i.Name)} RENAME TO {Sql.Id(Names.Hidden(context.Ordinal, from, i.Name))}"));
    }

    /// <summary>The side that becomes the base takes over the rules that were proved for it.</summary>
    public static IEnumerable<string> Adopt(TableChange change, RenderContext context, Side to)
    {
        var layout = Layout.Of(change, context, to);
        var schema = context.Schema.Name;
        string Hidden(string name) => Names.Hidden(context.Ordinal, to, name);
        if (change.Before is null || change.After is null)
        {
            return change.Of(to) is { } table
                ? Whole(table, layout, Names.Hidden, context.Ordinal, to, hide: false, to == Side.New ? table.ForeignKeys : [])
                    .Concat(table.ForeignKeys.Where(f => to == Side.New && (change.MadePartitions is not null || RefersToPartitions(f, context, to))).Select(f => PartitionedReferenceSql.Reveal(layout, f.Name!)))
                : [];
        }

        var partitioned = PartitionedIndexSql.Concerns(layout);
        List<(string From, string To)> keys =
        [
            .. Kept(change.Uniques, to, u => u.Name), .. Kept(change.PrimaryKeys, to, k => k.Name), .. Kept(change.Exclusions, to, e => e.Name),
            .. change.Exclusions.Where(e => e.OnlyOn(to)).Select(e => (Hidden(e.Of(to)!.Name), e.Of(to)!.Name)),
            .. partitioned ? change.Uniques.Where(u => u.OnlyOn(to)).Select(u => (Hidden(u.Of(to)!.Name!), u.Of(to)!.Name!)) : [],
        ];
        var constraints = keys.Concat(Kept(change.Checks, to, c => c.Name)).Concat(Kept(change.ForeignKeys, to, f => f.Name))
            .Concat(change.Checks.Where(c => c.OnlyOn(to)).Select(c => (Hidden(c.Of(to)!.Name!), c.Of(to)!.Name!)))
            .Concat(change.ForeignKeys.Where(f => f.OnlyOn(to)).Select(f => (Hidden(f.Of(to)!.Name!), f.Of(to)!.Name!)));
        List<(string From, string To)> indexes =
            [.. Kept(change.Indexes, to, i => i.Name), .. change.Indexes.Where(i => i.OnlyOn(to)).Select(i => (Hidden(i.Of(to)!.Name), i.Of(to)!.Name))];

        // Behind a key or unique rule is an index of its name, so an index that gives the name away steps aside first.
        var wanted = keys.Where(r => r.From != r.To).Select(r => r.To).ToHashSet(StringComparer.Ordinal);
        string Aside(string name) => wanted.Contains(name) ? Names.Passing(context.Ordinal, $"index_{name}") : name;
        var named = change.ForeignKeys.Where(f => f.OnlyOn(to)).Select(f => f.Of(to)!).ToList();
        var crossing = named.Where(f => RefersToPartitions(f, context, to)).Select(f => f.Name!).ToList();
        return crossing.Select(n => PartitionedReferenceSql.MakeRoom(layout, n))
            .Concat(indexes.Where(r => Aside(r.From) != r.From).Select(r => $"ALTER INDEX {Sql.Id(schema, r.From)} RENAME TO {Sql.Id(Aside(r.From))}"))
            .Concat(Renames.Order(constraints, n => Names.Passing(context.Ordinal, n))
                .Select(r => $"ALTER TABLE {layout.Target} RENAME CONSTRAINT {Sql.Id(r.From)} TO {Sql.Id(r.To)}"))
            .Concat(Renames.Order(indexes.Select(r => (Aside(r.From), r.To)), n => Names.Passing(context.Ordinal, n))
                .Select(r => $"ALTER INDEX {Sql.Id(schema, r.From)} RENAME TO {Sql.Id(r.To)}"))
            .Concat(change.Uniques.Where(u => u.OnlyOn(to) && !partitioned).Select(u => u.Of(to)!).Select(u =>
                $"ALTER TABLE {layout.Target} ADD CONSTRAINT {Sql.Id(u.Name!)} UNIQUE USING INDEX {Sql.Id(Hidden(u.Name!))}{TableSql.Deferrable(u.Deferrable)}"))
            .Concat(!partitioned ? [] : change.Indexes.Where(i => i.OnlyOn(to)).Select(i => i.Of(to)!.Name)
                .Concat(change.Uniques.Where(u => u.OnlyOn(to)).Select(u => u.Of(to)!.Name!)).Select(n => PartitionedIndexSql.Reveal(layout, n)))
            .Concat((partitioned ? named.Select(f => f.Name!) : crossing).Select(n => PartitionedReferenceSql.Reveal(layout, n)))
            .Concat(Remarks(change, layout, to));
    }

    /// <summary>What is said otherwise of rules and indexes that both sides have.</summary>
    public static IEnumerable<string> Renewed(TableChange change, Layout layout, Side to)
    {
        static IEnumerable<(string Name, string? Comment)> Other<T>(IEnumerable<Pair<T>> pairs, Side to, Func<T, string?> name, Func<T, string?> comment)
            where T : class => pairs.Where(p => p.Kept && comment(p.Before!) != comment(p.After!)).Select(p => (name(p.Of(to)!)!, comment(p.Of(to)!)));
        return Other(change.PrimaryKeys, to, k => k.Name, k => k.Comment).Concat(Other(change.Uniques, to, u => u.Name, u => u.Comment))
            .Concat(Other(change.Checks, to, c => c.Name, c => c.Comment)).Concat(Other(change.Exclusions, to, e => e.Name, e => e.Comment)).Concat(Other(change.ForeignKeys, to, f => f.Name, f => f.Comment))
            .Select(c => $"COMMENT ON CONSTRAINT {Sql.Id(c.Name)} ON {layout.Target} IS {Sql.TextOrNull(c.Comment)}")
            .Concat(Other(change.Indexes, to, i => i.Name, i => i.Comment).Select(i => $"COMMENT ON INDEX {Sql.Id(layout.Schema, i.Name)} IS {Sql.TextOrNull(i.Comment)}"));
    }

    /// <summary>What is said of rules and indexes that were made for this side alone.</summary>
    private static IEnumerable<string> Remarks(TableChange change, Layout layout, Side to)
    {
        var constraints = change.Uniques.Where(u => u.OnlyOn(to)).Select(u => (u.Of(to)!.Name, u.Of(to)!.Comment))
            .Concat(change.Checks.Where(c => c.OnlyOn(to)).Select(c => (c.Of(to)!.Name, c.Of(to)!.Comment)))
            .Concat(change.Exclusions.Where(e => e.OnlyOn(to)).Select(e => ((string?)e.Of(to)!.Name, e.Of(to)!.Comment)))
            .Concat(change.ForeignKeys.Where(f => f.OnlyOn(to)).Select(f => (f.Of(to)!.Name, f.Of(to)!.Comment)));
        foreach (var (name, comment) in constraints.Where(c => c.Comment is not null))
        {
            yield return $"COMMENT ON CONSTRAINT {Sql.Id(name!)} ON {layout.Target} IS {Sql.Text(comment!)}";
        }

        foreach (var index in change.Indexes.Where(i => i.OnlyOn(to)).Select(i => i.Of(to)!))
        {
            foreach (var statement in IndexSql.Remarks(index, layout.Schema))
            {
                yield return statement;
            }
        }
    }

    /// <summary>
    /// The primary key of the side that becomes the base, over the index that was built for it; its columns are NOT NULL
    /// by then, so that nothing is read.
    /// </summary>
    public static IEnumerable<string> AdoptKey(TableChange change, RenderContext context, Side to)
    {
        var layout = Layout.Of(change, context, to);
        return change.Before is null || change.After is null
            ? to == Side.Old && change.Before is not null ? AddForeignKeys(change, context, Side.Old, Side.Old, n => n) : []
            : change.PrimaryKeys.Where(k => k.OnlyOn(to)).Select(k => k.Of(to)!).SelectMany(k => new[]
            {
                PartitionedIndexSql.Concerns(layout)
                    ? PartitionedKeySql.Adopt(layout, Names.Hidden(context.Ordinal, to, k.Name!), k.Name!, Sql.Ids(k.Columns), PostgresDdl.Include(k.Include), k.Options)
                    : $"ALTER TABLE {layout.Target} ADD CONSTRAINT {Sql.Id(k.Name!)} PRIMARY KEY USING INDEX {Sql.Id(Names.Hidden(context.Ordinal, to, k.Name!))}",
                k.Comment is { } comment ? $"COMMENT ON CONSTRAINT {Sql.Id(k.Name!)} ON {layout.Target} IS {Sql.Text(comment)}" : "",
            }.Where(s => s.Length > 0));
    }

    /// <summary>Partitions that came since the primary key of the side that becomes the base was proved.</summary>
    public static IEnumerable<Gate> Unproved(TableChange change, Layout before, RenderContext context, Side to) => change.Before is null || change.After is null
        ? []
        : change.PrimaryKeys.Where(k => k.OnlyOn(to)).Select(k => k.Of(to)!.Name!)
            .SelectMany(n => new[] { PartitionedKeySql.Own(before), PartitionedKeySql.Came(before, Names.Hidden(context.Ordinal, to, n), n, EnforceSql.UniqueStep(change, n)) });

    /// <summary>Sequences of a created table that was made under a hidden name.</summary>
    public static IEnumerable<string> Sequences(Table table, Layout layout) => table.Columns
        .Where(c => c.Identity != IdentityKind.None || TableSql.IsSerial(c))
        .Select(c => $"SELECT tandem.rename_sequence({Sql.Class(layout.Schema, layout.Table)}, {Sql.Text(c.Name)}, {Sql.Text(SequenceName(layout.Table, c.Name))})");

    /// <summary>The foreign keys that a table alone in one version brings along; they are enforced while that version is served.</summary>
    public static IEnumerable<string> AddForeignKeys(TableChange change, RenderContext context, Side side, Side @base, Func<string, string> name)
    {
        var layout = Layout.Of(change, context, @base);
        foreach (var key in change.Of(side)!.ForeignKeys)
        {
            var definition = ForeignKey(key, layout, context, side, @base);
            yield return change.MadePartitions is not null
                ? MadePartitionsSql.AddForeignKey(layout, name(key.Name!), definition)
                : $"ALTER TABLE {layout.Target} DROP CONSTRAINT IF EXISTS {Sql.Id(name(key.Name!))}, ADD CONSTRAINT {Sql.Id(name(key.Name!))} {definition} NOT VALID";
        }
    }

    /// <summary>The query that counts rows without a parent.</summary>
    public static Gate Orphans(ForeignKey key, TableChange change, RenderContext context, Side side, Side @base)
    {
        var layout = Layout.Of(change, context, @base);
        var (schema, table, column) = Reference(key, context, side, @base);
        var own = key.Columns.Select(c => $"c.{layout.Id(side, c)}").ToList();
        var match = string.Join(" AND ", key.ReferencedColumns.Select((c, i) => $"p.{Sql.Id(column(c))} = {own[i]}"));
        string All(string test) => string.Join(" AND ", own.Select(o => $"{o} {test}"));

        // To MATCH FULL a row that gives some of the columns refers to nothing that could be there.
        var refers = key.Match == "FULL" && own.Count > 1 ? $"NOT ({All("IS NULL")})" : All("IS NOT NULL");
        return new Gate(
            ProblemCodes.RowsWithoutParent.Id,
            $"{{0}} rows of {change.Name} refer to rows of {key.ReferencedTable} that are not there ({key.Name}).",
            $"SELECT count(*) FROM {layout.Target} c WHERE {refers} AND NOT EXISTS (SELECT FROM {Sql.Id(schema, table)} p WHERE {match})");
    }

    /// <summary>Counts, before a table comes (back) whole, the rows that stand in the way of its foreign keys.</summary>
    public static IEnumerable<RenderedStep> Count(TableChange change, RenderContext context, Side side) =>
        change.Of(side)!.ForeignKeys.Where(k => k.Validated).Select(key =>
            new RenderedStep($"count {change.Name} {key.Name}", $"Count the rows of {change.Name} that stand in the way of {key.Name}", StepMode.Transaction)
            {
                Table = change.Name,
                Gates = [Orphans(key, change, context, side, side.Other())],
                Scans = true,
            });

    /// <summary>Proves, in a transaction of its own, the foreign keys of a table that came (back) whole; those of one in partitions were proved before.</summary>
    public static IEnumerable<RenderedStep> Validate(TableChange change, RenderContext context, Side side)
    {
        var table = change.Of(side)!;
        foreach (var key in table.ForeignKeys.Where(k => k.Validated && change.MadePartitions is null))
        {
            yield return new RenderedStep($"validate {table.Name} {key.Name}", $"Prove the foreign key {key.Name} for all rows of {table.Name}", StepMode.Transaction)
            {
                Table = table.Name,
                Statements = [$"ALTER TABLE {Sql.Id(context.Schema.Name, table.Name)} VALIDATE CONSTRAINT {Sql.Id(key.Name!)}"],
                Locks = [new LockFact(table.Name, "SHARE UPDATE EXCLUSIVE", "nobody", "one scan")],
                Scans = true,
            };
        }
    }

    /// <summary>The text of a foreign key with the physical names of both tables.</summary>
    public static string ForeignKey(ForeignKey key, Layout layout, RenderContext context, Side side, Side @base)
    {
        var (schema, table, column) = Reference(key, context, side, @base);
        return TableSql.ForeignKey(key, c => layout.Column(side, c), Sql.Id(schema, table), key.ReferencedColumns.Select(column));
    }

    /// <summary>Where the rows are that a foreign key refers to.</summary>
    public static (string Schema, string Table) PhysicalReference(ForeignKey key, RenderContext context, Side side, Side @base)
    {
        var (schema, table, _) = Reference(key, context, side, @base);
        return (schema, table);
    }

    /// <summary>The referenced table and how its columns are called physically.</summary>
    public static (string Schema, string Table, Func<string, string> Column) Reference(ForeignKey key, RenderContext context, Side side, Side @base)
    {
        if (context.Changes.FirstOrDefault(c => c.Of(side)?.Name == key.ReferencedTable) is { } changed)
        {
            var layout = Layout.Of(changed, context, @base);
            return (layout.Schema, layout.Table, c => layout.Column(side, c));
        }

        return (key.ReferencedSchema ?? context.Schema.Name, key.ReferencedName, c => c);
    }

    private static bool RefersToPartitions(ForeignKey key, RenderContext context, Side side) =>
        ((context.Changes.FirstOrDefault(c => c.Of(side)?.Name == key.ReferencedTable) is { } change ? change.Before ?? change.After : null) ?? context.Schema.Table(key.ReferencedTable)) is { PartitionKey: not null };

    /// <summary>The name that PostgreSQL would have given.</summary>
    private static string SequenceName(string table, string column) => UsualName.Of(table, [column], "seq");

    private static string Drop(Layout layout, string name) => $"ALTER TABLE {layout.Target} DROP CONSTRAINT IF EXISTS {Sql.Id(name)}";

    private static IEnumerable<(string From, string To)> Kept<T>(IEnumerable<Pair<T>> pairs, Side to, Func<T, string?> name)
        where T : class =>
        pairs.Where(p => p.Kept).Select(p => (name(p.Of(to.Other())!)!, name(p.Of(to)!)!));

    /// <summary>
    /// Whether a foreign key of a table that only one side has goes when the table is hidden. A hidden table must not keep
    /// others from deleting their rows, nor their unique rules from going; it is made again when the table returns.
    /// </summary>
    private static bool IsDropped(ForeignKey key, RenderContext context, Side from) => from == Side.Old
        || context.Changes.Any(c => c is { Before: not null, After: not null } && c.After.Name == key.ReferencedTable
            && (c.PrimaryKeys.Any(k => k.Added) || c.Uniques.Any(u => u.Added) || c.Indexes.Any(i => i is { Added: true, After.Unique: true })));

    /// <summary>All names of a table that only one side has: index names are unique in a schema, so they are hidden with it.</summary>
    private static IEnumerable<string> Whole(
        Table table, Layout layout, Func<int, Side, string, string> hidden, int ordinal, Side side, bool hide, IEnumerable<ForeignKey> renamed)
    {
        (string, string) Pair(string name) => hide ? (name, hidden(ordinal, side, name)) : (hidden(ordinal, side, name), name);
        var constraints = table.Uniques.Select(u => u.Name!).Concat(table.Checks.Select(c => c.Name!)).Concat(table.Exclusions.Select(e => e.Name));
        if (table.PrimaryKey is { } key)
        {
            constraints = constraints.Prepend(key.Name ?? UsualName.Of(table.Name, [], "pkey"));
        }

        return constraints.Select(c => Rename(layout, Pair(c)))
            .Concat(table.Indexes.Select(i => Pair(i.Name)).Select(r =>
                $"ALTER INDEX {Sql.Id(layout.Schema, r.Item1)} RENAME TO {Sql.Id(r.Item2)}"))
            .Concat(renamed.Select(f => Rename(layout, Pair(f.Name!))));
    }

    private static string Rename(Layout layout, (string From, string To) names) =>
        $"ALTER TABLE {layout.Target} RENAME CONSTRAINT {Sql.Id(names.From)} TO {Sql.Id(names.To)}";
}
