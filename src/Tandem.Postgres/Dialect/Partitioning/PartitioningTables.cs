using Tandem.Databases;
using Tandem.Postgres.Dialect.Links;
using Tandem.Postgres.Dialect.Rows;
using Tandem.Postgres.Dialect.Walks;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Partitioning;

/// <summary>
/// A table that becomes a partitioned one: where its two copies are at one moment, and the pieces of SQL about them. The
/// base has the table's name and is what applications use (<c>b</c>); the copy is hidden and follows it (<c>c</c>).
/// </summary>
internal sealed class PartitioningTables
{
    private readonly RenderContext context;
    private readonly IReadOnlyList<Column> key;

    private PartitioningTables(TableChange change, RenderContext context, Side @base)
    {
        this.context = context;
        Change = change;
        Partitioning = change.Partitioning!;
        BaseSide = @base;
        Table = change.Before!;
        key = Table.PrimaryKey!.Columns.Select(c => Table.Column(c)!).ToList();
        Written = Table.Columns.Where(c => c.Generated is null).Select(c => c.Name).ToList();
        Facts = Written.Where(c => key.FirstOrDefault(k => k.Name == c) is not { Collation: null } column || !TypeNames.HasExactEquality(column.Type)).ToList();
    }

    public TableChange Change { get; }

    public TablePartitioning Partitioning { get; }

    /// <summary>The table as it was inspected; both copies have its columns and rules.</summary>
    public Table Table { get; }

    public Side BaseSide { get; }

    public int Ordinal => context.Ordinal;

    public string Schema => context.Schema.Name;

    /// <summary>The key's columns.</summary>
    public IReadOnlyList<string> Key => Table.PrimaryKey!.Columns;

    /// <summary>The columns that are written: all but generated ones.</summary>
    public IReadOnlyList<string> Written { get; }

    /// <summary>Those of them that two rows with the same key can have apart: keys of some types look different and are equal, such as 1.0 and 1.00.</summary>
    public IReadOnlyList<string> Facts { get; }

    public string BaseName => Table.Name;

    public string CopyName => Hidden(BaseSide.Other(), Table.Name);

    public string Base => Sql.Id(Schema, BaseName);

    public string Copy => Sql.Id(Schema, CopyName);

    /// <summary>A sequence that has been called when a row was ever written that fits no partition.</summary>
    public string Misfits => Sql.Id(Names.EngineSchema, Names.Fit($"seen {Names.Text(Ordinal)} {Schema}.{Table.Name} partitions"));

    /// <summary>A walk over the base in the order of the key.</summary>
    public KeyWalk OverBase => new(Schema, BaseName, key, BaseSide == Side.New);

    /// <summary>A walk over the copy in the order of the key.</summary>
    public KeyWalk OverCopy => new(Schema, CopyName, key, BaseSide == Side.Old);

    /// <summary>What stands in FROM for the base: rows of partitions are meant, those of heirs are not.</summary>
    public string FromBase => BaseSide == Side.New ? Base : $"ONLY {Base}";

    public string FromCopy => BaseSide == Side.Old ? Copy : $"ONLY {Copy}";

    /// <summary>A row of the base and the row of the copy that is the same one.</summary>
    public string SamePair => Same("b", "c");

    /// <summary>A row with the key of another row.</summary>
    public string Same(string row, string other) =>
        string.Join(" AND ", key.Select(k => $"{row}.{Sql.Id(k.Name)} {Sql.EqualityOf(k.Type)} {other}.{Sql.Id(k.Name)}"));

    /// <summary>Both rows say something else.</summary>
    public string Differ => Facts.Count == 0 ? "false" : $"{Sql.Image(LinkedTables.Of("b", Facts))} {Sql.Differs} {Sql.Image(LinkedTables.Of("c", Facts))}";

    public static PartitioningTables Of(TableChange change, RenderContext context, Side @base) => new(change, context, @base);

    /// <summary>The name of a thing of a copy while that copy is hidden.</summary>
    public string Hidden(Side side, string name) => Names.Hidden(context.Ordinal, side, name);

    /// <summary>
    /// Whether a row of the base fits a partition. The partitions of the new version's base are what the server says; whether a row
    /// fits those is no question, since it lies in one.
    /// </summary>
    public string Fits(string row)
    {
        if (BaseSide == Side.New || Partitioning.TakesAll)
        {
            return "true";
        }

        var column = Table.Column(Partitioning.Columns[0])!;
        var value = $"{row}.{Sql.Id(column.Name)}";
        return $"({string.Join(" OR ", Partitioning.Partitions.Select(p => Partitioning.Strategy == PartitionStrategy.List
            ? $"{value} IN ({string.Join(", ", p.Values.Select(v => Value(v, column)))})"
            : $"({string.Join(" AND ", new[] { (Is: ">=", Bound: p.From), (Is: "<", Bound: p.To) }.Where(b => b.Bound is not null).Select(b => $"{value} {b.Is} {Value(b.Bound!, column)}"))})"))})";
    }

    /// <summary>A bound as a value of the column's type.</summary>
    public static string Value(string bound, Column column) => $"CAST({Sql.Text(bound)} AS {Sql.Type(column)})";

    /// <summary>Rows of the base, into the copy; what is there already and differs is written over.</summary>
    public string WriteCopy(string from, string where)
    {
        var take = Facts.Count == 0
            ? "NOTHING"
            : $"UPDATE SET {LinkedTables.Set(Facts, Facts.Select(f => $"EXCLUDED.{Sql.Id(f)}"))} "
                + $"WHERE {Sql.Image(LinkedTables.Of("c", Facts))} {Sql.Differs} {Sql.Image(LinkedTables.Of("EXCLUDED", Facts))}";
        return $"INSERT INTO {Copy} AS c ({Sql.Ids(Written)}) OVERRIDING SYSTEM VALUE SELECT {string.Join(", ", LinkedTables.Of("b", Written))} FROM {from} WHERE {where} "
            + $"ON CONFLICT ({Sql.Ids(Key)}) DO {take}";
    }

    /// <summary>The rows of the copy, as the ledger tells of them.</summary>
    public WrittenRows CopyRows => new(FromCopy, "c", Key, [.. Written.Select(c => (c, Table.Column(c)!.Type))]);

    /// <summary>The foreign keys of other tables that refer to the table, with their tables.</summary>
    public IEnumerable<(string Table, ForeignKey Key)> Incoming => context.Schema.Tables.Where(t => t.Name != Table.Name)
        .SelectMany(t => t.ForeignKeys.Where(f => f.ReferencedTable == Table.Name).Select(f => (t.Name, f)));
}
