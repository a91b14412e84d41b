using Npgsql;
using Shouldly;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Steps;
using Tandem.Tests.Conformance;
using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>Several sessions that fill and compare one table.</summary>
public sealed class WorkerTests
{
    private const int Rows = 12_000;

    private const string File =
        """
        title: Names in upper case
        backfill: { workers: 3 }
        operations:
          - change_type: { table: customers, column: name, type: varchar(80), up: upper(name), down: name }
        """;

    public static TheoryData<int> All => [.. PostgresVersions.Wanted];

    [PostgresTheory]
    [EndMajors]
    public async Task Each_row_is_filled_once_and_compared_once(int major)
    {
        await using var database = await MakeAsync(major);
        var (workspace, plan, target) = await PlanAsync(database);
        await using var closes = target;
        plan.Workers.ShouldBe([new WorkerChoice("customers", 3, "The migration's file says so.")]);

        (await workspace.Runner.StartAsync(plan, default)).State.ShouldBe(RunState.Live);

        await CheckAsync(database);
        var ledger = await workspace.Runner.LedgerAsync(plan.Migration, default);
        ledger.Where(l => l.Pass == 0).Sum(l => l.Rows).ShouldBe(Rows);
        ledger.Where(l => l.Pass == 1).Sum(l => l.Rows).ShouldBe(Rows);
        ledger.Where(l => l.Pass == 1).Sum(l => l.Mismatched).ShouldBe(0);
        (await database.ScalarAsync<long>("select count(distinct number / 1000000000) from tandem.ledger where pass = 0")).ShouldBeGreaterThan(3);
        (await database.ScalarAsync<long>("select count(*) from tandem.parts")).ShouldBe(0);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_run_that_is_broken_off_goes_on_at_the_place_of_each_with_as_many_as_there_are_then(int major)
    {
        await using var database = await MakeAsync(major);
        using var off = new CancellationTokenSource();
        var heard = new Heard(batches =>
        {
            if (batches == 40)
            {
                off.Cancel();
            }
        });
        var (workspace, plan, target) = await PlanAsync(database, new RunnerOptions { Progress = heard });
        await using var closes = target;
        await Should.ThrowAsync<OperationCanceledException>(workspace.Runner.StartAsync(plan, off.Token));
        (await database.ScalarAsync<long>("select count(*) from tandem.parts where walk_at <> walk_from")).ShouldBeGreaterThan(1);
        var done = await database.ScalarAsync<long>("select sum(rows_done)::bigint from tandem.parts");
        done.ShouldBe(await database.ScalarAsync<long>("select count(_tandem_1_new_name) from customers"));

        var (again, _, second) = await PlanAsync(database, new RunnerOptions { Workers = 1 });
        await using var closesToo = second;
        (await again.Runner.ResumeAsync(plan.Migration, default)).State.ShouldBe(RunState.Live);

        await CheckAsync(database);
        (await again.Runner.LedgerAsync(plan.Migration, default)).Where(l => l.Pass == 0).Sum(l => l.Rows).ShouldBe(Rows);
        var line = (await again.Runner.StepsAsync(plan.Migration, Phase.Start, 1, default)).Single(l => l.Id == "backfill customers");
        line.RowsDone.ShouldBe(Rows);
    }

    [PostgresFact]
    public async Task Who_has_lost_the_lease_writes_no_batch_of_any_part()
    {
        await using var database = await MakeAsync(PostgresVersions.Newest);
        using var off = new CancellationTokenSource();
        var (workspace, plan, target) = await PlanAsync(database, new RunnerOptions { Progress = new Heard(batches => { if (batches == 10) { off.Cancel(); } }) });
        await using var closes = target;
        await Should.ThrowAsync<OperationCanceledException>(workspace.Runner.StartAsync(plan, off.Token));
        var dialect = await target.ConnectAsync(default);
        var store = new JournalStore(dialect.JournalPrefix, dialect.Capabilities.Clock, target.SchemaName, "test", TimeProvider.System);
        await using var first = new LeasedSession(target, store, new RunnerOptions { Holder = "first" });
        await first.OpenAsync(default);
        await first.AcquireAsync(default);
        var line = new StepRecord(plan.Migration, Phase.Start, 1, 0, "backfill customers");
        var part = (await PartStore.ReadAsync(store, line, first.QueryAsync, default))[0];
        await using var member = first.Beside();
        await member.OpenAsync(default);
        member.WorkOn(part);
        (await member.ApplyAsync([], ApplyOptions.Default, default)).ShouldNotBeNull();

        await using var second = new LeasedSession(target, store, new RunnerOptions { Holder = "second" });
        await second.OpenAsync(default);
        await first.ReleaseAsync([], default);
        await second.AcquireAsync(default);

        var refused = await Should.ThrowAsync<TandemException>(member.ApplyAsync(new PartStore(store, part).Checkpoint(1, "", "x"), ApplyOptions.Default, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.LostLease);
    }

    [PostgresTheory]
    [InlineData("workers_by_pages")]
    [InlineData("workers_by_keys")]
    [InlineData("workers_to_another_table")]
    public async Task Whatever_goes_wrong_at_a_call_of_any_of_them_the_end_is_the_same(string name)
    {
        var loop = new CrashLoop(LifeScenario.Of(LifeCases.Get(name), async () => await PostgresTarget.CreateAsync(PostgresVersions.Newest), [Act.Start]));
        var result = await loop.RunAsync(Enum.GetValues<Fault>().Where(f => f != Fault.None), CrashPoints.Spread(TestRun.Nightly ? 12 : 1, name));
        result.Failures.ShouldBeEmpty();
        result.Fired.ShouldBeGreaterThan(result.Lives / 2);
    }

    [PostgresFact]
    public async Task The_plan_says_how_many_there_would_be_and_why()
    {
        await using var database = await MakeAsync(PostgresVersions.Newest);
        var (_, plan, target) = await PlanAsync(database, file: File.Replace("backfill: { workers: 3 }\n", "", StringComparison.Ordinal));
        await using var closes = target;
        var choice = plan.Workers.ShouldHaveSingleItem();
        choice.Count.ShouldBe(1);
        choice.Why.ShouldBe("It has about 12,000 rows; a second session pays from 1,000,000 on.");
    }

    [PostgresFact]
    public async Task The_plan_says_when_the_role_does_not_see_whom_it_should_spare()
    {
        await using var database = await MakeAsync(PostgresVersions.Newest);
        var role = $"plain_{database.Name}";
        await database.ExecuteAsync($"create role {role} login password 'plain'; grant select on customers to {role}");
        try
        {
            await using var plain = PostgresDatabase.At(new UriBuilder(database.Url) { UserName = role, Password = "plain" }.Uri.ToString());
            var told = (await new Workspace(plain).PlanAsync(MigrationParser.Parse("0001_upper.yaml", File).Require(), default)).Findings.Single(f => f.Code == ProblemCodes.OthersHidden);
            told.Severity.ShouldBe(Severity.Note);
            var (_, plan, target) = await PlanAsync(database);
            await using var closes = target;
            plan.Findings.ShouldNotContain(f => f.Code == ProblemCodes.OthersHidden);
        }
        finally
        {
            NpgsqlConnection.ClearAllPools();
            await database.ExecuteAsync($"drop owned by {role}; drop role {role}");
        }
    }

    private static async Task<TestDatabase> MakeAsync(int major)
    {
        var database = await PostgresServers.CreateDatabaseAsync(major);
        await database.ExecuteAsync($"create table customers (id int primary key, name text, note text); insert into customers select i, 'name ' || i, repeat('x', 100) from generate_series(1, {Rows}) i");
        await database.ExecuteAsync("analyze customers");
        return database;
    }

    private static async Task<(Workspace Workspace, Plan Plan, PostgresDatabase Target)> PlanAsync(TestDatabase database, RunnerOptions? options = null, string file = File)
    {
        var target = PostgresDatabase.At(database.Url.ToString());
        var workspace = new Workspace(target, (options ?? new RunnerOptions()) with { FirstBatch = 100, LargestBatch = 100 });
        return (workspace, await workspace.PlanAsync(MigrationParser.Parse("0001_upper.yaml", file).Require(), default), target);
    }

    private static async Task CheckAsync(TestDatabase database) => (await database.ScalarAsync<long>(
        "select count(*) from public_0001_upper.customers n full join public.customers o using (id) where n.name is distinct from upper(o.name)")).ShouldBe(0);

    private sealed class Heard(Action<int> batch) : IProgress<RunEvent>
    {
        private int batches;

        public void Report(RunEvent value)
        {
            if (value is BatchDone { Step: "backfill customers" })
            {
                batch(++batches);
            }
        }
    }
}
