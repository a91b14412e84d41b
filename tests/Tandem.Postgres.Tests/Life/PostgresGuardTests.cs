using Shouldly;
using Tandem.Journal;
using Tandem.Running.Guards;
using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>Conditions for pausing and going back on PostgreSQL.</summary>
public sealed class PostgresGuardTests
{
    [PostgresTheory]
    [EndMajors]
    public async Task Rows_in_quarantine(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await new GuardWalk(target).QuarantineAsync();
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_column_that_becomes_empty(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await new GuardWalk(target).NullsAsync();
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Values_that_are_strange_or_have_moved(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await new GuardWalk(target).BaselineAsync();
    }

    [PostgresFact]
    public async Task Lengths_that_have_moved()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await new GuardWalk(target).LengthsAsync();
    }

    [PostgresFact]
    public async Task Questions_of_the_users()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await new GuardWalk(target).QueriesAsync();
    }

    [PostgresFact]
    public async Task Slow_queries_and_addresses()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await new GuardWalk(target).WatchAndAddressAsync("select pg_sleep(0.02)");
    }

    [PostgresFact]
    public async Task Rows_written_past_the_sync()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await new GuardWalk(target).MismatchesAsync(plan => target.ExecuteAsync(
            $"set session_replication_role = replica; update {target.NewName("people", plan.Migration)} set code = 'ZZ' where id = 2; reset session_replication_role"));
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Somebody_who_waits_for_a_row_of_the_table(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        var walk = new GuardWalk(target);
        await walk.SetUpAsync("(3, 'ccc')");
        var runner = walk.Runner();
        (await runner.StartAsync(await walk.PlanAsync("nullable: true", "lock_wait: { is: \"> 50ms\", then: rollback }\n    lock_wait_p95: \"> 1h\""), default)).State.ShouldBe(RunState.Live);
        (await runner.GuardAsync("0001_sizes", new GuardOptions { For = TimeSpan.Zero }, default)).Readings.Select(r => r.Value).ShouldBe([0d, 0d]);

        await using var holder = await target.OpenAsync();
        await holder.ExecuteAsync("begin; update people set code = 'held' where id = 1");
        await using var waiter = await target.OpenAsync();
        var waiting = waiter.ExecuteAsync("update people set code = 'late' where id = 1");
        var report = runner.GuardAsync("0001_sizes", new GuardOptions { Every = TimeSpan.FromMilliseconds(20), For = TimeSpan.FromMinutes(2) }, default);
        while (!(await target.RowsAsync("select count(*) from tandem.events where kind = 'guard_fired'")).SequenceEqual(["1"]) && !report.IsCompleted)
        {
            await Task.Delay(20);
        }

        await holder.ExecuteAsync("commit");
        await waiting;
        var back = await report;
        back.Fired.ShouldNotBeNull().Name.ShouldBe("lock_wait");
        back.Migration.State.ShouldBe(RunState.Undone);
        (await target.RowsAsync("select code from people where id = 1")).ShouldBe(["late"]);
    }
}
