using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>New values in a table's rows.</summary>
internal sealed class UpdatedRows(RowImages rows)
{
    /// <summary>Writes; what to write is computed when the image is kept.</summary>
    public Walk Update => new(rows.Walk.Start, rows.Walk.Next, Apply("a", rows.Walk, "1")) { Before = [Keep] };

    /// <summary>Puts back, but for rows that were written since.</summary>
    public Walk Restore => new(rows.ImageWalk.Start, rows.ImageWalk.Next, Apply("b", rows.ImageWalk, RowPair.All(rows.BeforeColumns.Select((c, i) =>
        Images.SameAsStoring($"{rows.Rows.Alias}.{SqliteText.Quote(c.Name)}", $"+i.a{i}", c.Type)))))
    {
        Finish = [$"DELETE FROM {rows.Images} WHERE {rows.InChunk}"],
    };

    private string Keep
    {
        get
        {
            var alias = rows.Rows.Alias;
            var terms = rows.Rows.Identity.Of(alias)
                .Concat(rows.BeforeColumns.Select(c => $"{alias}.{SqliteText.Quote(c.Name)}"))
                .Concat(rows.Change.Set.Select(s => $"({s.Sql}\n)"));
            return $"INSERT INTO {rows.Images} ({string.Join(", ", rows.Keys.Concat(rows.Befores).Concat(rows.Afters))}) "
                + rows.Walk.Rows(rows.Rows.Identity, alias, w => $"SELECT {string.Join(", ", terms)} FROM {rows.Rows.Storage} AS {alias} WHERE {w} AND {rows.Condition}"
                    + $" AND NOT EXISTS (SELECT 1 FROM {rows.Images} AS i WHERE {rows.SameRow(alias, "i")})");
        }
    }

    // The images of a chunk are joined by key to the rows.
    private string Apply(string column, KeyWalk walk, string where)
    {
        var chunk = walk.Rows(
            rows.ImageWalk.Places[0].Identity,
            "i",
            w => $"SELECT {string.Join(", ", rows.Keys.Concat(rows.Befores).Concat(rows.Afters).Select(c => $"i.{c} AS {c}"))} FROM {rows.Images} AS i WHERE {w}");
        return $"UPDATE {rows.Rows.Storage} SET {string.Join(", ", rows.BeforeColumns.Select((c, i) => $"{SqliteText.Quote(c.Name)} = i.{column}{i}"))}"
            + $" FROM ({chunk}) AS i WHERE {rows.SameRow(rows.Rows.Storage, "i")} AND {where}";
    }
}
