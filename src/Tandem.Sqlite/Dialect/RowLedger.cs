using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Enters the rows in the ledger that the statements between write: their keys and hashes are noted before, and what is there behind them is held against it.
/// Nobody else writes in between, so whatever differs they wrote.
/// </summary>
/// <param name="context">The migration and its target.</param>
/// <param name="rows">A query for the rows that may be written, as they are at the moment: <c>k</c> (the key as text) and <c>h</c> (the hash as text).</param>
internal sealed class RowLedger(RenderContext context, string rows)
{
    private const string Columns = "target, migration, phase, attempt, step, row_key, before_hash, after_hash";
    private const string Key = "target, migration, phase, attempt, step, row_key";

    /// <summary>Stands behind a row that was there before, until it is looked at again.</summary>
    private const string Unknown = "'?'";

    private string Place => $"{SqliteText.Literal(context.Schema.Name)}, {SqliteText.Literal(context.Migration)}, @phase, @attempt, @step";

    private string Mine => $"target = {SqliteText.Literal(context.Schema.Name)} AND migration = {SqliteText.Literal(context.Migration)} AND phase = @phase AND attempt = @attempt AND step = @step";

    /// <summary>The rows of a table for which this holds.</summary>
    /// <param name="side">The table; in the condition it goes by <c>n</c>.</param>
    /// <param name="where">The condition.</param>
    public static string Rows(TwinSide side, string where) =>
        $"SELECT {KeyOf(side)} AS k, CAST({SqliteHash.Of(side.Table.Columns.Select(c => $"n.{SqliteText.Quote(c.Name)}"))} AS TEXT) AS h FROM {side.Storage} AS n WHERE {where}";

    // Rows go by their number where no key says more.
    private static string KeyOf(TwinSide side)
    {
        var key = side.Table.WithoutRowId || side.Identity.Hidden ? side.Table.Key : [];
        return key.Count == 0 || key.Any(k => side.Table.Column(k)!.Nullable)
            ? $"CAST(n.{side.Identity.Terms[0]} AS TEXT)"
            : $"json_array({string.Join(", ", key.Select(k => Exact($"n.{SqliteText.Quote(k)}")))})";
    }

    // JSON has no blobs, and fewer digits.
    private static string Exact(string term) => $"CASE typeof({term}) WHEN 'blob' THEN quote({term}) WHEN 'real' THEN printf('%!.17g', {term}) ELSE CAST({term} AS TEXT) END";

    /// <summary>How a chunk is filled by a statement that takes no row away.</summary>
    public RowLines Filling(string work) => new(work) { Before = Before, After = $"{After}; {Forget} AND row_key IN (SELECT k FROM ({rows}))" };

    /// <summary>Statements that repair, between those that enter what they did.</summary>
    public ValueList<string> Repairing(IEnumerable<string> repair) => [Before, .. repair, After, $"UPDATE tandem_ledger_rows SET after_hash = '' WHERE {Mine} AND after_hash = {Unknown}", Forget];

    private string Before => $"INSERT INTO tandem_ledger_rows ({Columns}) SELECT {Place}, k, h, {Unknown} FROM ({rows}) WHERE 1 ON CONFLICT ({Key}) DO UPDATE SET after_hash = {Unknown}";

    private string After => $"INSERT INTO tandem_ledger_rows ({Columns}) SELECT {Place}, k, '', h FROM ({rows}) WHERE 1 ON CONFLICT ({Key}) DO UPDATE SET after_hash = excluded.after_hash";

    // What was not written.
    private string Forget => $"DELETE FROM tandem_ledger_rows WHERE {Mine} AND before_hash = after_hash";
}
