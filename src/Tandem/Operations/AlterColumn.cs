using System.ComponentModel;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Changes several attributes of a column at once.</summary>
[Description("Changes several attributes of a column at once: name, type, values, whether it is required, default. What is left out stays as it is.")]
public sealed record AlterColumn : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The column.</summary>
    [Description("The column.")]
    public required string Column { get; init; }

    /// <summary>Its new name.</summary>
    [Description("Its new name.")]
    public string? Name { get; init; }

    /// <summary>Its new type.</summary>
    [Description("Its new type.")]
    public SqlText? Type { get; init; }

    /// <summary>The new value, an expression over the old version's row.</summary>
    [Description("The new value, an expression over the old version's row.")]
    public SqlText? Up { get; init; }

    /// <summary>The old value, an expression over the new version's row.</summary>
    [Description("The old value, an expression over the new version's row.")]
    public SqlText? Down { get; init; }

    /// <summary>Whether NULL is allowed in the new version.</summary>
    [Description("Whether NULL is allowed in the new version.")]
    public bool? Nullable { get; init; }

    /// <summary>The default in the new version.</summary>
    [Description("The default in the new version.")]
    public SqlText? Default { get; init; }

    /// <summary>Whether the new version has no default.</summary>
    [Description("Whether the new version has no default.")]
    public bool DropDefault { get; init; }

    /// <summary>The collation in the new version.</summary>
    [Description("The collation in the new version, as SQL writes it, with its quotes: one text, or one per engine; `default` for the type's own. When left out, as before where the type stays, else the type's own.")]
    public SqlText? Collation { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => Sentence(null);

    /// <inheritdoc />
    public override string Summarize(string engine) => Sentence(engine);

    private string Sentence(string? engine)
    {
        var parts = new[]
        {
            Name is null ? null : $"is called {Name}",
            Type is null ? Up is null && Down is null ? Collation is null ? null : "has another collation" : "has other values" : $"becomes {Type.Shown(engine)}",
            Nullable switch { null => null, true => "is no longer required", _ => "becomes required" },
            DropDefault ? "has no default" : Default is null ? null : "has another default",
        };
        return $"The column {Column} of {Table} {string.Join(", ", parts.OfType<string>())}.";
    }

    // The parts are the operations that there are for each; the names that follow are those of the new version.
    internal override void Apply(ChangeDraft draft)
    {
        if (Name is null && Type is null && (Up ?? Down ?? Default ?? Collation) is null && Nullable is null && !DropDefault)
        {
            draft.Report(ProblemCodes.Incomplete, $"alter_column of {Table}.{Column} does not say what changes.", $"{Table}.{Column}");
            return;
        }

        if (DropDefault && Default is not null)
        {
            draft.Report(ProblemCodes.Incomplete, $"{Table}.{Column} cannot have a default and none.", $"{Table}.{Column}", "Give `default` or `drop_default`.");
            return;
        }

        var before = draft.Problems.Count;
        foreach (var part in Parts(draft))
        {
            part.Apply(draft);
            if (draft.Problems.Skip(before).Any(p => p.Severity == Severity.Error))
            {
                return;
            }
        }
    }

    private IEnumerable<Operation> Parts(ChangeDraft draft)
    {
        var name = Name ?? Column;
        if (Name is not null)
        {
            yield return new RenameColumn { Table = Table, From = Column, To = Name };
        }

        if ((Type ?? Up ?? Down ?? Collation) is not null)
        {
            // The type's change wants to know of a default; one that goes is taken away first.
            if (DropDefault)
            {
                yield return new SetDefault { Table = Table, Column = name };
            }

            // Where only values change, the type stays.
            if ((Type ?? Kept(draft, name)) is { } type)
            {
                yield return new ChangeType { Table = Table, Column = name, Type = type, Up = Up, Down = Down, Nullable = Nullable, Default = Default, Collation = Collation };
            }

            yield break;
        }

        if (Default is not null || DropDefault)
        {
            yield return new SetDefault { Table = Table, Column = name, Default = Default };
        }

        if (Nullable is { } nullable)
        {
            yield return nullable ? new DropNotNull { Table = Table, Column = name } : new SetNotNull { Table = Table, Column = name };
        }
    }

    private SqlText? Kept(ChangeDraft draft, string name) => draft.Column(Table, name) is { Column.After: { } column } ? new SqlText(column.Type) : null;
}
