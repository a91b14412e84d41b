using System.Collections.Frozen;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Npgsql;
using Tandem.Databases;
using Tandem.Problems;

namespace Tandem.Postgres.Connections;

/// <summary>Decides by SQLSTATE what a failure is. Messages that can hold a value of a row are written anew.</summary>
internal static partial class PostgresErrors
{
    /// <summary>The SQLSTATE by which the engine's own SQL says that the schema <c>tandem</c> is somebody else's.</summary>
    public const string SchemaTakenState = "TD308";

    private static readonly FrozenDictionary<string, string> Conditions = new Dictionary<string, string>
    {
        ["22001"] = "a text is too long",
        ["22003"] = "a number is out of range",
        ["22004"] = "NULL is not allowed",
        ["22007"] = "a date or time is not valid",
        ["22008"] = "a date or time is out of range",
        ["22009"] = "a time zone is not valid",
        ["2200F"] = "a text is empty",
        ["22011"] = "a substring has a negative length",
        ["22012"] = "division by zero",
        ["22015"] = "an interval is out of range",
        ["2201B"] = "a regular expression is not valid",
        ["2201E"] = "a logarithm has no value",
        ["2201F"] = "a power has no value",
        ["22021"] = "a character is not in the character set",
        ["22023"] = "a parameter's value is not valid",
        ["22025"] = "an escape sequence is not valid",
        ["22026"] = "a bit string has the wrong length",
        ["2202E"] = "an array subscript is not valid",
        ["22030"] = "a JSON key stands twice",
        ["22032"] = "a text is not JSON",
        ["22P02"] = "a text is not valid for the type",
        ["22P03"] = "a binary value is not valid for the type",
        ["22P05"] = "a character cannot be translated",
        ["23001"] = "a row is still referenced",
        ["23502"] = "NULL in a column that must not be NULL",
        ["23503"] = "a foreign key is violated",
        ["23505"] = "a unique key is violated",
        ["23514"] = "a check is violated",
        ["23P01"] = "an exclusion constraint is violated",
        ["P0001"] = "a function raised an exception",
        ["P0002"] = "a function found no row",
        ["P0003"] = "a function found too many rows",
        ["P0004"] = "an assertion of a function failed",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Files of the server that say 22023 of what stands in a definition: a storage parameter, a sequence's bounds, a type's length, an extension's version.
    // None of them reads a row when it does.
    private static readonly FrozenSet<string> Definitions = new[]
    {
        "reloptions.c", "sequence.c", "tablecmds.c", "extension.c", "statscmds.c", "publicationcmds.c", "collationcmds.c", "typecmds.c", "foreigncmds.c", "indexcmds.c", "foreign.c", "varchar.c",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What an exception of a statement means.</summary>
    /// <param name="exception">As Npgsql threw it.</param>
    /// <param name="sql">The statement, to show the place of a mistake in it.</param>
    public static DatabaseException Classify(Exception exception, string? sql = null) => exception switch
    {
        DatabaseException already => already,
        PostgresException server => FromServer(server, sql),
        _ => new DatabaseException(
            FailureKind.ConnectionLost, $"The connection to the server is lost ({Reason(exception)}).", exception),
    };

    /// <summary>
    /// Whether an exception comes from a connection or the server behind it. Npgsql answers that it is disposed of where a connection broke while it
    /// was opened, and the second try on it seemed to do (npgsql/npgsql#6415).
    /// </summary>
    public static bool IsOfConnection(Exception exception) =>
        exception is NpgsqlException or IOException or SocketException or TimeoutException or ObjectDisposedException;

    /// <summary>What an exception of opening a connection means: nothing was sent, so nothing is lost.</summary>
    public static DatabaseException ClassifyOpening(Exception exception, string displayName)
    {
        if (exception is PostgresException server)
        {
            var (kind, code) = server.SqlState switch
            {
                "3D000" => (FailureKind.Unavailable, ProblemCodes.DatabaseMissing),
                "42501" => (FailureKind.Permission, ProblemCodes.PermissionDenied),
                "53200" => (FailureKind.Unavailable, ProblemCodes.ServerOutOfMemory),
                { } s when s.StartsWith("28", StringComparison.Ordinal) => (FailureKind.Authentication, ProblemCodes.AuthenticationFailed),
                _ => (FailureKind.Unavailable, ProblemCodes.DatabaseUnavailable),
            };
            return new DatabaseException(kind, $"{displayName}: {server.MessageText} ({server.SqlState}).", exception)
            {
                ServerCode = server.SqlState,
                ProblemCode = code.Id,
            };
        }

        // Whoever answers the first question of the protocol with something else, mostly a web server, is no PostgreSQL.
        if (exception is NpgsqlException && exception.Message.Contains("SSLRequest", StringComparison.Ordinal))
        {
            return new DatabaseException(FailureKind.Unavailable, $"{displayName} cannot be reached: what answers there is no PostgreSQL server.", exception)
            {
                ProblemCode = ProblemCodes.DatabaseUnavailable.Id,
            };
        }

        // Npgsql speaks of a missing password or a failed handshake itself, before the server has a code for it.
        var authentication = exception is NpgsqlException { InnerException: null } or NpgsqlException
        {
            InnerException: System.Security.Authentication.AuthenticationException,
        } && !Causes(exception).Any(e => e is SocketException or IOException or TimeoutException);
        return new DatabaseException(
            authentication ? FailureKind.Authentication : FailureKind.Unavailable,
            $"{displayName} cannot be reached: {Reason(exception)}.",
            exception)
        {
            ProblemCode = (authentication ? ProblemCodes.AuthenticationFailed : ProblemCodes.DatabaseUnavailable).Id,
        };
    }

    /// <summary>The kind of failure that a SQLSTATE stands for.</summary>
    public static FailureKind KindOf(string sqlState) => sqlState switch
    {
        "55P03" => FailureKind.LockTimeout,
        "40P01" or "40001" => FailureKind.Conflict,
        "57014" => FailureKind.StatementTimeout,
        "42501" => FailureKind.Permission,
        "25006" => FailureKind.ReadOnly,
        "53100" => FailureKind.DiskFull,
        "53300" or "3D000" => FailureKind.Unavailable,
        // Ended by the administrator, a crash, a dropped database or a time limit on transactions: FATAL, all of them.
        "57P01" or "57P02" or "57P03" or "57P04" or "57P05" or "25P03" or "25P04" or "40003" => FailureKind.ConnectionLost,
        "P0001" or "P0002" or "P0003" or "P0004" => FailureKind.Data,
        _ => sqlState[..2] switch
        {
            "08" => FailureKind.ConnectionLost,
            "22" or "23" => FailureKind.Data,
            "28" => FailureKind.Authentication,
            _ => FailureKind.Statement,
        },
    };

    /// <summary>The message of a server's error without any value of a row.</summary>
    public static string Describe(PostgresException server, string? sql = null) =>
        KindOf(server.SqlState) == FailureKind.Data && !IsOfDefinition(server) ? DescribeData(server) : DescribeStatement(server, sql);

    /// <summary>What a SQLSTATE about data says, as a sentence.</summary>
    public static string Condition(string sqlState)
    {
        var condition = Conditions.GetValueOrDefault(sqlState, "a value cannot be computed or stored");
        return $"{char.ToUpperInvariant(condition[0])}{condition[1..]} (SQLSTATE {sqlState}).";
    }

    private static DatabaseException FromServer(PostgresException server, string? sql)
    {
        if (server.SqlState == SchemaTakenState)
        {
            return new DatabaseException(FailureKind.Expectation, server.MessageText, server) { ProblemCode = ProblemCodes.NameTaken.Id };
        }

        if (server.SqlState == "53200")
        {
            return new DatabaseException(FailureKind.Expectation, $"The server has no memory left: {server.MessageText}", server)
            {
                ProblemCode = ProblemCodes.ServerOutOfMemory.Id, ServerCode = server.SqlState,
            };
        }

        var kind = IsOfDefinition(server) ? FailureKind.Statement : KindOf(server.SqlState);

        // The server's own words about data hold values: then not even the inner exception is kept.
        return new DatabaseException(kind, Describe(server, sql), kind == FailureKind.Data ? null : server)
        {
            ServerCode = server.SqlState,
        };
    }

    // A function may have put a value of a row into what it carries out.
    private static bool IsOfDefinition(PostgresException server) =>
        server is { SqlState: "22023", File: { } file } && Definitions.Contains(Path.GetFileName(file)) && string.IsNullOrEmpty(server.Where);

    private static string DescribeData(PostgresException server)
    {
        var condition = Conditions.GetValueOrDefault(server.SqlState, "a value cannot be computed or stored");
        var names = new List<string>();
        Add("table", server.TableName);
        Add("column", server.ColumnName);
        Add("type", server.DataTypeName);
        Add("constraint", server.ConstraintName);
        if (server.Where is { } where && FunctionInContext().Match(where) is { Success: true } match)
        {
            Add("function", match.Groups[1].Value);
        }

        var place = names.Count == 0 ? "" : $" ({string.Join(", ", names)})";
        return $"{char.ToUpperInvariant(condition[0])}{condition[1..]}{place}; SQLSTATE {server.SqlState}.";

        void Add(string kind, string? name)
        {
            if (!string.IsNullOrEmpty(name))
            {
                names.Add($"{kind} {name}");
            }
        }
    }

    private static string DescribeStatement(PostgresException server, string? sql)
    {
        var place = "";
        if (sql is not null && server.Position > 0 && server.Position <= sql.Length && server.InternalPosition == 0)
        {
            var start = server.Position - 1;
            var rest = sql.AsSpan(start, Math.Min(40, sql.Length - start));
            var line = rest.IndexOfAny('\r', '\n');
            place = $" at \"{(line >= 0 ? rest[..line] : rest)}\"";
        }

        return $"{server.MessageText}{place}; SQLSTATE {server.SqlState}.";
    }

    private static string Reason(Exception exception) =>
        Causes(exception).OfType<SocketException>().FirstOrDefault() is { } socket
            ? socket.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "connection refused",
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the host is not known",
                _ => socket.Message,
            }
            : Causes(exception).Last().Message.TrimEnd('.');

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            yield return e;
        }
    }

    [GeneratedRegex(@"^PL/pgSQL function (\S+?)\(", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex FunctionInContext();
}
