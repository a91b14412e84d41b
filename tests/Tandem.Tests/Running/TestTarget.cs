using Tandem.Databases;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Steps;

namespace Tandem.Tests.Running;

/// <summary>A SQLite file of the test's own as a target, with the application's connection beside it.</summary>
internal sealed class TestTarget : IDatabase
{
    private static readonly SqliteLimits Limits = new(TimeSpan.FromSeconds(5));

    private readonly string path = Path.Combine(Folder, $"tandem-{Guid.NewGuid():N}.db");
    private readonly SqliteFile application;
    private readonly SqliteDatabase database;

    private TestTarget()
    {
        application = SqliteFile.Create(path, TimeProvider.System);
        database = SqliteDatabase.At("sqlite:" + path, _ => new TestDialect(), TimeProvider.System);
    }

    // A crash loop commits thousands of times; in memory that costs nothing, and the loop kills no machine.
    private static string Folder => Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    public string DisplayName => database.DisplayName;

    public string SchemaName => database.SchemaName;

    public static TestTarget Create() => new();

    public Task RunAsync(string sql)
    {
        _ = application.Run(sql, Limits);
        return Task.CompletedTask;
    }

    public object? Value(string sql) => application.Run(sql, Limits).Rows[0][0];

    public Task<IDialect> ConnectAsync(CancellationToken cancellationToken) => database.ConnectAsync(cancellationToken);

    public Task<DatabaseSchema> InspectAsync(CancellationToken cancellationToken) => database.InspectAsync(cancellationToken);

    public Task<Examination> ExamineAsync(Inquiry inquiry, CancellationToken cancellationToken) => database.ExamineAsync(inquiry, cancellationToken);

    public Task<ValueList<OwnObject>> FindOwnObjectsAsync(CancellationToken cancellationToken) => database.FindOwnObjectsAsync(cancellationToken);

    public Task<ISession> OpenSessionAsync(CancellationToken cancellationToken) => database.OpenSessionAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        application.Dispose();
        foreach (var name in new[] { path, path + "-wal", path + "-shm", path + "-journal" })
        {
            File.Delete(name);
        }
    }
}
