using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Tandem.Tests.Servers;

/// <summary>
/// A PostgreSQL server of the tests' own, on a free port of 127.0.0.1, with its data in a temporary folder that goes with it.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The superuser.</summary>
    public const string User = "tandem";

    /// <summary>The superuser's password.</summary>
    public const string Password = "tandem-secret";

    private const int StartAttempts = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static int databases;

    private readonly PostgresServerOptions options;
    private readonly string home;
    private readonly string folder;
    private Process? keeper;

    private PostgresServer(int major, string folder, PostgresServerOptions options)
    {
        Major = major;
        home = PostgresBinaries.Home(major);
        this.folder = folder;
        this.options = options;
    }

    /// <summary>The major version.</summary>
    public int Major { get; }

    /// <summary>The port on 127.0.0.1; it stays the same when the server is stopped and started again.</summary>
    public int Port { get; private set; }

    /// <summary>The folder of <see cref="PostgresServerOptions.SmallDisk"/>.</summary>
    public string SmallDisk => $"{folder}/small";

    /// <summary>The server's log so far.</summary>
    public Task<string> ReadLogAsync() => PostgresShell.RunAsync("cat \"$1/log\"", folder);

    /// <summary>Makes a cluster and starts it.</summary>
    public static async Task<PostgresServer> StartAsync(int major, PostgresServerOptions? options = null)
    {
        if (!PostgresBinaries.AreInstalled(major))
        {
            throw new InvalidOperationException($"PostgreSQL {major} is not installed: run eng/postgres.sh {major}");
        }

        var output = await PostgresShell.RunAsync(PostgresShell.Initialize, PostgresBinaries.Home(major), options?.Folder ?? DataFolder.Path, User, Password);
        return await StartAsync(new PostgresServer(major, output.Trim(), options ?? new PostgresServerOptions()));
    }

    /// <summary>
    /// Makes a standby that streams from this server under this name and starts it. The server is stopped for a moment
    /// to be copied.
    /// </summary>
    public async Task<PostgresServer> StartStandbyAsync(string name)
    {
        await StopAsync();
        var reach = $"host=127.0.0.1 port={Port} user={User} password={Password} application_name={name}";
        var output = await PostgresShell.RunAsync(PostgresShell.Copy, DataFolder.Path, folder, reach);
        await StartAsync();
        return await StartAsync(new PostgresServer(Major, output.Trim(), options));
    }

    private static async Task<PostgresServer> StartAsync(PostgresServer server)
    {
        for (var attempt = 1; ; attempt++)
        {
            server.Port = FreePort();
            try
            {
                await server.StartAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < StartAttempts)
            {
                // Somebody else may have taken the port in between.
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Starts the server again after <see cref="StopAsync"/>, on the same port with the same data.</summary>
    public async Task StartAsync()
    {
        var started = PostgresShell.Start(PostgresShell.Keep, options.SmallDisk is { } size ? (SmallDisk, size) : null, home, folder, Configuration());
        var answer = await started.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        if (answer != "ready")
        {
            started.StandardInput.Close();
            throw new InvalidOperationException($"PostgreSQL {Major} did not start on port {Port}:\n{await ReadLogAsync()}");
        }

        keeper = started;
    }

    /// <summary>Stops the server and keeps its data: at once as in a crash, or with all sessions ended and a checkpoint.</summary>
    public async Task StopAsync(bool crash = false) => await EndAsync(crash ? "immediate" : "fast");

    /// <summary>The connection string to a database of this server.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = User,
        Password = Password,
        Database = database,
        MaxPoolSize = 50,
        IncludeErrorDetail = true,
    }.ConnectionString;

    /// <summary>A fresh database, empty or a copy of <paramref name="template"/>, which nobody may be connected to.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync(string template = "template0")
    {
        var name = $"test_{Environment.ProcessId}_{Interlocked.Increment(ref databases)}";

        // Copying the files costs a sixth of writing them through the WAL, which is what servers from 15 on do unless told.
        var strategy = Major >= 15 ? " strategy file_copy" : "";
        await ExecuteAsync($"create database {name} template \"{template}\"{strategy}");
        return new TestDatabase(this, name);
    }

    /// <summary>Runs statements in the <c>postgres</c> database.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stops the server and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync("remove");
        await PostgresShell.RunAsync("rm -rf \"$1\"", folder);
    }

    private async Task EndAsync(string mode)
    {
        if (Interlocked.Exchange(ref keeper, null) is not { } running)
        {
            return;
        }

        using (running)
        {
            await running.StandardInput.WriteLineAsync(mode);
            running.StandardInput.Close();
            await running.WaitForExitAsync().WaitAsync(Patience);
        }

        // Another server may come to have the port, and then must not get the connections to this one.
        await using var pool = new NpgsqlConnection(ConnectionString("postgres"));
        NpgsqlConnection.ClearPool(pool);
    }

    private string Configuration()
    {
        var settings = new Dictionary<string, string>()
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = $"{Port}",
            ["unix_socket_directories"] = folder,
            ["max_connections"] = "100",
            ["shared_buffers"] = "64MB",
            ["wal_level"] = "logical",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["fsync"] = options.Fsync ? "on" : "off",
        };
        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        return string.Concat(settings.Select(setting => $"{setting.Key} = '{setting.Value.Replace("'", "''", StringComparison.Ordinal)}'\n"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
