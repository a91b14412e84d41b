using Tandem.Databases;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect;

/// <summary>
/// Makes a statement that writes a chunk enter each row in the ledger, with a hash of its values as they were and as they are. What it wrote tells the
/// statement itself, so the lines are of exactly these rows, whatever others write at the same time.
/// </summary>
internal sealed class LedgerSql(RenderContext context, string step, TableWalk walk)
{
    /// <summary>What goes before it: how many rows a chunk has the planner does not see, and row by row it would look for each among all.</summary>
    public const string ByHash = "SELECT pg_catalog.set_config('enable_nestloop', 'off', true)";

    private const string Was = "_tandem_was";

    /// <summary>The statement.</summary>
    /// <param name="update">Makes the update from a clause behind its SET that names the rows as they were.</param>
    /// <param name="alias">The update's alias for the table, or null.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="key">The columns that name a row.</param>
    /// <param name="values">The columns whose values count, with their types.</param>
    public string Enter(Func<string, string> update, string? alias, string table, IEnumerable<string> key, IReadOnlyList<(string Name, string Type)> values)
    {
        var row = Sql.Id(alias ?? table);
        string Hash(string of) => $"({RowSum.Of(values.Select(v => ($"{of}.{Sql.Id(v.Name)}", v.Type)))})::text";

        // The row as it was is found by its place, which no other has.
        var before = $"\nFROM (SELECT {Was}.tableoid AS _tandem_part, {Was}.ctid AS _tandem_place, {Hash(Was)} AS _tandem_hash FROM {walk.Source} AS {Was}\n  WHERE {walk.Where("true", Was)} OFFSET 0) AS _tandem_b";
        return $"""
            WITH _tandem_written AS ({update(before)}
              AND _tandem_b._tandem_place = {row}.ctid AND _tandem_b._tandem_part = {row}.tableoid
              RETURNING pg_catalog.json_build_array({string.Join(", ", key.Select(k => $"{row}.{Sql.Id(k)}::text"))})::text AS row_key, _tandem_b._tandem_hash AS before_hash, {Hash(row)} AS after_hash)
            INSERT INTO {Names.EngineSchema}.ledger_rows (target, migration, phase, attempt, step, row_key, before_hash, after_hash)
            SELECT {Sql.Text(context.Schema.Name)}, {Sql.Text(context.Migration)}, @phase::text, @attempt::bigint, {Sql.Text(step)}, row_key, before_hash, after_hash FROM _tandem_written
            ON CONFLICT (target, migration, phase, attempt, step, row_key) DO UPDATE SET after_hash = EXCLUDED.after_hash
            """;
    }
}
