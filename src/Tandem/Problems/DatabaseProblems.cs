namespace Tandem.Problems;

public static partial class ProblemCodes
{
    /// <summary>The address of a database cannot be understood.</summary>
    public static readonly ProblemCode BadDatabaseUrl = new(
        "TDM5001", "The database's address cannot be understood", Severity.Error,
        "Write it as postgres://user@host:5432/database?schema=public or sqlite:path/to/file.db.");

    /// <summary>The server is not there or takes no connections.</summary>
    public static readonly ProblemCode DatabaseUnavailable = new(
        "TDM5002", "The database cannot be reached", Severity.Error,
        "Check that the server runs, that host and port are right and that it takes another connection; of a file, that this user may read and write it and its directory. Then try again.");

    /// <summary>The server refuses the user or the password.</summary>
    public static readonly ProblemCode AuthenticationFailed = new(
        "TDM5003", "The database refuses the user", Severity.Error,
        "Check user and password, and the server's rules for who may connect from here.");

    /// <summary>A right is missing.</summary>
    public static readonly ProblemCode PermissionDenied = new(
        "TDM5004", "A right is missing", Severity.Error,
        "Connect as the owner of the tables, or grant what is missing: `tandem doctor` names it.");

    /// <summary>The server or file takes no writes.</summary>
    public static readonly ProblemCode DatabaseReadOnly = new(
        "TDM5005", "The database cannot be written to", Severity.Error,
        "Connect to the primary server, or make the file and its directory writable.");

    /// <summary>No space is left.</summary>
    public static readonly ProblemCode DiskFull = new(
        "TDM5006", "The database has no space left", Severity.Error,
        "Make room, then resume.");

    /// <summary>The file is not a database.</summary>
    public static readonly ProblemCode NotADatabase = new(
        "TDM5007", "The file is not a database", Severity.Error,
        "Check the path.");

    /// <summary>The server is older than what is supported.</summary>
    public static readonly ProblemCode ServerTooOld = new(
        "TDM5008", "The server is too old", Severity.Error,
        "Upgrade the server to a version that is supported.");

    /// <summary>The server has no such database.</summary>
    public static readonly ProblemCode DatabaseMissing = new(
        "TDM5009", "The database does not exist", Severity.Error,
        "Check the name, or create the database.");

    /// <summary>The database has no such schema.</summary>
    public static readonly ProblemCode SchemaMissing = new(
        "TDM5010", "The schema does not exist", Severity.Error,
        "Check the name after ?schema=, or create the schema.");

    /// <summary>A statement of the engine did not meet its own expectation and the caller gave no code for it.</summary>
    public static readonly ProblemCode ExpectationNotMet = new(
        "TDM5011", "The database is not in the expected state", Severity.Error,
        "Look at the run's state with `tandem status`; another process may have changed it.");

    /// <summary>The server has no memory for a statement, most often none for its locks.</summary>
    public static readonly ProblemCode ServerOutOfMemory = new(
        "TDM5012", "The server has no memory left for the statement", Severity.Error,
        "If it speaks of shared memory, its locks are used up: raise `max_locks_per_transaction` (it takes a restart) or try when less is going on; else give it more memory. Then resume or roll back: both go on where they stopped.");
}
