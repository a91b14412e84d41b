using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>How an application of one version says things: the names that it uses, and rows that it knows by their marks.</summary>
/// <param name="tables">The version's tables.</param>
/// <param name="name">What such an application calls a table, as SQL.</param>
internal sealed class Speech(ValueList<ModelTable> tables, Func<ModelTable, string> name)
{
    /// <summary>How applications of the base tables speak.</summary>
    public static Speech Base(ValueList<ModelTable> tables) => new(tables, t => Text.Name(t.Name));

    /// <summary>The version's tables.</summary>
    public ValueList<ModelTable> Tables => tables;

    /// <summary>What it calls a table.</summary>
    public string Name(ModelTable table) => name(table);

    /// <summary>A query of all rows, without what the database has drawn.</summary>
    public string Query(ModelTable table) => Query(table, table.Known);

    /// <summary>A query of some columns of all rows; where one refers to a drawn key, the mark of that row.</summary>
    public string Query(ModelTable table, IEnumerable<ModelColumn> columns) => $"select {string.Join(", ", columns.Select(Read))} from {name(table)} t";

    /// <summary>A query of the drawn keys with the rows' marks.</summary>
    public string Drawn(ModelTable table) => $"select {table.Key.Single().Sql}, {table.Target!.Sql} from {name(table)}";

    /// <summary>A condition for one row.</summary>
    public string Where(ModelTable table, Row row)
    {
        var where = string.Join(" and ", table.Key.Select(c => $"{c.Sql} = {c.Literal(row[c.Name])}"));
        return table.Target is { Drawn: true } id && TestRun.Hash(where) % 2 == 0 ? $"{id.Sql} = (select {id.Sql} from {name(table)} where {where})" : where;
    }

    /// <summary>Columns in brackets.</summary>
    public static string Names(IEnumerable<ModelColumn> columns) => string.Join(", ", columns.Select(c => c.Sql));

    /// <summary>Their values.</summary>
    public string Literals(IEnumerable<ModelColumn> columns, Row row) => string.Join(", ", columns.Select(c => Literal(c, row[c.Name])));

    /// <summary>Their assignments.</summary>
    public string Assignments(IEnumerable<ModelColumn> columns, Row row) => string.Join(", ", columns.Select(c => $"{c.Sql} = {Literal(c, row[c.Name])}"));

    private string Literal(ModelColumn column, string? value) => value is null || !column.Symbol ? column.Literal(value)
        : column.Drawn ? "gen_random_uuid()"
        : $"(select {Parent(column).Target!.Sql} from {name(Parent(column))} where {Mark(column)} = {Text.Literal(value)})";

    // A connection that was there before a type was made does not know how to read it.
    private string Read(ModelColumn column) => column.Enum is not null ? $"cast(t.{column.Sql} as text)"
        : !column.Symbol ? $"t.{column.Sql}"
        : $"case when t.{column.Sql} is not null then coalesce((select p.{Mark(column)} from {name(Parent(column))} p where p.{Parent(column).Target!.Sql} = t.{column.Sql}), 'nobody') end";

    private ModelTable Parent(ModelColumn column) => tables.Single(t => t.Id == column.Parent);

    private string Mark(ModelColumn column) => Parent(column).Key.Single().Sql;
}
