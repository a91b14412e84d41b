namespace Tandem.Databases;

/// <summary>What kind of failure a database reported; decided once, by the server's code and never by its text.</summary>
public enum FailureKind
{
    /// <summary>A lock was not granted in time, or the database is busy: nothing happened, try again.</summary>
    LockTimeout,

    /// <summary>Deadlock or serialization failure: nothing happened, try again.</summary>
    Conflict,

    /// <summary>The statement took longer than allowed and was rolled back.</summary>
    StatementTimeout,

    /// <summary>The connection is gone; whether the last transaction was committed is not known.</summary>
    ConnectionLost,

    /// <summary>A value cannot be computed or stored: cast, overflow, constraint.</summary>
    Data,

    /// <summary>A right is missing.</summary>
    Permission,

    /// <summary>The server or file cannot be written to.</summary>
    ReadOnly,

    /// <summary>No space left.</summary>
    DiskFull,

    /// <summary>The server is not there, refuses, or the file is no database.</summary>
    Unavailable,

    /// <summary>Wrong user or password.</summary>
    Authentication,

    /// <summary>An expectation of the engine was not met; the transaction was rolled back.</summary>
    Expectation,

    /// <summary>A statement is wrong, an object is missing or exists already.</summary>
    Statement,
}

/// <summary>A failure at the border to a database. The message holds no values of users' rows.</summary>
public sealed class DatabaseException : Exception
{
    /// <summary>Makes a failure.</summary>
    public DatabaseException(FailureKind kind, string message, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
    }

    /// <summary>What kind.</summary>
    public FailureKind Kind { get; }

    /// <summary>The server's own code (SQLSTATE, SQLite's extended code), or null.</summary>
    public string? ServerCode { get; init; }

    /// <summary>For <see cref="FailureKind.Expectation"/>: the problem's code.</summary>
    public string? ProblemCode { get; init; }

    /// <summary>Whether the same call may simply be made again: nothing of it happened.</summary>
    public bool CanRetry => Kind is FailureKind.LockTimeout or FailureKind.Conflict;
}
