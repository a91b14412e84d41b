using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>Rows of two versions that do not agree are made to.</summary>
public sealed class PostgresReconcileTests
{
    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.Ends), MemberType = typeof(PostgresVersions))]
    public async Task Rows_that_were_written_past_the_sync_are_made_to_agree(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await new ReconcileWalk(
            target,
            "tandem.",
            sql => target.ExecuteAsync($"set session_replication_role = replica; {sql}; set session_replication_role = origin"),
            bothWays: false).RowsAreMadeToAgreeAsync();
    }
}
