using System.Globalization;
using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Sandboxes;

/// <summary>
/// Tries SQL in a database of its own: made on the target's server or another, filled with the target's schema without
/// its rows, measured, and dropped, whatever happened in it.
/// </summary>
public sealed class PostgresSandbox : ISandbox
{
    /// <summary>What the names of sandboxes begin with.</summary>
    public const string Prefix = "tandem_sandbox_";

    private readonly PostgresDatabase? target;
    private readonly PostgresUrl server;

    private PostgresSandbox(PostgresDatabase? target, PostgresUrl server) => (this.target, this.server) = (target, server);

    private PostgresUrl Original => target?.Url ?? server;

    /// <summary>Sandboxes for a target.</summary>
    /// <param name="target">The target; it is only read.</param>
    /// <param name="server">The address of a database on the server that takes the sandboxes; null for the target's own server.</param>
    public static PostgresSandbox For(PostgresDatabase target, string? server)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new PostgresSandbox(target, server is null ? target.Url : PostgresUrl.Parse(server));
    }

    /// <summary>Sandboxes that begin with an empty schema.</summary>
    /// <param name="server">The address of a database on the server that takes them.</param>
    /// <param name="schema">The schema's name; null for the one that the address names.</param>
    public static PostgresSandbox Empty(string server, string? schema = null)
    {
        var address = PostgresUrl.Parse(server);
        return new PostgresSandbox(null, schema is null ? address : address.In(address.Database, schema));
    }

    /// <inheritdoc />
    public Task<SandboxReport> TryAsync(ValueList<RawScript> scripts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scripts);
        return UseAsync((copy, lacking) => new PostgresScriptTrial(copy, cancellationToken).RunAsync(scripts, lacking), cancellationToken);
    }

    /// <inheritdoc />
    public Task<ValueList<Problem>> RehearseAsync(Func<IDatabase, ValueList<string>, Task<ValueList<Problem>>> life, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(life);
        return UseAsync(life, cancellationToken);
    }

    /// <inheritdoc />
    public async Task MeasureAsync(Func<ISandboxCopy, ValueList<string>, Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        var measured = target ?? throw new InvalidOperationException("What begins with an empty schema has nothing to be measured.");
        await RefuseUntrustedCodeAsync(measured, cancellationToken).ConfigureAwait(false);
        await UseAsync(
            async (copy, lacking) =>
            {
                await RunAsync(copy, [$"alter database {PostgresText.Quote(copy.Url.Database)} reset synchronous_commit"], cancellationToken).ConfigureAwait(false);
                var durable = new PostgresDatabase(copy.Url, c => new PostgresDialect(c, copy.SchemaName)) { IsCopy = true };
                await using (durable.ConfigureAwait(false))
                {
                    await WorkAsync(work, new PostgresSandboxCopy(measured, durable), lacking).ConfigureAwait(false);
                    return true;
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task<CountedStatements> CountedAsync(ValueList<string> tables, CancellationToken cancellationToken) => target is null
        ? Task.FromResult(new CountedStatements([], null))
        : target.CountedAsync(tables, cancellationToken);

    /// <summary>Makes a copy, works in it and drops it.</summary>
    internal async Task<T> UseAsync<T>(Func<PostgresDatabase, ValueList<string>, Task<T>> work, CancellationToken cancellationToken)
    {
        var name = Prefix + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..12];
        var admin = new PostgresDatabase(server, c => new PostgresDialect(c, server.Schema));
        await using (admin.ConfigureAwait(false))
        {
            await CreateAsync(admin, name, cancellationToken).ConfigureAwait(false);
            try
            {
                var copy = new PostgresDatabase(server.In(name, Original.Schema), c => new PostgresDialect(c, Original.Schema)) { IsCopy = true };
                await using (copy.ConfigureAwait(false))
                {
                    var lacking = await PostgresCopy.FillAsync(target, copy, cancellationToken).ConfigureAwait(false);
                    return await work(copy, lacking).ConfigureAwait(false);
                }
            }
            finally
            {
                await RunAsync(admin, [$"drop database if exists {PostgresText.Quote(name)} with (force)"], CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Carries statements out outside a transaction.</summary>
    internal static async Task RunAsync(PostgresDatabase database, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        var connection = await database.Connections.TakeAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            foreach (var statement in statements)
            {
                await PostgresCommand.ExecuteAsync(connection, statement, 0, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task WorkAsync(Func<ISandboxCopy, ValueList<string>, Task> work, PostgresSandboxCopy copy, ValueList<string> lacking)
    {
        try
        {
            await work(copy, lacking).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            throw PostgresErrors.Classify(e);
        }
    }

    // Rows and plans make the server run code of the schema, with the rights of who is connected: functions of somebody else could take them.
    private static async Task RefuseUntrustedCodeAsync(PostgresDatabase target, CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(target, new PostgresSettings(target.SchemaName) { Catalogue = true }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            var found = new PostgresRows(await reading.QueryAsync(
                new SqlStatement($"{PostgresQueries.Read("target")}\n{PostgresQueries.Read("untrusted_code")}", new SqlArgument("schema", target.SchemaName)), cancellationToken).ConfigureAwait(false));
            if (found.Rows.ToList() is [var code])
            {
                throw new TandemException(
                    ProblemCodes.NoSandbox,
                    $"The {code.Text("kind")} {code.Text("name")} belongs to {code.Text("owner")}, who may not act as {code.Text("role")}: "
                    + $"rows and plans in a sandbox would run its code with the rights of {code.Text("role")}.");
            }
        }
    }

    private async Task CreateAsync(PostgresDatabase admin, string name, CancellationToken cancellationToken)
    {
        try
        {
            // What is committed here nobody needs after a crash of the server.
            var mark = $"tandem sandbox of {Original.Database}/{Original.Schema}";
            await RunAsync(
                admin,
                [
                    $"create database {PostgresText.Quote(name)} template template0",
                    $"comment on database {PostgresText.Quote(name)} is {PostgresText.Literal(mark)}",
                    $"alter database {PostgresText.Quote(name)} set synchronous_commit = off",
                ],
                cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            throw new TandemException(ProblemCodes.NoSandbox, $"No database can be made on {admin.DisplayName}: {PostgresErrors.Describe(e)}", e);
        }
    }
}
