using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Who refers to a table's rows, and to whom they refer.</summary>
internal sealed class RowReferences(RowImages rows)
{
    private IEnumerable<(string Table, ForeignKey Key)> Children =>
        from table in rows.Change.OnNewTable ? [] : rows.Context.Schema.Tables
        from key in table.ForeignKeys
        where SqliteText.SameName(key.ReferencedTable, rows.Table.Name)
        select (table.Name, key);

    /// <summary>The condition that no row refers to a row; a cascade would take along what nobody keeps.</summary>
    public string Childless(string row) => RowPair.All(Children.Select(c =>
    {
        var itself = SqliteText.SameName(c.Table, rows.Table.Name)
            ? $" AND NOT ({RowIdentity.Same(rows.Rows.Identity.Of("_tandem_c"), rows.Rows.Identity.Of(row))})"
            : "";
        var same = c.Key.Columns.Zip(Referenced(c.Key), (one, other) => $"_tandem_c.{SqliteText.Quote(one)} = {row}.{SqliteText.Quote(other)}");
        return $"NOT EXISTS (SELECT 1 FROM {SqliteText.Quote(c.Table)} AS _tandem_c WHERE {string.Join(" AND ", same)}{itself})";
    }));

    /// <summary>The condition that every row that a row refers to is there.</summary>
    /// <param name="value">The value of a column of the row.</param>
    public string HasParents(Func<string, string> value) => RowPair.All(rows.Table.ForeignKeys.Select(f =>
    {
        var given = f.Columns.Select(value).ToList();
        var same = Referenced(f).Zip(given, (r, g) => $"_tandem_p.{SqliteText.Quote(r)} = {g}");
        return $"({string.Join(" OR ", given.Select(g => $"{g} IS NULL"))} OR EXISTS (SELECT 1 FROM {SqliteText.Quote(f.ReferencedTable)} AS _tandem_p WHERE {string.Join(" AND ", same)}))";
    }));

    /// <summary>What must be zero before rows are taken away: rows that others refer to, and foreign keys that the plan does not know.</summary>
    public ValueList<Gate> Gates(string? where) =>
    [
        new Gate(
            ProblemCodes.UnknownReference.Id,
            $"{{0}} foreign keys of other tables refer to {rows.Table.Name}.",
            $"SELECT count(*) FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' AND f.\"table\" = {SqliteText.Literal(rows.Table.Name)} COLLATE NOCASE"
            + $" AND m.name NOT GLOB '{TwinNames.Prefix}*' AND m.name NOT IN (SELECT name FROM tandem_objects)"
            + $" AND m.name NOT IN ({string.Join(", ", Children.Select(c => SqliteText.Literal(c.Table)).Distinct())})"),
        .. Children.Any()
            ? [new Gate(
                ProblemCodes.RowsReferredTo.Id,
                $"{{0}} of the rows of {rows.Table.Name} that are to go are referred to by {string.Join(", ", Children.Select(c => c.Table).Distinct())}.",
                $"SELECT count(*) FROM {rows.Rows.Storage} AS {rows.Rows.Alias} WHERE ({where ?? "1"}\n) AND NOT {Childless(rows.Rows.Alias)}")]
            : Array.Empty<Gate>(),
    ];

    // A foreign key may leave out the columns it refers to: then they are the parent's primary key.
    private ValueList<string> Referenced(ForeignKey key) => key.ReferencedColumns.Count > 0
        ? key.ReferencedColumns
        : rows.Context.Schema.Table(key.ReferencedTable)?.PrimaryKey?.Columns ?? [];
}
