using Npgsql;
using Shouldly;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>
/// Faults that were found in the nearest peer, each shown to be absent here. The numbers are those of the list in
/// docs/internals/peer-faults.md.
/// </summary>
public sealed class PeerFaultTests : IAsyncLifetime
{
    private const string Split = """
          - split_column:
              table: customers
              column: name
              into:
                - { name: first_name, type: text, nullable: false, up: "split_part(name, ' ', 1)" }
                - { name: last_name, type: text, up: "nullif(split_part(name, ' ', 2), '')" }
              down: "first_name || coalesce(' ' || last_name, '')"

        """;

    private PostgresTarget target = null!;
    private Workspace workspace = null!;

    public async Task InitializeAsync()
    {
        target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        workspace = Open();
        await target.ExecuteAsync("create table customers (id integer generated always as identity primary key, name text not null, status text default 'new')");
        await target.ExecuteAsync("insert into customers (name) select 'First' || i || ' Last' || i from generate_series(1, 5000) i");
    }

    public async Task DisposeAsync() => await target.DisposeAsync();

    [PostgresFact]
    public async Task Fault_1_an_expression_that_does_not_parse_is_a_problem_of_the_plan()
    {
        var plan = await PlanAsync("0001_bad", "  - change_type: { table: customers, column: status, type: varchar(9), default: \"'new'\", up: \"upper(status\", down: \"status\" }\n");

        plan.HasErrors.ShouldBeTrue();
        await Should.ThrowAsync<TandemException>(() => workspace.Runner.StartAsync(plan, default));
        (await target.RowsAsync("select count(*) from customers where status = 'new'")).ShouldBe(["5000"]);
    }

    [PostgresFact]
    public async Task Fault_2_a_run_killed_in_the_backfill_cannot_be_completed_and_is_resumed()
    {
        var plan = await PlanAsync("0001_split", Split);
        using var kill = new CancellationTokenSource();
        var killed = Open(new KillAfter(kill, batches: 3));
        await Should.ThrowAsync<OperationCanceledException>(() => killed.Runner.StartAsync(plan, kill.Token));

        await Should.ThrowAsync<TandemException>(() => workspace.Runner.CompleteAsync("0001_split", false, false, default));
        await workspace.Runner.ResumeAsync(null, default);
        await workspace.Runner.CompleteAsync("0001_split", false, false, default);

        (await target.RowsAsync("select count(*) from customers where first_name like 'First%' and last_name like 'Last%'")).ShouldBe(["5000"]);
    }

    [PostgresFact]
    public async Task Fault_3_an_old_writer_does_not_overwrite_what_a_new_one_wrote()
    {
        await StartAsync("0001_split", Split);
        await target.ExecuteAsync("update public_0001_split.customers set first_name = 'Mary Ann', last_name = 'Evans' where id = 1");

        await target.ExecuteAsync("update customers set status = 'seen' where id = 1");

        (await target.RowsAsync("select first_name, last_name from public_0001_split.customers where id = 1")).ShouldBe(["Mary Ann|Evans"]);
        (await target.RowsAsync("select name from customers where id = 1")).ShouldBe(["Mary Ann Evans"]);
    }

    [PostgresTheory]
    [InlineData("public_0001_split")]
    [InlineData("public_0001_split, public")]
    [InlineData("\"$user\", public_0001_split , public")]
    [InlineData("public, public_0001_split")]
    public async Task Fault_4_the_side_that_wrote_does_not_depend_on_the_search_path(string path)
    {
        await StartAsync("0001_split", Split);
        await target.ExecuteAsync($"set search_path = {path}");

        await target.ExecuteAsync("insert into public_0001_split.customers (first_name, last_name) values ('Ada', 'Lovelace')");
        await target.ExecuteAsync("insert into public.customers (name) values ('Grace Hopper')");

        (await target.RowsAsync("select name from public.customers where id > 5000 order by id")).ShouldBe(["Ada Lovelace", "Grace Hopper"]);
        (await target.RowsAsync("select first_name, last_name from public_0001_split.customers where id > 5000 order by id"))
            .ShouldBe(["Ada|Lovelace", "Grace|Hopper"]);
    }

    [PostgresFact]
    public async Task Fault_5_nobody_waits_behind_a_lock_request_beyond_its_budget()
    {
        var plan = await PlanAsync("0001_split", Split);
        await using var holder = await ConnectAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await RunAsync(holder, "select count(*) from customers");

        var start = workspace.Runner.StartAsync(plan, default);
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 40; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await target.ExecuteAsync("update customers set status = 'x' where id = 2");
            var took = TimeProvider.System.GetElapsedTime(began);
            slowest = took > slowest ? took : slowest;
            await Task.Delay(50);
        }

        start.IsCompleted.ShouldBeFalse();
        await transaction.CommitAsync();
        await start;

        // Who waited behind a request without a budget would have waited for the holder, which never ends here.
        slowest.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [PostgresFact]
    public async Task Fault_6_what_would_fail_at_complete_is_refused_by_the_plan()
    {
        await target.ExecuteAsync("create view shouting as select upper(name) as n from customers");

        var plan = await PlanAsync("0001_split", Split);

        plan.HasErrors.ShouldBeTrue();
        plan.Findings.ShouldContain(f => f.Message.Contains("shouting"));
    }

    [PostgresFact]
    public async Task Fault_7_one_migration_is_between_start_and_complete()
    {
        await StartAsync("0001_split", Split);
        var second = await PlanAsync("0002_add", "  - add_column: { table: customers, name: vip, type: boolean, default: \"false\" }\n");

        await Should.ThrowAsync<TandemException>(() => workspace.Runner.StartAsync(second, default));
        (await target.RowsAsync("select count(*) from public_0001_split.customers")).ShouldBe(["5000"]);
    }

    [PostgresFact]
    public async Task Fault_8_an_index_is_built_although_a_snapshot_stays_open_for_a_while()
    {
        await using var holder = await ConnectAsync();
        await using var transaction = await holder.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await RunAsync(holder, "select 1");

        var start = StartAsync("0001_index", "  - create_index: { table: customers, name: customers_status, columns: [ { name: status } ] }\n");
        await Task.Delay(1500);
        await transaction.CommitAsync();
        await start;

        (await target.RowsAsync("select count(*) from pg_index i join pg_class c on c.oid = i.indexrelid where c.relname like '%customers_status' and indisvalid")).ShouldBe(["1"]);
    }

    [PostgresFact]
    public async Task Fault_9_tables_with_always_generated_keys_are_filled()
    {
        await StartAsync("0001_split", Split);

        (await target.RowsAsync("select count(*) from public_0001_split.customers where last_name is not null")).ShouldBe(["5000"]);
    }

    [PostgresFact]
    public async Task Fault_10_what_does_not_change_keeps_everything()
    {
        await target.ExecuteAsync("create index customers_odd on customers (lower(status) text_pattern_ops, id desc) include (name) with (fillfactor = 70)");
        await target.ExecuteAsync("alter table customers alter column status set statistics 321, alter column status set storage external");
        const string Odd = "select pg_get_indexdef('customers_odd'::regclass), attstattarget, attstorage::text from pg_attribute where attrelid = 'customers'::regclass and attname = 'status'";
        var before = await target.RowsAsync(Odd);

        await StartAsync("0001_default", "  - set_default: { table: customers, column: status, default: \"'fresh'\" }\n");
        await workspace.Runner.CompleteAsync("0001_default", false, false, default);

        (await target.RowsAsync(Odd)).ShouldBe(before);
    }

    [PostgresFact]
    public async Task Fault_11_a_check_is_never_rewritten_as_text()
    {
        await target.ExecuteAsync("alter table customers add constraint no_status check (status <> 'status')");
        var before = await target.RowsAsync("select pg_get_constraintdef(oid) from pg_constraint where conname = 'no_status'");

        await StartAsync("0001_rename", "  - rename_column: { table: customers, from: status, to: state }\n");
        await workspace.Runner.CompleteAsync("0001_rename", false, false, default);
        (await target.RowsAsync("select pg_get_constraintdef(oid) from pg_constraint where conname = 'no_status'"))
            .ShouldBe(["CHECK ((state <> 'status'::text))"]);
        await workspace.Runner.RollbackAsync("0001_rename", default);

        (await target.RowsAsync("select pg_get_constraintdef(oid) from pg_constraint where conname = 'no_status'")).ShouldBe(before);
    }

    [PostgresFact]
    public async Task Fault_12_views_have_the_models_column_order_and_the_tables_grants()
    {
        await target.ExecuteAsync("do $$ begin if not exists (select from pg_roles where rolname = 'tandem_reader') then create role tandem_reader; end if; end $$");
        await target.ExecuteAsync("grant select on customers to tandem_reader");
        await StartAsync("0001_split", Split);

        (await target.RowsAsync("select string_agg(attname, ',' order by attnum) from pg_attribute where attrelid = 'public_0001_split.customers'::regclass and attnum > 0"))
            .ShouldBe(["id,first_name,last_name,status"]);
        await target.ExecuteAsync("set role tandem_reader");
        (await target.RowsAsync("select count(*) from public_0001_split.customers")).ShouldBe(["5000"]);
        await Should.ThrowAsync<PostgresException>(() => target.ExecuteAsync("insert into public_0001_split.customers (first_name) values ('x')"));
        await target.ExecuteAsync("reset role");
    }

    [PostgresFact]
    public async Task Fault_13_types_and_functions_resolve_through_the_version()
    {
        await target.ExecuteAsync("create type mood as enum ('ok', 'sad')");
        await target.ExecuteAsync("alter table customers add column feeling mood default 'ok'");
        await StartAsync("0001_split", Split);
        await target.ExecuteAsync("set search_path = public_0001_split, public");

        await target.ExecuteAsync("insert into customers (first_name, feeling) values ('Ada', 'sad'::mood)");

        (await target.RowsAsync("select name, feeling::text from public.customers where feeling = 'sad'")).ShouldBe(["Ada|sad"]);
    }

    [PostgresFact]
    public async Task Fault_14_user_triggers_that_fire_are_named_and_no_superuser_is_needed()
    {
        await target.ExecuteAsync("create function touch() returns trigger language plpgsql as $$ begin new.status := 'touched'; return new; end $$");
        await target.ExecuteAsync("create trigger touch before update on customers for each row execute function touch()");

        var plan = await PlanAsync("0001_split", Split);

        plan.Findings.ShouldContain(f => f.Message.Contains("touch"));
        (await PlanAsync("0001_split", Split, "user_triggers: refuse\n")).HasErrors.ShouldBeTrue();
    }

    [PostgresFact]
    public async Task Fault_15_a_complete_that_is_refused_can_be_rolled_back_for_real()
    {
        await StartAsync("0001_unique", "  - add_unique: { table: customers, columns: [ status ], name: customers_status_key }\n  - rename_column: { table: customers, from: name, to: full_name }\n");

        await Should.ThrowAsync<TandemException>(() => workspace.Runner.CompleteAsync("0001_unique", false, false, default));
        await workspace.Runner.RollbackAsync("0001_unique", default);

        (await target.RowsAsync("select count(name) from customers")).ShouldBe(["5000"]);
        (await target.RowsAsync("select count(*) from pg_index i join pg_class c on c.oid = i.indexrelid where c.relname like '%status%'")).ShouldBe(["0"]);
    }

    [PostgresFact]
    public async Task Fault_16_the_backfill_needs_no_planner_statistics()
    {
        var plan = await PlanAsync("0001_split", Split);

        var walk = plan.Steps(Steps.Phase.Start).Single(s => s.Kind == Steps.StepKind.Backfill).Walk!;
        var explained = await target.RowsAsync("explain select * from customers where ctid >= '(0,0)'::tid and ctid < '(10,0)'::tid");

        walk.Work.ShouldContain("ctid");
        explained[0].ShouldContain("Tid Range Scan");
    }

    private Workspace Open(IProgress<RunEvent>? progress = null) => new(target.Database, new RunnerOptions
    {
        Jitter = new Random(1),
        SmallestBatch = 1,
        FirstBatch = 100,
        OldQuiet = TimeSpan.Zero,
        LargestBatch = 100,
        Progress = progress,
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    });

    private Task<Plan> PlanAsync(string id, string operations, string more = "") =>
        workspace.PlanAsync(MigrationParser.Parse($"{id}.yaml", $"title: {id}\n{more}operations:\n{operations}").Require(), default);

    private async Task StartAsync(string id, string operations)
    {
        var plan = await PlanAsync(id, operations);
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        await workspace.Runner.StartAsync(plan, default);
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(target.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteScalarAsync();
    }

    /// <summary>Pulls the plug after some batches.</summary>
    private sealed class KillAfter(CancellationTokenSource kill, int batches) : IProgress<RunEvent>
    {
        private int seen;

        public void Report(RunEvent value)
        {
            if (value is BatchDone && ++seen == batches)
            {
                kill.Cancel();
            }
        }
    }
}
