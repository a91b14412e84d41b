using Tandem.Schema;

namespace Tandem.Postgres.Dialect.Partitioning;

/// <summary>Tables whose rows lie in partitions.</summary>
internal static class Partitions
{
    /// <summary>What stands before a table's name where its rows are meant: those of partitions are, those of heirs are not.</summary>
    public static string Only(Table table) => table.PartitionKey is null ? "ONLY " : "";

    /// <summary>The partitions of a table, at every level.</summary>
    public static IEnumerable<Table> Of(string table, DatabaseSchema schema) =>
        schema.Partitions.Where(p => p.PartitionOf is { Schema: null } parent && parent.Name == table).SelectMany(p => Of(p.Name, schema).Prepend(p));

    /// <summary>The columns that decide, at any level, in which partition a row lies.</summary>
    public static IReadOnlyList<string> KeyColumns(Table table, DatabaseSchema schema)
    {
        var keys = Of(table.Name, schema).Append(table).Select(t => t.PartitionKey).OfType<string>().ToList();
        return table.Columns.Select(c => c.Name).Where(c => keys.Exists(k => SqlLexer.Names(k, c))).ToList();
    }
}
