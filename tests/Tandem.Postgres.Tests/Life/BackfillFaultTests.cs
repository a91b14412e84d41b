using Npgsql;
using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>Walks over a table while the network, the server or others on the table are in the way: they end, and every row is right.</summary>
public abstract class BackfillFaultTests(int workers) : IAsyncLifetime
{
    private const int Rows = 12_000;

    private const string File =
        """
        title: Names in upper case
        operations:
          - change_type: { table: customers, column: name, type: varchar(80), up: upper(name), down: name }
        """;

    private PostgresServer server = null!;
    private TestDatabase database = null!;

    public async Task InitializeAsync()
    {
        server = await PostgresServer.StartAsync(PostgresVersions.Newest, new PostgresServerOptions
        {
            // What nobody waited for reaches the disk late, if the server does not go down before.
            Fsync = false, Settings = new Dictionary<string, string> { ["wal_writer_delay"] = "10s" },
        });
        database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync($"create table customers (id int primary key, name text, seen int not null default 0); insert into customers (id, name) select i, 'name ' || i from generate_series(1, {Rows}) i");
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        await server.DisposeAsync();
    }

    [PostgresFact]
    public async Task Connections_that_are_cut_again_and_again_are_made_anew()
    {
        await using var proxy = new CuttingProxy(server.Port);
        var cuts = 0;
        await using var run = await BeginAsync(Through(proxy.Port), batch =>
        {
            if (batch.Number % 20 == 0 && cuts < 5)
            {
                cuts++;
                proxy.Cut();
            }
        });

        await run.EndAsync();

        cuts.ShouldBe(5);
        await CheckAsync();
    }

    [PostgresFact]
    public async Task A_server_that_crashes_and_comes_back_goes_on_at_the_last_batch_that_it_kept()
    {
        var crash = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (most, setBack) = (0L, false);
        await using var run = await BeginAsync(database.Url.ToString(), batch =>
        {
            if (batch.Number == 30)
            {
                crash.TrySetResult();
            }

            setBack |= batch.Step == "backfill customers" && batch.Rows < most;
            most = Math.Max(most, batch.Rows);
        });
        await Task.WhenAny(crash.Task, run.Running);
        await server.StopAsync(crash: true);
        await server.StartAsync();

        await run.EndAsync();
        await ForgetPoolAsync();

        setBack.ShouldBeTrue("the server lost no batch");
        run.Repaired.ShouldBe(0, "each row was filled by the backfill");
        await CheckAsync();
    }

    [PostgresFact]
    public async Task Rows_that_others_hold_are_waited_for_and_hold_up_nobody_else()
    {
        await using var holder = await database.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await RunAsync(holder, "update customers set seen = 1 where id = 9000");
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var run = await BeginAsync(database.Url.ToString(), _ => { }, () => waits.TrySetResult());
        await Task.WhenAny(waits.Task, run.Running);

        run.Running.IsCompleted.ShouldBeFalse();
        await database.ExecuteAsync("set statement_timeout = '5s'; update customers set seen = 2 where id <> 9000 and id % 1000 = 0");
        await transaction.CommitAsync();
        await run.EndAsync();

        await CheckAsync();
    }

    [PostgresFact]
    public async Task A_row_and_a_range_that_are_written_all_the_time_are_right_at_the_end()
    {
        using var over = new CancellationTokenSource();
        var hot = Task.WhenAll(
            WriteAsync("update customers set seen = seen + 1, name = 'name ' || id where id = 7", over.Token),
            WriteAsync("update public.customers set seen = seen + 1 where id between 5900 and 6000", over.Token),
            WriteAsync("update public.customers set name = 'changed ' || seen where id between 8000 and 8010", over.Token));
        await using var run = await BeginAsync(database.Url.ToString(), _ => { });
        await run.EndAsync();
        await over.CancelAsync();
        await hot;

        await CheckAsync();
    }

    [PostgresFact]
    public async Task A_table_that_grows_faster_than_it_is_filled_comes_to_an_end()
    {
        using var over = new CancellationTokenSource();
        await database.ExecuteAsync($"create sequence more start {Rows + 1}");
        var grows = WriteAsync("insert into public.customers (id, name) select nextval('public.more'), 'name ' || i from generate_series(1, 200) i", over.Token);
        await using var run = await BeginAsync(database.Url.ToString(), _ => { });
        await run.EndAsync();
        await over.CancelAsync();
        await grows;

        (await database.ScalarAsync<long>("select count(*) from customers")).ShouldBeGreaterThan(2 * Rows);
        await CheckAsync();
    }

    [PostgresFact]
    public async Task Vacuum_beside_the_backfill_does_no_harm()
    {
        using var over = new CancellationTokenSource();
        var vacuum = WriteAsync("vacuum (analyze) public.customers", over.Token);
        await using var run = await BeginAsync(database.Url.ToString(), _ => { });
        await run.EndAsync();
        await over.CancelAsync();
        await vacuum;

        await CheckAsync();
    }

    [PostgresTheory]
    [InlineData("backfill customers")]
    [InlineData("verify customers")]
    public async Task A_table_that_is_written_anew_in_the_middle_of_a_walk_is_walked_again(string step)
    {
        const int Early = (Rows / 2) + 1;
        await database.ExecuteAsync($"delete from customers where id <= {Rows / 2}");
        var moved = false;
        await using var run = await BeginAsync(database.Url.ToString(), batch =>
        {
            // The rows that the walk has not seen get the places that it has left behind; one of them is wrong by then.
            if (!moved && batch.Step == step && batch.Number == 40)
            {
                moved = true;
                using var other = new NpgsqlConnection(database.ConnectionString);
                other.Open();
                using var wrong = new NpgsqlBatch(other)
                {
                    BatchCommands =
                    {
                        new NpgsqlBatchCommand("set session_replication_role = replica"),
                        new NpgsqlBatchCommand($"update public.customers set name = 'wrong ' || id where id = {Early}"),
                    },
                };
                wrong.ExecuteNonQuery();
                using var rewrite = new NpgsqlCommand("cluster public.customers using customers_pkey", other);
                rewrite.ExecuteNonQuery();
            }
        });
        await run.EndAsync();

        moved.ShouldBeTrue();
        (await database.ScalarAsync<string>($"select name from public_0001_upper.customers where id = {Early}")).ShouldBe($"WRONG {Early}");
        await CheckAsync();
    }

    private string Through(int port) => new UriBuilder(database.Url) { Port = port }.Uri.ToString();

    /// <summary>Runs the migration as far as live, with small batches.</summary>
    private async Task<WatchedRun> BeginAsync(string url, Action<WatchedBatch> batch, Action? waits = null)
    {
        var target = PostgresDatabase.At(url);
        var heard = new Listener(batch, waits ?? (() => { }));
        var workspace = new Workspace(target, new RunnerOptions { Progress = heard, Workers = workers, FirstBatch = 100, LargestBatch = 100 });
        var plan = await workspace.PlanAsync(MigrationParser.Parse("0001_upper.yaml", File).Require(), default);
        return new WatchedRun(target, workspace.Runner.StartAsync(plan, default), heard);
    }

    /// <summary>Does this over and over until it is told to stop, with breath for others on two processors.</summary>
    private async Task WriteAsync(string sql, CancellationToken over)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        while (!over.IsCancellationRequested)
        {
            await RunAsync(connection, sql);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>The pooled connections of before the crash are dead.</summary>
    private async Task ForgetPoolAsync()
    {
        await database.ForgetConnectionsAsync();
        await using var others = new NpgsqlConnection(server.ConnectionString("postgres"));
        NpgsqlConnection.ClearPool(others);
    }

    private async Task CheckAsync() => (await database.ScalarAsync<long>(
        "select count(*) from public_0001_upper.customers n full join public.customers o using (id) where n.name is distinct from upper(o.name)")).ShouldBe(0);

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A batch that is done: the step's id, which of its batches it was, and how many rows were done with it.</summary>
    private sealed record WatchedBatch(string Step, int Number, long Rows);

    private sealed class Listener(Action<WatchedBatch> batch, Action waits) : IProgress<RunEvent>
    {
        private readonly Dictionary<string, int> batches = [];

        public long Repaired { get; private set; }

        public void Report(RunEvent value)
        {
            switch (value)
            {
                case BatchDone done:
                    batch(new WatchedBatch(done.Step, batches[done.Step] = batches.GetValueOrDefault(done.Step) + 1, done.Rows));
                    break;
                case VerifyMismatch mismatch:
                    Repaired += mismatch.Rows;
                    break;
                case Waiting:
                    waits();
                    break;
            }
        }
    }

    private sealed class WatchedRun(PostgresDatabase target, Task<RunRecord> running, Listener heard) : IAsyncDisposable
    {
        public Task Running => running;

        public long Repaired => heard.Repaired;

        public async Task EndAsync() => (await running).State.ShouldBe(RunState.Live);

        public ValueTask DisposeAsync() => target.DisposeAsync();
    }
}

/// <summary>By one session.</summary>
public sealed class LoneBackfillFaultTests() : BackfillFaultTests(1);

/// <summary>By two sessions.</summary>
public sealed class SharedBackfillFaultTests() : BackfillFaultTests(2);
