using Tandem.Consumers;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite;

/// <summary>A SQLite file as a target. Nothing is opened before the first call, and no file is ever made.</summary>
public sealed class SqliteDatabase : IDatabase, IUseFinder, ICostMeter, IChangeTracer
{
    // SQLITE_READONLY_ROLLBACK
    private const string HotJournal = "776";

    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(5);

    private readonly SqliteAddress address;
    private readonly Func<Capabilities, IDialect> dialect;
    private readonly TimeProvider time;

    private SqliteDatabase(SqliteAddress address, Func<Capabilities, IDialect> dialect, TimeProvider time)
    {
        this.address = address;
        this.dialect = dialect;
        this.time = time;
    }

    /// <inheritdoc />
    public string DisplayName => address.DisplayName;

    /// <inheritdoc />
    public string SchemaName => "main";

    /// <summary>The file's whole path.</summary>
    public string FilePath => address.FullPath;

    /// <summary>The version of the SQLite library that this process works with.</summary>
    /// <exception cref="TandemException">There is none, or it is too old.</exception>
    public static Version LibraryVersion => SqliteLibrary.Version;

    /// <summary>Whether an address means SQLite: it begins with <c>sqlite:</c> or is a path that ends like a database file's.</summary>
    public static bool Recognizes(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return SqliteAddress.Recognizes(address);
    }

    /// <summary>The database at an address; a path that is not absolute is taken from the current directory.</summary>
    /// <exception cref="TandemException">The address cannot be understood.</exception>
    public static SqliteDatabase At(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return At(address, c => new SqliteDialect(c), TimeProvider.System);
    }

    /// <summary>The database at an address, with another dialect or clock.</summary>
    internal static SqliteDatabase At(string address, Func<Capabilities, IDialect> dialect, TimeProvider time) =>
        new(SqliteAddress.Parse(address), dialect, time);

    internal TimeProvider Time => time;

    /// <summary>Looks at settings and surroundings that decide how a change goes; changes nothing.</summary>
    public Task<ValueList<DatabaseCheck>> CheckAsync(CancellationToken cancellationToken) =>
        SqliteDoctor.CheckAsync(this, address.FullPath, cancellationToken);

    /// <inheritdoc />
    public Task<IDialect> ConnectAsync(CancellationToken cancellationToken) =>
        ReadAsync(_ => dialect(SqliteCapabilities.Current), cancellationToken);

    /// <inheritdoc />
    public Task<DatabaseSchema> InspectAsync(CancellationToken cancellationToken) =>
        ReadAsync(SqliteInspector.Inspect, cancellationToken);

    /// <inheritdoc />
    public Task<Examination> ExamineAsync(Inquiry inquiry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inquiry);
        return ReadAsync(reader => SqliteExaminer.Examine(reader, time, inquiry), cancellationToken);
    }

    /// <inheritdoc />
    public Task<UseFindings> FindUsesAsync(DatabaseSchema schema, ValueList<ImpactSubject> subjects, CancellationToken cancellationToken) =>
        ReadAsync(reader => SqliteUses.Find(reader, time, schema, subjects), cancellationToken);

    /// <inheritdoc />
    public Task<ValueList<StepCost>> EstimateAsync(CostQuestion question, CancellationToken cancellationToken) =>
        ReadAsync(reader => SqliteCosts.Estimate(reader, question), cancellationToken);

    /// <inheritdoc />
    public Task<ValueList<ObjectTrace>> TraceAsync(IReadOnlyList<ObjectName> objects, CancellationToken cancellationToken) => Task.FromResult(
        objects.Select(o => new ObjectTrace(o, null, null, "SQLite keeps neither who changed an object nor when, and objects have no owners.")).ToValueList());

    /// <inheritdoc />
    public Task<ValueList<OwnObject>> FindOwnObjectsAsync(CancellationToken cancellationToken) =>
        ReadAsync(reader => SqliteCatalog.Read(reader).OwnObjects(), cancellationToken);

    /// <inheritdoc />
    public Task<ISession> OpenSessionAsync(CancellationToken cancellationToken) => Task.Run<ISession>(
        () =>
        {
            var file = OpenAndReadHeader(readOnly: false, cancellationToken);
            try
            {
                return SqliteSession.Begin(file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        },
        cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal Task<T> ReadAsync<T>(Func<SqliteReader, T> read, CancellationToken cancellationToken) =>
        Task.Run(() => Read(read, cancellationToken), cancellationToken);

    // Reads through a connection that cannot write, and sees one state of the file throughout.
    private T Read<T>(Func<SqliteReader, T> read, CancellationToken cancellationToken)
    {
        using var file = OpenForReading(cancellationToken);
        var reader = new SqliteReader(file, new SqliteLimits(ReadPatience, null, cancellationToken));
        _ = reader.Query("BEGIN");
        var result = read(reader);
        _ = reader.Query("COMMIT");
        return result;
    }

    // A writer that was killed leaves a journal that must be rolled back before anybody can read the file, and a
    // connection that cannot write cannot do that. Any application that opened the file would; so do we, where we may.
    private SqliteFile OpenForReading(CancellationToken cancellationToken)
    {
        try
        {
            return OpenAndReadHeader(readOnly: true, cancellationToken);
        }
        catch (DatabaseException e) when (e.ServerCode == HotJournal)
        {
            try
            {
                OpenAndReadHeader(readOnly: false, cancellationToken).Dispose();
            }
            catch (DatabaseException)
            {
                throw e;
            }

            return OpenAndReadHeader(readOnly: true, cancellationToken);
        }
    }

    private SqliteFile OpenAndReadHeader(bool readOnly, CancellationToken cancellationToken)
    {
        var file = Open(readOnly);
        try
        {
            ReadHeader(file, cancellationToken);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private SqliteFile Open(bool readOnly)
    {
        try
        {
            return SqliteFile.Open(address.FullPath, readOnly, time);
        }
        catch (DatabaseException e) when (IsAboutTheFile(e))
        {
            throw Explain(e);
        }
    }

    // Opening reads nothing; only now does it show whether the file is a database and can be read.
    private void ReadHeader(SqliteFile file, CancellationToken cancellationToken)
    {
        try
        {
            _ = file.Run("PRAGMA schema_version", new SqliteLimits(ReadPatience, null, cancellationToken));
            _ = file.Run("SELECT 1 FROM sqlite_schema LIMIT 1", new SqliteLimits(ReadPatience, null, cancellationToken));
        }
        catch (DatabaseException e) when (IsAboutTheFile(e))
        {
            throw Explain(e);
        }
    }

    private static bool IsAboutTheFile(DatabaseException e) =>
        e.Kind is FailureKind.Unavailable or FailureKind.ConnectionLost or FailureKind.ReadOnly;

    // SQLite says only "unable to open"; the file system is asked afterwards, for the message alone.
    private DatabaseException Explain(DatabaseException e)
    {
        var info = new FileInfo(address.FullPath);
        var directory = new DirectoryInfo(address.FullPath).Exists;
        var (code, message) = e.ServerCode switch
        {
            _ when directory => (ProblemCodes.NotADatabase, $"{address.DisplayName} is a directory."),
            _ when !info.Exists => (ProblemCodes.DatabaseMissing, $"There is no file {address.DisplayName}."),
            "26" => (ProblemCodes.NotADatabase, $"{address.DisplayName} is no SQLite database, or it is encrypted."),
            HotJournal => (ProblemCodes.DatabaseReadOnly,
                $"{address.DisplayName} was left by a writer that was killed, and this process may not write to bring it in order."),
            _ when (e.Kind == FailureKind.ReadOnly || e.ServerCode == "14") && IsWal(info) => (ProblemCodes.DatabaseReadOnly,
                $"{address.DisplayName} cannot be opened: it is in WAL mode, in which even readers write beside the file, and that is not possible here."),
            "14" => (ProblemCodes.DatabaseUnavailable, $"{address.DisplayName} cannot be opened: this user has no right to the file or to its directory."),
            _ => (ProblemCodes.DatabaseUnavailable, $"{address.DisplayName} cannot be read ({e.Message})."),
        };
        return new DatabaseException(FailureKind.Unavailable, message, e) { ServerCode = e.ServerCode, ProblemCode = code.Id };
    }

    // The header's bytes 18 and 19 are the versions that writers and readers must understand; 2 is WAL.
    private static bool IsWal(FileInfo info)
    {
        try
        {
            using var file = info.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> header = stackalloc byte[20];
            return file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length && header[19] == 2;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
