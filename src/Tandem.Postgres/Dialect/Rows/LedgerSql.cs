using Tandem.Databases;
using Tandem.Postgres.Dialect.Walks;

namespace Tandem.Postgres.Dialect.Rows;

/// <summary>Rows of a table as the ledger tells of them.</summary>
/// <param name="From">The table as it stands in FROM.</param>
/// <param name="Alias">Its name in the statement that writes it.</param>
/// <param name="Key">The columns that name a row.</param>
/// <param name="Values">The columns whose values count, with their types.</param>
internal sealed record WrittenRows(string From, string Alias, IReadOnlyList<string> Key, IReadOnlyList<(string Name, string Type)> Values);

/// <summary>Makes a statement that writes or deletes rows of a table enter them, or leaves it as it is.</summary>
internal delegate string Entering(string statement, WrittenRows rows);

/// <summary>
/// Makes a statement that writes a chunk enter each row in the ledger, with a hash of its values as they were and as they are. What it wrote tells the
/// statement itself, so the lines are of exactly these rows, whatever others write at the same time.
/// </summary>
internal sealed class LedgerSql(RenderContext context)
{
    /// <summary>What goes before an update of a table's own rows: how many rows a chunk has the planner does not see, and row by row it would look for each among all.</summary>
    public const string ByHash = "SELECT pg_catalog.set_config('enable_nestloop', 'off', true)";

    private const string Was = "_tandem_was";

    private const string Written = "_tandem_written";

    /// <summary>The statement without any line.</summary>
    public static readonly Entering Nothing = (statement, _) => statement;

    /// <summary>An update of a table's own rows.</summary>
    /// <param name="update">Makes the update from a clause behind its SET that names the rows as they were.</param>
    /// <param name="alias">The update's alias for the table, or null.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="walk">The walk.</param>
    /// <param name="key">The columns that name a row.</param>
    /// <param name="values">The columns whose values count, with their types.</param>
    public string Update(Func<string, string> update, string? alias, string table, TableWalk walk, IEnumerable<string> key, IReadOnlyList<(string Name, string Type)> values)
    {
        var row = Sql.Id(alias ?? table);

        // The row as it was is found by its place, which no other has.
        var before = $"\nFROM (SELECT {Was}.tableoid AS _tandem_part, {Was}.ctid AS _tandem_place, {Hash(Was, values)} AS _tandem_hash FROM {walk.Source} AS {Was}\n  WHERE {walk.Where("true", Was)} OFFSET 0) AS _tandem_b";
        return Insert(
            $"""
            {update(before)}
              AND _tandem_b._tandem_place = {row}.ctid AND _tandem_b._tandem_part = {row}.tableoid
              RETURNING {Key(row, key)} AS row_key, _tandem_b._tandem_hash AS before_hash, {Hash(row, values)} AS after_hash
            """,
            $"row_key, before_hash, after_hash FROM {Written}");
    }

    /// <summary>
    /// A statement that inserts, updates or deletes rows of a table under its alias. How they were the statement's own snapshot tells, which has the row that it
    /// writes as long as those that are to write both rows of a pair wait for each other.
    /// </summary>
    public string Enter(string statement, WrittenRows rows)
    {
        var gone = statement.StartsWith("DELETE ", StringComparison.Ordinal);
        var keys = rows.Key.Select((k, i) => (Column: Sql.Id(k), Name: $"_tandem_k{Names.Text(i)}")).ToList();
        var same = string.Join(" AND ", keys.Select(k => $"{Was}.{k.Column} = {Written}.{k.Name}"));
        return Insert(
            $"{statement}\n  RETURNING {Key(rows.Alias, rows.Key)} AS row_key, {string.Join(", ", keys.Select(k => $"{rows.Alias}.{k.Column} AS {k.Name}"))}, {(gone ? "''" : Hash(rows.Alias, rows.Values))} AS after_hash",
            $"{Written}.row_key, coalesce(_tandem_b.before_hash, ''), {Written}.after_hash FROM {Written}\n"
            + $"LEFT JOIN LATERAL (SELECT {Hash(Was, rows.Values)} AS before_hash FROM {rows.From} AS {Was} WHERE {same} OFFSET 0) AS _tandem_b ON true");
    }

    private string Insert(string written, string lines) =>
        $"""
        WITH {Written} AS ({written})
        INSERT INTO {Names.EngineSchema}.ledger_rows (target, migration, phase, attempt, step, row_key, before_hash, after_hash)
        SELECT {Sql.Text(context.Schema.Name)}, {Sql.Text(context.Migration)}, @phase::text, @attempt::bigint, @step::text, {lines}
        ON CONFLICT (target, migration, phase, attempt, step, row_key) DO UPDATE SET after_hash = EXCLUDED.after_hash
        """;

    private static string Key(string row, IEnumerable<string> key) => $"pg_catalog.json_build_array({string.Join(", ", key.Select(k => $"{row}.{Sql.Id(k)}::text"))})::text";

    private static string Hash(string row, IEnumerable<(string Name, string Type)> values) => $"({RowSum.Of(values.Select(v => ($"{row}.{Sql.Id(v.Name)}", v.Type)))})::text";
}
