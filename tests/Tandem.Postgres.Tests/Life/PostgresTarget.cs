using System.Globalization;
using Npgsql;
using Shouldly;
using Tandem.Databases;
using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;

namespace Tandem.Postgres.Tests.Life;

/// <summary>A connection of an application's.</summary>
public class PostgresApplication(NpgsqlConnection connection) : ITestConnection
{
    public async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<IReadOnlyList<string>> RowsAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount)
                .Select(i => reader.IsDBNull(i) ? "NULL" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A fresh PostgreSQL database, with an application connection that stays open through everything.</summary>
public sealed class PostgresTarget : PostgresApplication, ITestTarget
{
    private readonly TestDatabase database;

    private PostgresTarget(TestDatabase database, NpgsqlConnection connection)
        : base(connection)
    {
        this.database = database;
        Database = PostgresDatabase.At(database.Url.ToString());
    }

    public IDatabase Database { get; }

    /// <summary>For further connections of applications.</summary>
    public string ConnectionString => database.ConnectionString;

    public static async Task<PostgresTarget> CreateAsync(int major)
    {
        var database = await PostgresServers.CreateDatabaseAsync(major);
        return new PostgresTarget(database, await database.OpenAsync());
    }

    public async Task<ITestConnection> OpenAsync() => new PostgresApplication(await database.OpenAsync());

    public string NewName(string table, string migration) =>
        $"\"public_{migration}\".\"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public async Task CheckHealthAsync()
    {
        (await RowsAsync("select indexrelid::regclass::text from pg_index where not indisvalid")).ShouldBeEmpty();

        // Before 18 VALIDATE leaves the entries as they are that a foreign key to a partitioned table has for each partition.
        (await RowsAsync("select conname::text from pg_constraint where not convalidated and conparentid = 0 and conname not like '\\_tandem%'")).ShouldBeEmpty();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Database.DisposeAsync();
        await database.DisposeAsync();
    }
}
