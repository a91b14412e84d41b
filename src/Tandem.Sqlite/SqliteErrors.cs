using SQLitePCL;
using Tandem.Databases;
using Tandem.Problems;

namespace Tandem.Sqlite;

/// <summary>When in a statement's life SQLite reported a failure.</summary>
internal enum SqliteStage
{
    /// <summary>While the file was opened or first read.</summary>
    Open,

    /// <summary>While the text was compiled.</summary>
    Prepare,

    /// <summary>While a SELECT, INSERT, UPDATE or DELETE ran.</summary>
    Rows,

    /// <summary>While any other statement ran.</summary>
    Other,
}

/// <summary>
/// Says once what an answer of SQLite's means. Result codes decide. The one code that needs more is SQLITE_ERROR (1):
/// SQLite gives it for a wrong statement and for a function that fails on a value alike. A statement that was compiled
/// and fails while it goes over rows has met a value — unless an object is gone meanwhile, which only the text tells.
/// </summary>
internal static class SqliteErrors
{
    /// <summary>The kind of a failure.</summary>
    public static FailureKind Classify(int extendedCode, SqliteStage stage, string message) => (extendedCode & 0xff) switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => FailureKind.LockTimeout,
        raw.SQLITE_PERM or raw.SQLITE_AUTH => FailureKind.Permission,
        raw.SQLITE_READONLY => FailureKind.ReadOnly,
        raw.SQLITE_FULL => FailureKind.DiskFull,
        raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG or raw.SQLITE_RANGE => FailureKind.Data,
        raw.SQLITE_CANTOPEN or raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT or raw.SQLITE_FORMAT => FailureKind.Unavailable,

        // After one of these nobody knows how far the last call came: the journal has to be asked.
        raw.SQLITE_IOERR or raw.SQLITE_NOMEM or raw.SQLITE_PROTOCOL => FailureKind.ConnectionLost,
        raw.SQLITE_INTERRUPT => FailureKind.StatementTimeout,
        raw.SQLITE_ERROR when stage == SqliteStage.Rows && !NamesMissingObject(message) => FailureKind.Data,
        _ => FailureKind.Statement,
    };

    /// <summary>The failure as an exception whose message holds names but no values.</summary>
    public static DatabaseException Make(int extendedCode, SqliteStage stage, string message)
    {
        var kind = Classify(extendedCode, stage, message);
        return new DatabaseException(kind, $"SQLite: {WithoutValues(extendedCode, stage, message)} (code {Text(extendedCode)})")
        {
            ServerCode = Text(extendedCode),
            ProblemCode = CodeFor(kind, extendedCode)?.Id,
        };
    }

    private static ProblemCode? CodeFor(FailureKind kind, int extendedCode) => kind switch
    {
        FailureKind.Unavailable when (extendedCode & 0xff) is raw.SQLITE_NOTADB => ProblemCodes.NotADatabase,
        FailureKind.Unavailable or FailureKind.ConnectionLost => ProblemCodes.DatabaseUnavailable,
        FailureKind.Permission => ProblemCodes.PermissionDenied,
        FailureKind.ReadOnly => ProblemCodes.DatabaseReadOnly,
        FailureKind.DiskFull => ProblemCodes.DiskFull,
        _ => null,
    };

    private static string Text(int code) => code.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static bool NamesMissingObject(string message) => message.StartsWith("no such ", StringComparison.Ordinal);

    // Messages of functions may quote the value that they choke on ("bad JSON path: '…'"), and from 3.47 on RAISE()
    // takes expressions over the row.
    private static string WithoutValues(int extendedCode, SqliteStage stage, string message) => extendedCode switch
    {
        raw.SQLITE_CONSTRAINT_TRIGGER when SqliteLibrary.Version >= new Version(3, 47) => "a trigger refused the statement",
        raw.SQLITE_ERROR when stage == SqliteStage.Rows && !NamesMissingObject(message) =>
            message.IndexOfAny([':', '\'', '"', '[']) is >= 0 and var cut ? message[..cut].TrimEnd() : message,
        _ => message,
    };
}
