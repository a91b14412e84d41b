using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Writes the rows of a table that is about to go into a backup.</summary>
internal static class BackupSteps
{
    /// <summary>The step; none when no table goes.</summary>
    public static IEnumerable<RenderedStep> Of(Backup step, TwinNames names)
    {
        if (Storage.Dropped(step.Change, step.Side, names) is not { } storage)
        {
            yield break;
        }

        var table = (step.Side == Side.Old ? step.Change.Before : step.Change.After)!;
        var identity = RowIdentity.Of(table)!;
        var side = new TwinSide(step.Side, SqliteText.Quote(storage), table, identity);
        var walk = KeyWalk.Over(side);
        var columns = table.Columns.Select(c => SqliteText.Quote(c.Name));
        var hidden = identity.Hidden ? [$"{identity.Terms[0]} AS \"_tandem_row\""] : Array.Empty<string>();
        var rows = $"SELECT {string.Join(", ", hidden.Concat(columns))} FROM {side.Storage}";
        if (step.Side == Side.New)
        {
            // A start that was broken off early has made no table; what is not there is empty.
            yield return new RenderedStep($"backup {step.Change.Name} table", $"Make sure that the table of {table.Name} can be read", StepMode.Transaction)
            {
                Table = step.Change.Name,
                Statements = [Storage.IfNotExists(StoredTable.NewWaiting(step.Change, names).Sql)],
                Locks = [new LockFact("the database", "RESERVED", "writers", "an instant")],
            };
        }

        yield return new RenderedStep($"backup {step.Change.Name}", $"Back up the rows of {table.Name} that are about to go", StepMode.Backup)
        {
            Table = step.Change.Name,
            Walk = new Walk(walk.Start, walk.Next, walk.Rows(identity, side.Storage, w => $"{rows} WHERE {w}")),
            BackupDefinition = [SqliteDdl.CreateTable(table), .. table.Indexes.Select(i => SqliteDdl.CreateIndex(i, table.Name))],
            Scans = true,
        };
    }
}
