using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Rows that are deleted or moved into an archive, and come back. The rows of a batch are marked first, so that every
/// statement of the batch is about the same ones.
/// </summary>
internal sealed class RemovedRows(RowImages rows)
{
    private const string Now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

    private readonly RowReferences references = new(rows);
    private readonly string table = rows.Rows.Storage;
    private readonly string alias = rows.Rows.Alias;

    /// <summary>Deletes rows that nothing refers to.</summary>
    public Walk Delete => Take();

    /// <summary>Moves rows that nothing refers to.</summary>
    public Walk Archive
    {
        get
        {
            var columns = rows.Table.Columns.Select(c => SqliteText.Quote(c.Name)).ToList();
            return Take(
                $"INSERT INTO {ArchiveTable} ({string.Join(", ", columns)}, {SqliteText.Quote(rows.Change.Archive!.When)})"
                + $" SELECT {string.Join(", ", columns.Select(c => $"{alias}.{c}"))}, {Now} FROM {table} AS {alias} JOIN {rows.Images} AS i ON {rows.SameRow(alias, "i")} WHERE i.{RowImages.Mark} = 1");
        }
    }

    /// <summary>Puts rows back where their key is free and their parents are there; what cannot come back stays kept.</summary>
    public Walk PutBack => Return(
        $"{rows.Images} AS i", "i", Stored.Select((_, i) => $"i.{rows.Befores[i]}"), references.HasParents(c => $"{rows.Images}.{rows.Befores[IndexOf(c)]}"), []);

    /// <summary>Moves rows back where their key is free and their parents are there; the others stay in the archive.</summary>
    public Walk MoveBack
    {
        get
        {
            var same = string.Join(" AND ", rows.BeforeColumns.Select((c, i) => $"_tandem_a.{SqliteText.Quote(c.Name)} = {{0}}.{rows.Befores[i]}"));
            string Of(string image) => same.Replace("{0}", image, StringComparison.Ordinal);
            var parents = $"EXISTS (SELECT 1 FROM {ArchiveTable} AS _tandem_a WHERE {Of(rows.Images)} AND {references.HasParents(c => $"_tandem_a.{SqliteText.Quote(c)}")})";
            return Return(
                $"{rows.Images} AS i JOIN {ArchiveTable} AS _tandem_a ON {Of("i")}",
                "i",
                Stored.Select(c => $"_tandem_a.{SqliteText.Quote(c.Name)}"),
                parents,
                [$"DELETE FROM {ArchiveTable} AS _tandem_a WHERE EXISTS (SELECT 1 FROM {rows.Images} AS i WHERE i.{RowImages.Mark} = 1 AND {Of("i")}"
                    + $" AND EXISTS (SELECT 1 FROM {table} AS {alias} WHERE {IsThere("i")}))"]);
        }
    }

    private IReadOnlyList<Column> Stored => rows.Change.Stored.ToList();

    private string ArchiveTable => SqliteText.Quote(RowImages.Physical(rows.Change.Archive!.Table, rows.Change.Archive.IsNew, rows.Context));

    private int IndexOf(string column) => rows.BeforeColumns.Select(c => c.Name).ToList().IndexOf(column);

    private Walk Take(params string[] move)
    {
        var terms = rows.Rows.Identity.Of(alias).Concat(rows.BeforeColumns.Select(c => $"{alias}.{SqliteText.Quote(c.Name)}")).Append("1");
        var chosen = rows.Walk.Rows(
            rows.Rows.Identity,
            alias,
            w => $"SELECT {string.Join(", ", terms)} FROM {table} AS {alias} WHERE {w} AND {rows.Condition} AND {references.Childless(alias)}");
        return new Walk(
            rows.Walk.Start,
            rows.Walk.Next,
            $"DELETE FROM {table} WHERE {KeyWalk.Tuple(rows.Rows.Identity.Of(table))} IN (SELECT {string.Join(", ", rows.Keys)} FROM {rows.Images} WHERE {RowImages.Mark} = 1)")
        {
            Before = [$"INSERT OR REPLACE INTO {rows.Images} ({string.Join(", ", rows.Keys.Concat(rows.Befores).Append(RowImages.Mark))}) {chosen}", .. move],
            Finish = [Unmark],
        };
    }

    // A rule besides the key may be in the way, too: such a row stays where it is.
    private Walk Return(string from, string image, IEnumerable<string> values, string parents, ValueList<string> leave)
    {
        var hidden = rows.Rows.Identity.Hidden;
        var columns = Stored.Select(c => SqliteText.Quote(c.Name)).Concat(hidden ? [rows.Rows.Identity.Terms[0]] : []);
        var free = $"NOT EXISTS (SELECT 1 FROM {table} AS {alias} WHERE {IsThere(rows.Images)})";

        // Those whose number is free come first, so that no other one gets it.
        var taken = $"EXISTS (SELECT 1 FROM {table} AS {alias} WHERE {rows.SameRow(alias, image)})";
        var (number, order) = hidden ? ($"CASE WHEN {taken} THEN NULL ELSE {image}.{rows.Keys[0]} END", $" ORDER BY {taken}") : ("", "");
        return new Walk(
            rows.ImageWalk.Start,
            rows.ImageWalk.Next,
            $"INSERT INTO {table} ({string.Join(", ", columns)}) SELECT {string.Join(", ", values.Concat(hidden ? [number] : []))} FROM {from} WHERE {image}.{RowImages.Mark} = 1{order} ON CONFLICT DO NOTHING")
        {
            Before = [$"UPDATE {rows.Images} SET {RowImages.Mark} = 1 WHERE {rows.InChunk} AND {free} AND {parents}"],
            Finish =
            [
                .. leave,
                $"DELETE FROM {rows.Images} WHERE {RowImages.Mark} = 1 AND EXISTS (SELECT 1 FROM {table} AS {alias} WHERE {IsThere(rows.Images)})",
                Unmark,
            ],
        };
    }

    // A row number that no column shows goes to the next row that comes: there a row is known by its key.
    private string IsThere(string image) => !rows.Rows.Identity.Hidden || rows.Table.Key.Count == 0 || rows.Table.Key.Any(k => IndexOf(k) < 0)
        ? rows.SameRow(alias, image)
        : string.Join(" AND ", rows.Table.Key.Select(k => $"{alias}.{SqliteText.Quote(k)} IS {image}.{rows.Befores[IndexOf(k)]}"));

    private string Unmark => $"UPDATE {rows.Images} SET {RowImages.Mark} = NULL WHERE {RowImages.Mark} = 1";
}
