namespace Tandem.Bench;

/// <summary>What kind of database is measured: each has a page of its own.</summary>
internal enum EngineKind
{
    /// <summary>A PostgreSQL server.</summary>
    Postgres,

    /// <summary>A SQLite file.</summary>
    Sqlite,
}

/// <summary>An engine in one version, ready to be measured.</summary>
/// <param name="kind">Which.</param>
/// <param name="name">With its version, as the page calls it.</param>
internal abstract class BenchEngine(EngineKind kind, string name) : IAsyncDisposable
{
    public EngineKind Kind => kind;

    public string Name => name;

    /// <summary>A fresh database without tables.</summary>
    public abstract Task<BenchDatabase> DatabaseAsync();

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();
}
