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
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static int s_databases;

    private readonly PostgresServerOptions _options;
    private readonly string _home;
    private readonly string _folder;
    private Process? _keeper;

    private PostgresServer(int major, string folder, PostgresServerOptions options)
    {
        Major = major;
        _home = PostgresBinaries.Home(major);
        _folder = folder;
        _options = options;
    }

    /// <summary>The major version.</summary>
    public int Major { get; }

    /// <summary>The port on 127.0.0.1; it stays the same when the server is stopped and started again.</summary>
    public int Port { get; private set; }

    /// <summary>The server's log so far.</summary>
    public string Log => PostgresShell.RunAsync("cat \"$1/log\"", _folder).GetAwaiter().GetResult();

    /// <summary>Makes a cluster and starts it.</summary>
    public static async Task<PostgresServer> StartAsync(int major, PostgresServerOptions? options = null)
    {
        if (!PostgresBinaries.AreInstalled(major))
        {
            throw new InvalidOperationException($"PostgreSQL {major} is not installed: run eng/postgres.sh {major}");
        }

        // Root may have a TMPDIR that the servers' account cannot enter.
        string temporary = Environment.IsPrivilegedProcess ? "/tmp" : Path.GetTempPath();
        string output = await PostgresShell.RunAsync(PostgresShell.Initialize, PostgresBinaries.Home(major), temporary, User, Password);
        PostgresServer server = new(major, output.Trim(), options ?? new PostgresServerOptions());
        for (int attempt = 1; ; attempt++)
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
        Process keeper = PostgresShell.Start(PostgresShell.Keep, _home, _folder, Configuration());
        string? answer = await keeper.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        if (answer != "ready")
        {
            keeper.StandardInput.Close();
            throw new InvalidOperationException($"PostgreSQL {Major} did not start on port {Port}:\n{Log}");
        }

        _keeper = keeper;
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
        string name = $"test_{Environment.ProcessId}_{Interlocked.Increment(ref s_databases)}";
        await ExecuteAsync($"create database {name} template \"{template}\"");
        return new TestDatabase(this, name);
    }

    /// <summary>Runs statements in the <c>postgres</c> database.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using NpgsqlConnection connection = new(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stops the server and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync("remove");
        await PostgresShell.RunAsync("rm -rf \"$1\"", _folder);
    }

    private async Task EndAsync(string mode)
    {
        if (Interlocked.Exchange(ref _keeper, null) is not { } keeper)
        {
            return;
        }

        using (keeper)
        {
            await keeper.StandardInput.WriteLineAsync(mode);
            keeper.StandardInput.Close();
            await keeper.WaitForExitAsync().WaitAsync(Patience);
        }
    }

    private string Configuration()
    {
        Dictionary<string, string> settings = new()
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = $"{Port}",
            ["unix_socket_directories"] = _folder,
            ["max_connections"] = "100",
            ["shared_buffers"] = "64MB",
            ["wal_level"] = "logical",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["fsync"] = _options.Fsync ? "on" : "off",
        };
        foreach ((string name, string value) in _options.Settings)
        {
            settings[name] = value;
        }

        return string.Concat(settings.Select(setting => $"{setting.Key} = '{setting.Value.Replace("'", "''", StringComparison.Ordinal)}'\n"));
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
