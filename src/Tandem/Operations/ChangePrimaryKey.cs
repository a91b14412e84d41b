using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

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
    public override string Summarize() => Sentence(null);

    /// <inheritdoc />
    public override string Summarize(string engine) => Sentence(engine);

    private string Sentence(string? engine) =>
        $"The primary key of {Table} becomes {Type.Shown(engine)}, with all columns that refer to it.";

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

        var column = table.Column(key.Columns[0])!;
        if (draft.Engine == "postgres" && Up is null && Down is null && column is { Before: not null, After.Identity: not IdentityKind.None } && Type.For("postgres") is { } type && TypeNames.Canonical(type) == "uuid")
        {
            Draw(draft, table, column);
            return;
        }

        new ChangeType { Table = Table, Column = key.Columns[0], Type = Type, Up = Up, Down = Down, Default = Default }.Apply(draft);
    }

    /// <summary>
    /// Beside the numbers that a sequence gives, the new version's rows get a value drawn at random. Neither is a function of
    /// the other: the two stand in one row, each unseen by the other version.
    /// </summary>
    private void Draw(ChangeDraft draft, TableDraft table, DraftPair<Column> column)
    {
        var name = column.After!.Name;
        if ((Default is null ? "gen_random_uuid()" : draft.Expression(Default, $"the default of {Table}.{name}")) is not { } value)
        {
            return;
        }

        var drawn = new DrawnKey(draft.Schema.Name, table.Before!.Name, column.Before!.Name, name, column.Before.Type, "uuid");
        new KeyTypeChange(draft, new KeyType("uuid", null, null, value) { Drawn = drawn }).Apply(table, column);
    }
}
