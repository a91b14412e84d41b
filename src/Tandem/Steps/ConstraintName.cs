using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>
/// What a step calls a constraint: its name, or where a database gave none (SQLite) what it says. Unique in a table.
/// </summary>
public static class ConstraintName
{
    /// <summary>The name of a primary key.</summary>
    public static string Of(PrimaryKey key) => key.Name ?? $"primary key ({string.Join(", ", key.Columns)})";

    /// <summary>The name of a unique constraint.</summary>
    public static string Of(UniqueConstraint unique) => unique.Name ?? $"unique ({string.Join(", ", unique.Columns)})";

    /// <summary>The name of a check.</summary>
    public static string Of(CheckConstraint check) => check.Name ?? $"check ({check.Expression})";

    /// <summary>The name of a foreign key.</summary>
    public static string Of(ForeignKey key) =>
        key.Name ?? $"foreign key ({string.Join(", ", key.Columns)}) to {key.ReferencedTable}";
}
