using System.Globalization;
using Microsoft.Data.Sqlite;
using Shouldly;
using Tandem.Databases;
using Tandem.Sqlite;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>A connection that enforces foreign keys and waits for its turn, as a careful application's does.</summary>
public class SqliteApplication : ITestConnection
{
    private readonly SqliteConnection connection;

    public SqliteApplication(string path)
    {
        SqliteLibrary.Load();
        connection = new SqliteConnection($"Data Source={path};Foreign Keys=True;Pooling=False;Default Timeout=30");
        connection.Open();
        Run("pragma busy_timeout = 10000");
    }

    public Task ExecuteAsync(string sql)
    {
        Run(sql);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> RowsAsync(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount)
                .Select(i => reader.IsDBNull(i) ? "NULL" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return Task.FromResult<IReadOnlyList<string>>(rows);
    }

    /// <summary>Gives the application a collation that nobody else has.</summary>
    public void WithCollation(string name) => connection.CreateCollation(name, (a, b) => string.CompareOrdinal(b, a));

    /// <summary>Gives the application a function that nobody else has.</summary>
    public void WithFunction(string name) => connection.CreateFunction(name, (string? a) => a, isDeterministic: true);

    public virtual ValueTask DisposeAsync()
    {
        connection.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private void Run(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

/// <summary>A fresh SQLite file.</summary>
public sealed class SqliteTarget : SqliteApplication, ITestTarget
{
    private readonly string path;

    public SqliteTarget()
        : this(Path.Combine(Folder, $"tandem-life-{Guid.NewGuid():N}.db"))
    {
    }

    private SqliteTarget(string path)
        : base(path)
    {
        this.path = path;
        ExecuteAsync("pragma journal_mode = wal");
        Database = SqliteDatabase.At($"sqlite:{path}");
    }

    public IDatabase Database { get; }

    // Walks commit thousands of times; in memory that costs nothing, and no test here kills the machine.
    private static string Folder => Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    public Task<ITestConnection> OpenAsync() => Task.FromResult<ITestConnection>(new SqliteApplication(path));

    public string NewName(string table, string migration) => $"\"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}__{migration}\"";

    public async Task CheckHealthAsync()
    {
        (await RowsAsync("pragma integrity_check")).ShouldBe(["ok"]);
        (await RowsAsync("pragma foreign_key_check")).ShouldBeEmpty();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Database.DisposeAsync();
        foreach (var suffix in (string[])["", "-wal", "-shm", "-journal"])
        {
            File.Delete(path + suffix);
        }
    }
}
