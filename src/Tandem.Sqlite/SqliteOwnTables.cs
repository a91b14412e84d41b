using System.Globalization;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>Tells Tandem's own tables from tables of the users' that have their names.</summary>
internal static class SqliteOwnTables
{
    /// <summary>Statements that refuse a file in which something of the users' has a name that Tandem needs.</summary>
    public static ValueList<SqlStatement> Gates { get; } = OwnTables.All.Keys.Select(name => new SqlStatement(Taken(name))
    {
        ExpectZero = true,
        Otherwise = (ProblemCodes.NameTaken.Id, $"There is a {name} already that is not Tandem's."),
    }).ToValueList();

    /// <summary>Whether a table is one of Tandem's: by its name and its columns.</summary>
    public static bool Is(SqliteReader reader, string name) =>
        OwnTables.All.ContainsKey(name) && reader.Number(Taken(name)) == 0;

    /// <summary>Names that Tandem needs and something of the users' has.</summary>
    public static async Task<IReadOnlyList<string>> TakenAsync(ISession session, CancellationToken cancellationToken)
    {
        var taken = new List<string>();
        foreach (var name in OwnTables.All.Keys)
        {
            var found = await session.QueryAsync(new SqlStatement(Taken(name)), cancellationToken).ConfigureAwait(false);
            if (Convert.ToInt64(found.Rows[0][0], CultureInfo.InvariantCulture) > 0)
            {
                taken.Add(name);
            }
        }

        return taken;
    }

    private static string Taken(string name)
    {
        var columns = OwnTables.All[name];
        return $"SELECT count(*) FROM main.sqlite_schema WHERE name = {SqliteText.Literal(name)} COLLATE NOCASE AND (type <> 'table'"
            + $" OR (SELECT count(*) FROM pragma_table_info({SqliteText.Literal(name)}) WHERE name IN ({string.Join(", ", columns.Select(SqliteText.Literal))}))"
            + string.Create(CultureInfo.InvariantCulture, $" < {columns.Count})");
    }
}
