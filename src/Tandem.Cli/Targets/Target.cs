using Tandem.Databases;
using Tandem.Postgres;
using Tandem.Postgres.Sandboxes;
using Tandem.Postgres.Scripts;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Sqlite;

namespace Tandem.Cli.Targets;

/// <summary>The database that a command is about, with its settings.</summary>
/// <param name="Name">Its name in the file of targets, or null when a URL was given.</param>
/// <param name="Url">Its address, secrets included: never shown.</param>
/// <param name="Settings">What the file says about it.</param>
/// <param name="BaseDirectory">To which the paths of the settings are relative.</param>
internal sealed record Target(string? Name, string Url, TargetSettings? Settings, string BaseDirectory)
{
    private const string Scheme = "sqlite:";

    /// <summary>Where sunset writes its backups.</summary>
    public string BackupDirectory => Path.GetFullPath(Settings?.Backups ?? "backups", BaseDirectory);

    /// <summary>The engine's name in migration files, as the address says it.</summary>
    public string Engine => IsPostgres ? "postgres" : "sqlite";

    /// <summary>Whether it is a database of PostgreSQL.</summary>
    public bool IsPostgres => Url.Contains("://", StringComparison.Ordinal) && !Url.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The file of a database of SQLite: relative to the file that names it, so that it means the same from everywhere.</summary>
    public string SqlitePath => Path.GetFullPath(SqliteName, BaseDirectory);

    /// <summary>The database; connects to nothing yet.</summary>
    public IDatabase Open() => IsPostgres ? OpenPostgres() : OpenSqlite();

    /// <summary>Where the file of targets lets databases be made for trials: <c>here</c> or an address; null where it says nothing.</summary>
    public string? SandboxPlace => Settings?.Sandbox is { } sandbox ? TargetsFile.Expand(sandbox, Name ?? "the target", Environment.GetEnvironmentVariable) : null;

    /// <summary>Where SQL of a migration's own is tried; null when nobody said that it may be tried on a server.</summary>
    /// <param name="database">The target's database.</param>
    /// <param name="asked">What the command line says: <c>here</c> or an address; null when it says nothing.</param>
    public ISandbox? Sandbox(IDatabase database, string? asked) =>
        IsPostgres ? PostgresSandboxOf(database, asked ?? SandboxPlace) : SqliteSandboxOf(database);

    /// <summary>A schema of the engine as the statements that make it in an empty database.</summary>
    public IReadOnlyList<string> Script(DatabaseSchema schema) => IsPostgres ? PostgresScript(schema) : SqliteScript(schema);

    private string SqliteName => Url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? Url[Scheme.Length..] : Url;

    private static IReadOnlyList<string> SqliteScript(DatabaseSchema schema) => SqliteDdl.Statements(schema);

    private static IReadOnlyList<string> PostgresScript(DatabaseSchema schema) => PostgresDdl.Statements(schema);

    private static SqliteSandbox SqliteSandboxOf(IDatabase database) => SqliteSandbox.For((SqliteDatabase)database);

    private static PostgresSandbox? PostgresSandboxOf(IDatabase database, string? place) =>
        place is null ? null : PostgresSandbox.For((PostgresDatabase)database, place == "here" ? null : place);

    // A record shows all its properties otherwise, the secrets in the URL among them.
    public override string ToString() => Name ?? "the database given by its URL";

    // Two methods, so that the other provider's library is not loaded.
    private SqliteDatabase OpenSqlite()
    {
        if (!SqliteDatabase.Recognizes(Url))
        {
            throw new TandemException(ProblemCodes.BadDatabaseUrl, "The database's address is neither sqlite: nor postgres://.");
        }

        return SqliteDatabase.At(Settings is null || SqliteName.Length == 0 ? Url : Scheme + SqlitePath);
    }

    private PostgresDatabase OpenPostgres() => PostgresDatabase.At(Url);
}
