using Microsoft.Data.Sqlite;
using Tandem.Sqlite;
using Tandem.Tests.Servers;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>A directory with a database of its own, as a person who uses the tool has it.</summary>
internal sealed class Project : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tandem-project-");
    private readonly TestDatabase? server;

    private Project(TestDatabase? server, string url)
    {
        this.server = server;
        Url = url;
    }

    /// <summary>The directory.</summary>
    public string Root => directory.FullName;

    /// <summary>The database, as <c>--db</c> takes it.</summary>
    public string Url { get; }

    /// <summary>A project on a SQLite file.</summary>
    public static async Task<Project> OnSqliteAsync(params string[] statements)
    {
        // The application's library must be the one that the tool takes.
        _ = SqliteDatabase.LibraryVersion;
        var project = new Project(null, "sqlite:app.db");
        await project.SqlAsync(statements);
        return project;
    }

    /// <summary>A project on a database of a PostgreSQL server.</summary>
    public static async Task<Project> OnPostgresAsync(params string[] statements) =>
        await OnServerAsync(await PostgresServers.GetAsync(), statements);

    /// <summary>A project on a database of this PostgreSQL server.</summary>
    public static async Task<Project> OnServerAsync(PostgresServer own, params string[] statements)
    {
        var database = await own.CreateDatabaseAsync();
        var project = new Project(database, database.Url.ToString());
        await project.SqlAsync(statements);
        return project;
    }

    /// <summary>A project on the engine of this name.</summary>
    public static Task<Project> OnAsync(string engine, params string[] statements) =>
        engine == "sqlite" ? OnSqliteAsync(statements) : OnPostgresAsync(statements);

    /// <summary>Calls the tool with the project's database.</summary>
    public Task<ToolResult> TandemAsync(params string[] arguments) => Tool.RunAsync(Root, arguments, ("TANDEM_DB", Url));

    /// <summary>Calls the tool with a command line as it is typed; nothing in it is quoted.</summary>
    public Task<ToolResult> TypeAsync(string line) => TandemAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Writes a file.</summary>
    public void Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>The text of a file.</summary>
    public string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Whether a file or directory is there.</summary>
    public bool Has(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>Carries statements out as the application.</summary>
    public async Task SqlAsync(params string[] statements)
    {
        if (server is not null)
        {
            foreach (var statement in statements)
            {
                await server.ExecuteAsync(statement);
            }

            return;
        }

        await using var connection = await OpenSqliteAsync();
        foreach (var statement in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            _ = await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>The rows of a query as text: columns by bars, rows by line ends.</summary>
    public async Task<string> AskAsync(string query)
    {
        await using System.Data.Common.DbConnection connection = server is null ? await OpenSqliteAsync() : await server.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture))));
        }

        return string.Join('\n', lines);
    }

    /// <summary>Keeps Tandem from writing anything until it is disposed of.</summary>
    public async Task<IAsyncDisposable> HoldAsync()
    {
        System.Data.Common.DbConnection connection = server is null ? await OpenSqliteAsync() : await server.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = server is null ? "begin immediate" : "begin; lock table tandem.lease in access exclusive mode";
        _ = await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>A transaction of the application's that has carried a statement out and stays open until it is disposed of.</summary>
    public async Task<IAsyncDisposable> BeginAsync(string statement)
    {
        System.Data.Common.DbConnection connection = server is null ? await OpenSqliteAsync() : await server.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"begin; {statement}";
        _ = await command.ExecuteNonQueryAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        directory.Delete(recursive: true);
    }

    private async Task<SqliteConnection> OpenSqliteAsync()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(Root, "app.db"), Pooling = false }.ToString());
        await connection.OpenAsync();
        return connection;
    }
}
