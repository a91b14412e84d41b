using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>What stays enforced on SQLite when a phase is refused.</summary>
public sealed class SqliteRefusalTests
{
    [Fact]
    public async Task Rows_are_counted_before_anything_is_enforced()
    {
        await using var target = new SqliteTarget();
        await new RefusalWalk(target).RowsAreCountedFirstAsync();
    }

    [Fact]
    public async Task A_refused_complete_enforces_nothing()
    {
        await using var target = new SqliteTarget();
        await new RefusalWalk(target).ARefusedCompleteEnforcesNothingAsync();
    }

    [Fact]
    public async Task A_refused_rollback_enforces_nothing()
    {
        await using var target = new SqliteTarget();
        await new RefusalWalk(target).ARefusedRevertEnforcesNothingAsync();
    }

    [Fact]
    public async Task Rows_in_quarantine_are_seen_while_a_migration_is_live()
    {
        await using var target = new SqliteTarget();
        await new RefusalWalk(target).RowsInQuarantineAreSeenAsync();
    }

    [Theory]
    [InlineData("cascade", "2|2")]
    [InlineData("set_null", "1|NULL;2|2")]
    public async Task A_foreign_key_acts_before_the_switch(string action, string expected)
    {
        await using var target = new SqliteTarget();
        await new RefusalWalk(target).AForeignKeyActsBeforeTheSwitchAsync(action, expected);
    }
}
