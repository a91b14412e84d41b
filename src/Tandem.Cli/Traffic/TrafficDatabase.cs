using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using Tandem.Cli.Targets;
using Tandem.Databases;
using Tandem.Postgres;
using Tandem.Schema;
using Tandem.Sqlite;

namespace Tandem.Cli.Traffic;

/// <summary>A version as applications reach it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SetUp">What a new connection says first, or null.</param>
/// <param name="Tables">Its tables that are asked.</param>
internal sealed record TrafficVersion(string Name, string? SetUp, IReadOnlyList<TrafficTable> Tables);

/// <summary>
/// The database as applications use it, with the statements that they send. What is different between the engines stands in
/// the two classes below it and nowhere else in the traffic.
/// </summary>
internal abstract class TrafficDatabase
{
    private const int MostKeys = 10_000;

    /// <summary>The database of a target.</summary>
    public static TrafficDatabase Of(IDatabase database) => database switch
    {
        PostgresDatabase postgres => new PostgresTrafficDatabase(postgres),
        SqliteDatabase sqlite => new SqliteTrafficDatabase(sqlite),
        _ => throw new InvalidOperationException($"{database.GetType().Name} has no applications that are known."),
    };

    /// <summary>Connects as an application of a version.</summary>
    public async Task<DbConnection> OpenAsync(TrafficVersion version, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        try
        {
            if (version.SetUp is { } setUp)
            {
                await ApplicationConnection.ExecuteAsync(connection, setUp, cancellationToken);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a connection says first to be one of a version's, out of the lines that <c>connect-sql</c> shows; null for nothing.</summary>
    public abstract string? SetUp(IReadOnlyList<string> connectLines);

    /// <summary>A statement of a request.</summary>
    public DbCommand Command(DbConnection connection, string sql, TrafficKey key)
    {
        var command = Command(connection, sql);
        for (var i = 0; i < key.Values.Count; i++)
        {
            command.Parameters.Add(Parameter(Named(i), key.Values[i]));
        }

        return command;
    }

    /// <summary>
    /// The requests that can be made of a table in a version. Rows are those of a sample of keys that the seed draws; a table
    /// that has no key, or no rows, has none.
    /// </summary>
    /// <param name="connection">A connection of that version's.</param>
    /// <param name="version">The version's name.</param>
    /// <param name="table">The table as that version shows it.</param>
    /// <param name="seed">Draws the sample.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<TrafficTable> ReadTableAsync(DbConnection connection, string version, Table table, int seed, CancellationToken cancellationToken)
    {
        var name = await ServedNameAsync(connection, table.Name, version, cancellationToken);
        var key = table.Key.Select(k => table.Column(k)!).ToList();
        var where = string.Join(" and ", key.Select((c, i) => Is(c, Named(i))));

        // From the row as it is, not from what was read before: between the two somebody else may have written. It gives back a
        // row for each that it found: the count of changed rows tells nothing where triggers write in a view's place.
        var writes = table.Columns.Where(c => c.Generated is null && c.Identity != IdentityKind.Always && !table.Key.Contains(c.Name))
            .Select(c => $"update {name} set {Quote(c.Name)} = {Quote(c.Name)} where {where} returning 1");
        return new TrafficTable(
            table.Name,
            $"select {string.Join(", ", table.Columns.Select(c => Quote(c.Name)))} from {name} where {where}",
            [.. writes],
            key.Count == 0 ? [] : await SampleAsync(connection, name, key, seed, cancellationToken));
    }

    /// <summary>Connects.</summary>
    protected abstract Task<DbConnection> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>A statement.</summary>
    protected abstract DbCommand Command(DbConnection connection, string sql);

    /// <summary>The name under which a version's table stands, as it is written in SQL.</summary>
    protected abstract Task<string> ServedNameAsync(DbConnection connection, string table, string version, CancellationToken cancellationToken);

    /// <summary>A column of a key as it is read.</summary>
    protected abstract string KeyValue(Column column);

    /// <summary>The condition that a column of a key has the value of a parameter.</summary>
    protected abstract string Is(Column column, string parameter);

    /// <summary>A parameter with a value of a key.</summary>
    protected abstract DbParameter Parameter(string name, object value);

    /// <summary>A name in quotes.</summary>
    protected static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Named(int number) => string.Create(CultureInfo.InvariantCulture, $"key{number}");

    // Each row has the same chance, and only so many keys are held: Vitter's algorithm R.
    private async Task<IReadOnlyList<TrafficKey>> SampleAsync(
        DbConnection connection, string name, List<Column> key, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var sample = new List<TrafficKey>();
        await using var command = Command(
            connection, $"select {string.Join(", ", key.Select(KeyValue))} from {name} order by {string.Join(", ", key.Select(c => Quote(c.Name)))}");

        // Over as many rows as there are, however long that takes.
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        for (var rows = 0L; await reader.ReadAsync(cancellationToken);)
        {
            var values = new object[key.Count];
            _ = reader.GetValues(values);
            if (values.Contains(DBNull.Value))
            {
                continue; // SQLite allows it in keys, and no condition finds it.
            }

            var place = random.NextInt64(++rows);
            if (sample.Count < MostKeys)
            {
                sample.Add(new TrafficKey(values));
            }
            else if (place < MostKeys)
            {
                sample[(int)place] = new TrafficKey(values);
            }
        }

        return sample;
    }

    /// <summary>Versions are schemas, and keys are sent as text: the database knows their types, the driver only some of them.</summary>
    private sealed class PostgresTrafficDatabase(PostgresDatabase database) : TrafficDatabase
    {
        private readonly string settings = new NpgsqlConnectionStringBuilder(database.Url.ConnectionString) { ApplicationName = "tandem traffic" }.ConnectionString;

        public override string? SetUp(IReadOnlyList<string> connectLines) =>
            connectLines.First(l => !l.StartsWith("--", StringComparison.Ordinal));

        protected override Task<DbConnection> ConnectAsync(CancellationToken cancellationToken) =>
            ApplicationConnection.OpenPostgresAsync(settings, cancellationToken);

        protected override DbCommand Command(DbConnection connection, string sql) =>
            new NpgsqlCommand(sql, (NpgsqlConnection)connection) { AllResultTypesAreUnknown = true };

        protected override Task<string> ServedNameAsync(DbConnection connection, string table, string version, CancellationToken cancellationToken) =>
            Task.FromResult(Quote(table));

        protected override string KeyValue(Column column) => $"cast({Quote(column.Name)} as text)";

        protected override string Is(Column column, string parameter) => $"{Quote(column.Name)} = cast(@{parameter} as {column.Type})";

        protected override DbParameter Parameter(string name, object value) => new NpgsqlParameter(name, NpgsqlDbType.Text) { Value = value };
    }

    /// <summary>The other version of a table stands beside it, under a name of its own.</summary>
    private sealed class SqliteTrafficDatabase(SqliteDatabase database) : TrafficDatabase
    {
        public override string? SetUp(IReadOnlyList<string> connectLines) => null;

        protected override Task<DbConnection> ConnectAsync(CancellationToken cancellationToken) =>
            ApplicationConnection.OpenSqliteAsync(database.FilePath, cancellationToken);

        protected override DbCommand Command(DbConnection connection, string sql)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            return command;
        }

        protected override async Task<string> ServedNameAsync(DbConnection connection, string table, string version, CancellationToken cancellationToken)
        {
            var twin = $"{table}__{version}";
            await using var command = Command(connection, "select count(*) from sqlite_master where name = @name");
            command.Parameters.Add(Parameter("name", twin));
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) > 0 ? Quote(twin) : Quote(table);
        }

        protected override string KeyValue(Column column) => Quote(column.Name);

        protected override string Is(Column column, string parameter) => $"{Quote(column.Name)} = @{parameter}";

        protected override DbParameter Parameter(string name, object value) => new SqliteParameter(name, value);
    }
}
