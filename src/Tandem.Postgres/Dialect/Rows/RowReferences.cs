using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Rows;

/// <summary>Who refers to a table's rows, and to whom they refer.</summary>
internal sealed class RowReferences(RowImages rows)
{
    /// <summary>The condition that no row refers to a row; a cascade would take along what nobody keeps.</summary>
    public string Childless(string row) => All(Children.Select(c =>
        $"NOT EXISTS (SELECT FROM {Sql.Id(rows.Context.Schema.Name, c.Table)} _tandem_c WHERE {Pairs(c.Key, "_tandem_c", row)}{(c.Table == rows.Name ? $" AND NOT ({Same("_tandem_c", row)})" : "")})"));

    /// <summary>The condition that every row that a row refers to is there.</summary>
    /// <param name="value">The value of a column of the row.</param>
    public string HasParents(Func<Column, string> value) => All(rows.Table.ForeignKeys.Select(f =>
    {
        var given = f.Columns.Select(c => value(rows.Table.Column(c)!)).ToList();
        var same = f.ReferencedColumns.Zip(given, (r, g) => $"_tandem_p.{Sql.Id(r)} = {g}");
        return $"({string.Join(" OR ", given.Select(g => $"{g} IS NULL"))} OR EXISTS (SELECT FROM {Parent(f)} _tandem_p WHERE {string.Join(" AND ", same)}))";
    }));

    /// <summary>What must be zero before rows are taken away: rows that others refer to, and foreign keys that the plan does not know.</summary>
    public ValueList<Gate> Gates(string? where) =>
    [
        Known,
        .. Children.Any()
            ? [new Gate(
                ProblemCodes.RowsReferredTo.Id,
                $"{{0}} of the rows of {rows.Name} that are to go are referred to by {string.Join(", ", Children.Select(c => c.Table).Distinct())}.",
                $"SELECT count(*) FROM {rows.Whole} WHERE {(where is null ? "true" : Sql.Closed(where))} AND NOT ({Childless(rows.Row)})")]
            : Array.Empty<Gate>(),
    ];

    // A key of another schema's table, or one that came after the plan, would cascade unseen.
    private Gate Known
    {
        get
        {
            var known = rows.Context.Schema.Tables.Where(t => Children.Any(c => c.Table == t.Name)).Select(t => Sql.Text(t.Name)).ToList();
            var others = known.Count == 0 ? "" : $" AND NOT (n.nspname = {Sql.Text(rows.Context.Schema.Name)} AND c.relname::text IN ({string.Join(", ", known)}))";
            return new Gate(
                ProblemCodes.UnknownReference.Id,
                $"{{0}} foreign keys of other tables refer to {rows.Name}.",
                "SELECT count(*) FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                + $" WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confrelid = {Sql.Class(rows.Context.Schema.Name, rows.Name)} AND NOT starts_with(c.relname::text, {Sql.Text(Names.Prefix)}){others}");
        }
    }

    private IEnumerable<(string Table, ForeignKey Key)> Children =>
        from table in rows.Change.OnNewTable ? [] : rows.Context.Schema.Tables
        from key in table.ForeignKeys
        where key.ReferencedTable == rows.Name && key.ReferencedSchema is null
        select (table.Name, key);

    private string Same(string one, string other) =>
        string.Join(" AND ", rows.Table.Key.Select(k => $"{one}.{Sql.Id(k)} = {other}.{Sql.Id(k)}"));

    private string Parent(ForeignKey key) => Sql.Id(key.ReferencedSchema ?? rows.Context.Schema.Name, key.ReferencedName);

    private static string Pairs(ForeignKey key, string child, string row) =>
        string.Join(" AND ", key.Columns.Zip(key.ReferencedColumns, (c, r) => $"{child}.{Sql.Id(c)} = {row}.{Sql.Id(r)}"));

    private static string All(IEnumerable<string> conditions)
    {
        var list = conditions.ToList();
        return list.Count == 0 ? "true" : string.Join(" AND ", list);
    }
}
