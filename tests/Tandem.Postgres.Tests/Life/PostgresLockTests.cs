using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Running.Locks;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>What a run's locks cost others: measured, written down, limited.</summary>
public sealed class PostgresLockTests
{
    private const string Id = "0001_upper";

    [PostgresTheory]
    [EndMajors]
    public async Task Who_waits_for_a_step_is_seen_and_written_down_and_the_next_start_is_refused(int major)
    {
        await using var target = await SetUpAsync(major);
        var runner = Runner(target, new RunSettings { BlockedPerHour = TimeSpan.FromMilliseconds(1) });
        var plan = await PlanAsync(target, Id, "");
        await using var waiter = await target.OpenAsync();
        await waiter.ExecuteAsync("set application_name = 'crm'");
        Task? waiting = null;

        // The run's own statement holds the row, so the application waits for nobody else.
        await target.ExecuteAsync("""
            create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(case when new.id = 1 then 0.8 else 0 end); return new; end $$;
            create trigger linger after update on people for each row execute function linger()
            """);
        plan = await PlanAsync(target, Id, "");
        var started = runner.StartAsync(plan, default);
        while (!started.IsCompleted)
        {
            if ((await target.RowsAsync("select 1 from pg_stat_activity where wait_event = 'PgSleep'")).Count > 0)
            {
                waiting ??= waiter.ExecuteAsync("update people set note = 'late' where id = 1");
            }

            await Task.Delay(5);
        }

        (await started).State.ShouldBe(RunState.Live);
        await waiting.ShouldNotBeNull();
        var view = await runner.StatusAsync(default);
        var cost = LockCosts.Read(view.Locks.Single(l => l.Step == "backfill people"));
        cost.Waits.ShouldBe(1);
        cost.Who.ShouldBe(["tandem crm"]);
        cost.Blocked!.Value.ShouldBeInRange(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(60));
        (cost.Worst, cost.Held > TimeSpan.FromMilliseconds(500)).ShouldBe((cost.Blocked.Value, true));
        LockCosts.Read(view.Locks.Single(l => l.Step == "expand people")).ShouldSatisfyAllConditions(
            c => c.Waits.ShouldBe(0), c => c.Blocked.ShouldBe(TimeSpan.Zero), c => c.Held.ShouldBeGreaterThan(TimeSpan.Zero));

        var refused = await Should.ThrowAsync<TandemException>(() => runner.CompleteAsync(Id, false, true, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.LockBudgetSpent);
        (await runner.RollbackAsync(Id, default)).State.ShouldBe(RunState.Undone);
        (await Should.ThrowAsync<TandemException>(() => runner.StartAsync(plan, default))).Problems[0].Code.ShouldBe(ProblemCodes.LockBudgetSpent);
        (await Runner(target, new RunSettings { BlockedPerHour = TimeSpan.FromMinutes(30) }).StartAsync(plan, default)).State.ShouldBe(RunState.Live);
    }

    [PostgresFact]
    public async Task A_migration_that_has_blocked_others_for_longer_than_it_may_pauses()
    {
        await using var target = await SetUpAsync(PostgresVersions.Newest);
        var runner = Runner(target, new RunSettings());
        await target.ExecuteAsync("""
            create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(case when new.id = 1 then 0.8 else 0 end); return new; end $$;
            create trigger linger after update on people for each row execute function linger()
            """);
        var plan = await PlanAsync(target, Id, "rollback: { when: { blocked: { is: \"> 1ms\", then: pause } } }\n");
        await using var waiter = await target.OpenAsync();
        Task? waiting = null;
        var started = runner.StartAsync(plan, default);
        while (!started.IsCompleted)
        {
            if ((await target.RowsAsync("select 1 from pg_stat_activity where wait_event = 'PgSleep'")).Count > 0)
            {
                waiting ??= waiter.ExecuteAsync("update people set note = 'late' where id = 1");
            }

            await Task.Delay(5);
        }

        var paused = await started;
        (paused.Paused, paused.Phase).ShouldBe((true, Steps.Phase.Start));
        paused.FailureMessage.ShouldNotBeNull().ShouldContain("is held: blocked is ");
        await waiting.ShouldNotBeNull();
        (await runner.ResumeAsync(null, "blocked", default)).State.ShouldBe(RunState.Live);
        (await target.RowsAsync("select note from people where id = 1")).ShouldBe(["late"]);
    }

    private static async Task<PostgresTarget> SetUpAsync(int major)
    {
        var target = await PostgresTarget.CreateAsync(major);
        await target.ExecuteAsync("create table people (id int primary key, name text, note text); insert into people select i, 'name ' || i from generate_series(1, 3) i; analyze people");
        return target;
    }

    private static Task<Plan> PlanAsync(PostgresTarget target, string id, string rules) => new Workspace(target.Database).PlanAsync(
        MigrationParser.Parse(
            id + ".yaml", $"title: Upper\n{rules}operations:\n  - change_type: {{ table: people, column: name, type: varchar(80), up: upper(name), down: lower(name) }}").Require(),
        default);

    private static Runner Runner(PostgresTarget target, RunSettings settings) => new(target.Database, new RunnerOptions
    {
        OldQuiet = TimeSpan.Zero,
        GuardEvery = TimeSpan.Zero,
        SettingsOf = _ => settings,
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    });
}
