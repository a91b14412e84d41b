using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Rows that a file lists.</summary>
internal sealed class InsertedRows(RowImages rows)
{
    private readonly string table = rows.Rows.Storage;
    private readonly string alias = rows.Rows.Alias;

    /// <summary>The statements that add a row and keep what it became. Triggers have run when its image is taken.</summary>
    public IEnumerable<string> Add(ValueList<RowCell> row)
    {
        yield return Plain(table, row) + $" WHERE NOT EXISTS (SELECT 1 FROM {table} AS {alias} WHERE {HasKey(row)}){Unknown(row)}";
        var terms = rows.Rows.Identity.Of(alias)
            .Concat(rows.BeforeColumns.Concat(rows.AfterColumns).Select(c => $"{alias}.{SqliteText.Quote(c.Name)}"));
        yield return $"INSERT OR REPLACE INTO {rows.Images} ({string.Join(", ", rows.Keys.Concat(rows.Befores).Concat(rows.Afters))})"
            + $" SELECT {string.Join(", ", terms)} FROM {table} AS {alias} WHERE {HasKey(row)} AND changes() = 1";
    }

    /// <summary>A row's INSERT alone.</summary>
    public static string Plain(string table, ValueList<RowCell> row) =>
        $"INSERT INTO {table} ({SqliteText.QuoteAll(row.Select(c => c.Column))}) SELECT {string.Join(", ", row.Select(Literal))}";

    /// <summary>Removes rows, but for those that were written since or are referred to.</summary>
    public Walk Remove
    {
        get
        {
            var unchanged = RowPair.All(rows.AfterColumns.Select((c, i) => Images.Same($"{alias}.{SqliteText.Quote(c.Name)}", $"i.{rows.Afters[i]}")));
            var identity = string.Join(", ", rows.Rows.Identity.Of(alias));
            return new Walk(
                rows.ImageWalk.Start,
                rows.ImageWalk.Next,
                $"DELETE FROM {table} WHERE {KeyWalk.Tuple(rows.Rows.Identity.Of(table))} IN (SELECT {identity} FROM ({rows.Chunk}) AS i JOIN {table} AS {alias} ON {rows.SameRow(alias, "i")}"
                + $" WHERE {unchanged} AND {new RowReferences(rows).Childless(alias)})")
            {
                Finish = [$"DELETE FROM {rows.Images} WHERE {rows.InChunk} AND NOT EXISTS (SELECT 1 FROM {table} AS {alias} WHERE {rows.SameRow(alias, rows.Images)})"],
            };
        }
    }

    /// <summary>Rows that have the keys; what a rollback left because somebody had changed it is ours, too.</summary>
    public Gate Taken(IEnumerable<ValueList<RowCell>> part) => new(
        ProblemCodes.RowsExist.Id,
        $"{{0}} rows of {rows.Table.Name} have the keys of rows that are to be added.",
        $"SELECT count(*) FROM {table} AS {alias} WHERE ({string.Join(" OR ", part.Select(r => $"({HasKey(r)})"))})"
        + $" AND NOT EXISTS (SELECT 1 FROM {rows.Images} AS i WHERE {rows.SameRow(alias, "i")})");

    // On a new table a rollback hides rows instead of removing them: one that is gone was taken away by an application.
    private string Unknown(ValueList<RowCell> row)
    {
        var same = rows.BeforeColumns.Select((c, i) => (c, i, Value: Literal(row.First(r => r.Column == c.Name))))
            .Select(k => $"i.{rows.Befores[k.i]} = {(Images.AffinityOf(k.c.Type) == Affinity.None ? k.Value : $"CAST({k.Value} AS {k.c.Type})")}");
        return rows.Change.OnNewTable ? $" AND NOT EXISTS (SELECT 1 FROM {rows.Images} AS i WHERE {string.Join(" AND ", same)})" : "";
    }

    private string HasKey(ValueList<RowCell> row) =>
        string.Join(" AND ", rows.BeforeColumns.Select(c => $"{alias}.{SqliteText.Quote(c.Name)} = {Literal(row.First(r => r.Column == c.Name))}"));

    private static string Literal(RowCell cell) => cell.Kind switch
    {
        CellKind.Null => "NULL",
        CellKind.Sql => $"({cell.Text}\n)",
        CellKind.Number => cell.Text,
        CellKind.Boolean => cell.Text == "true" ? "1" : "0",
        _ => SqliteText.Literal(cell.Text),
    };
}
