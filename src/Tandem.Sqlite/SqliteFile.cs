using System.Text;
using SQLitePCL;
using Tandem.Databases;
using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>How long a statement may wait and run, and who may stop it.</summary>
/// <param name="LockTimeout">How long it may wait for other connections.</param>
/// <param name="StatementTimeout">How long it may run; null for no limit.</param>
/// <param name="Cancellation">Stops it.</param>
internal readonly record struct SqliteLimits(
    TimeSpan LockTimeout, TimeSpan? StatementTimeout = null, CancellationToken Cancellation = default);

/// <summary>
/// An open database file. It speaks to SQLite's own interface rather than through an ADO.NET driver: waits for locks
/// in milliseconds, extended result codes and the count of changed rows are what the engine's correctness rests on.
/// Calls block; sessions move them off the caller's thread.
/// </summary>
internal sealed class SqliteFile : IDisposable
{
    private const int PollMilliseconds = 20;

    // SQLITE_DBCONFIG_…, which the binding does not name.
    private const int Defensive = 1010;
    private const int DqsDml = 1013;
    private const int DqsDdl = 1014;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly sqlite3 handle;
    private readonly TimeProvider time;

    private SqliteFile(sqlite3 handle, TimeProvider time)
    {
        this.handle = handle;
        this.time = time;
    }

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    /// <summary>Opens a file that is there; never creates one.</summary>
    public static SqliteFile Open(string path, bool readOnly, TimeProvider time) =>
        Open(path, readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE, time);

    /// <summary>Opens a file and makes it when it is not there.</summary>
    public static SqliteFile Create(string path, TimeProvider time) =>
        Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE, time);

    /// <summary>Opens an empty database in memory.</summary>
    public static SqliteFile OpenInMemory(TimeProvider time) =>
        Open(":memory:", raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE, time);

    /// <summary>Tells of each table that a statement compiled from now on reads, writes or defines.</summary>
    public void WatchTables(Action<string> seen) =>
        Check(
            raw.sqlite3_set_authorizer(
                handle,
                (_, action, first, second, _, _) =>
                {
                    var table = action switch
                    {
                        raw.SQLITE_READ or raw.SQLITE_INSERT or raw.SQLITE_UPDATE or raw.SQLITE_DELETE or raw.SQLITE_CREATE_TABLE or raw.SQLITE_DROP_TABLE => first,
                        raw.SQLITE_CREATE_INDEX or raw.SQLITE_DROP_INDEX or raw.SQLITE_CREATE_TRIGGER or raw.SQLITE_DROP_TRIGGER or raw.SQLITE_ALTER_TABLE => second,
                        _ => null,
                    };
                    if (table is not null && !table.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase))
                    {
                        seen(table);
                    }

                    return raw.SQLITE_OK;
                },
                null),
            SqliteStage.Open);

    /// <summary>
    /// Tells of each column that a statement compiled from now on reads, with the view or trigger in which it does (null for the
    /// statement itself).
    /// </summary>
    public void WatchReads(Action<string, string, string?> seen) =>
        Check(
            raw.sqlite3_set_authorizer(
                handle,
                (_, action, first, second, _, within) =>
                {
                    if (action == raw.SQLITE_READ)
                    {
                        seen(first, second, within);
                    }

                    return raw.SQLITE_OK;
                },
                null),
            SqliteStage.Open);

    /// <summary>Stops reading text in double quotes as a string where it names no column, so that a mistyped name is an error.</summary>
    public void RefuseDoubleQuotedStrings()
    {
        Check(raw.sqlite3_db_config(handle, DqsDml, 0, out _), SqliteStage.Open);
        Check(raw.sqlite3_db_config(handle, DqsDdl, 0, out _), SqliteStage.Open);
    }

    /// <summary>Carries out the statements of a text, most often one; answers with the rows of the last query and all affected rows.</summary>
    public SqlResult Run(SqlStatement statement, SqliteLimits limits)
    {
        limits.Cancellation.ThrowIfCancellationRequested();
        using var stop = new Interruption(handle, limits, time);
        try
        {
            return RunAll(statement, limits);
        }
        catch (DatabaseException e) when (e.ServerCode == "9")
        {
            throw stop.Explain(e);
        }
    }

    /// <summary>Carries out a text without arguments.</summary>
    public SqlResult Run(string text, SqliteLimits limits) => Run(new SqlStatement(text), limits);

    /// <inheritdoc />
    public void Dispose() => handle.Dispose();

    private static SqliteFile Open(string path, int flags, TimeProvider time)
    {
        SqliteLibrary.Load();
        var code = raw.sqlite3_open_v2(path, out var handle, flags | raw.SQLITE_OPEN_FULLMUTEX, null);
        var file = new SqliteFile(handle, time);
        try
        {
            file.Check(code, SqliteStage.Open);
            file.Check(raw.sqlite3_extended_result_codes(handle, 1), SqliteStage.Open);

            // Some systems' libraries refuse writable_schema unless told otherwise, and exchanging names needs it.
            file.Check(raw.sqlite3_db_config(handle, Defensive, 0, out _), SqliteStage.Open);
            file.Check(SqliteHash.Register(handle), SqliteStage.Open);
            return file;
        }
        catch (DatabaseException)
        {
            file.Dispose();
            throw;
        }
    }

    private SqlResult RunAll(SqlStatement statement, SqliteLimits limits)
    {
        var result = new SqlResult(0, [], []);
        var (affected, wrote) = (0L, false);
        var text = Encoding.UTF8.GetBytes(statement.Text);
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            sqlite3_stmt? compiled = null;
            Patiently(limits, () => Prepare(text, start, out compiled, out at), SqliteStage.Prepare);
            if (at == start)
            {
                throw new ArgumentException("The statement holds a NUL character.", nameof(statement));
            }

            using (compiled)
            {
                if (compiled is null || compiled.IsInvalid)
                {
                    continue; // White space or a comment.
                }

                var stage = SqliteText.GoesOverRows(Encoding.UTF8.GetString(text.AsSpan(start..at))) ? SqliteStage.Rows : SqliteStage.Other;
                result = RunOne(compiled, statement, stage, limits);
                wrote |= result.Affected >= 0;
                affected += Math.Max(0, result.Affected);
            }
        }

        return result with { Affected = wrote ? affected : result.Affected };
    }

    private int Prepare(byte[] text, int start, out sqlite3_stmt compiled, out int next)
    {
        var code = raw.sqlite3_prepare_v2(handle, text.AsSpan(start), out compiled, out var rest);
        next = code == raw.SQLITE_OK ? text.Length - rest.Length : start;
        return code;
    }

    private SqlResult RunOne(sqlite3_stmt compiled, SqlStatement statement, SqliteStage stage, SqliteLimits limits)
    {
        Bind(compiled, statement);
        var width = raw.sqlite3_column_count(compiled);
        var names = Enumerable.Range(0, width).Select(i => raw.sqlite3_column_name(compiled, i).utf8_to_string()).ToValueList();
        var rows = new List<object?[]>();
        var before = raw.sqlite3_total_changes(handle);
        var code = Patiently(limits, () => FirstStep(compiled), stage);
        while (code == raw.SQLITE_ROW)
        {
            rows.Add(ReadRow(compiled, width));
            code = Check(raw.sqlite3_step(compiled), stage);
        }

        // Statements that are no DML leave the count of the one before; the total tells whether anything was counted.
        var affected = raw.sqlite3_total_changes(handle) == before ? 0 : raw.sqlite3_changes(handle);
        var query = width > 0 && raw.sqlite3_stmt_readonly(compiled) != 0;
        return new SqlResult(query ? -1 : affected, names, rows);
    }

    private static int FirstStep(sqlite3_stmt compiled)
    {
        var code = raw.sqlite3_step(compiled);
        if ((code & 0xff) is raw.SQLITE_BUSY)
        {
            _ = raw.sqlite3_reset(compiled); // Repeats the failure's code.
        }

        return code;
    }

    // Waits in short polls, not in one long sleep inside SQLite, so that a cancelled call ends soon.
    private int Patiently(SqliteLimits limits, Func<int> call, SqliteStage stage)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var left = (limits.LockTimeout - time.GetElapsedTime(start)).TotalMilliseconds;
            _ = raw.sqlite3_busy_timeout(handle, (int)Math.Clamp(left, 0, PollMilliseconds));
            var code = call();

            // A snapshot that is too old stays too old; waiting is for the other kinds.
            if ((code & 0xff) != raw.SQLITE_BUSY || code == raw.SQLITE_BUSY_SNAPSHOT
                || time.GetElapsedTime(start) >= limits.LockTimeout)
            {
                return Check(code, stage);
            }

            // Where SQLite sees a deadlock it answers at once instead of waiting.
            limits.Cancellation.WaitHandle.WaitOne(1);
            limits.Cancellation.ThrowIfCancellationRequested();
        }
    }

    private int Check(int code, SqliteStage stage) =>
        (code & 0xff) is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE
            ? code
            : throw SqliteErrors.Make(
                raw.sqlite3_extended_errcode(handle), stage, raw.sqlite3_errmsg(handle).utf8_to_string());

    private static void Bind(sqlite3_stmt compiled, SqlStatement statement)
    {
        for (var i = 1; i <= raw.sqlite3_bind_parameter_count(compiled); i++)
        {
            var name = raw.sqlite3_bind_parameter_name(compiled, i).utf8_to_string();
            var argument = statement.Arguments.FirstOrDefault(a => string.Equals("@" + a.Name, name, StringComparison.Ordinal))
                ?? throw new ArgumentException($"The statement names {name ?? "?"}, which is not among its arguments.");
            _ = argument.Value switch
            {
                null => raw.sqlite3_bind_null(compiled, i),
                bool value => raw.sqlite3_bind_int64(compiled, i, value ? 1 : 0),
                int value => raw.sqlite3_bind_int64(compiled, i, value),
                long value => raw.sqlite3_bind_int64(compiled, i, value),
                double value => raw.sqlite3_bind_double(compiled, i, value),
                string value => raw.sqlite3_bind_text(compiled, i, value),
                byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(compiled, i, 0), // An empty blob would be bound as NULL.
                byte[] value => raw.sqlite3_bind_blob(compiled, i, value),
                var other => throw new ArgumentException($"{name} is a {other.GetType().Name}, which no statement takes."),
            };
        }
    }

    private static object?[] ReadRow(sqlite3_stmt compiled, int width)
    {
        var row = new object?[width];
        for (var i = 0; i < width; i++)
        {
            row[i] = raw.sqlite3_column_type(compiled, i) switch
            {
                raw.SQLITE_INTEGER => raw.sqlite3_column_int64(compiled, i),
                raw.SQLITE_FLOAT => raw.sqlite3_column_double(compiled, i),
                raw.SQLITE_TEXT => ReadText(compiled, i),
                raw.SQLITE_BLOB => raw.sqlite3_column_blob(compiled, i).ToArray(),
                _ => null,
            };
        }

        return row;
    }

    // The first call makes SQLite turn the value into UTF-8; the second gives all of it, where a C string would end at
    // a NUL. Bytes that are no UTF-8 come as bytes: replacing them would lose what a backup must keep.
    private static object ReadText(sqlite3_stmt compiled, int column)
    {
        _ = raw.sqlite3_column_text(compiled, column);
        var bytes = raw.sqlite3_column_blob(compiled, column);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return bytes.ToArray();
        }
    }

    /// <summary>Interrupts the running statement when it is cancelled or takes too long.</summary>
    private sealed class Interruption : IDisposable
    {
        private readonly SqliteLimits limits;
        private readonly CancellationTokenSource? timer;
        private readonly CancellationTokenRegistration byCaller;
        private readonly CancellationTokenRegistration byTimer;

        public Interruption(sqlite3 handle, SqliteLimits limits, TimeProvider time)
        {
            this.limits = limits;
            byCaller = limits.Cancellation.UnsafeRegister(_ => raw.sqlite3_interrupt(handle), null);
            if (limits.StatementTimeout is { } timeout && timeout < TimeSpan.FromDays(1))
            {
                timer = new CancellationTokenSource(timeout, time);
                byTimer = timer.Token.UnsafeRegister(_ => raw.sqlite3_interrupt(handle), null);
            }
        }

        public Exception Explain(DatabaseException interrupted) =>
            limits.Cancellation.IsCancellationRequested
                ? new OperationCanceledException("The statement was cancelled.", interrupted, limits.Cancellation)
                : new DatabaseException(
                    FailureKind.StatementTimeout, "The statement took longer than allowed and was rolled back.", interrupted)
                {
                    ServerCode = interrupted.ServerCode,
                };

        // Disposing waits for a callback that is running, so none can hit the next statement.
        public void Dispose()
        {
            byCaller.Dispose();
            byTimer.Dispose();
            timer?.Dispose();
        }
    }
}
