using Shouldly;
using Tandem.Problems;
using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>Conditions for pausing and going back on SQLite.</summary>
public sealed class SqliteGuardTests
{
    private const string Slow = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000) select count(*) from n";

    [Fact]
    public async Task Rows_in_quarantine()
    {
        await using var target = new SqliteTarget();
        await new GuardWalk(target).QuarantineAsync();
    }

    [Fact]
    public async Task A_column_that_becomes_empty()
    {
        await using var target = new SqliteTarget();
        await new GuardWalk(target).NullsAsync();
    }

    [Fact]
    public async Task Values_that_are_strange_or_have_moved()
    {
        await using var target = new SqliteTarget();
        await new GuardWalk(target).BaselineAsync();
    }

    [Fact]
    public async Task Lengths_that_have_moved()
    {
        await using var target = new SqliteTarget();
        await new GuardWalk(target).LengthsAsync();
    }

    [Fact]
    public async Task Questions_of_the_users()
    {
        await using var target = new SqliteTarget();
        await new GuardWalk(target).QueriesAsync();
    }

    [Fact]
    public async Task Slow_queries_and_addresses()
    {
        await using var target = new SqliteTarget();
        await new GuardWalk(target).WatchAndAddressAsync(Slow);
    }

    [Fact]
    public async Task Rows_written_past_the_sync()
    {
        await using var target = new SqliteTarget();
        await new GuardWalk(target).MismatchesAsync(async plan =>
        {
            var twin = target.NewName("people", plan.Migration);
            foreach (var trigger in await target.RowsAsync($"select name from sqlite_master where type = 'trigger' and tbl_name = '{twin.Trim('"')}'"))
            {
                await target.ExecuteAsync($"drop trigger \"{trigger}\"");
            }

            await target.ExecuteAsync($"update {twin} set code = 'ZZ' where id = 2");
        });
    }

    [Fact]
    public async Task Who_waits_for_a_lock_cannot_be_seen_and_is_refused()
    {
        await using var target = new SqliteTarget();
        var walk = new GuardWalk(target);
        await walk.SetUpAsync("(3, 'c')");
        var found = (await walk.PlanAsync("nullable: true", "lock_wait: \"> 500ms\"\n    quarantine: \"> 0\"\n    empty: { nulls: people.code, is: \"> 5%\" }")).Findings.Where(f => f.Code == ProblemCodes.CriterionNotMeasured).ToList();
        found.Select(f => f.Message).ShouldBe(
        [
            "There is no measure `quarantine`. Did you mean `quarantined`?",
            "`empty`: people.code is no column that an expression of this migration gives values; those are people.size. A `query` can count in any other.",
            "`lock_wait`: SQLite does not tell who waits for a lock.",
        ]);
    }
}
