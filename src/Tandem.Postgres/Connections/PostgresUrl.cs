using System.Globalization;
using Npgsql;
using Tandem.Problems;

namespace Tandem.Postgres.Connections;

/// <summary>
/// The address of a target: <c>postgres://user:password@host:port/database?schema=name</c>, with libpq's usual keys.
/// No part of a bad address is repeated in a message: it may hold a password.
/// </summary>
internal sealed record PostgresUrl
{
    private const string DefaultSchema = "public";
    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    /// <summary>For Npgsql; holds the password.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The schema of the target.</summary>
    public required string Schema { get; init; }

    /// <summary>The address without user, password and connection options.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The database's name.</summary>
    public string Database => new NpgsqlConnectionStringBuilder(ConnectionString).Database!;

    /// <summary>The same server, with another database and schema.</summary>
    public PostgresUrl In(string database, string schema)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database };
        return new PostgresUrl { ConnectionString = builder.ConnectionString, Schema = schema, DisplayName = Display(builder, schema) };
    }

    /// <summary>Whether an address is meant for this provider.</summary>
    public static bool Is(string url) => Schemes.Any(s => url.StartsWith(s, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads an address.</summary>
    public static PostgresUrl Parse(string url)
    {
        var scheme = Schemes.FirstOrDefault(s => url.StartsWith(s, StringComparison.OrdinalIgnoreCase))
            ?? throw Bad("An address begins with postgres:// or postgresql://, or with sqlite: and a path.");
        var (beforeQuery, query) = Cut(url[scheme.Length..], '?');
        var (authority, path) = Cut(beforeQuery, '/');

        // The last at sign: a password may hold one that nobody has escaped.
        var at = authority.LastIndexOf('@');
        var builder = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "tandem",
            IncludeErrorDetail = false,
            Timeout = 10,
            // Its pool hands out connections that died in it; ours are asked first.
            Pooling = false,
            // It is asked for by those who use it: Npgsql's own first try, and the second without it, break connections that are slow to open (npgsql/npgsql#6415).
            GssEncryptionMode = GssEncryptionMode.Disable,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 30,
            TcpKeepAliveInterval = 10,
        };
        if (at >= 0)
        {
            var (user, password) = Cut(authority[..at], ':');
            builder.Username = NullIfEmpty(Decode(user));
            builder.Password = NullIfEmpty(Decode(password));
        }

        SetHosts(builder, authority[(at + 1)..]);
        if (Decode(path) is { Length: > 0 } database)
        {
            builder.Database = database;
        }

        var schema = SetOptions(builder, query);
        if (string.IsNullOrEmpty(builder.Database))
        {
            throw Bad("It names no database: the part after the host.");
        }

        return new PostgresUrl
        {
            ConnectionString = builder.ConnectionString,
            Schema = schema,
            DisplayName = Display(builder, schema),
        };
    }

    private static void SetHosts(NpgsqlConnectionStringBuilder builder, string text)
    {
        var hosts = new List<string>();
        foreach (var part in text.Split(','))
        {
            var close = part.StartsWith('[') ? part.IndexOf(']', StringComparison.Ordinal) : -1;
            var colon = part.LastIndexOf(':');
            var host = Decode(close > 0 ? part[1..close] : colon >= 0 ? part[..colon] : part);
            var port = colon > close ? part[(colon + 1)..] : "";
            CheckPort(port);
            host = host.Length == 0 ? "localhost" : host;
            if (text.Contains(',', StringComparison.Ordinal))
            {
                host = port.Length == 0 ? host : $"{host}:{port}";
            }
            else if (port.Length > 0)
            {
                builder.Port = int.Parse(port, CultureInfo.InvariantCulture);
            }

            hosts.Add(host);
        }

        builder.Host = string.Join(',', hosts);
    }

    private static void CheckPort(string port)
    {
        if (port.Length > 0
            && !(int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is > 0 and < 65536))
        {
            throw Bad("The port is not a number from 1 to 65535; in a password, write / as %2F, : as %3A and @ as %40.");
        }
    }

    private static string SetOptions(NpgsqlConnectionStringBuilder builder, string query)
    {
        var schema = DefaultSchema;
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, encoded) = Cut(pair, '=');
            var value = Decode(encoded);
            if (key == "schema")
            {
                schema = value.Length > 0 ? value : throw Bad("The value of schema is empty.");
                continue;
            }

            try
            {
                SetOption(builder, key, value);
            }
            catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
            {
                throw Bad($"The value of {key} is not understood.");
            }
        }

        return schema;
    }

    private static void SetOption(NpgsqlConnectionStringBuilder builder, string key, string value)
    {
        switch (key)
        {
            case "host": builder.Host = value; break;
            case "port": CheckPort(value); builder.Port = int.Parse(value, CultureInfo.InvariantCulture); break;
            case "user": builder.Username = value; break;
            case "password": builder.Password = value; break;
            case "dbname": builder.Database = value; break;
            case "sslmode": builder.SslMode = Enum.Parse<SslMode>(WithoutDashes(value), ignoreCase: true); break;
            case "sslrootcert": builder.RootCertificate = value; break;
            case "sslcert": builder.SslCertificate = value; break;
            case "sslkey": builder.SslKey = value; break;
            case "sslpassword": builder.SslPassword = value; break;
            case "channel_binding": builder.ChannelBinding = Enum.Parse<ChannelBinding>(value, ignoreCase: true); break;
            case "gssencmode": builder.GssEncryptionMode = Enum.Parse<GssEncryptionMode>(value, ignoreCase: true); break;
            case "connect_timeout": builder.Timeout = int.Parse(value, CultureInfo.InvariantCulture); break;
            case "application_name": builder.ApplicationName = value; break;
            case "options": builder.Options = value; break;
            case "passfile": builder.Passfile = value; break;
            case "target_session_attrs": builder.TargetSessionAttributes = value; break;
            case "keepalives_idle": builder.TcpKeepAliveTime = int.Parse(value, CultureInfo.InvariantCulture); break;
            case "keepalives_interval": builder.TcpKeepAliveInterval = int.Parse(value, CultureInfo.InvariantCulture); break;
            default:
                throw Bad(
                    $"The option {key} is not known; known: schema, host, port, user, password, dbname, sslmode, sslrootcert, "
                    + "sslcert, sslkey, sslpassword, channel_binding, gssencmode, connect_timeout, application_name, options, "
                    + "passfile, target_session_attrs, keepalives_idle, keepalives_interval.");
        }
    }

    private static string Display(NpgsqlConnectionStringBuilder builder, string schema)
    {
        var host = builder.Host!.Contains(':', StringComparison.Ordinal) && !builder.Host.Contains(',', StringComparison.Ordinal)
            ? $"[{builder.Host}]"
            : builder.Host.Replace("/", "%2F", StringComparison.Ordinal);
        var port = builder.Host.Contains(',', StringComparison.Ordinal)
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $":{builder.Port}");
        var suffix = schema == DefaultSchema ? "" : $"?schema={Uri.EscapeDataString(schema)}";
        return $"postgres://{host}{port}/{Uri.EscapeDataString(builder.Database!)}{suffix}";
    }

    private static (string Before, string After) Cut(string text, char separator)
    {
        var index = text.IndexOf(separator, StringComparison.Ordinal);
        return index < 0 ? (text, "") : (text[..index], text[(index + 1)..]);
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text);

    private static string WithoutDashes(string value) => value.Replace("-", "", StringComparison.Ordinal);

    private static string? NullIfEmpty(string value) => value.Length == 0 ? null : value;

    private static TandemException Bad(string why) =>
        new(ProblemCodes.BadDatabaseUrl, $"The database's address cannot be understood. {why}");
}
