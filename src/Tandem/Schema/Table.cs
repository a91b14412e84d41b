namespace Tandem.Schema;

/// <summary>A table as applications see it; the engine's own columns, triggers and indexes are left out.</summary>
/// <param name="Name">Its name, exactly as stored, without the schema.</param>
/// <param name="Columns">Its columns in order.</param>
public sealed record Table(string Name, ValueList<Column> Columns)
{
    /// <summary>The primary key, or null.</summary>
    public PrimaryKey? PrimaryKey { get; init; }

    /// <summary>Unique constraints.</summary>
    public ValueList<UniqueConstraint> Uniques { get; init; } = [];

    /// <summary>Check constraints.</summary>
    public ValueList<CheckConstraint> Checks { get; init; } = [];

    /// <summary>Foreign keys that start here.</summary>
    public ValueList<ForeignKey> ForeignKeys { get; init; } = [];

    /// <summary>Indexes that are not the implementation of a constraint.</summary>
    public ValueList<Index> Indexes { get; init; } = [];

    /// <summary>The users' triggers.</summary>
    public ValueList<Trigger> Triggers { get; init; } = [];

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }

    /// <summary>SQLite: no hidden row number, the primary key is the storage.</summary>
    public bool WithoutRowId { get; init; }

    /// <summary>SQLite STRICT.</summary>
    public bool Strict { get; init; }

    /// <summary>What the engine cannot carry over when it must rebuild or change this table (for example "partitioned"); empty when all is understood.</summary>
    public ValueList<string> NotUnderstood { get; init; } = [];

    /// <summary>The column of this name, or null.</summary>
    public Column? Column(string name) => Columns.FirstOrDefault(c => c.Name == name);

    /// <summary>The columns of the primary key, else of the first unique constraint over columns that are never NULL, else none.</summary>
    public ValueList<string> Key =>
        PrimaryKey?.Columns
        ?? Uniques.FirstOrDefault(u => u.Columns.All(c => Column(c) is { Nullable: false }))?.Columns
        ?? Indexes.FirstOrDefault(i => i is { Unique: true, Where: null, Valid: true }
            && i.Keys.All(k => k.Column is { } c && Column(c) is { Nullable: false }))?.Keys.Select(k => k.Column!).ToValueList()
        ?? [];
}

/// <summary>A trigger of the users'.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Definition">The statement that makes it.</param>
public sealed record Trigger(string Name, string Definition)
{
    /// <summary>Whether it fires before the row is stored (and so can change it).</summary>
    public bool Before { get; init; }

    /// <summary>Whether it fires for each row.</summary>
    public bool ForEachRow { get; init; } = true;

    /// <summary>Whether it fires on UPDATE, hence in a backfill.</summary>
    public bool OnUpdate { get; init; }

    /// <summary>Whether it is switched on.</summary>
    public bool Enabled { get; init; } = true;
}
