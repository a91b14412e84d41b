using System.Diagnostics;
using System.Globalization;
using Tandem.Databases;
using Tandem.Problems;

namespace Tandem.Sqlite;

/// <summary>
/// One connection of the runner's. It enforces foreign keys as a careful application does, so that what the engine
/// writes cascades as anybody's writes would; a step that must not have that switches it off in its prologue, and the
/// session switches it on again whatever the epilogue does.
/// </summary>
internal sealed class SqliteSession : ISession
{
    // A reader makes nobody wait while it waits itself, so it is more patient than a writer.
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(5);
    private static readonly string[] UsualState =
    [
        "PRAGMA query_only=OFF", "PRAGMA foreign_keys=ON", "PRAGMA legacy_alter_table=OFF", "PRAGMA writable_schema=OFF", "PRAGMA synchronous=FULL",
    ];

    private readonly SqliteFile file;
    private readonly bool writesAhead;
    private Exception? lostBecause;

    private SqliteSession(SqliteFile file)
    {
        this.file = file;
        writesAhead = file.Run("PRAGMA journal_mode", new SqliteLimits(ReadPatience)).Text("journal_mode") == "wal";
    }

    /// <summary>A session on an open file, which it owns from now on.</summary>
    public static SqliteSession Begin(SqliteFile file)
    {
        var session = new SqliteSession(file);
        session.RestoreUsualState();
        return session;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<SqlResult>> ApplyAsync(
        IReadOnlyList<SqlStatement> statements, ApplyOptions options, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<SqlResult>>(
            () => Between(limits => Transact(statements, options, limits), options, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<SqlResult> QueryAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        var options = new ApplyOptions { ReadOnly = true, LockTimeout = ReadPatience };
        return Task.Run(() => Between(limits => Transact([statement], options, limits)[0], options, cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    public Task ExecuteAloneAsync(SqlStatement statement, ApplyOptions options, CancellationToken cancellationToken) =>
        Task.Run(() => Between(limits => RunChecked(statement, limits), options, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }

    private T Between<T>(Func<SqliteLimits, T> work, ApplyOptions options, CancellationToken cancellationToken)
    {
        if (lostBecause is not null)
        {
            throw new DatabaseException(FailureKind.ConnectionLost, "The session was closed after an earlier failure.", lostBecause);
        }

        var limits = new SqliteLimits(options.LockTimeout, options.StatementTimeout, cancellationToken);
        T result;
        try
        {
            foreach (var statement in options.Prologue)
            {
                _ = file.Run(statement, limits);
            }

            result = work(limits);
        }
        catch
        {
            TidyUp(options);
            throw;
        }

        TidyUp(options);
        return lostBecause is null
            ? result
            : throw new DatabaseException(
                FailureKind.ConnectionLost, "The session could not be put back into its usual state.", lostBecause);
    }

    // Runs to its end whatever fails: a statement left out here would change what the next transaction means. What
    // cannot be put right ends the session.
    private void TidyUp(ApplyOptions options)
    {
        var limits = new SqliteLimits(ReadPatience);
        foreach (var statement in options.Epilogue)
        {
            LoseUnless(() => file.Run(statement, limits));
        }

        if (options.ReadOnly || options.CanBeRedone || options.Prologue.Count > 0 || options.Epilogue.Count > 0)
        {
            LoseUnless(RestoreUsualState);
        }

        if (lostBecause is not null)
        {
            file.Dispose();
        }
    }

    private void RestoreUsualState()
    {
        foreach (var statement in UsualState)
        {
            _ = file.Run(statement, new SqliteLimits(ReadPatience));
        }
    }

    private void LoseUnless(Action action)
    {
        if (lostBecause is not null)
        {
            return;
        }

        try
        {
            action();
        }
        catch (DatabaseException e)
        {
            lostBecause = e;
        }
    }

    private List<SqlResult> Transact(IReadOnlyList<SqlStatement> statements, ApplyOptions options, SqliteLimits limits)
    {
        if (options.ReadOnly)
        {
            _ = file.Run("PRAGMA query_only=ON", limits);
        }
        else if (options.CanBeRedone && writesAhead)
        {
            // All other writers wait for a commit. What is behind it in the log is flushed with it, and no checkpoint comes before; a file
            // without such a log could be damaged.
            _ = file.Run("PRAGMA synchronous=NORMAL", limits);
        }

        _ = file.Run(options.ReadOnly ? "BEGIN" : "BEGIN IMMEDIATE", limits);
        try
        {
            var results = RunAll(statements, limits);
            limits.Cancellation.ThrowIfCancellationRequested();

            // A commit may wait for readers, but once it is asked for it is not interrupted: its outcome must be known.
            _ = file.Run("COMMIT", new SqliteLimits(limits.LockTimeout));
            return results;
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    private List<SqlResult> RunAll(IReadOnlyList<SqlStatement> statements, SqliteLimits limits)
    {
        var results = new List<SqlResult>(statements.Count);
        foreach (var statement in statements)
        {
            var begun = Stopwatch.GetTimestamp();
            var result = RunChecked(WithPreviousRows(statement, results), limits);
            results.Add(result with { Trip = Stopwatch.GetElapsedTime(begun) });
            if (!file.InTransaction)
            {
                throw new DatabaseException(FailureKind.Statement, "A statement ended the transaction that it ran in.");
            }
        }

        return results;
    }

    private SqlResult RunChecked(SqlStatement statement, SqliteLimits limits)
    {
        var result = file.Run(statement, limits);
        CheckExpectation(statement, result);
        return result;
    }

    private void RollBack()
    {
        // After some failures (disk full, interrupted writes) SQLite has rolled back by itself.
        if (file.InTransaction)
        {
            LoseUnless(() => file.Run("ROLLBACK", new SqliteLimits(ReadPatience)));
        }
    }

    private static SqlStatement WithPreviousRows(SqlStatement statement, List<SqlResult> results)
    {
        if (!statement.Arguments.Any(a => a.IsRowsOfPrevious))
        {
            return statement;
        }

        var previous = results.Count == 0 ? 0 : Math.Max(0, results[^1].Affected);
        return statement with
        {
            Arguments = [.. statement.Arguments.Select(a => a.IsRowsOfPrevious ? new SqlArgument(a.Name, previous) : a)],
        };
    }

    private static void CheckExpectation(SqlStatement statement, SqlResult result)
    {
        var rows = result.Affected >= 0 ? Math.Max(result.Affected, result.Rows.Count) : result.Rows.Count;
        if (statement.ExpectRows is { } wanted && rows != wanted)
        {
            throw Expectation(statement, rows, $"{wanted} rows were expected and {rows} came.");
        }

        if (!statement.ExpectZero)
        {
            return;
        }

        if (result.Rows.Count != 1 || result.Rows[0].Length == 0)
        {
            throw new DatabaseException(FailureKind.Statement, "A query whose value must be zero did not give one row.");
        }

        var count = Convert.ToInt64(result.Rows[0][0] ?? 0L, CultureInfo.InvariantCulture);
        if (count != 0)
        {
            throw Expectation(statement, count, $"Zero was expected and {count} came.");
        }
    }

    private static DatabaseException Expectation(SqlStatement statement, long count, string usual)
    {
        var message = statement.Otherwise?.Message.Replace(
            "{0}", count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return new DatabaseException(FailureKind.Expectation, message ?? usual)
        {
            ProblemCode = statement.Otherwise?.Code ?? ProblemCodes.ExpectationNotMet.Id,
        };
    }
}
