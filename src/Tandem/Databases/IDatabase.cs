using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Databases;

/// <summary>What a server version can do, as read from the server; the only place where versions differ.</summary>
public sealed record Capabilities(string Product, Version Version)
{
    /// <summary>
    /// SQL for the database's own time plus <c>{0}</c> seconds, as text of the form <c>2026-01-31T12:00:00.0000000Z</c>: who
    /// may work goes by one clock, whatever those of the clients say.
    /// </summary>
    public required string Clock { get; init; }

    /// <summary>
    /// Query for how long, in seconds, the longest waiter waits for any lock in a session that uses the table <c>@table</c> of the
    /// schema <c>@schema</c>, as <c>seconds</c>; null where the database does not tell.
    /// </summary>
    public string? LockWait { get; init; }

    /// <summary>Query for the number of the session that asks, as <c>pid</c>; null where sessions have none.</summary>
    public string? OwnSession { get; init; }

    /// <summary>
    /// Query for who waits for a lock that the session <c>@pid</c> has or asked for earlier: <c>wait</c> (names one wait of one session),
    /// <c>seconds</c> (how long already), <c>who</c>; null where the database does not tell.
    /// </summary>
    public string? Blocked { get; init; }

    /// <summary>Whether views can check rights as the caller (PostgreSQL 15).</summary>
    public bool SecurityInvokerViews { get; init; }

    /// <summary>Whether the right to change one setting can be granted (PostgreSQL 15); before, only superusers have it.</summary>
    public bool GrantableSettings { get; init; }

    /// <summary>Whether indexes can be built while writers go on.</summary>
    public bool ConcurrentIndexes { get; init; }

    /// <summary>Whether DDL and the version's rows live beside each other in one schema, or a changed table is served as a twin.</summary>
    public bool Twins { get; init; }

    /// <summary>Longest identifier in bytes; 0 for no limit.</summary>
    public int MaxIdentifierBytes { get; init; }
}

/// <summary>One target: a database and a schema in it.</summary>
public interface IDatabase : IAsyncDisposable
{
    /// <summary>The address without secrets, as it may be shown and stored.</summary>
    string DisplayName { get; }

    /// <summary>The schema's name: part of the journal's key and of version names.</summary>
    string SchemaName { get; }

    /// <summary>Writes steps as SQL for this server; known after the first connection.</summary>
    Task<IDialect> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Reads the schema as applications see it, in a read-only transaction enforced by the database; installs nothing.</summary>
    Task<DatabaseSchema> InspectAsync(CancellationToken cancellationToken);

    /// <summary>Compiles what a migration brings on the server and tries lenses on real rows, read-only: failures and lossy round trips are problems.</summary>
    Task<Examination> ExamineAsync(Inquiry inquiry, CancellationToken cancellationToken);

    /// <summary>Lists every object of the engine's in this target, in an order in which they can be dropped.</summary>
    Task<ValueList<OwnObject>> FindOwnObjectsAsync(CancellationToken cancellationToken);

    /// <summary>Opens a session for the runner.</summary>
    Task<ISession> OpenSessionAsync(CancellationToken cancellationToken);
}

/// <summary>What a database is asked about a migration before it begins.</summary>
/// <param name="Changes">What changes, table by table.</param>
/// <param name="Rows">The changes of rows.</param>
/// <param name="Checks">Queries that must compile.</param>
public sealed record Inquiry(ValueList<TableChange> Changes, ValueList<RowChange> Rows, ValueList<DataCheck> Checks)
{
    /// <summary>What changes about objects without rows.</summary>
    public ValueList<ObjectChange> Objects { get; init; } = [];

    /// <summary>Tables of which nothing but settings changes.</summary>
    public ValueList<TableChange> Settings { get; init; } = [];

    /// <summary>Whether SQL of the migration's own, which may make anything, comes before the rest.</summary>
    public bool HasScripts { get; init; }
}

/// <summary>What an examination found on the live data. Measurements are no part of any hash.</summary>
/// <param name="Problems">What failed to compile or to come back.</param>
/// <param name="Tables">Sizes by table.</param>
public sealed record Examination(ValueList<Problem> Problems, ValueList<TableSize> Tables)
{
    /// <summary>The ways of lenses of which an expression may give another value each time.</summary>
    public ValueList<VaryingWay> Varying { get; init; } = [];

    /// <summary>How much room the server had; null where there is none to share.</summary>
    public ServerRoom? Room { get; init; }
}

/// <summary>One way of a lens that may give another value each time.</summary>
/// <param name="Lens">The lens.</param>
/// <param name="Gives">The side that it gives.</param>
public sealed record VaryingWay(Lens Lens, Side Gives);

/// <summary>How much room a server had when it was looked at.</summary>
/// <param name="FreeConnections">Connections that it would still take.</param>
/// <param name="ActiveSessions">Other sessions that were at work on the database.</param>
/// <param name="ParallelWorkers">How many processes it would use for one query, as it is set.</param>
public sealed record ServerRoom(int FreeConnections, int ActiveSessions, int ParallelWorkers)
{
    /// <summary>Whether the role may see what sessions of other roles do.</summary>
    public bool SeesOthers { get; init; } = true;
}

/// <summary>An object of the engine's own.</summary>
/// <param name="Kind">For example <c>schema</c>, <c>trigger</c>, <c>column</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Drop">The statement that removes it.</param>
public sealed record OwnObject(string Kind, string Name, string Drop)
{
    /// <summary>Whether the statement cannot run in a transaction.</summary>
    public bool Alone { get; init; }
}

/// <summary>The size of a table, estimated by the database.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Rows">Estimated rows.</param>
/// <param name="Bytes">Bytes with indexes.</param>
public sealed record TableSize(string Table, long Rows, long Bytes)
{
    /// <summary>Whether the rows were counted; else they are an estimate by the database's own statistics.</summary>
    public bool Counted { get; init; }
}

/// <summary>A connection of the runner's. Not for use by two callers at once.</summary>
public interface ISession : IAsyncDisposable
{
    /// <summary>
    /// Carries all statements out in one transaction, or none: the call by which everything happens. Failures are
    /// <see cref="DatabaseException"/>; after <see cref="FailureKind.ConnectionLost"/> the caller asks the journal what happened.
    /// </summary>
    Task<IReadOnlyList<SqlResult>> ApplyAsync(
        IReadOnlyList<SqlStatement> statements, ApplyOptions options, CancellationToken cancellationToken);

    /// <summary>Reads, in a read-only transaction.</summary>
    Task<SqlResult> QueryAsync(SqlStatement statement, CancellationToken cancellationToken);

    /// <summary>Carries out one statement that cannot run in a transaction.</summary>
    Task ExecuteAloneAsync(SqlStatement statement, ApplyOptions options, CancellationToken cancellationToken);
}
