using System.Text.Json.Serialization;

namespace Tandem.Schema;

/// <summary>An enumerated type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Its values in order.</param>
public sealed record EnumType(string Name, ValueList<string> Values) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "enum";
}

/// <summary>A domain: a type with rules.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type under it, in the database's spelling.</param>
public sealed record Domain(string Name, string Type) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "domain";

    /// <summary>The default's SQL text, or null.</summary>
    public string? Default { get; init; }

    /// <summary>Whether NULL is allowed.</summary>
    public bool Nullable { get; init; } = true;

    /// <summary>The name of the rule against NULL where it has one that is not the usual (PostgreSQL 17), else null.</summary>
    public string? NotNullName { get; init; }

    /// <summary>The collation when it is not the type's own, as SQL text.</summary>
    public string? Collation { get; init; }

    /// <summary>Its checks; they name the value <c>VALUE</c>.</summary>
    public ValueList<CheckConstraint> Checks { get; init; } = [];
}

/// <summary>A composite type that is no table's.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns in order.</param>
public sealed record CompositeType(string Name, ValueList<Column> Columns) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "composite type";
}

/// <summary>A range type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Definition">What stands in the parentheses of <c>CREATE TYPE … AS RANGE (…)</c>.</param>
public sealed record RangeType(string Name, string Definition) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "range type";
}

/// <summary>A collation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Definition">What stands in the parentheses of <c>CREATE COLLATION … (…)</c>, without the library's version.</param>
public sealed record Collation(string Name, string Definition) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "collation";
}

/// <summary>A sequence.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its integer type.</param>
/// <param name="Start">Where it starts.</param>
/// <param name="Increment">Its step.</param>
public sealed record Sequence(string Name, string Type, long Start, long Increment) : SchemaObject(Name)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "sequence";

    /// <summary>The limits that a sequence of the type and direction has when none are said.</summary>
    [JsonIgnore]
    public (long Least, long Greatest) UsualLimits => (Increment > 0 ? 1 : Range.Least, Increment > 0 ? Range.Greatest : -1);

    /// <summary>The numbers that the type holds.</summary>
    [JsonIgnore]
    public (long Least, long Greatest) Range => Type switch
    {
        "smallint" => (short.MinValue, short.MaxValue),
        "integer" => (int.MinValue, int.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };

    /// <summary>The limits that it has.</summary>
    [JsonIgnore]
    public (long Least, long Greatest) Limits => (Minimum ?? UsualLimits.Least, Maximum ?? UsualLimits.Greatest);

    /// <summary>The least value, when it is not the usual one.</summary>
    public long? Minimum { get; init; }

    /// <summary>The greatest value, when it is not the usual one.</summary>
    public long? Maximum { get; init; }

    /// <summary>How many values a session takes at once.</summary>
    public long Cache { get; init; } = 1;

    /// <summary>Whether it begins again at its end.</summary>
    public bool Cycle { get; init; }

    /// <summary>The table whose column owns it without taking its values by default, or null.</summary>
    public string? OwnerTable { get; init; }

    /// <summary>The column of <see cref="OwnerTable"/>, or null.</summary>
    public string? OwnerColumn { get; init; }

    /// <summary>Whether it is not written to the log (PostgreSQL).</summary>
    public bool Unlogged { get; init; }
}
