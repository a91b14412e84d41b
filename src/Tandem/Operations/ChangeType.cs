using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Gives a column another type; old and new applications see the value in their own type.</summary>
[Description("Gives a column another type. Old and new applications each see the value in their own type, converted by up and down.")]
public sealed record ChangeType : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The column; with a key column go all that refer to it.</summary>
    [Description("The column; with a key column go all that refer to it.")]
    public required string Column { get; init; }

    /// <summary>The new type.</summary>
    [Description("The new type.")]
    public required SqlText Type { get; init; }

    /// <summary>The new value, an expression over the old version's row; a plain cast when left out.</summary>
    [Description("The new value, an expression over the old version's row; a plain cast when left out.")]
    public SqlText? Up { get; init; }

    /// <summary>The old value, an expression over the new version's row; a plain cast when left out.</summary>
    [Description("The old value, an expression over the new version's row; a plain cast when left out.")]
    public SqlText? Down { get; init; }

    /// <summary>Whether NULL is allowed in the new version; as before when left out.</summary>
    [Description("Whether NULL is allowed in the new version; as before when left out.")]
    public bool? Nullable { get; init; }

    /// <summary>The default in the new version; the old one is kept when left out and still fitting, else none.</summary>
    [Description("The default in the new version; the old one is kept when left out and still fitting, else none.")]
    public SqlText? Default { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => Sentence(null);

    /// <inheritdoc />
    public override string Summarize(string engine) => Sentence(engine);

    private string Sentence(string? engine) => $"The column {Column} of {Table} becomes {Type.Shown(engine)}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var type = draft.Expression(Type, $"the type of {Table}.{Column}");
        var up = draft.Expression(Up, $"up of {Table}.{Column}");
        var down = draft.Expression(Down, $"down of {Table}.{Column}");
        var value = draft.Expression(Default, $"the default of {Table}.{Column}");
        if (draft.Column(Table, Column) is not { } found || type is null)
        {
            return;
        }

        var (table, column) = found;
        var kept = column.Before?.Type == type;
        if (kept && up is null && down is null)
        {
            draft.Report(ProblemCodes.NothingToDo, $"{Table}.{Column} already is {type}.", $"{Table}.{Column}");
            return;
        }

        if (!kept && Default is null && column is { Before.Name: var stored, After: { DefaultValue: { } present } had })
        {
            value = FittingDefault.Of(present, had.Type, type, cast: up is null || IsCast(up, stored, type));
        }

        if (!kept && KeyTypeChange.Concerns(draft, table, column))
        {
            ChangeKey(draft, table, column, new KeyType(type, up, down, value));
            return;
        }

        if (!ColumnUse.Detach(draft, table, column, Column, ColumnFate.Retyped))
        {
            return;
        }

        var old = column.Before!;
        var current = column.After!;
        if (!kept && current.DefaultValue is not null && value is null && Default is null)
        {
            draft.Report(ProblemCodes.Incomplete, $"{Table}.{Column} has the default {current.Default}, which may not fit {type}: give `default`.", $"{Table}.{Column}");
            return;
        }

        table.Add(current with { Type = type, Default = value ?? (kept ? current.Default : null), Nullable = Nullable ?? current.Nullable, Collation = kept ? current.Collation : null }, column);
        table.Remove(column);
        table.AddLens(new Lens(
            [old.Name], [Column],
            [new LensExpression(Column, up ?? Cast(old.Name, type))],
            [new LensExpression(old.Name, down ?? Cast(Column, old.Type))]));
    }

    private void ChangeKey(ChangeDraft draft, TableDraft table, DraftPair<Column> column, KeyType to)
    {
        if (Nullable is { } nullable && nullable != column.After!.Nullable)
        {
            draft.Report(ProblemCodes.KeyColumn, $"{Table}.{Column} is part of a key and stays {(nullable ? "required" : "nullable")}.", $"{Table}.{Column}");
            return;
        }

        new KeyTypeChange(draft, to).Apply(table, column);
    }

    // The column alone is assigned, which casts it as well.
    private static bool IsCast(string up, string column, string type)
    {
        var tokens = SqlLexer.Tokenize(up);
        return tokens is [{ Kind: SqlLexer.TokenKind.Identifier or SqlLexer.TokenKind.QuotedIdentifier } name, ..] && name.Value == column
            && (tokens.Count == 1 || (tokens[1].IsSymbol("::") && TypeNames.Canonical(up[(tokens[1].Position + 2)..]) == TypeNames.Canonical(type)));
    }

    private static string Cast(string column, string type) =>
        $"CAST({SqlName.Quote(column)} AS {type})";
}
