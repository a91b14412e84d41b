using Tandem.Databases;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Steps;
using Tandem.Tests.Sqlite;

namespace Tandem.Tests.Running;

/// <summary>A SQLite file of the test's own as a target, with the application's connection beside it.</summary>
internal sealed class TestTarget : IDatabase
{
    private readonly SqliteTestFile file = new();
    private readonly SqliteDatabase database;

    private TestTarget() => database = SqliteDatabase.At("sqlite:" + file.Path, _ => new TestDialect(), TimeProvider.System);

    public string DisplayName => database.DisplayName;

    public string SchemaName => database.SchemaName;

    public static TestTarget Create() => new();

    public Task RunAsync(string sql)
    {
        _ = file.Run(sql);
        return Task.CompletedTask;
    }

    public object? Value(string sql) => file.Value(sql);

    public Task<IDialect> ConnectAsync(CancellationToken cancellationToken) => database.ConnectAsync(cancellationToken);

    public Task<DatabaseSchema> InspectAsync(CancellationToken cancellationToken) => database.InspectAsync(cancellationToken);

    public Task<Examination> ExamineAsync(
        ValueList<TableChange> changes, ValueList<RowUpdate> updates, ValueList<DataCheck> checks, CancellationToken cancellationToken) =>
        database.ExamineAsync(changes, updates, checks, cancellationToken);

    public Task<ValueList<OwnObject>> FindOwnObjectsAsync(CancellationToken cancellationToken) => database.FindOwnObjectsAsync(cancellationToken);

    public Task<ISession> OpenSessionAsync(CancellationToken cancellationToken) => database.OpenSessionAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        file.Dispose();
    }
}
