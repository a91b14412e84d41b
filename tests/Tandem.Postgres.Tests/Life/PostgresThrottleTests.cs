using System.Text.Json;
using Npgsql;
using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Running.Health;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>A run that minds a real replica.</summary>
public sealed class PostgresThrottleTests
{
    private const string File =
        """
        title: Names in upper case
        operations:
          - change_type: { table: customers, column: name, type: varchar(80), up: upper(name), down: name }
        """;

    [PostgresFact]
    public async Task A_replica_that_stands_still_holds_the_backfill_until_it_has_caught_up()
    {
        await using var primary = await PostgresServer.StartAsync(PostgresVersions.Newest, new PostgresServerOptions { Fsync = false });
        await using var standby = await primary.StartStandbyAsync("standby1");
        await using var database = await primary.CreateDatabaseAsync();
        await database.ExecuteAsync("create table customers (id int primary key, name text); insert into customers select i, 'name ' || i from generate_series(1, 40000) i");
        await UntilReplayedAsync(database);
        await standby.ExecuteAsync("select pg_wal_replay_pause()");

        await using var target = PostgresDatabase.At(database.Url.ToString());
        var holds = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var workspace = new Workspace(target, new RunnerOptions
        {
            Progress = new Listener(e =>
            {
                if (e is Waiting { Step: "backfill customers" } waiting)
                {
                    holds.TrySetResult(waiting.Reason);
                }
            }),
            LargestBatch = 200,
            Health = new HealthOptions
            {
                Limits = [new HealthLimit(HealthSignals.ReplicaLagBytes, 1_500_000, 2_500_000) { Unit = "bytes" }],
                SampleEvery = TimeSpan.FromMilliseconds(20),
            },
        });
        var plan = await workspace.PlanAsync(MigrationParser.Parse("0001_upper.yaml", File).Require(), default);
        var running = workspace.Runner.StartAsync(plan, default);
        var why = await Task.WhenAny(holds.Task, running) == holds.Task ? await holds.Task : throw new InvalidOperationException($"It never held: {(await running).State}");
        why.ShouldStartWith("replica lag bytes of standby1 is ");

        await using (var reader = PostgresDatabase.At(database.Url.ToString()))
        {
            var view = await new Workspace(reader, new RunnerOptions()).ReadJournalAsync(default);
            JsonDocument.Parse(view.Throttled.ShouldNotBeNull().Detail).RootElement.GetProperty("signal").GetString().ShouldBe(HealthSignals.ReplicaLagBytes);
            view.Steps.Single(s => s.Id == "backfill customers").RowsDone.ShouldBeInRange(1, 39_999);
        }

        await standby.ExecuteAsync("select pg_wal_replay_resume()");
        (await running).State.ShouldBe(RunState.Live);
        await using var connection = await database.OpenAsync();
        await using var count = new NpgsqlCommand("select count(*) from public_0001_upper.customers c join customers o using (id) where c.name = upper(o.name)", connection);
        (await count.ExecuteScalarAsync()).ShouldBe(40_000L);
    }

    [PostgresFact]
    public async Task A_question_that_takes_too_long_is_given_up_and_slows_down_what_goes_on()
    {
        await using var database = await PostgresServers.CreateDatabaseAsync();
        await database.ExecuteAsync("create table customers (id int primary key, name text); insert into customers select i, 'name ' || i from generate_series(1, 200) i");
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var paced = new List<string>();
        var workspace = new Workspace(target, new RunnerOptions
        {
            LeaseExpiry = TimeSpan.FromSeconds(3),
            Progress = new Listener(e =>
            {
                if (e is Paced { Step: "backfill customers" } slow)
                {
                    paced.Add(slow.Why);
                }
            }),
            Health = new HealthOptions { Queries = [new HealthQuery(new HealthLimit("orders", 1, 2), "select 1 from pg_sleep(600)", Timed: false)], SampleEvery = TimeSpan.FromHours(1) },
        });
        var plan = await workspace.PlanAsync(MigrationParser.Parse("0001_upper.yaml", File).Require(), default);

        (await workspace.Runner.StartAsync(plan, default)).State.ShouldBe(RunState.Live);

        paced.ShouldHaveSingleItem().ShouldBe("orders cannot be read: the answer takes too long");
    }

    private static async Task UntilReplayedAsync(TestDatabase database)
    {
        await using var connection = await database.OpenAsync();
        for (var tries = 0; tries < 1200; tries++)
        {
            await using var command = new NpgsqlCommand(
                "select count(*) from pg_stat_replication where state = 'streaming' and replay_lsn >= pg_current_wal_lsn()", connection);
            if (await command.ExecuteScalarAsync() is 1L)
            {
                return;
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException("The standby does not follow.");
    }

    private sealed class Listener(Action<RunEvent> heard) : IProgress<RunEvent>
    {
        public void Report(RunEvent value) => heard(value);
    }
}
