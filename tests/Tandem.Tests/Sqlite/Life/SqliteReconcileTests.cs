using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>Rows of twins that do not agree are made to.</summary>
public sealed class SqliteReconcileTests
{
    [Fact]
    public async Task Rows_that_were_written_past_the_sync_are_made_to_agree()
    {
        await using var target = new SqliteTarget();
        await new ReconcileWalk(
            target,
            "tandem_",
            sql => PastSyncAsync(target, sql),
            bothWays: true).RowsAreMadeToAgreeAsync();
    }

    public static TheoryData<string> Told => [.. LedgerCase.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Told))]
    public async Task The_ledger_tells_of_each_row_that_went_to_another_table(string name)
    {
        await using var target = new SqliteTarget();
        await new LedgerWalk(target, sql => PastSyncAsync(target, sql), twins: true).EachRowHasItsLineAsync(LedgerCase.All.Single(c => c.Name == name));
    }

    private static async Task PastSyncAsync(SqliteTarget target, string sql)
    {
        var triggers = await target.RowsAsync("select sql from sqlite_schema where type = 'trigger'");
        foreach (var name in await target.RowsAsync("select name from sqlite_schema where type = 'trigger'"))
        {
            await target.ExecuteAsync($"drop trigger \"{name}\"");
        }

        await target.ExecuteAsync(sql);
        foreach (var trigger in triggers)
        {
            await target.ExecuteAsync(trigger);
        }
    }
}
