using Tandem.Operations;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Differences;

/// <summary>Partitioned tables as the operation that divides a table, and what of a partition is its own.</summary>
internal static class PartitionForm
{
    private sealed record Bound(string Kind, ValueList<string> Values);

    /// <summary>The operation that divides the table as the schema has it; null where that is more than it can say.</summary>
    public static PartitionTable? Of(Table table, DatabaseSchema schema)
    {
        var parts = schema.Partitions.Where(p => p.PartitionOf == new TableName(table.Name)).Select(p => (Partition: p, Bound: Read(p.PartitionBound))).ToList();
        if (table.PartitionKey is not { } text || Key(text) is not var (by, columns) || parts.Count == 0 || parts.Exists(p => p.Bound is null || p.Partition.PartitionKey is not null)
            || !columns.All(c => table.Column(c) is not null))
        {
            return null;
        }

        var rest = parts.Find(p => p.Bound!.Kind == "default").Partition;
        var made = parts.Where(p => p.Partition != rest).OrderBy(p => p.Bound!.Kind == "hash" ? int.Parse(p.Bound.Values[1], System.Globalization.CultureInfo.InvariantCulture) : 0).Select(p => Made(p.Partition.Name, p.Bound!)).ToList();
        return by == PartitionStrategy.Hash && parts.Exists(p => p.Bound!.Values[0] != $"{parts.Count}")
            ? null
            : new PartitionTable { Table = table.Name, By = by, Columns = columns, Partitions = made.ToValueList(), Default = rest?.Name };
    }

    /// <summary>Whether two keys divide rows alike.</summary>
    public static bool SameKey(string? one, string? other) => SameText.Sql(one, other);

    /// <summary>The partitions that a table gets.</summary>
    public static IEnumerable<Table> Made(TablePartitioning partitioning, Table table)
    {
        static string Text(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
        var bounds = partitioning.Partitions.Select((p, i) => (p.Name, Text: partitioning.Strategy switch
        {
            PartitionStrategy.Range => $"FOR VALUES FROM ({(p.From is { } from ? Text(from) : "MINVALUE")}) TO ({(p.To is { } to ? Text(to) : "MAXVALUE")})",
            PartitionStrategy.List => $"FOR VALUES IN ({string.Join(", ", p.Values.Select(Text))})",
            _ => $"FOR VALUES WITH (modulus {partitioning.Partitions.Count}, remainder {i})",
        }));
        return bounds.Concat(partitioning.Default is { } rest ? [(rest, "DEFAULT")] : [])
            .Select(b => new Table(b.Item1, table.Columns) { PartitionOf = new TableName(table.Name), PartitionBound = b.Item2 });
    }

    /// <summary>
    /// A partition in another's words. What follows from its table is the other's: names of rules and indexes that it has because its table has them, and
    /// the order of its columns.
    /// </summary>
    public static Table Aligned(Table partition, Table other, (Table? Mine, Table? Other) parents, Func<Table, Table, Table> align)
    {
        if (parents.Mine is not { } mine || parents.Other is not { } its)
        {
            return partition;
        }

        var bare = align(Bare(partition, mine), Bare(other, its));
        var columns = other.Columns.Select(o => (bare.Column(o.Name) ?? mine.Column(o.Name)) is { } c ? Of(c, o, (mine, its)) : null).OfType<Column>().ToValueList();
        return bare with
        {
            Columns = columns,
            PrimaryKey = mine.PrimaryKey is null ? bare.PrimaryKey : other.PrimaryKey,
            Uniques = Together(bare.Uniques, other.Uniques, Bare(other, its).Uniques),
            Checks = Together(bare.Checks, other.Checks, Bare(other, its).Checks),
            ForeignKeys = Together(bare.ForeignKeys, other.ForeignKeys, Bare(other, its).ForeignKeys),
            Indexes = Together(bare.Indexes, other.Indexes, Bare(other, its).Indexes),
            NotNulls = other.NotNulls,
            NotUnderstood = other.NotUnderstood,
            PartitionOf = other.PartitionOf,
            PartitionKey = SameKey(partition.PartitionKey, other.PartitionKey) ? other.PartitionKey : partition.PartitionKey,
            PartitionBound = Read(partition.PartitionBound) is { } bound && bound == Read(other.PartitionBound) ? other.PartitionBound : partition.PartitionBound,
        };
    }

    // Its own are a default that is not its table's, what is set on it, and what is said of it.
    private static Column Of(Column column, Column other, (Table Mine, Table Other) parents)
    {
        static bool Follows(Column of, Table parent) => of.Default == parent.Column(of.Name)?.Default;
        return other with { Default = Follows(column, parents.Mine) && Follows(other, parents.Other) ? other.Default : column.Default, Settings = column.Settings, Comment = column.Comment };
    }

    // In the other's order: what is the partition's own, and what follows there from the table.
    private static ValueList<T> Together<T>(ValueList<T> own, ValueList<T> other, ValueList<T> others)
        where T : class => [.. other.Where(o => !others.Contains(o) || own.Contains(o)), .. own.Where(o => !other.Contains(o))];

    /// <summary>A partition without what follows from its table.</summary>
    public static Table Bare(Table partition, Table parent) => partition with
    {
        PrimaryKey = parent.PrimaryKey is null ? partition.PrimaryKey : null,
        Uniques = partition.Uniques.Where(u => !parent.Uniques.Any(p => Alignment.Same(u, p))).ToValueList(),
        Checks = partition.Checks.Where(c => !parent.Checks.Any(p => p.Name == c.Name)).ToValueList(),
        ForeignKeys = partition.ForeignKeys.Where(f => !parent.ForeignKeys.Any(p => Alignment.Same(f, p))).ToValueList(),
        Indexes = partition.Indexes.Where(i => !parent.Indexes.Any(p => IndexForm.Same(i, p))).ToValueList(),
    };

    private static NewPartition Made(string name, Bound bound) => bound.Kind switch
    {
        "range" => new() { Name = name, From = Limit(bound.Values[0]), To = Limit(bound.Values[1]) },
        "list" => new() { Name = name, Values = bound.Values },
        _ => new() { Name = name },
    };

    private static string? Limit(string value) => value is "minvalue" or "maxvalue" ? null : value;

    private static (PartitionStrategy By, ValueList<string> Columns)? Key(string text)
    {
        var tokens = SqlLexer.Tokenize(text);
        var columns = new List<string>();
        for (var i = 2; i + 1 < tokens.Count; i += 2)
        {
            if (!tokens[i].IsName || !(tokens[i + 1].IsSymbol(",") || tokens[i + 1].IsSymbol(")")))
            {
                return null;
            }

            columns.Add(tokens[i].Value);
        }

        return tokens.Count > 3 && tokens[1].IsSymbol("(") && tokens[^1].IsSymbol(")") && Enum.TryParse<PartitionStrategy>(tokens[0].Value, ignoreCase: true, out var by)
            && (by == PartitionStrategy.Hash || columns.Count == 1) && columns.Count > 0 ? (by, columns.ToValueList()) : null;
    }

    private static Bound? Read(string? text)
    {
        var tokens = SqlLexer.Tokenize(text ?? "");
        var values = tokens.Where(t => t.Kind is SqlLexer.TokenKind.StringLiteral or SqlLexer.TokenKind.Number || t.Is("minvalue") || t.Is("maxvalue")).Select(t => t.Value.ToLowerInvariant() is "minvalue" or "maxvalue" ? t.Value.ToLowerInvariant() : t.Value).ToValueList();
        bool Says(string word) => tokens.Count > 2 && tokens[2].Is(word);
        return tokens is [var only] && only.Is("default") ? new Bound("default", [])
            : tokens.Any(t => t.Is("null") || t.IsSymbol("-")) ? null
            : Says("from") && values.Count == 2 ? new Bound("range", values)
            : Says("in") && values.Count > 0 ? new Bound("list", values)
            : Says("with") && values.Count == 2 ? new Bound("hash", values)
            : null;
    }
}
