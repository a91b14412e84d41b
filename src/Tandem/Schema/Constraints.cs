using System.Text.Json.Serialization;

namespace Tandem.Schema;

/// <summary>A primary key.</summary>
/// <param name="Name">The constraint's name; null where the database gives none (SQLite).</param>
/// <param name="Columns">Its columns in key order.</param>
public sealed record PrimaryKey(string? Name, ValueList<string> Columns)
{
    /// <summary>The whole clause as the server writes it, when there is more to it than name and columns; else null.</summary>
    public string? Definition { get; init; }

    /// <summary>Columns that its index carries along (PostgreSQL INCLUDE); null for none.</summary>
    public ValueList<string>? Include { get; init; }

    /// <summary>SQLite: how each column is sorted, as SQL text behind its name (<c>COLLATE "nocase" DESC</c>, or empty); null when no column says so.</summary>
    public ValueList<string>? Sorting { get; init; }

    /// <summary>SQLite: what happens to a row that breaks it (<c>REPLACE</c>, <c>IGNORE</c>, …); null for the usual refusal.</summary>
    public string? OnConflict { get; init; }

    /// <summary>Storage parameters of its index as SQL text, or null.</summary>
    public string? Options { get; init; }

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }
}

/// <summary>A unique constraint (not merely a unique index).</summary>
/// <param name="Name">The constraint's name; null where the database gives none.</param>
/// <param name="Columns">Its columns in key order.</param>
/// <param name="NullsNotDistinct">PostgreSQL 15: two NULLs collide.</param>
/// <param name="Deferrable">Null when not deferrable, else <c>DEFERRABLE INITIALLY …</c>.</param>
public sealed record UniqueConstraint(
    string? Name, ValueList<string> Columns, bool NullsNotDistinct = false, string? Deferrable = null)
{
    /// <summary>The whole clause as the server writes it, when there is more to it than is said here; else null.</summary>
    public string? Definition { get; init; }

    /// <summary>Columns that its index carries along (PostgreSQL INCLUDE); null for none.</summary>
    public ValueList<string>? Include { get; init; }

    /// <summary>SQLite: how each column is sorted, as SQL text behind its name (<c>COLLATE "nocase" DESC</c>, or empty); null when no column says so.</summary>
    public ValueList<string>? Sorting { get; init; }

    /// <summary>SQLite: what happens to a row that breaks it (<c>REPLACE</c>, <c>IGNORE</c>, …); null for the usual refusal.</summary>
    public string? OnConflict { get; init; }

    /// <summary>Storage parameters of its index as SQL text, or null.</summary>
    public string? Options { get; init; }

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }
}

/// <summary>A check constraint.</summary>
/// <param name="Name">The constraint's name; null where the database gives none.</param>
/// <param name="Expression">The condition, without the outer <c>CHECK (…)</c>.</param>
/// <param name="Columns">The columns that the condition names, as far as known.</param>
/// <param name="Validated">False for PostgreSQL's NOT VALID.</param>
public sealed record CheckConstraint(
    string? Name, string Expression, ValueList<string> Columns, bool Validated = true)
{
    /// <summary>Whether tables that inherit from this one do not get it.</summary>
    public bool NoInherit { get; init; }

    /// <summary>Whether it came from a parent table alone.</summary>
    public bool Inherited { get; init; }

    /// <summary>False for PostgreSQL 18's NOT ENFORCED.</summary>
    public bool Enforced { get; init; } = true;

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }
}

/// <summary>An exclusion constraint.</summary>
/// <param name="Name">The constraint's name.</param>
/// <param name="Definition">The whole clause behind the name as the server writes it.</param>
/// <param name="Columns">The columns that it names, as far as known.</param>
public sealed record ExclusionConstraint(string Name, string Definition, ValueList<string> Columns)
{
    /// <summary>Storage parameters of its index as SQL text, or null.</summary>
    public string? Options { get; init; }

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }
}

/// <summary>A rule against NULL as a constraint of its own (PostgreSQL 18).</summary>
/// <param name="Name">The constraint's name.</param>
/// <param name="Column">The column.</param>
/// <param name="Validated">False for NOT VALID.</param>
public sealed record NotNullConstraint(string Name, string Column, bool Validated = true)
{
    /// <summary>Whether tables that inherit from this one do not get it.</summary>
    public bool NoInherit { get; init; }

    /// <summary>Whether it came from a parent table alone.</summary>
    public bool Inherited { get; init; }

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }
}

/// <summary>What happens to a child row when its parent goes or changes its key.</summary>
public enum ReferentialAction
{
    /// <summary>Refuse, at the end of the statement or transaction.</summary>
    NoAction,

    /// <summary>Refuse at once.</summary>
    Restrict,

    /// <summary>Do the same to the child.</summary>
    Cascade,

    /// <summary>Set the child's columns to NULL.</summary>
    SetNull,

    /// <summary>Set the child's columns to their defaults.</summary>
    SetDefault,
}

/// <summary>A foreign key.</summary>
/// <param name="Name">The constraint's name; null where the database gives none.</param>
/// <param name="Columns">The referencing columns.</param>
/// <param name="ReferencedTable">The referenced table; <c>schema.table</c> only when it lies in another schema.</param>
/// <param name="ReferencedColumns">The referenced columns.</param>
public sealed record ForeignKey(
    string? Name, ValueList<string> Columns, string ReferencedTable, ValueList<string> ReferencedColumns)
{
    /// <summary>The schema of the referenced table when it lies in another schema, else null.</summary>
    public string? ReferencedSchema { get; init; }

    /// <summary>The referenced table's name in its own schema.</summary>
    [JsonIgnore]
    public string ReferencedName => ReferencedSchema is { } schema ? ReferencedTable[(schema.Length + 1)..] : ReferencedTable;

    /// <summary>Whether a row must give all of its columns or none (PostgreSQL MATCH FULL): <c>FULL</c>; null for the usual, by which one that gives none of some refers to nothing.</summary>
    public string? Match { get; init; }

    /// <summary>When the parent row goes.</summary>
    public ReferentialAction OnDelete { get; init; }

    /// <summary>The columns that <see cref="OnDelete"/> sets, when these are not all (PostgreSQL 15); else null.</summary>
    public ValueList<string>? OnDeleteColumns { get; init; }

    /// <summary>When the parent's key changes.</summary>
    public ReferentialAction OnUpdate { get; init; }

    /// <summary>Null when not deferrable, else <c>DEFERRABLE INITIALLY …</c>.</summary>
    public string? Deferrable { get; init; }

    /// <summary>False for PostgreSQL's NOT VALID.</summary>
    public bool Validated { get; init; } = true;

    /// <summary>The whole clause as the server writes it, when there is more to it than is said here; else null.</summary>
    public string? Definition { get; init; }

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }
}

/// <summary>One key of an index: a column or an expression.</summary>
/// <param name="Column">The column, or null for an expression.</param>
/// <param name="Expression">The expression's SQL without parentheses around it, or null for a column.</param>
/// <param name="Descending">Whether it is sorted downwards.</param>
/// <param name="Options">Collation and operator class as SQL text, or null; they stand before the direction.</param>
public sealed record IndexKey(string? Column, string? Expression = null, bool Descending = false, string? Options = null)
{
    /// <summary><c>NULLS FIRST</c> or <c>NULLS LAST</c> when it is not what the direction brings, else null; stands after the direction.</summary>
    public string? Nulls { get; init; }
}

/// <summary>An index that is not the implementation of a constraint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Keys">Its keys in order.</param>
/// <param name="Unique">Whether it enforces uniqueness.</param>
public sealed record Index(string Name, ValueList<IndexKey> Keys, bool Unique = false)
{
    /// <summary>The access method; null for the database's usual one.</summary>
    public string? Method { get; init; }

    /// <summary>The condition of a partial index, or null.</summary>
    public string? Where { get; init; }

    /// <summary>Columns carried along (PostgreSQL INCLUDE).</summary>
    public ValueList<string> Include { get; init; } = [];

    /// <summary>PostgreSQL 15: two NULLs collide.</summary>
    public bool NullsNotDistinct { get; init; }

    /// <summary>False for a leftover of a failed concurrent build.</summary>
    public bool Valid { get; init; } = true;

    /// <summary>The columns that keys, condition and INCLUDE name, as far as known.</summary>
    public ValueList<string> Columns { get; init; } = [];

    /// <summary>Storage parameters as SQL text, or null.</summary>
    public string? Options { get; init; }

    /// <summary>The tablespace when it is not the table's usual one, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tablespace { get; init; }

    /// <summary>Statistics targets of its expressions: <c>2 SET STATISTICS 50</c> for the second key.</summary>
    public ValueList<string> Settings { get; init; } = [];

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }
}
