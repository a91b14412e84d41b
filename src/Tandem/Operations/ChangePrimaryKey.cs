using System.ComponentModel;
using Tandem.Problems;

namespace Tandem.Operations;

/// <summary>Gives the one column of a primary key another type, with all that refer to it.</summary>
[Description("Gives the one column of a primary key another type, and with it every column that refers to it. Each version sees its own type.")]
public sealed record ChangePrimaryKey : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The new type.</summary>
    [Description("The new type.")]
    public required SqlText Type { get; init; }

    /// <summary>The new key, an expression over the old key column alone; a plain cast when left out.</summary>
    [Description("The new key, an expression over the old key column alone; a plain cast when left out.")]
    public SqlText? Up { get; init; }

    /// <summary>The old key, an expression over the new key column alone; a plain cast when left out.</summary>
    [Description("The old key, an expression over the new key column alone; a plain cast when left out.")]
    public SqlText? Down { get; init; }

    /// <summary>The key's default in the new version; a sequence goes along by itself.</summary>
    [Description("The key's default in the new version; a sequence goes along by itself.")]
    public SqlText? Default { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() =>
        $"The primary key of {Table} becomes {Type.Any ?? Type.Postgres ?? Type.Sqlite}, with all columns that refer to it.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (draft.Table(Table) is not { } table)
        {
            return;
        }

        if (table.PrimaryKey is not { Columns.Count: 1 } key)
        {
            draft.Report(
                ProblemCodes.NoPrimaryKey,
                table.PrimaryKey is null ? $"{Table} has no primary key." : $"The primary key of {Table} has {table.PrimaryKey.Columns.Count} columns.",
                Table);
            return;
        }

        new ChangeType { Table = Table, Column = key.Columns[0], Type = Type, Up = Up, Down = Down, Default = Default }.Apply(draft);
    }
}
