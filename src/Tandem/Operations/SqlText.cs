using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>An expression in the database's own SQL: one text for every engine, or a text per engine.</summary>
/// <param name="Any">The text where both engines take it.</param>
/// <param name="Postgres">The text for PostgreSQL.</param>
/// <param name="Sqlite">The text for SQLite.</param>
public sealed record SqlText(string? Any, string? Postgres = null, string? Sqlite = null)
{
    /// <summary>The text for an engine (<c>postgres</c> or <c>sqlite</c>), or null when the file gives none for it.</summary>
    public string? For(string engine) => (engine == "sqlite" ? Sqlite : Postgres) ?? Any;

    /// <summary>The text that people are shown: that of the engine where there is one, else the first that there is.</summary>
    internal string? Shown(string? engine) => (engine is null ? null : For(engine)) ?? Any ?? Postgres ?? Sqlite;
}
