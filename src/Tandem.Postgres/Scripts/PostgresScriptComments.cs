using Tandem.Schema;
using static Tandem.Postgres.Scripts.PostgresDdl;
using static Tandem.Postgres.Connections.PostgresText;

namespace Tandem.Postgres.Scripts;

/// <summary>Writes comments.</summary>
internal static class PostgresScriptComments
{
    /// <summary>Every comment of a schema; the schema's own in any case, because a new database has one for <c>public</c>.</summary>
    public static IEnumerable<string> Of(DatabaseSchema schema)
    {
        var all = schema.Tables.Concat(schema.Partitions).SelectMany(t => Table(schema.Name, t))
            .Concat(schema.Views.SelectMany(v => Columns(schema.Name, v.Name, v.Columns).Concat(Indexes(schema.Name, v.Indexes))))
            .Concat(schema.Objects.OfType<CompositeType>().SelectMany(c => Columns(schema.Name, c.Name, c.Columns)))
            .Concat(schema.Objects.OfType<Domain>().SelectMany(d => d.Checks.Select(
                c => ($"CONSTRAINT {Quote(c.Name!)} ON DOMAIN {Name(schema.Name, d.Name)}", c.Comment))))
            .Concat(schema.AllObjects.Where(o => o is not EventTrigger and not DefaultPrivileges)
                .Select(o => (PostgresDdlObjects.Named(schema.Name, o), o.Comment)));
        return all.Where(c => c.Item2 is not null).Select(c => $"COMMENT ON {c.Item1} IS {Literal(c.Item2!)}")
            .Prepend($"COMMENT ON SCHEMA {Quote(schema.Name)} IS {(schema.Comment is { } comment ? Literal(comment) : "NULL")}");
    }

    private static IEnumerable<(string Object, string? Comment)> Table(string schema, Table table)
    {
        var constraints = new[] { (table.PrimaryKey?.Name, table.PrimaryKey?.Comment) }
            .Concat(table.Uniques.Select(u => (u.Name, u.Comment)))
            .Concat(table.Checks.Select(c => (c.Name, c.Comment)))
            .Concat(table.Exclusions.Select(e => ((string?)e.Name, e.Comment)))
            .Concat(table.NotNulls.Select(n => ((string?)n.Name, n.Comment)))
            .Concat(table.ForeignKeys.Select(f => (f.Name, f.Comment)))
            .Where(c => c.Item1 is not null)
            .Select(c => ($"CONSTRAINT {Quote(c.Item1!)} ON {Name(schema, table.Name)}", c.Item2));
        var sequences = table.Columns.Where(c => c.Sequence is not null).Select(c => ($"SEQUENCE {Name(schema, c.Sequence!.Name)}", c.Sequence.Comment));
        return Columns(schema, table.Name, table.Columns)
            .Prepend(($"TABLE {Name(schema, table.Name)}", table.Comment))
            .Concat(Indexes(schema, table.Indexes, table.PartitionKey is not null)).Concat(constraints).Concat(sequences);
    }

    private static IEnumerable<(string Object, string? Comment)> Columns(string schema, string table, IEnumerable<Column> columns) =>
        columns.Select(c => ($"COLUMN {Name(schema, table)}.{Quote(c.Name)}", c.Comment));

    private static IEnumerable<(string Object, string? Comment)> Indexes(string schema, IEnumerable<Schema.Index> indexes, bool isPartitioned = false) =>
        indexes.Where(i => i.Valid || isPartitioned).Select(i => ($"INDEX {Name(schema, i.Name)}", i.Comment));
}
