using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>Rows of two versions that do not agree are made to.</summary>
public sealed class PostgresReconcileTests
{
    [PostgresTheory]
    [EndMajors]
    public async Task Rows_that_were_written_past_the_sync_are_made_to_agree(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await new ReconcileWalk(
            target,
            "tandem.",
            sql => PastSyncAsync(target, sql),
            bothWays: false).RowsAreMadeToAgreeAsync();
    }

    public static TheoryData<int, string> Told
    {
        get
        {
            var told = new TheoryData<int, string>();
            foreach (var (index, change) in LedgerCase.All.Index())
            {
                told.Add(PostgresVersions.EndMajors[index % PostgresVersions.EndMajors.Count], change.Name);
            }

            return told;
        }
    }

    [PostgresTheory]
    [MemberData(nameof(Told))]
    public async Task The_ledger_tells_of_each_row_that_went_to_another_table(int major, string name)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await new LedgerWalk(target, sql => PastSyncAsync(target, sql), twins: false).EachRowHasItsLineAsync(LedgerCase.All.Single(c => c.Name == name));
    }

    private static Task PastSyncAsync(PostgresTarget target, string sql) =>
        target.ExecuteAsync($"set session_replication_role = replica; {sql}; set session_replication_role = origin");
}
