using System.Data.Common;
using Microsoft.Data.Sqlite;
using Tandem.Databases;
using Tandem.Sqlite;

namespace Tandem.Bench;

/// <summary>Files in a folder on the disk, by the library that the product chooses.</summary>
internal sealed class SqliteBench : BenchEngine
{
    private readonly DirectoryInfo folder;
    private int files;

    private SqliteBench(DirectoryInfo folder)
        : base(EngineKind.Sqlite, $"SQLite {SqliteDatabase.LibraryVersion.ToString(2)}") => this.folder = folder;

    /// <summary>What each connection of an application sets; it stands on the page of results.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["synchronous"] = "FULL",
        ["busy_timeout"] = "5000",
        ["foreign_keys"] = "ON",
    };

    public static BenchEngine Start(string folder)
    {
        // Whoever waits for a lock sits in a thread meanwhile; the pool would make others only slowly.
        ThreadPool.SetMinThreads(Traffic.Sessions * 2, Traffic.Sessions * 2);
        return new SqliteBench(Directory.CreateDirectory(Path.Combine(folder, Path.GetRandomFileName())));
    }

    /// <inheritdoc />
    public override async Task<BenchDatabase> DatabaseAsync()
    {
        var database = new SqliteBenchDatabase(Path.Combine(folder.FullName, $"{++files}.db"));
        await database.RunAsync("pragma journal_mode = wal");
        return database;
    }

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A file.</summary>
internal sealed class SqliteBenchDatabase(string path) : BenchDatabase
{
    private static readonly string[] Carried = ["name", "email", "city", "created", "note"];

    private const string Columns = "id, name, email, city, amount, created, note";

    public override string Url => "sqlite:" + path;

    public override string PlainValue => "amount * 100";

    public override (string Old, string New) Relations => ("main.items", "temp.items");

    public override string Comparison => $"""
        select count(*), count(*) filter (where n.id is null or n.amount is not o.amount * 100 or {string.Join(" or ", Carried.Select(c => $"n.{c} is not o.{c} or typeof(n.{c}) <> typeof(o.{c})"))})
          from items o left join items__0001_items n on n.id = o.id
        """;

    /// <inheritdoc />
    protected override string Explain => "explain query plan";

    private static string Definition(string name, string amount) =>
        $"create table {name} (id integer primary key, name text not null, email text not null, city text, amount {amount} not null, created text not null, note text)";

    /// <inheritdoc />
    public override IDatabase Target() => SqliteDatabase.At(Url);

    /// <inheritdoc />
    public override async Task<DbConnection> ConnectAsync()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = string.Concat(SqliteBench.Settings.Select(s => $"pragma {s.Key} = {s.Value};"));
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <inheritdoc />
    public override async Task LoadAsync(Items items)
    {
        await RunAsync($"""
            begin;
            {Definition("items", "integer")};
            insert into items select i, 'Customer ' || i, 'c' || i || '@example.org', 'City ' || i % 5000, i % 100000, datetime(1767225600 + i, 'unixepoch'), '{new string('x', 40)}'
              from {Series(Text(items.Rows))};
            {string.Concat(Indexed.Take(items.Indexes).Select(c => $"create index items_{c} on items ({c});"))}
            commit;
            """);
        await SettleAsync();
    }

    /// <inheritdoc />
    public override Task SettleAsync() => RunAsync("analyze; pragma wal_checkpoint(truncate)");

    /// <inheritdoc />
    public override async Task CompactAsync()
    {
        await RunAsync("vacuum");
        await SettleAsync();
    }

    /// <summary>The file's pages, those in the log included.</summary>
    public override async Task<double> SizeAsync()
    {
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select page_count * page_size from pragma_page_count, pragma_page_size";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The log's file, which begins anew after a checkpoint: as long as somebody reads what is older it only grows.</summary>
    public override Task<double> LogAsync()
    {
        var log = new FileInfo(path + "-wal");
        return Task.FromResult(log.Exists ? log.Length : 0d);
    }

    /// <inheritdoc />
    public override async Task BatchesAsync(int rows, int size)
    {
        await using var connection = await ConnectAsync();
        await using var batch = await PreparedRow.OfAsync(connection, $"update items set amount_new = {PlainValue} where id between @id and @id + {Text(size - 1)}");
        for (var low = 1; low <= rows; low += size)
        {
            await batch.RunAsync(low);
        }
    }

    /// <inheritdoc />
    public override string Series(string upto) =>
        $"(with recursive series (i) as (select 1 union all select i + 1 from series where i < {upto}) select i from series)";

    /// <summary>What somebody without Tandem does who may stop all writers meanwhile: another table, filled at once, takes the name. The seconds.</summary>
    public Task<double> ByHandAsync(int indexes) => RunAsync($"""
        begin immediate;
        {Definition("items_new", "bigint")};
        insert into items_new select {Columns.Replace("amount", PlainValue, StringComparison.Ordinal)} from items;
        drop table items;
        alter table items_new rename to items;
        {string.Concat(Indexed.Take(indexes).Select(c => $"create index items_{c} on items ({c});"))}
        commit;
        """);

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        foreach (var file in new[] { path, path + "-wal", path + "-shm" })
        {
            File.Delete(file);
        }

        return ValueTask.CompletedTask;
    }
}
