using System.Data.Common;
using Npgsql;
using Tandem.Databases;
using Tandem.Postgres;
using Tandem.Tests.Servers;

namespace Tandem.Bench;

/// <summary>A server that was started to be measured: durable, with room, and without background work that comes by chance.</summary>
internal sealed class PostgresBench : BenchEngine
{
    private readonly PostgresServer server;

    private PostgresBench(PostgresServer server)
        : base(EngineKind.Postgres, $"PostgreSQL {server.Major}") => this.server = server;

    /// <summary>Settings besides the defaults; they stand on the page of results.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["shared_buffers"] = "512MB",
        ["max_wal_size"] = "8GB",
        ["min_wal_size"] = "2GB",
        ["checkpoint_timeout"] = "1h",
        ["wal_level"] = "replica",
        ["autovacuum"] = "off",
        ["jit"] = "off",
        ["synchronous_commit"] = "on",
    };

    public static async Task<BenchEngine> StartAsync(int major, string folder)
    {
        var engine = new PostgresBench(await PostgresServer.StartAsync(major, new PostgresServerOptions { Fsync = true, Folder = folder, Settings = Settings }));
        await engine.WarmAsync();
        return engine;
    }

    /// <inheritdoc />
    public override async Task<BenchDatabase> DatabaseAsync() => new PostgresBenchDatabase(await server.CreateDatabaseAsync());

    /// <inheritdoc />
    public override ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>
    /// Makes the files of the log. A server that has run for a while writes into those that it has; to make one, 16 MB of zeros that are flushed,
    /// takes tens of milliseconds in which nobody commits.
    /// </summary>
    private async Task WarmAsync()
    {
        await using var database = await DatabaseAsync();
        await database.RunAsync("select pg_logical_emit_message(false, 'tandem', repeat('x', 1000000)) from generate_series(1, 2100)");
        await database.RunAsync("checkpoint");
        await database.RunAsync("checkpoint");
    }
}

/// <summary>A database of the server.</summary>
internal sealed class PostgresBenchDatabase(TestDatabase database) : BenchDatabase
{
    // As the verification has one at a time.
    private const string OneProcess = "set max_parallel_workers_per_gather = 0; ";

    public override string Url => database.Url.ToString();

    public override string PlainValue => "amount * 100::bigint";

    public override (string Old, string New) Relations => ("public.items", "public_0001_items.items");

    public override string Comparison => OneProcess + "select count(*), count(*) filter (where row(_tandem_1_new_amount)::record *<> row(amount * 100::bigint)::record) from items";

    public override string Count => OneProcess + base.Count;

    /// <inheritdoc />
    protected override string Explain => "explain (costs off)";

    /// <inheritdoc />
    public override IDatabase Target() => PostgresDatabase.At(Url);

    /// <inheritdoc />
    public override async Task<DbConnection> ConnectAsync() => await database.OpenAsync();

    /// <inheritdoc />
    public override async Task LoadAsync(Items items)
    {
        await RunAsync($"""
            drop table if exists items;
            create table items (id int primary key, name text not null, email text not null, city text, amount int not null, created timestamptz not null, note text)
              with (fillfactor = {Text(items.Fillfactor)});
            insert into items select i, 'Customer ' || i, 'c' || i || '@example.org', 'City ' || i % 5000, i % 100000, timestamptz '2026-01-01' + i * interval '1 s', repeat('x', 40)
              from generate_series(1, {Text(items.Rows)}) i{(items.Shuffled ? " order by hashint4(i)" : "")};
            """);
        foreach (var column in Indexed.Take(items.Indexes))
        {
            await RunAsync($"create index on items ({column})");
        }

        await SettleAsync();
    }

    /// <inheritdoc />
    public override async Task SettleAsync()
    {
        await RunAsync("vacuum analyze items");
        await RunAsync("checkpoint");
    }

    /// <inheritdoc />
    public override async Task CompactAsync()
    {
        await RunAsync("vacuum full items");
        await SettleAsync();
    }

    /// <inheritdoc />
    public override Task<double> SizeAsync() => NumberAsync("select pg_relation_size('items')::float8");

    /// <inheritdoc />
    public override Task<double> LogAsync() => NumberAsync("select (pg_current_wal_insert_lsn() - '0/0')::float8");

    /// <inheritdoc />
    public override Task BatchesAsync(int rows, int size) => RunAsync($"""
        do $$ begin
          for low in 1..{Text(rows)} by {Text(size)} loop
            update items set amount_new = {PlainValue} where id between low and low + {Text(size - 1)};
            commit;
          end loop;
        end $$
        """);

    /// <inheritdoc />
    public override string Series(string upto) => $"generate_series(1, {upto}) i";

    /// <inheritdoc />
    public override ValueTask DisposeAsync() => database.DisposeAsync();

    /// <summary>Under the runner's own name: else it would take who measures for another session at work, and keep its batches short.</summary>
    protected override async Task<DbConnection> OpenUnseenAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = "tandem", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private async Task<double> NumberAsync(string query)
    {
        await using var connection = await OpenUnseenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        return (double)(await command.ExecuteScalarAsync())!;
    }
}
