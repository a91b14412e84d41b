using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Sqlite.Dialect;
using Tandem.Steps;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>The new version's tables, made at once in an empty file.</summary>
internal static class ControlTables
{
    public static IEnumerable<string> Of(params IEnumerable<TableChange> changes) =>
        from change in changes
        where change.After is not null
        let table = NewShape.Of(change)
        from statement in table.Indexes.Select(i => SqliteDdl.CreateIndex(i, table.Name)).Prepend(SqliteDdl.CreateTable(table))
        select statement;
}
