using Tandem.Problems;

namespace Tandem.Sqlite;

/// <summary>Where a database file lies: <c>sqlite:path/to/file.db</c>, or a path that ends like a database file's.</summary>
/// <param name="FullPath">The file's whole path.</param>
/// <param name="DisplayName">The address as it is shown and stored.</param>
internal sealed record SqliteAddress(string FullPath, string DisplayName)
{
    private const string Scheme = "sqlite:";
    private static readonly string[] Endings = [".db", ".sqlite", ".sqlite3", ".db3"];

    /// <summary>Whether an address means SQLite.</summary>
    public static bool Recognizes(string address) =>
        address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        || (!address.Contains("://", StringComparison.Ordinal)
            && Endings.Any(e => address.EndsWith(e, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Reads an address; what cannot be a file on this machine is refused.</summary>
    public static SqliteAddress Parse(string address)
    {
        if (!Recognizes(address))
        {
            throw Bad($"{address} is no address of a SQLite file.");
        }

        var path = address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? address[Scheme.Length..] : address;
        if (path.StartsWith("///", StringComparison.Ordinal))
        {
            path = path[2..]; // The form with an empty host, as in file:///….
        }

        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw Bad($"{Scheme} names no file.");
        }

        if (path.StartsWith("//", StringComparison.Ordinal) && !OperatingSystem.IsWindows())
        {
            throw Bad($"{address} names another machine; SQLite works on files of this one.");
        }

        if (string.Equals(path, ":memory:", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            throw Bad($"{address} is no file that another process could open as well.");
        }

        return new SqliteAddress(Path.GetFullPath(path), Scheme + path);
    }

    private static TandemException Bad(string message) => new(ProblemCodes.BadDatabaseUrl, message);
}
