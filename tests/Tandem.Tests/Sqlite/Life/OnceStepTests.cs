using Shouldly;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Conformance.CrashLoop;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>Statements outside a transaction that nobody may repeat unasked.</summary>
public sealed class OnceStepTests
{
    private const string Accept = "accept: [ { code: TDM2086, reason: test } ]\n";
    private const string Insert = "insert into people (name) values ('once')";

    private TimeProvider time = TimeProvider.System;

    [Theory]
    [InlineData(nameof(Fault.LostAnswer))]
    [InlineData(nameof(Fault.LostBefore))]
    [InlineData(nameof(Fault.DeathAfter))]
    [InlineData(nameof(Fault.DeathBefore))]
    public async Task A_statement_without_an_answer_is_asked_about_and_never_repeated(string name)
    {
        // A process that dies keeps its lease, so its heir needs a clock that runs ahead.
        time = name.StartsWith("Death", StringComparison.Ordinal) ? new VirtualTime() : TimeProvider.System;
        var (asked, fired) = (0, true);
        for (var k = 1; fired; k++)
        {
            await using var target = await TargetAsync();
            var plan = await PlanAsync(target, $"  - sql: {{ up: \"{Insert}; {Insert}\", down: delete from people, transaction: false }}\n");
            fired = await StartAsync(target, plan, new FaultPlan(Enum.Parse<Fault>(name), k));
            var runner = Runner(target, "heir");
            while ((await runner.StatusAsync(default)).Run(plan.Migration) is null or { State: not RunState.Live })
            {
                try
                {
                    await runner.StartAsync(plan, default);
                }
                catch (TandemException e) when (e.Problems[0].Code == ProblemCodes.StatementUncertain)
                {
                    // Whoever looks sees how many rows there are, and answers so that there are two in the end.
                    asked++;
                    (await Should.ThrowAsync<TandemException>(() => runner.ResumeAsync(null, default))).Problems[0].Code.ShouldBe(ProblemCodes.StatementUncertain);
                    var done = await DoneAsync(runner, plan);
                    await runner.AnswerAsync(null, await RowsAsync(target) > done, default);
                }
            }

            (await RowsAsync(target)).ShouldBe(2, $"{name} at call {k}");
        }

        (asked > 0 || time != TimeProvider.System).ShouldBeTrue();
    }

    [Fact]
    public async Task Where_a_query_tells_nobody_is_asked()
    {
        var fired = true;
        for (var k = 1; fired; k++)
        {
            await using var target = await TargetAsync();
            var plan = await PlanAsync(target, $"  - sql: {{ up: \"{Insert}\", down: delete from people, transaction: false, done: select count(*) > 0 from people }}\n");
            fired = await StartAsync(target, plan, new FaultPlan(Fault.LostAnswer, k));
            var heir = Runner(target, "heir");
            if ((await heir.StatusAsync(default)).Run(plan.Migration) is not { State: RunState.Live, UnderWay: false })
            {
                await heir.StartAsync(plan, default);
            }

            (await RowsAsync(target)).ShouldBe(1, $"at call {k}");
        }
    }

    [Fact]
    public async Task What_the_database_refuses_is_sent_again()
    {
        await using var target = await TargetAsync();
        var plan = await PlanAsync(target, $"  - sql: {{ up: \"{Insert}; insert into missing values (1)\", down: delete from people, transaction: false }}\n");
        var runner = Runner(target, "first");
        (await Should.ThrowAsync<TandemException>(() => runner.StartAsync(plan, default))).Problems[0].Code.ShouldBe(ProblemCodes.StepRefused);
        await target.ExecuteAsync("create table missing (id integer)");
        (await runner.ResumeAsync(null, default)).State.ShouldBe(RunState.Live);
        (await RowsAsync(target)).ShouldBe(1);
        (await target.RowsAsync("select count(*) from missing")).ShouldBe(["1"]);
    }

    [Fact]
    public async Task A_way_back_that_fails_can_be_done_by_hand()
    {
        await using var target = await TargetAsync();
        var plan = await PlanAsync(target, $"  - sql: {{ up: \"{Insert}\", down: drop table missing }}\n");
        var runner = Runner(target, "first");
        await runner.StartAsync(plan, default);
        _ = await Should.ThrowAsync<TandemException>(() => runner.RollbackAsync(plan.Migration, default));
        await target.ExecuteAsync("delete from people");
        (await runner.AnswerAsync(null, carriedOut: true, default)).State.ShouldBe(RunState.Undone);
        (await runner.StartAsync(plan, default)).State.ShouldBe(RunState.Live);
        (await RowsAsync(target)).ShouldBe(1);
    }

    [Fact]
    public async Task What_never_was_carried_out_is_not_taken_back()
    {
        await using var target = await TargetAsync();
        var plan = await PlanAsync(target, $"  - sql: {{ up: \"{Insert}; insert into missing values (1)\", down: delete from missing }}\n");
        var runner = Runner(target, "first");
        _ = await Should.ThrowAsync<TandemException>(() => runner.StartAsync(plan, default));
        (await runner.RollbackAsync(plan.Migration, default)).State.ShouldBe(RunState.Undone);
        (await RowsAsync(target)).ShouldBe(0);
    }

    private static async Task<SqliteTarget> TargetAsync()
    {
        var target = new SqliteTarget();
        await target.ExecuteAsync("create table people (id integer primary key, name text)");
        return target;
    }

    private static Task<Plan> PlanAsync(SqliteTarget target, string operations) => new Workspace(target.Database).PlanAsync(
        MigrationParser.Parse("0001_once.yaml", $"title: t\n{Accept}operations:\n{operations}").Require(), default);

    private async Task<bool> StartAsync(SqliteTarget target, Plan plan, FaultPlan faults)
    {
        try
        {
            await new Runner(new FaultyDatabase(target.Database, faults, new Mutation()), Options("first")).StartAsync(plan, default);
        }
        catch (Exception e) when (faults.Fired && e is ProcessDeathException or TandemException or DatabaseException)
        {
            // Another process takes up what this one left.
        }

        return faults.Fired;
    }

    private Runner Runner(SqliteTarget target, string holder) => new(target.Database, Options(holder));

    private RunnerOptions Options(string holder) => new() { Time = time, Holder = holder, Jitter = new Random(1) };

    private static async Task<int> DoneAsync(Runner runner, Plan plan) =>
        OncePlace.Parse((await runner.StepsAsync(plan.Migration, Steps.Phase.Start, 1, default))[0].Cursor).Done;

    private static async Task<int> RowsAsync(SqliteTarget target) =>
        int.Parse((await target.RowsAsync("select count(*) from people"))[0], System.Globalization.CultureInfo.InvariantCulture);
}
