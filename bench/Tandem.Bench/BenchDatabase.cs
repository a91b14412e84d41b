using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Running;

namespace Tandem.Bench;

/// <summary>How the table of items is made.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Indexes">Secondary indexes, up to three.</param>
/// <param name="Fillfactor">How full the pages are, where the engine has a say.</param>
/// <param name="Shuffled">Whether the key's order is not the physical one, where the engine has another.</param>
internal sealed record Items(int Rows, int Indexes = 0, int Fillfactor = 100, bool Shuffled = false);

/// <summary>A database in which something is measured, dropped on dispose.</summary>
internal abstract partial class BenchDatabase : IAsyncDisposable
{
    /// <summary>The migration that is measured: another type for a column, with an expression, as the plain UPDATE does it too.</summary>
    public const string Migration =
        """
        title: Amounts in cents
        operations:
          - change_type:
              table: items
              column: amount
              type: bigint
              up: { postgres: "amount * 100::bigint", sqlite: "amount * 100" }
              down: { postgres: "(amount / 100)::int", sqlite: "amount / 100" }
        """;

    /// <summary>What makes a plan of a query; the last column tells it.</summary>
    protected abstract string Explain { get; }

    /// <summary>The migration's name.</summary>
    public const string Version = "0001_items";

    protected static readonly IReadOnlyList<string> Indexed = ["email", "city", "created"];

    /// <summary>The database's address, as Tandem takes it.</summary>
    public abstract string Url { get; }

    /// <summary>What the plain UPDATE sets.</summary>
    public abstract string PlainValue { get; }

    /// <summary>The table as it stands, and the new version's, as an application of each names them.</summary>
    public abstract (string Old, string New) Relations { get; }

    /// <summary>One statement that counts the rows in which the versions do not agree.</summary>
    public abstract string Comparison { get; }

    /// <summary>One statement that counts all rows.</summary>
    public virtual string Count => "select count(*) from items";

    /// <summary>The database as the product sees it.</summary>
    public abstract IDatabase Target();

    /// <summary>A connection of an application's.</summary>
    public abstract Task<DbConnection> ConnectAsync();

    /// <summary>Makes the table of items anew.</summary>
    public abstract Task LoadAsync(Items items);

    /// <summary>Makes the state the same before each measurement.</summary>
    public abstract Task SettleAsync();

    /// <summary>Writes all tables anew, without gaps.</summary>
    public abstract Task CompactAsync();

    /// <summary>Bytes of the table's heap, or of the file that holds it.</summary>
    public abstract Task<double> SizeAsync();

    /// <summary>How much was written to the log, in bytes.</summary>
    public abstract Task<double> LogAsync();

    /// <summary>Sets the new value in so many rows at a time, with nothing of a runner's.</summary>
    public abstract Task BatchesAsync(int rows, int size);

    /// <summary>A table of the numbers <c>i</c> from 1 to a number.</summary>
    public abstract string Series(string upto);

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();

    /// <summary>Carries statements out, however long it takes; the seconds that it took.</summary>
    public async Task<double> RunAsync(string sql)
    {
        await using var connection = await OpenUnseenAsync();
        await using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (sql, 0);
        var watch = Stopwatch.StartNew();
        await command.ExecuteNonQueryAsync();
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>How the engine would carry out a query for a key or without one, whatever name of the table it has.</summary>
    public async Task<string> PlanAsync(DbConnection connection, string query)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"{Explain} {query.Replace("@id", "7", StringComparison.Ordinal)}";
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(TableNames().Replace(reader.GetString(reader.FieldCount - 1), ""));
        }

        return string.Join('\n', lines);
    }

    /// <summary>Carries the measured migration out up to live and watches its steps.</summary>
    public async Task<Watched> StartAsync(RunSettings? settings = null, Action<string, bool>? heard = null)
    {
        await using var target = Target();
        var watched = new Watched(this) { Heard = heard ?? ((_, _) => { }) };
        var workspace = new Workspace(target, new RunnerOptions { Progress = watched, SettingsOf = _ => settings ?? new RunSettings { OldQuiet = TimeSpan.Zero } });
        var plan = await workspace.PlanAsync(MigrationParser.Parse(Version + ".yaml", Migration).Require(), default);
        await workspace.Runner.StartAsync(plan, default);
        return watched;
    }

    /// <summary>Lets a connection see the new version, as <c>tandem connect-sql</c> says.</summary>
    public async Task SeeNewAsync(DbConnection connection)
    {
        await using var target = Target();
        var plan = await new Runner(target, new RunnerOptions()).PlanAsync(Version, default);
        await using var command = connection.CreateCommand();
        command.CommandText = string.Join('\n', (await target.ConnectAsync(default)).ConnectSql(Version, plan.Changes));
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The runner, for the phases behind start.</summary>
    public async Task WithRunnerAsync(Func<Runner, Task> work)
    {
        await using var target = Target();
        await work(new Runner(target, new RunnerOptions { SettingsOf = _ => new RunSettings { OldQuiet = TimeSpan.Zero } }));
    }

    /// <summary>A connection of whoever measures, which the runner does not take for an application at work.</summary>
    protected virtual Task<DbConnection> OpenUnseenAsync() => ConnectAsync();

    [GeneratedRegex(@"\bitems\w*( (t|items\w*)\b)?\.?")]
    private static partial Regex TableNames();

    protected static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
