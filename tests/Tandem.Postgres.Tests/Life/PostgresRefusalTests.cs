using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>What stays enforced on PostgreSQL when a phase is refused.</summary>
public sealed class PostgresRefusalTests
{
    [PostgresTheory]
    [EndMajors]
    public async Task Rows_are_counted_before_anything_is_enforced(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await new RefusalWalk(target).RowsAreCountedFirstAsync();
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_refused_complete_enforces_nothing(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await new RefusalWalk(target).ARefusedCompleteEnforcesNothingAsync();
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_refused_rollback_enforces_nothing(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await new RefusalWalk(target).ARefusedRevertEnforcesNothingAsync();
    }

    [PostgresFact]
    public async Task Rows_in_quarantine_are_seen_while_a_migration_is_live()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await new RefusalWalk(target).RowsInQuarantineAreSeenAsync();
    }

    [PostgresTheory]
    [InlineData("cascade", "2|2")]
    [InlineData("set_null", "1|NULL;2|2")]
    public async Task A_foreign_key_acts_before_the_switch(string action, string expected)
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await new RefusalWalk(target).AForeignKeyActsBeforeTheSwitchAsync(action, expected);
    }
}
