using Tandem.Schema;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// How a row of one version's table is named: by its row number, or by the primary key of a table without row numbers.
/// The same row has the same identity in both versions.
/// </summary>
/// <param name="Terms">The words or quoted columns, in order, as they stand behind a table's name and a dot.</param>
/// <param name="Hidden">Whether it is a row number that no column shows, so that it is carried besides the columns.</param>
internal sealed record RowIdentity(ValueList<string> Terms, bool Hidden)
{
    /// <summary>The words that mean the row number where no column is called so.</summary>
    public static readonly IReadOnlyList<string> RowNumberNames = ["rowid", "_rowid_", "oid"];

    /// <summary>The identity of a table's rows; null when columns hide every name of the row number.</summary>
    public static RowIdentity? Of(Table table)
    {
        if (table.WithoutRowId)
        {
            return new RowIdentity(table.PrimaryKey!.Columns.Select(SqliteText.Quote).ToValueList(), Hidden: false);
        }

        if (table.Columns.FirstOrDefault(c => SqliteDdl.IsRowId(table, c)) is { } alias)
        {
            return new RowIdentity([SqliteText.Quote(alias.Name)], Hidden: false);
        }

        var free = RowNumberNames.FirstOrDefault(n => !table.Columns.Any(c => SqliteText.SameName(c.Name, n)));
        return free is null ? null : new RowIdentity([free], Hidden: true);
    }

    /// <summary>The terms behind a table's name (or <c>NEW</c>).</summary>
    public IEnumerable<string> Of(string table) => Terms.Select(t => $"{table}.{t}");

    /// <summary>Whether two rows are the same one.</summary>
    public static string Same(IEnumerable<string> one, IEnumerable<string> other) =>
        string.Join(" AND ", one.Zip(other, (a, b) => $"{a} = {b}"));
}
