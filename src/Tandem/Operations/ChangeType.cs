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

    /// <summary>The collation in the new version.</summary>
    [Description("The collation in the new version, as SQL writes it, with its quotes: one text, or one per engine; `default` for the type's own. When left out, as before where the type stays, else the type's own.")]
    public SqlText? Collation { get; init; }

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
        var collation = NewCollation(draft, column.After!, kept);
        if (kept && up is null && down is null && collation == column.After!.Collation)
        {
            draft.Report(ProblemCodes.NothingToDo, $"{Table}.{Column} already is {type}.", $"{Table}.{Column}");
            return;
        }

        if (!kept && Default is null && column is { Before.Name: var stored, After: { DefaultValue: { } present } had })
        {
            value = FittingDefault.Of(present, had.Type, type, cast: up is null || IsCast(up, stored, type));
        }

        if (KeyTypeChange.Concerns(draft, table, column) && (!kept || Collation is not null))
        {
            if (Collation is not null)
            {
                draft.Report(ProblemCodes.KeyColumn, $"{Table}.{Column} is part of a key, whose columns keep their collation.", $"{Table}.{Column}");
                return;
            }

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

        table.Add(current with { Type = type, Default = value ?? (kept ? current.Default : null), Nullable = Nullable ?? current.Nullable, Collation = collation }, column);
        table.Remove(column);
        table.AddLens(new Lens(
            [old.Name], [Column],
            [new LensExpression(Column, Sorted(draft, up ?? Cast(old.Name, type), old.Collation, collation, type))],
            [new LensExpression(old.Name, Sorted(draft, down ?? Cast(Column, old.Type), collation, old.Collation, old.Type))]));
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

    private string? NewCollation(ChangeDraft draft, Column column, bool kept) =>
        NewColumn.CollationOf(draft, Collation, $"{Table}.{Column}") is not { } said ? kept ? column.Collation : null : said == "default" ? null : said;

    // An expression has the collation of the column that it reads, and PostgreSQL compares no texts of two.
    private static string Sorted(ChangeDraft draft, string expression, string? from, string? to, string type) =>
        draft.Engine != "sqlite" && from is not null && to is null && (TypeNames.Canonical(type) is "text" || TypeNames.Canonical(type).StartsWith("character varying", StringComparison.Ordinal))
            ? $"({expression}) COLLATE \"default\""
            : expression;

    // The column alone is assigned, which casts it as well.
    private static bool IsCast(string up, string column, string type)
    {
        var tokens = SqlLexer.Tokenize(up);
        return tokens is [{ IsName: true } name, ..] && name.Value == column
            && (tokens.Count == 1 || (tokens[1].IsSymbol("::") && TypeNames.Canonical(up[(tokens[1].Position + 2)..]) == TypeNames.Canonical(type)));
    }

    private static string Cast(string column, string type) =>
        $"CAST({SqlName.Quote(column)} AS {type})";
}
