using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>What a change of rows does.</summary>
public enum RowChangeKind
{
    /// <summary>Gives columns new values.</summary>
    Update,

    /// <summary>Adds rows that the file lists.</summary>
    Insert,

    /// <summary>Takes rows away.</summary>
    Delete,

    /// <summary>Moves rows into another table.</summary>
    Archive,
}

/// <summary>
/// A change of rows that both versions see at once, because there is only one set of rows. What was there is kept, so
/// that a rollback leads back as far as nobody has changed the same rows since.
/// </summary>
/// <param name="Number">Its place in the migration, from 1: names what is kept of it.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Table">The table, as it is before the migration, or as an operation before this one makes it.</param>
public sealed record RowChange(int Number, RowChangeKind Kind, Table Table)
{
    /// <summary>Whether the migration makes the table, so that only the new version has it.</summary>
    public bool OnNewTable { get; init; }

    /// <summary>Update: new values by column, expressions over the row.</summary>
    public ValueList<LensExpression> Set { get; init; } = [];

    /// <summary>Update, delete and archive: which rows; null for all.</summary>
    public string? Where { get; init; }

    /// <summary>Insert: the rows; each gives the key.</summary>
    public ValueList<ValueList<RowCell>> Rows { get; init; } = [];

    /// <summary>Insert: rows whose key is taken stay as they are; else that is a refusal.</summary>
    public bool KeepExisting { get; init; }

    /// <summary>Archive: where the rows go.</summary>
    public ArchivePlace? Archive { get; init; }

    /// <summary>The columns that hold what a person wrote, hence what is put back; the others the database computes.</summary>
    public IEnumerable<Column> Stored => Table.Columns.Where(c => c.Generated is null);
}

/// <summary>What a value in a file is.</summary>
public enum CellKind
{
    /// <summary>No value.</summary>
    Null,

    /// <summary>A number, as it is written.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A text.</summary>
    Text,

    /// <summary>An expression in the database's own SQL.</summary>
    Sql,
}

/// <summary>A value of a new row. The database's provider writes it as a literal; nothing else does.</summary>
/// <param name="Column">The column.</param>
/// <param name="Kind">What the text is.</param>
/// <param name="Text">The text.</param>
public sealed record RowCell(string Column, CellKind Kind, string Text);

/// <summary>Where archived rows go.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="When">Its column that says when a row came.</param>
/// <param name="IsNew">Whether the migration makes the table.</param>
public sealed record ArchivePlace(string Table, string When, bool IsNew);
