using Npgsql;
using Shouldly;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

public sealed class PostgresSessionTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Statements_happen_together_and_know_the_rows_of_the_one_before(int major)
    {
        await using var target = await Target.CreateAsync("create table t (id int primary key, a text); create table log (n bigint)", major: major);
        await using var session = await target.SessionAsync();

        var results = await session.ApplyAsync(
            [
                new SqlStatement("insert into t select g, 'x' from generate_series(1, @n::int) g", new SqlArgument("n", 3L)),
                new SqlStatement("insert into log values (@rows)", SqlArgument.RowsOfPrevious("rows")),
                new SqlStatement("select id, a from t where a = @a order by id", new SqlArgument("a", "x")),
                new SqlStatement("insert into log values (@rows)", SqlArgument.RowsOfPrevious("rows")),
                new SqlStatement("update t set a = @a where id = 1", new SqlArgument("a", null)) { ExpectRows = 1 },
            ],
            ApplyOptions.Default,
            None);

        results.Select(r => r.Affected).ShouldBe([3, 1, -1, 1, 1]);
        results[2].Rows[1].ShouldBe([2L, "x"]);
        (await target.Server.ScalarAsync<long>("select sum(n)::bigint from log")).ShouldBe(6);
        (await target.Server.ScalarAsync<long>("select count(*) from t where a is null")).ShouldBe(1);
    }

    [PostgresFact]
    public async Task Values_come_back_typed_or_as_the_servers_text()
    {
        await using var target = await Target.CreateAsync("create type mood as enum ('ok')");
        await using var session = await target.SessionAsync();

        var result = await session.QueryAsync(
            new SqlStatement(
                """
                select 1::int2 as a, 2::int4 as b, 3::int8 as c, true as d, 'NaN'::float8 as e, '-infinity'::float4 as f, '\xdead'::bytea as g,
                1.50::numeric as h, '2020-02-03'::date as i, 'ok'::mood as j, '{"a": 1}'::json as k, null::int as l, array[1, 2] as m,
                (1, 'x') as n, @s as o, @f as p, @b as q, '(a,b)'::text as r
                """,
                new SqlArgument("s", "ü"), new SqlArgument("f", 1.5), new SqlArgument("b", false)),
            None);

        result.Rows.Single().ShouldBe(
        [
            1L, 2L, 3L, true, double.NaN, double.NegativeInfinity, new byte[] { 0xDE, 0xAD }, "1.50", "2020-02-03", "ok", "{\"a\": 1}", null,
            "{1,2}", "(1,x)", "ü", 1.5, false, "(a,b)",
        ]);
        result.Columns[0].ShouldBe("a");
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Time_limits_of_the_role_do_not_end_a_step(int major)
    {
        await using var target = await Target.CreateAsync("create table t (id int primary key)", major: major);
        foreach (var limit in new[] { "statement_timeout", "transaction_timeout" }.Where(l => major >= 17 || l != "transaction_timeout"))
        {
            await target.Server.ExecuteAsync($"do $$ begin execute format('alter database %I set {limit} = 300', current_database()); end $$");
        }

        await using var session = await target.SessionAsync();
        var unlimited = ApplyOptions.Default with { StatementTimeout = null };

        (await session.ApplyAsync([new SqlStatement("select 1 from pg_sleep(0.6)")], unlimited, None)).Count.ShouldBe(1);
        await session.ExecuteAloneAsync(new SqlStatement("select 1 from pg_sleep(0.6)"), unlimited, None);
    }

    [PostgresFact]
    public async Task An_unmet_expectation_takes_everything_back()
    {
        await using var target = await Target.CreateAsync("create table t (id int primary key)");
        await using var session = await target.SessionAsync();

        var rows = await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync(
            [
                new SqlStatement("insert into t values (1)"),
                new SqlStatement("delete from t where id = 7") { ExpectRows = 1, Otherwise = ("TDM9999", "The row was gone ({0}).") },
            ],
            ApplyOptions.Default,
            None));
        var zero = await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync(
            [
                new SqlStatement("insert into t values (1), (2)"),
                new SqlStatement("select count(*) from t") { ExpectZero = true, Otherwise = ("TDM9998", "{0} rows {are} there.") },
            ],
            ApplyOptions.Default,
            None));

        (rows.Kind, rows.ProblemCode, rows.Message).ShouldBe((FailureKind.Expectation, "TDM9999", "The row was gone (0)."));
        (zero.Kind, zero.ProblemCode, zero.Message).ShouldBe((FailureKind.Expectation, "TDM9998", "2 rows {are} there."));
        (await target.Server.ScalarAsync<long>("select count(*) from t")).ShouldBe(0);
        var fine = await session.ApplyAsync([new SqlStatement("select count(*) from t") { ExpectZero = true }], ApplyOptions.Default, None);
        fine.Count.ShouldBe(1);
    }

    [PostgresFact]
    public async Task A_lock_is_waited_for_no_longer_than_allowed()
    {
        await using var target = await Target.CreateAsync("create table t (id int primary key)");
        await using var session = await target.SessionAsync();
        await using var other = await target.Server.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var locking = new NpgsqlCommand("lock table t", other))
        {
            await locking.ExecuteNonQueryAsync();
        }

        var failure = await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync(
            [new SqlStatement("alter table t add column a int")],
            ApplyOptions.Default with { LockTimeout = TimeSpan.Zero },
            None));

        (failure.Kind, failure.ServerCode, failure.CanRetry).ShouldBe((FailureKind.LockTimeout, "55P03", true));
        await transaction.RollbackAsync();
        await session.ApplyAsync([new SqlStatement("alter table t add column a int")], ApplyOptions.Default, None);
    }

    [PostgresFact]
    public async Task A_long_statement_ends_at_its_limit_or_when_it_is_cancelled()
    {
        await using var target = await Target.CreateAsync();
        await using var session = await target.SessionAsync();
        var sleep = new SqlStatement("select pg_sleep(60)");
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        var limit = await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync(
            [sleep], ApplyOptions.Default with { StatementTimeout = TimeSpan.FromMilliseconds(50) }, None));
        await Should.ThrowAsync<OperationCanceledException>(() => session.QueryAsync(sleep, source.Token));

        limit.Kind.ShouldBe(FailureKind.StatementTimeout);
        (await session.QueryAsync(
            new SqlStatement("select count(*) as n from pg_stat_activity where query like 'select pg_sleep%' and state = 'active' and pid <> pg_backend_pid()"),
            None)).Number("n").ShouldBe(0);
    }

    [PostgresFact]
    public async Task A_lost_connection_is_said_and_the_next_call_connects_again()
    {
        await using var target = await Target.CreateAsync("create table t (id int)");
        await using var session = await target.SessionAsync();
        await Terminate(target, await PidAsync(session));

        var idle = await Should.ThrowAsync<DatabaseException>(() => session.QueryAsync(new SqlStatement("select 1"), None));
        var pid = await PidAsync(session);
        var running = session.ApplyAsync(
            [new SqlStatement("insert into t values (1)"), new SqlStatement("select pg_sleep(60)")], ApplyOptions.Default, None);
        await target.Server.ExecuteAsync(
            $"do $$ begin while not exists (select from pg_stat_activity where pid = {pid} and wait_event = 'PgSleep') loop perform pg_sleep(0.01); perform pg_stat_clear_snapshot(); end loop; end $$");
        await Terminate(target, pid);
        var busy = await Should.ThrowAsync<DatabaseException>(() => running);

        idle.Kind.ShouldBe(FailureKind.ConnectionLost);
        busy.Kind.ShouldBe(FailureKind.ConnectionLost);
        (await session.QueryAsync(new SqlStatement("select count(*) as n from t"), None)).Number("n").ShouldBe(0);
    }

    [PostgresFact]
    public async Task Reading_cannot_write_and_hidden_rows_are_an_error()
    {
        await using var target = await Target.CreateAsync(
            "create table t (id int); alter table t enable row level security; alter table t force row level security");
        await target.Server.ExecuteAsync(
            "do $$ begin create role reader login password 'reader'; exception when duplicate_object then null; end $$; grant select on t to reader");
        await using var session = await target.SessionAsync();
        var address = new UriBuilder(target.Server.Url) { UserName = "reader", Password = "reader", Scheme = "postgres" }.Uri.ToString();
        await using var readers = Target.Open(address);
        await using var reader = await readers.OpenSessionAsync(None);

        var write = await Should.ThrowAsync<DatabaseException>(() => session.QueryAsync(new SqlStatement("delete from t"), None));
        var option = await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync(
            [new SqlStatement("create table u (id int)")], ApplyOptions.Default with { ReadOnly = true }, None));
        var hidden = await Should.ThrowAsync<DatabaseException>(() => reader.QueryAsync(new SqlStatement("select * from t"), None));

        write.Kind.ShouldBe(FailureKind.ReadOnly);
        option.Kind.ShouldBe(FailureKind.ReadOnly);
        hidden.Kind.ShouldBe(FailureKind.Permission);
    }

    [PostgresFact]
    public async Task The_engine_alone_ends_transactions()
    {
        await using var target = await Target.CreateAsync("create table t (id int)");
        await using var session = await target.SessionAsync();

        var failure = await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync(
            [new SqlStatement("insert into t values (1); /* so */ commit")], ApplyOptions.Default, None));

        failure.Kind.ShouldBe(FailureKind.Statement);
        (await target.Server.ScalarAsync<long>("select count(*) from t")).ShouldBe(0);
    }

    [PostgresFact]
    public async Task A_statement_alone_runs_outside_a_transaction_and_leaves_no_setting()
    {
        await using var target = await Target.CreateAsync("create table t (id int)", schema: "public");
        await using var session = await target.SessionAsync();
        await using var second = await target.SessionAsync();

        await session.ExecuteAloneAsync(
            new SqlStatement("create index concurrently t_id on t (id)"), ApplyOptions.Default with { StatementTimeout = null }, None);
        await session.ExecuteAloneAsync(
            new SqlStatement("create index concurrently t_id2 on t (id);"), ApplyOptions.Default, None);
        var twice = await Should.ThrowAsync<DatabaseException>(() => session.ExecuteAloneAsync(
            new SqlStatement("create index concurrently t_id on t (id)"), ApplyOptions.Default, None));
        await second.ExecuteAloneAsync(new SqlStatement("vacuum t"), ApplyOptions.Default, None);

        twice.Kind.ShouldBe(FailureKind.Statement);
        twice.ServerCode.ShouldBe("42P07");
        (await target.Server.ScalarAsync<long>("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())")).ShouldBe(0);
        var prologue = await session.ApplyAsync(
            [new SqlStatement("select current_setting('work_mem') as m")],
            ApplyOptions.Default with { Prologue = ["set work_mem = '5MB'"], Epilogue = ["reset work_mem"] },
            None);
        prologue[0].Text("m").ShouldBe("5MB");
    }

    [PostgresTheory]
    [InlineData("off", false, "on")]
    [InlineData("off", true, "off")]
    [InlineData("on", true, "off")]
    [InlineData("remote_apply", false, "remote_apply")]
    public async Task What_cannot_be_done_again_waits_for_the_disk(string present, bool again, string expected)
    {
        await using var target = await Target.CreateAsync("create table t (id int)");
        await target.Server.ExecuteAsync($"do $$ begin execute format('alter database %I set synchronous_commit = {present}', current_database()); end $$");
        await using var session = await target.SessionAsync();

        var seen = await session.ApplyAsync(
            [new SqlStatement("select current_setting('synchronous_commit') as kept")], ApplyOptions.Default with { CanBeRedone = again }, None);

        seen[0].Text("kept").ShouldBe(expected);
    }

    [PostgresFact]
    public async Task Two_statements_alone_do_not_run_at_once()
    {
        await using var target = await Target.CreateAsync("create table t (id int)");
        await using var session = await target.SessionAsync();
        await using var second = await target.SessionAsync();
        using var source = new CancellationTokenSource();
        var running = session.ExecuteAloneAsync(new SqlStatement("select pg_sleep(60)"), ApplyOptions.Default, source.Token);
        await target.Server.ExecuteAsync(
            "do $$ begin while not exists (select from pg_stat_activity where wait_event = 'PgSleep') loop perform pg_stat_clear_snapshot(); end loop; end $$");

        var refused = await Should.ThrowAsync<DatabaseException>(
            () => second.ExecuteAloneAsync(new SqlStatement("vacuum t"), ApplyOptions.Default, None));
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);

        refused.Kind.ShouldBe(FailureKind.LockTimeout);
        await second.ExecuteAloneAsync(new SqlStatement("vacuum t"), ApplyOptions.Default, None);
    }

    [PostgresFact]
    public async Task A_constraint_that_fails_at_commit_is_a_failure_of_the_data()
    {
        await using var target = await Target.CreateAsync("create table t (id int unique deferrable initially deferred)");
        await using var session = await target.SessionAsync();

        var failure = await Should.ThrowAsync<DatabaseException>(() => session.ApplyAsync(
            [new SqlStatement("insert into t values (4711), (4711)")], ApplyOptions.Default, None));

        failure.Kind.ShouldBe(FailureKind.Data);
        failure.ServerCode.ShouldBe("23505");
    }

    [PostgresFact]
    public async Task Bodies_of_functions_are_left_whole()
    {
        await using var target = await Target.CreateAsync();
        await using var session = await target.SessionAsync();

        var results = await session.ApplyAsync(
            [
                new SqlStatement("create function f() returns int language sql begin atomic select 1; select case when true then 2 end; end; select 7 as seven"),
                new SqlStatement("create function g() returns int language plpgsql as $$ begin return 3; end $$;"),
                new SqlStatement("select f() + g() as sum, @five as five, '[1, 2]'::jsonb @> '1' as holds, ':x' as x, (array[1, 2])[1:1] as slice", new SqlArgument("five", 5L)),
                new SqlStatement("select '[1, 2]'::jsonb @> '1' as holds, ':x' as x, (array[1, 2])[1:1] as slice -- :y @z\n"),
            ],
            ApplyOptions.Default,
            None);

        results[0].Number("seven").ShouldBe(7);
        results[2].Rows.Single().ShouldBe([5L, 5L, true, ":x", "{1}"]);
        results[3].Rows.Single().ShouldBe([true, ":x", "{1}"]);
    }

    private static async Task<long> PidAsync(ISession session) =>
        (await session.QueryAsync(new SqlStatement("select pg_backend_pid() as pid"), None)).Number("pid");

    private static Task<bool> Terminate(Target target, long pid) =>
        target.Server.ScalarAsync<bool>($"select pg_terminate_backend({pid}, 5000)");
}
