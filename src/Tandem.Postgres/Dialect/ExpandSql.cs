using Tandem.Databases;
using Tandem.Postgres.Dialect.Engine;
using Tandem.Postgres.Dialect.Objects;
using Tandem.Postgres.Dialect.Partitioning;
using Tandem.Postgres.Dialect.Syncs;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>Makes the new version's storage beside the old and starts the sync.</summary>
internal static class ExpandSql
{
    public static IEnumerable<RenderedStep> Render(TableChange change, RenderContext context)
    {
        if (change.After is null || !change.ShapeDiffers)
        {
            return [];
        }

        return change.Before is null ? [Create(change, context)] : Extend(change, context);
    }

    /// <summary>Makes the key alone that rows of the table itself look up; before it is there in all of them no row can be kept in agreement.</summary>
    public static IEnumerable<RenderedStep> Keys(TableChange change, RenderContext context) => Extend(change.WithoutLenses(), context)
        .Select(s => s with { Id = $"expand {change.Name}: keys", Title = $"Make the new key of {change.Name} beside the old" });

    /// <summary>Whether a column only the new version has takes the same value for every row that is there.</summary>
    public static bool HasSteadyDefault(Column column) => column.Default is { } text && !Defaults.IsVolatile(text);

    /// <summary>What a plain new column draws anew for each row, so that the rows that are there are filled in batches; null for none.</summary>
    public static string? Drawn(Column column, Layout layout, int ordinal) => column switch
    {
        { Identity: not IdentityKind.None } => NumberSql.Next(layout, column, ordinal),
        { Default: { } text, Generated: null } when !HasSteadyDefault(column) => text,
        _ => null,
    };

    /// <summary>Whether rows that are there are filled with values of their own although no lens gives them.</summary>
    public static bool Draws(TableChange change) => change is { Before: not null, After: not null }
        && change.PlainAdded.Any(c => c.Identity != IdentityKind.None || (c is { Default: not null, Generated: null } && !HasSteadyDefault(c)));

    private static IEnumerable<RenderedStep> Extend(TableChange change, RenderContext context)
    {
        var layout = Layout.Of(change, context, Side.Old, filling: true);
        var statements = new List<string>();
        statements.AddRange(change.Columns.Where(c => c.Added).SelectMany(c => AddColumn(layout, change, c.After!, context)));
        if (layout.Current.HasMarker)
        {
            statements.Add($"ALTER TABLE {layout.Target} ADD COLUMN IF NOT EXISTS {Sql.Id(Names.Marker(context.Ordinal))} text");
            statements.AddRange(Required(layout, context.Ordinal));
        }

        statements.AddRange(DrawnKeySql.Begin(layout, context));
        statements.AddRange(Grants(layout, change));
        if (layout.Current.Syncs)
        {
            statements.AddRange(SyncSql.Install(layout, context));
        }

        if (statements.Count == 0)
        {
            yield break;
        }

        yield return new RenderedStep($"expand {change.Name}", $"Make the new columns of {change.Name} beside the old and start the sync", StepMode.Transaction)
        {
            Table = change.Name,
            Statements = [LockSql.Take(layout.Schema, [layout.Table]), .. statements],
            Gates = [SyncSql.Unchanged(layout)],
            Locks = [LockSql.Exclusive(layout.Table)],
            Holders = LockSql.Holders(layout.Schema, [layout.Table]),
            Inverse = "Discard drops what was made.",
        };
        // An index over a partitioned table is not built concurrently; without it the quarantine is counted by reading all rows.
        if (layout.Current.HasMarker && change.Before!.PartitionKey is null)
        {
            var index = Names.MarkerIndex(context.Ordinal, change.Name);
            yield return IndexSql.Concurrently(
                $"expand {change.Name}: index", $"Make an index over quarantined rows of {change.Name}", layout, index,
                $"CREATE INDEX CONCURRENTLY {Sql.Id(index)} ON {layout.Target} ({Sql.Id(Names.Marker(context.Ordinal))}) WHERE {Sql.Id(Names.Marker(context.Ordinal))} IS NOT NULL");
        }
    }

    private static IEnumerable<string> AddColumn(Layout layout, TableChange change, Column column, RenderContext context)
    {
        var physical = layout.Id(Side.New, column.Name);
        var plain = change.PlainAdded.Contains(column);
        var steady = plain && HasSteadyDefault(column);
        var generated = column.Generated is null ? "" : $" GENERATED ALWAYS AS {Sql.Closed(column.Generated)} {(column.GeneratedStored ? "STORED" : "VIRTUAL")}";
        var rest = steady ? $"{(column.Nullable ? "" : " NOT NULL")} DEFAULT {Sql.Closed(column.Default!)}" : generated;
        yield return $"ALTER TABLE {layout.Target} ADD COLUMN IF NOT EXISTS {physical} {Sql.Type(column with { Type = EnumSql.TypeOf(column, Side.New, Side.Old, context) })}{rest}";
        if (plain && column.Default is not null && !steady)
        {
            yield return $"ALTER TABLE {layout.Target} ALTER COLUMN {physical} SET DEFAULT {Sql.Closed(column.Default)}";
        }

        if (column.Identity != IdentityKind.None && plain)
        {
            yield return NumberSql.Begin(layout, column, context.Ordinal);
        }

        if (column.Comment is { } comment)
        {
            yield return $"COMMENT ON COLUMN {layout.Target}.{physical} IS {Sql.Text(comment)}";
        }
    }

    /// <summary>
    /// Columns that the new version requires: while both versions are served a quarantined row may lack them. The
    /// check holds for every write from now on; rows that the backfill has not reached are filled when they are written.
    /// </summary>
    public static IEnumerable<string> Required(Layout layout, int ordinal) =>
        layout.Current.Change.Lenses.SelectMany(l => l.New)
            .Where(n => layout.Current.Change.After!.Column(n) is { Nullable: false })
            .Select(n => $"ALTER TABLE {layout.Target} DROP CONSTRAINT IF EXISTS {Sql.Id(Names.Required(ordinal, n))}, "
                + $"ADD CONSTRAINT {Sql.Id(Names.Required(ordinal, n))} CHECK ({Sql.Id(layout.Column(Side.New, n))} IS NOT NULL OR {Sql.Id(Names.Marker(ordinal))} IS NOT NULL) NOT VALID");

    /// <summary>
    /// Whoever has rights on single old columns gets them on the columns that take their place: to read on those whose
    /// values come from what the role may read, to write on those of whose facts it may write all.
    /// </summary>
    public static IEnumerable<string> Grants(Layout layout, TableChange change)
    {
        foreach (var lens in change.Lenses.Where(l => l.Old.Count > 0))
        {
            foreach (var column in lens.New)
            {
                var text = lens.Expression(Side.New, column);
                var read = change.Before!.Columns.Select(c => c.Name).Where(n => SqlLexer.Names(text, n)).ToList();
                var old = lens.Old.Select(o => layout.Column(Side.Old, o)).ToList();
                yield return $"SELECT tandem.copy_column_grants({Sql.Class(layout.Schema, layout.Table)}, "
                    + $"{Sql.Array(read.Count == 0 ? old : read.Select(n => layout.Column(Side.Old, n)))}, {Sql.Array(old)}, {Sql.Text(layout.Column(Side.New, column))})";
            }
        }
    }

    private static RenderedStep Create(TableChange change, RenderContext context)
    {
        var layout = Layout.Of(change, context, Side.Old);
        var statements = TableSql.Create(change.After!, context.Schema.Name, layout.Table, name => Names.Hidden(context.Ordinal, Side.New, name), change.MadePartitions is null ? null : change.After!.PartitionKey)
            .Concat(change.MadePartitions is { } parts ? MadePartitionsSql.Make(layout, parts, context.Ordinal) : []);
        return new RenderedStep($"expand {change.Name}", $"Make the table {change.Name}, hidden until it is served", StepMode.Transaction)
        {
            Table = change.Name,
            Statements = statements.ToValueList(),
            Inverse = "Discard backs the table up and drops it.",
        };
    }
}
