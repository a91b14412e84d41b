using System.Data.Common;
using Tandem.Cli.Targets;
using Tandem.Problems;

namespace Tandem.Cli.Demo;

/// <summary>The CRM in a SQLite file.</summary>
internal sealed class SqliteDemoDatabase(string path) : DemoDatabase
{
    private const string Tables =
        """
        create table customers (
            id integer primary key,
            name text not null,
            email text not null,
            phone text,
            city text not null,
            country text not null default 'US',
            status integer not null default 0,
            created_at text not null default current_timestamp
        );
        create table orders (
            id integer primary key,
            customer_id integer not null references customers (id) on delete cascade,
            amount_cents integer not null check (amount_cents >= 0),
            created_at text not null default current_timestamp
        );
        create table activities (
            id integer primary key,
            customer_id integer not null references customers (id) on delete cascade,
            kind text not null,
            minutes integer not null
        );
        """;

    private const string Indexes =
        """
        create index customers_city on customers (city);
        create index orders_customer on orders (customer_id);
        create index activities_customer on activities (customer_id);
        analyze;
        """;

    private bool made;

    /// <inheritdoc />
    public override string Url => "sqlite:" + path;

    /// <inheritdoc />
    public override string Description => $"the SQLite file {path}";

    /// <inheritdoc />
    public override bool NewVersionMovesAtComplete => true;

    /// <inheritdoc />
    public override string BeforeBlank => "substr(name, 1, instr(name || ' ', ' ') - 1)";

    /// <inheritdoc />
    public override string BehindBlank => "nullif(substr(name, instr(name || ' ', ' ') + 1), '')";

    /// <inheritdoc />
    public override async Task MakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TandemException(ProblemCodes.DatabaseUnavailable, $"The file {path} cannot be made: {e.Message}", e);
        }

        made = true;
        await using var connection = await OpenAsync(cancellationToken);
        await ApplicationConnection.ExecuteAsync(connection, "pragma journal_mode = wal", cancellationToken);
        await ApplicationConnection.ExecuteAsync(connection, Tables, cancellationToken);
    }

    /// <inheritdoc />
    public override DemoAccess Access(DemoVersion version, DemoVersion shape) =>
        new(version, version == shape ? "customers" : $"\"customers__{Migration}\"", OpenAsync);

    /// <inheritdoc />
    public override Task RemoveAsync()
    {
        foreach (var file in !made ? [] : new[] { path, path + "-wal", path + "-shm" })
        {
            File.Delete(file);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc />
    protected override Task<DbConnection> OpenAsync(CancellationToken cancellationToken) =>
        ApplicationConnection.OpenSqliteAsync(path, cancellationToken);

    /// <inheritdoc />
    protected override async Task CopyAsync(
        DbConnection connection, string table, IReadOnlyList<string> columns, IEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"insert into {table} ({string.Join(", ", columns)}) values ({string.Join(", ", columns.Select(c => "@" + c))})";
        foreach (var column in columns)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = column;
            command.Parameters.Add(parameter);
        }

        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < row.Length; i++)
            {
                command.Parameters[i].Value = row[i] ?? DBNull.Value;
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task FinishAsync(DbConnection connection, CancellationToken cancellationToken) =>
        ApplicationConnection.ExecuteAsync(connection, Indexes, cancellationToken);
}
