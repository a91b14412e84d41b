using Npgsql;
using Tandem.Consumers;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Costs;
using Tandem.Postgres.Examiners;
using Tandem.Postgres.Inspection;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres;

/// <summary>A database on a PostgreSQL server and a schema in it.</summary>
public sealed class PostgresDatabase : IDatabase, IUseFinder, ICostMeter, IChangeTracer
{
    // Who asks what would break waits for nobody's lock.
    private static readonly TimeSpan LookUpLock = TimeSpan.FromSeconds(1);

    // An expression that takes longer for a sample is told as one that could not be tried.
    private static readonly TimeSpan ExaminationTimeout = TimeSpan.FromSeconds(30);

    private readonly PostgresUrl url;
    private readonly Func<Capabilities, IDialect> dialect;
    // Above the number of queries that read a catalogue.
    private const int CatalogueStatements = 64;

    // A runner at work has about as many sessions.
    private const int RestingSessions = 4;

    private readonly PostgresConnections connections;
    private readonly PostgresConnections catalogue;

    internal PostgresDatabase(PostgresUrl url, Func<Capabilities, IDialect> dialect)
    {
        this.url = url;
        this.dialect = dialect;
        connections = new PostgresConnections(Source(url.ConnectionString), DisplayName, RestingSessions, "rollback", "discard all");

        // The server plans the catalogue's large queries once for a connection and not at each reading: planning them takes
        // about six times as long as carrying them out.
        var prepared = new NpgsqlConnectionStringBuilder(url.ConnectionString) { MaxAutoPrepare = CatalogueStatements, AutoPrepareMinUsages = 1 };
        catalogue = new PostgresConnections(Source(prepared.ConnectionString), DisplayName, 1, "rollback");
    }

    /// <inheritdoc />
    public string DisplayName => url.DisplayName;

    /// <inheritdoc />
    public string SchemaName => url.Schema;

    internal PostgresUrl Url => url;

    /// <summary>Whether it is a copy that is dropped again: nothing is committed in it that would outlast it.</summary>
    internal bool IsCopy { get; init; }

    /// <summary>Connections that read the catalogue and do nothing else.</summary>
    internal PostgresConnections Catalogue => catalogue;

    /// <summary>Connections for everything else.</summary>
    internal PostgresConnections Connections => connections;

    /// <summary>Whether an address is one of a PostgreSQL database.</summary>
    public static bool Understands(string address) => PostgresUrl.Is(address);

    /// <summary>The database at an address; nothing is connected yet.</summary>
    /// <exception cref="TandemException">The address cannot be understood.</exception>
    public static PostgresDatabase At(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var url = PostgresUrl.Parse(address);
        return new PostgresDatabase(url, c => new PostgresDialect(c, url.Schema));
    }

    /// <summary>Looks at rights and settings that decide how a change goes; reads only.</summary>
    public Task<ValueList<DatabaseCheck>> CheckAsync(CancellationToken cancellationToken) => PostgresDoctor.CheckAsync(this, cancellationToken);

    /// <summary>What the server's counters and rights say about the schema; reads only.</summary>
    public async Task<PostgresOutlook> LookAsync(CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(
            this, new PostgresSettings(SchemaName) { StatementTimeout = ExaminationTimeout }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            return await PostgresOutlook.ReadAsync(reading, SchemaName, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<IDialect> ConnectAsync(CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(
            this, new PostgresSettings(SchemaName) { Catalogue = true }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            return dialect(reading.Capabilities);
        }
    }

    /// <inheritdoc />
    public async Task<DatabaseSchema> InspectAsync(CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(
            this, new PostgresSettings(SchemaName) { Catalogue = true }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            return await PostgresInspector.InspectAsync(reading, SchemaName, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<Examination> ExamineAsync(Inquiry inquiry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inquiry);
        var reading = await PostgresReading.BeginAsync(
            this, new PostgresSettings(SchemaName) { StatementTimeout = ExaminationTimeout }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            return await PostgresExaminer.ExamineAsync(reading, SchemaName, inquiry, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<UseFindings> FindUsesAsync(DatabaseSchema schema, ValueList<ImpactSubject> subjects, CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(
            this, new PostgresSettings(SchemaName) { StatementTimeout = ExaminationTimeout, LockTimeout = LookUpLock }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            return await PostgresUses.FindAsync(reading, schema, subjects, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The statements that the server keeps count of and that name one of these tables, most called first; reads only.</summary>
    internal async Task<CountedStatements> CountedAsync(ValueList<string> tables, CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(
            this, new PostgresSettings(SchemaName) { StatementTimeout = ExaminationTimeout }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            return await new PostgresCountedStatements(reading, cancellationToken).OfTablesAsync(tables).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<ValueList<StepCost>> EstimateAsync(CostQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        var reading = await PostgresReading.BeginAsync(
            this, new PostgresSettings(SchemaName) { StatementTimeout = ExaminationTimeout, LockTimeout = LookUpLock }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            return await PostgresCosts.EstimateAsync(reading, SchemaName, question, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<ValueList<ObjectTrace>> TraceAsync(IReadOnlyList<ObjectName> objects, CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(
            this, new PostgresSettings(SchemaName) { Catalogue = true }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            return await PostgresTraces.ReadAsync(reading, SchemaName, objects, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<ValueList<OwnObject>> FindOwnObjectsAsync(CancellationToken cancellationToken)
    {
        var reading = await PostgresReading.BeginAsync(
            this, new PostgresSettings(SchemaName) { Catalogue = true }, cancellationToken).ConfigureAwait(false);
        await using (reading.ConfigureAwait(false))
        {
            var found = await reading.QueryAsync(
                new SqlStatement(PostgresQueries.Read("own_objects"), new SqlArgument("schema", SchemaName)),
                cancellationToken).ConfigureAwait(false);
            var left = await reading.QueryAsync(
                new SqlStatement(PostgresQueries.Read("sandbox_left"), new SqlArgument("schema", SchemaName)), cancellationToken).ConfigureAwait(false);
            return
            [
                .. left.Rows.Select(r => (string)r[0]!).Select(name => new OwnObject("sandbox", name, $"DROP DATABASE IF EXISTS {PostgresText.Quote(name)}") { Alone = true }),
                .. new PostgresRows(found).Rows.Select(r => new OwnObject(r.Text("kind"), r.Text("name"), r.Text("statement"))),
            ];
        }
    }

    /// <inheritdoc />
    public async Task<ISession> OpenSessionAsync(CancellationToken cancellationToken) =>
        new PostgresSession(this, await connections.TakeAsync(cancellationToken).ConfigureAwait(false));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await catalogue.DisposeAsync().ConfigureAwait(false);
        await connections.DisposeAsync().ConfigureAwait(false);
    }

    // Answers come as text, so no type of the database's own need be known: that spares a query at each connection.
    private static NpgsqlDataSource Source(string connectionString) =>
        new NpgsqlDataSourceBuilder(connectionString).ConfigureTypeLoading(t => t.EnableTypeLoading(false)).Build();
}
