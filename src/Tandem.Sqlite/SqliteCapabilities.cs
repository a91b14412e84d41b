using Tandem.Databases;

namespace Tandem.Sqlite;

/// <summary>What SQLite can do, by the version of the library in use.</summary>
public static class SqliteCapabilities
{
    /// <summary>The capabilities of this process's SQLite.</summary>
    public static Capabilities Current => For(SqliteLibrary.Version);

    /// <summary>The capabilities of a version.</summary>
    public static Capabilities For(Version version) => new("SQLite", version)
    {
        Clock = "strftime('%Y-%m-%dT%H:%M:%f0000Z', 'now', '{0} seconds')",
        Twins = true,
    };

    /// <summary>Whether STRICT tables can be read and made (3.37).</summary>
    public static bool StrictTables(this Capabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        return capabilities.Version >= new Version(3, 37);
    }
}
