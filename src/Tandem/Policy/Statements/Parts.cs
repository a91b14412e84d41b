using Tandem.Schema;

namespace Tandem.Policy.Statements;

/// <summary>What a constraint asks for.</summary>
internal enum ConstraintKind
{
    Check,
    Unique,
    PrimaryKey,
    ForeignKey,
    Exclusion,
    NotNull,
}

/// <summary>A constraint as a statement says it.</summary>
internal sealed record ConstraintText(ConstraintKind Kind)
{
    public string? Name { get; init; }

    /// <summary>Whether rows that are there are left out.</summary>
    public bool NotValid { get; init; }

    /// <summary>Whether an index that is there serves it.</summary>
    public bool UsesIndex { get; init; }

    public ValueList<string> Columns { get; init; } = [];

    /// <summary>The table that a foreign key refers to.</summary>
    public string? References { get; init; }
}

/// <summary>A column as a statement says it.</summary>
internal sealed record ColumnText(string Name, string Type)
{
    /// <summary>The default as written; null without one.</summary>
    public string? Default { get; init; }

    public bool Generated { get; init; }

    /// <summary>Whether a generated column is stored in the row.</summary>
    public bool Stored { get; init; }

    public bool Identity { get; init; }

    public ValueList<ConstraintText> Constraints { get; init; } = [];

    public bool Required => Constraints.Any(c => c.Kind is ConstraintKind.NotNull or ConstraintKind.PrimaryKey);

    public bool IsSerial => TypeNames.IsSerial(TypeWord);

    /// <summary>Whether every row that is there gets a value of its own.</summary>
    public bool FillsRows => Stored || Identity || IsSerial || Volatility.Of(Default) != VolatilityKind.Fixed;

    /// <summary>The type without its length.</summary>
    public string TypeWord => Type.Split('(', '[')[0].Trim().ToLowerInvariant();
}
