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

/// <summary>A target that somebody changed past Tandem is not started on; what Tandem did itself is never taken for that.</summary>
public sealed class SqliteDriftTests
{
    private const string First = "title: t\noperations:\n  - rename_column: { table: people, from: name, to: called }\n  - create_view: { name: names, query: select called from people }\n";
    private const string Script = "title: t\naccept: [ { code: TDM2086, reason: untried }, { code: TDM2085, reason: it may stay } ]\noperations:\n  - sql: { up: create table extra (id integer) }\n";
    private const string Second = "title: t\noperations:\n  - add_column: { table: people, name: note, type: text }\n";
    private readonly VirtualTime time = new();

    [Fact]
    public async Task It_is_refused_with_each_object_until_it_is_taken_over()
    {
        await using var target = await TargetAsync();
        await Runner(target.Database).StartAsync(await PlanAsync(target, First), default);
        await Runner(target.Database).CompleteAsync("0001_first", false, false, default);
        (await PlanAsync(target, Second, "0002_second")).HasErrors.ShouldBeFalse();

        await target.ExecuteAsync("create index by_name on people (called)");
        await target.ExecuteAsync("create table past (id integer)");
        var plan = await PlanAsync(target, Second, "0002_second");
        plan.Findings.Where(f => f.Code == ProblemCodes.SchemaDrifted).Select(f => f.Message).ShouldBe(
        [
            "The table past is not recorded for 0001_first.",
            "The table people is not as recorded for 0001_first: index by_name was added.",
        ]);
        (await Should.ThrowAsync<TandemException>(() => Runner(target.Database).StartAsync(plan, default))).Problems[0].Code.ShouldBe(ProblemCodes.PlanHasErrors);

        await Runner(target.Database).AcceptSchemaAsync("needed at once", default);
        (await PlanAsync(target, Second, "0002_second")).HasErrors.ShouldBeFalse();
    }

    [Fact]
    public async Task A_migration_that_was_rolled_back_is_not_started_again_either()
    {
        await using var target = await TargetAsync();
        await Runner(target.Database).StartAsync(await PlanAsync(target, First), default);
        await Runner(target.Database).RollbackAsync("0001_first", default);
        (await PlanAsync(target, First)).HasErrors.ShouldBeFalse();

        await target.ExecuteAsync("create table past (id integer)");
        (await PlanAsync(target, First)).Findings.ShouldContain(f => f.Code == ProblemCodes.SchemaDrifted && f.Subject == "past");
        await target.ExecuteAsync("drop table past");
        (await PlanAsync(target, First)).HasErrors.ShouldBeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_death_at_the_end_of_a_phase_leaves_no_record_that_is_out_of_date(int acts)
    {
        var whole = new FaultPlan(Fault.None, 0);
        await using (var target = await TargetAsync())
        {
            await WalkAsync(target, acts, whole);
        }

        for (var k = whole.Calls - 7; k <= whole.Calls; k++)
        {
            await using var target = await TargetAsync();
            var faults = new FaultPlan(Fault.DeathBefore, k);
            _ = await Should.ThrowAsync<Exception>(() => WalkAsync(target, acts, faults));
            time.Advance(TimeSpan.FromHours(1));
            var heir = Runner(target.Database, "heir");
            if ((await heir.StatusAsync(default)).Active is { UnderWay: true })
            {
                await heir.ResumeAsync(null, default);
            }

            await UndriftedAsync(target, $"at {faults.FiredIn}");
            if ((await heir.StatusAsync(default)).Run("0001_first") is { State: RunState.Live or RunState.Retired })
            {
                await heir.RollbackAsync("0001_first", default);
                await UndriftedAsync(target, $"rolled back behind {faults.FiredIn}");
            }

            (await PlanAsync(target, Script)).Findings.ShouldNotContain(f => f.Code == ProblemCodes.SchemaDrifted, $"at {faults.FiredIn}");
        }
    }

    private async Task WalkAsync(SqliteTarget target, int acts, FaultPlan faults)
    {
        var runner = Runner(new FaultyDatabase(target.Database, faults, new Mutation()));
        var plan = await PlanAsync(target, Script);
        await runner.StartAsync(plan, default);
        if (acts > 1)
        {
            await runner.CompleteAsync(plan.Migration, false, false, default);
        }

        if (acts > 2)
        {
            await runner.RollbackAsync(plan.Migration, default);
        }
    }

    private static async Task UndriftedAsync(SqliteTarget target, string when)
    {
        try
        {
            (await new Workspace(target.Database).DriftAsync(default)).Differences.ShouldBeEmpty(when);
        }
        catch (TandemException e) when (e.Problems[0].Code == ProblemCodes.SchemaNotRecorded)
        {
            // What is not known is no drift.
        }
    }

    private static async Task<SqliteTarget> TargetAsync()
    {
        var target = new SqliteTarget();
        await target.ExecuteAsync("create table people (id integer primary key, name text)");
        return target;
    }

    private static Task<Plan> PlanAsync(SqliteTarget target, string text, string id = "0001_first") =>
        new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{id}.yaml", text).Require(), default);

    private Runner Runner(IDatabase database, string holder = "first") => new(database, new RunnerOptions
    {
        Time = time, Holder = holder, Jitter = new Random(1), OldQuiet = TimeSpan.Zero,
    });
}
