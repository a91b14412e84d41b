using Tandem.Schema;

namespace Tandem.Postgres.Dialect.Rows;

/// <summary>
/// What the ledger keeps of a chunk's values: the sum, over the rows, of a number of 64 bits for each row. It is the same in whatever order the rows
/// come; by chance, two chunks that differ have the same sum once in 2^64 times. It is made to find errors, not to resist who means to deceive it.
/// </summary>
internal static class RowSum
{
    /// <summary>
    /// The number of a row: its values' hashes, each with a seed of its own, so that values that change places count. The server's hash of the type where
    /// what it calls equal is stored the same, else that of the text.
    /// </summary>
    public static string Of(IEnumerable<(string Value, string Type)> values) =>
        string.Join(" # ", values.Select((v, i) => $"coalesce({Hash(v.Value, v.Type, Names.Text(i + 1))}, {Names.Text(i + 1)})"));

    private static string Hash(string value, string type, string seed) => TypeNames.Canonical(type) switch
    {
        "smallint" => $"pg_catalog.hashint2extended({value}, {seed})",
        "integer" => $"pg_catalog.hashint4extended({value}, {seed})",
        "bigint" => $"pg_catalog.hashint8extended({value}, {seed})",
        "uuid" => $"pg_catalog.uuid_hash_extended({value}, {seed})",
        _ => $"pg_catalog.hashtextextended({value}::text COLLATE \"C\", {seed})",
    };
}
