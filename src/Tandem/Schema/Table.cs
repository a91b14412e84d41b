using System.Text.Json.Serialization;

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

    /// <summary>Exclusion constraints.</summary>
    public ValueList<ExclusionConstraint> Exclusions { get; init; } = [];

    /// <summary>Rules against NULL that are more than that (PostgreSQL 18): an unusual name, NOT VALID, NO INHERIT, a comment.</summary>
    public ValueList<NotNullConstraint> NotNulls { get; init; } = [];

    /// <summary>Whether it is not written to the log (PostgreSQL).</summary>
    public bool Unlogged { get; init; }

    /// <summary>The access method when it is not the usual one.</summary>
    public string? Method { get; init; }

    /// <summary>Storage parameters as SQL text, or null.</summary>
    public string? Options { get; init; }

    /// <summary>What replication tells rows apart by when it is not the primary key: <c>FULL</c>, <c>NOTHING</c> or <c>USING INDEX …</c>.</summary>
    public string? ReplicaIdentity { get; init; }

    /// <summary>The index that <see cref="ReplicaIdentity"/> names, or null.</summary>
    [JsonIgnore]
    public string? ReplicaIndex => ReplicaIdentity is { } text && text.StartsWith("USING INDEX ", StringComparison.Ordinal)
        ? SqlName.Unquote(text["USING INDEX ".Length..])
        : null;

    /// <summary>The index by which its rows were put in order last, or null.</summary>
    public string? ClusteredOn { get; init; }

    /// <summary>Whether policies decide who sees which row.</summary>
    public bool RowSecurity { get; init; }

    /// <summary>Whether the policies hold for the owner too.</summary>
    public bool RowSecurityForced { get; init; }

    /// <summary>The composite type it was made of, as SQL text, or null.</summary>
    public string? OfType { get; init; }

    /// <summary>The tables that it inherits from, in order.</summary>
    public ValueList<TableName> Inherits { get; init; } = [];

    /// <summary>How a partitioned table is parted: <c>RANGE (at)</c>; else null.</summary>
    public string? PartitionKey { get; init; }

    /// <summary>The table that this is a partition of, or null.</summary>
    public TableName? PartitionOf { get; init; }

    /// <summary>Which rows a partition holds: <c>FOR VALUES …</c> or <c>DEFAULT</c>.</summary>
    public string? PartitionBound { get; init; }

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

/// <summary>Names a table, perhaps in another schema.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Schema">Its schema when that is not the inspected one, else null.</param>
public sealed record TableName(string Name, string? Schema = null);
