using System.Globalization;
using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Postgres.Inspection;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Sandboxes;

/// <summary>A copy with rows that are made up by the target's statistics: their number up to a limit, NULLs, how many values there are, widths.</summary>
/// <param name="target">The target; it is only read.</param>
/// <param name="copy">The copy.</param>
internal sealed class PostgresSandboxCopy(PostgresDatabase target, PostgresDatabase copy) : ISandboxCopy
{
    /// <summary>The most rows that a table gets: enough for a speed, and for an index to pay.</summary>
    public const int MostRows = 20_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Version TakesStatistics = new(18, 0);

    private readonly Dictionary<string, PostgresSize> sizes = new(StringComparer.Ordinal);
    private PostgresShapes? shapes;
    private ValueList<TableChange> changed = [];

    /// <inheritdoc />
    public IDatabase Database => copy;

    /// <inheritdoc />
    public async Task<ValueList<FilledTable>> FillAsync(ValueList<string> tables, ValueList<TableChange> changes, CancellationToken cancellationToken)
    {
        changed = changes;
        await ReadTargetAsync(tables, cancellationToken).ConfigureAwait(false);
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var filled = new List<FilledTable>();
        await using (connection.ConfigureAwait(false))
        {
            foreach (var table in tables)
            {
                filled.Add(await FillAsync(connection, table, cancellationToken).ConfigureAwait(false));
            }
        }

        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        return filled.ToValueList();
    }

    /// <inheritdoc />
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var connection = await copy.Connections.TakeAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await PostgresCommand.ExecuteAsync(connection, "vacuum (analyze)", 0, cancellationToken).ConfigureAwait(false);
            if (PostgresCapabilities.Of(connection).Version >= TakesStatistics)
            {
                await new PostgresStatistics(connection, copy.SchemaName, shapes!, changed, cancellationToken).TakeOverAsync().ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc />
    public long Weigh()
    {
        using var connection = new NpgsqlConnection(copy.Url.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand(PostgresQueries.Read("copy_size"), connection);
        return (long)command.ExecuteScalar()!;
    }

    /// <inheritdoc />
    public async Task EmptyAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var tables = (await TablesAsync(connection, copy.SchemaName, cancellationToken).ConfigureAwait(false)).Select(t => PostgresText.Name(copy.SchemaName, t)).ToList();
            if (tables.Count > 0)
            {
                await PostgresCommand.ExecuteAsync(connection, $"truncate {string.Join(", ", tables)} cascade", 0, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc />
    public async Task<ValueList<QueryPlan>> PlanAsync(
        ValueList<WatchedStatement> statements, string? version, ValueList<TableChange> changes, CancellationToken cancellationToken)
    {
        var connection = await copy.Connections.TakeAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var path = PostgresSettings.SearchPath(copy.SchemaName);
            await PostgresCommand.ExecuteAsync(connection, PostgresSettings.For(copy.SchemaName, new ApplyOptions { StatementTimeout = Patience }).Apply(local: false), 0, cancellationToken).ConfigureAwait(false);
            await PostgresCommand.ExecuteAsync(
                connection, $"set search_path = {(version is null ? path : $"{PostgresText.Quote(Names.VersionSchema(copy.SchemaName, version))}, {path}")}", 0, cancellationToken).ConfigureAwait(false);
            await PostgresCommand.ExecuteAsync(connection, "set plan_cache_mode = force_generic_plan", 0, cancellationToken).ConfigureAwait(false);
            var plans = new List<QueryPlan>();
            foreach (var statement in statements)
            {
                plans.Add(await PostgresPlans.OfAsync(connection, statement.Text, cancellationToken).ConfigureAwait(false));
            }

            return plans.ToValueList();
        }
    }

    /// <summary>The tables of a schema.</summary>
    internal static async Task<IReadOnlyList<string>> TablesAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        var prepared = PostgresText.Prepare(new SqlStatement(
            "select c.relname::text from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = @schema and c.relkind in ('r', 'p')", new SqlArgument("schema", schema)));
        return [.. (await PostgresCommand.ExecuteAsync(connection, prepared[0], 0, 0, cancellationToken).ConfigureAwait(false)).Rows.Select(r => (string)r[0]!)];
    }

    // The sizes and statistics of the target are asked once: what they are in the middle of a trial is of no interest.
    private async Task ReadTargetAsync(ValueList<string> tables, CancellationToken cancellationToken)
    {
        if (shapes is not null)
        {
            return;
        }

        var reading = await PostgresReading.BeginAsync(
            target, new PostgresSettings(target.SchemaName) { StatementTimeout = Patience }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            shapes = await PostgresShapes.ReadAsync(reading, target.SchemaName, cancellationToken).ConfigureAwait(false);
            foreach (var size in await PostgresSize.MeasureAsync(reading, target.SchemaName, tables, cancellationToken).ConfigureAwait(false))
            {
                sizes[size.Table] = size;
            }
        }
    }

    // Triggers and foreign keys are left out where the role may: the rows are measured, not right.
    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await copy.Connections.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await PostgresCommand.ExecuteAsync(connection, PostgresSettings.For(copy.SchemaName, new ApplyOptions { StatementTimeout = Patience }).Apply(local: false), 0, cancellationToken).ConfigureAwait(false);
            await PostgresCommand.ExecuteAsync(connection, "set session_replication_role = replica", 0, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (PostgresErrors.KindOf(e.SqlState) == FailureKind.Permission)
        {
            // Then rows that break a foreign key are told as a table that cannot be filled.
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return connection;
    }

    private async Task<FilledTable> FillAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        var wanted = Math.Min(sizes[table].Rows, MostRows);
        var name = changed.FirstOrDefault(c => c.Before?.Name == table) is { } change ? change.After?.Name : table;
        if (wanted == 0 || name is null)
        {
            return new FilledTable(table, sizes[table].Rows, 0, wanted == 0 ? "It is empty." : "The new version has no such table.");
        }

        var (insert, why) = await InsertAsync(connection, name, wanted, cancellationToken).ConfigureAwait(false);
        if (insert is null)
        {
            return new FilledTable(table, sizes[table].Rows, 0, why);
        }

        try
        {
            var made = (await PostgresCommand.ExecuteAsync(connection, insert, 0, cancellationToken).ConfigureAwait(false)).Affected;
            return new FilledTable(table, sizes[table].Rows, made, why);
        }
        catch (PostgresException e) when (PostgresErrors.KindOf(e.SqlState) is not (FailureKind.ConnectionLost or FailureKind.Unavailable or FailureKind.DiskFull))
        {
            return new FilledTable(table, sizes[table].Rows, 0, $"No rows that it takes could be made up: {PostgresErrors.Describe(e)}");
        }
    }

    private async Task<(string? Insert, string Why)> InsertAsync(NpgsqlConnection connection, string table, long rows, CancellationToken cancellationToken)
    {
        var prepared = PostgresText.Prepare(new SqlStatement(PostgresQueries.Read("made_columns"), new SqlArgument("table", PostgresText.Name(copy.SchemaName, table))));
        var found = new PostgresRows(await PostgresCommand.ExecuteAsync(connection, prepared[0], 0, 0, cancellationToken).ConfigureAwait(false));
        var columns = found.Rows.Select(PostgresMadeColumn.Of).ToList();
        var values = columns.Select((c, i) => c.Value(PostgresShapes.Origin(changed, table, c.Name) is { } o ? shapes!.Of(o.Table, o.Column) : null, rows, i)).ToList();
        if (columns.Count == 0)
        {
            return (null, "It has no column to fill.");
        }

        if (values.IndexOf(null) is >= 0 and var missing)
        {
            return (null, $"No values of the type {columns[missing].Type} can be made up, and {columns[missing].Name} needs one.");
        }

        var known = changed.FirstOrDefault(c => c.After?.Name == table)?.Before?.Name ?? table;
        return (
            string.Create(
                CultureInfo.InvariantCulture,
                $"insert into {PostgresText.Name(copy.SchemaName, table)} ({string.Join(", ", columns.Select(c => PostgresText.Quote(c.Name)))}) overriding system value select {string.Join(", ", values)} from pg_catalog.generate_series(1::bigint, {rows}) g (i) on conflict do nothing"),
            shapes!.Knows(known) ? "Made up by the target's statistics." : "Made up without statistics: ANALYZE has not looked at the table, or this role may not read it.");
    }
}
