using Npgsql;
using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Running;
using Tandem.Tests.Conformance;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>Several sessions that bring rows to another table, while the server and runners go down: each row gets there once, by the filling.</summary>
public sealed class LinkedWorkerTests
{
    private const int Rows = 6_000;
    private const string Id = "0001_moved";

    private static readonly Moved[] Kinds =
    [
        new(
            "extract_table", 14,
            $"create table customers (id int primary key, name text not null, street text, city text not null default ''); insert into customers select i, 'name ' || i, 'road ' || i, 'city' from generate_series(1, {Rows}) i",
            "{ extract_table: { table: customers, columns: [street, city], into: addresses, key: [customer_id] } }",
            "select id, street, city from public.customers", $"select customer_id, street, city from public_{Id}.addresses",
            $"update customers set street = 'lane' where id % 500 = 0; delete from customers where id = 77; insert into customers values ({Rows + 1}, 'late', 'late road', 'late')"),
        new(
            "inline_table", 14,
            $"create table customers (id int primary key, name text not null); create table profiles (customer_id int primary key references customers on update cascade on delete cascade, bio text not null); insert into customers select i, 'n' from generate_series(1, {Rows}) i; insert into profiles select i, 'bio ' || i from generate_series(1, {Rows}) i",
            "{ inline_table: { table: profiles, into: customers } }",
            "select customer_id, bio from public.profiles", $"select id, bio from public_{Id}.customers where bio is not null",
            $"update profiles set bio = 'new' where customer_id % 500 = 0; delete from profiles where customer_id = 77; insert into customers values ({Rows + 1}, 'late'); insert into profiles values ({Rows + 1}, 'late')"),
        new(
            "split_table", 14,
            $"create table orders (id int not null primary key, closed int, note text); insert into orders select i, i % 2, 'note ' || i from generate_series(1, {Rows}) i",
            "{ split_table: { table: orders, into: [ { name: open, where: closed = 0 }, { name: done, where: closed <> 0 } ] } }",
            "select id, closed, note from public.orders", $"select id, closed, note from public_{Id}.open union all select id, closed, note from public_{Id}.done",
            $"update orders set closed = 1 where id % 500 = 0; delete from orders where id = 77; insert into orders values ({Rows + 1}, 0, 'late')"),
        new(
            "merge_tables", 14,
            $"create table people (id int not null primary key, name text not null); create table firms (id int not null primary key, name text not null); insert into people select i, 'p ' || i from generate_series(1, {Rows / 2}) i; insert into firms select i, 'f ' || i from generate_series(1, {Rows / 2}) i",
            "{ merge_tables: { from: [ { name: people, value: \"'person'\" }, { name: firms, value: \"'firm'\" } ], into: parties, discriminator: { column: kind, type: text, in_key: true } } }",
            "select id, name, 'person' from public.people union all select id, name, 'firm' from public.firms", $"select id, name, kind from public_{Id}.parties",
            $"update people set name = 'new' where id % 500 = 0; delete from firms where id = 77; insert into firms values ({Rows + 1}, 'late')"),
        new(
            "partition_table", 15,
            $"create table readings (id int, day date not null, value text, primary key (id, day)); insert into readings select i, date '2026-01-01' + i % 300, 'v ' || i from generate_series(1, {Rows}) i",
            "{ partition_table: { table: readings, by: range, columns: [day], partitions: [ { name: readings_early, to: \"2026-06-01\" }, { name: readings_late, from: \"2026-06-01\" } ] } }",
            "select * from public.readings", "select * from {copy}",
            $"update readings set value = 'new' where id % 500 = 0; delete from readings where id = 77; insert into readings values ({Rows + 1}, '2026-09-09', 'late')"),
    ];

    /// <summary>Each on one major by day, on the oldest and the newest at night.</summary>
    public static TheoryData<int, string> All
    {
        get
        {
            var all = new TheoryData<int, string>();
            foreach (var (index, kind) in Kinds.Index())
            {
                var majors = PostgresVersions.EndMajors.Where(m => m >= kind.Since).ToList();
                foreach (var major in TestRun.Nightly ? majors : [majors[index % majors.Count]])
                {
                    all.Add(major, kind.Name);
                }
            }

            return all;
        }
    }

    [PostgresTheory]
    [MemberData(nameof(All))]
    public async Task Whatever_goes_down_each_row_is_brought_once(int major, string name)
    {
        var kind = Kinds.Single(k => k.Name == name);
        var options = new PostgresServerOptions { Fsync = false, Settings = new Dictionary<string, string> { ["wal_writer_delay"] = "10s" } };
        await using var server = await PostgresServer.StartAsync(major, options);
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(kind.Setup);

        await CrashAsync(server, database, kind);
        var parts = await database.ScalarAsync<long>("select count(*) from tandem.parts");
        parts.ShouldBe(12);
        await database.ExecuteAsync(kind.Meanwhile);
        await BreakOffAsync(database);
        await database.ExecuteAsync("analyze");
        (await database.ScalarAsync<long>("select count(*) from tandem.parts")).ShouldBeOneOf(parts, 0);

        var heard = new Heard(_ => { });
        await using var target = PostgresDatabase.At(database.Url.ToString());
        (await new Runner(target, Options(4, heard)).ResumeAsync(Id, default)).State.ShouldBe(RunState.Live);

        heard.Repaired.ShouldBe(0, "each row was brought by the filling");
        var copy = name == "partition_table" ? await database.ScalarAsync<string>("select oid::regclass::text from pg_class where relkind = 'p' and relname like '%readings'") : "";
        var (old, @new) = (kind.Old, kind.New.Replace("{copy}", copy, StringComparison.Ordinal));
        (await database.ScalarAsync<long>($"select count(*) from ((({old}) except ({@new})) union all (({@new}) except ({old}))) q")).ShouldBe(0);
        (await database.ScalarAsync<long>($"select count(*) from ({old}) q")).ShouldBeGreaterThanOrEqualTo(Rows);
        (await database.ScalarAsync<long>("select count(*) from tandem.parts")).ShouldBe(0);
    }

    /// <summary>Three sessions, and a server that goes down; the runner does not wait for it.</summary>
    private static async Task CrashAsync(PostgresServer server, TestDatabase database, Moved kind)
    {
        var crash = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var options = Options(3, new Heard(batches => { if (batches == 15) { crash.TrySetResult(); } }));
        var workspace = new Workspace(target, options);
        var plan = await workspace.PlanAsync(MigrationParser.Parse($"{Id}.yaml", $"title: Rows move\noperations:\n  - {kind.Operation}\n").Require(), default);
        plan.Findings.Where(f => f.Severity == Problems.Severity.Error).ShouldBeEmpty();
        var run = workspace.Runner.StartAsync(plan, default);
        await Task.WhenAny(crash.Task, run);
        await server.StopAsync(crash: true);
        await Should.ThrowAsync<Exception>(run);
        await server.StartAsync();
        await database.ForgetConnectionsAsync();
        await using var others = new NpgsqlConnection(server.ConnectionString("postgres"));
        NpgsqlConnection.ClearPool(others);
    }

    /// <summary>One session goes on, and is broken off.</summary>
    private static async Task BreakOffAsync(TestDatabase database)
    {
        using var off = new CancellationTokenSource();
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var runner = new Runner(target, Options(1, new Heard(batches => { if (batches == 10) { off.Cancel(); } })));
        await Should.ThrowAsync<OperationCanceledException>(runner.ResumeAsync(Id, off.Token));
    }

    private static RunnerOptions Options(int workers, Heard heard) => new()
    {
        Workers = workers, FirstBatch = 100, LargestBatch = 100, Progress = heard, LeaseExpiry = TimeSpan.FromSeconds(2), ReconnectFor = TimeSpan.Zero,
    };

    /// <summary>A change that brings rows to another table, with what the applications do in between.</summary>
    private sealed record Moved(string Name, int Since, string Setup, string Operation, string Old, string New, string Meanwhile);

    private sealed class Heard(Action<int> batch) : IProgress<RunEvent>
    {
        private int batches;

        public long Repaired { get; private set; }

        public void Report(RunEvent value)
        {
            switch (value)
            {
                case BatchDone done when done.Step.StartsWith("backfill ", StringComparison.Ordinal):
                    batch(++batches);
                    break;
                case VerifyMismatch mismatch:
                    Repaired += mismatch.Rows;
                    break;
            }
        }
    }
}
