using System.Text.Json.Serialization;

namespace Tandem.Schema;

/// <summary>
/// An object of a schema that holds no rows of its own: a type, a view, a function, a policy. Where the server gives a
/// complete text of it, the text is what is kept; it is written for the search path of the schema that was inspected.
/// </summary>
/// <param name="Name">Its name, exactly as stored, without the schema.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(EnumType), "enum")]
[JsonDerivedType(typeof(Domain), "domain")]
[JsonDerivedType(typeof(CompositeType), "composite type")]
[JsonDerivedType(typeof(RangeType), "range type")]
[JsonDerivedType(typeof(Collation), "collation")]
[JsonDerivedType(typeof(Sequence), "sequence")]
[JsonDerivedType(typeof(View), "view")]
[JsonDerivedType(typeof(Routine), "routine")]
[JsonDerivedType(typeof(Trigger), "trigger")]
[JsonDerivedType(typeof(Rule), "rule")]
[JsonDerivedType(typeof(RowPolicy), "policy")]
[JsonDerivedType(typeof(Statistics), "statistics")]
[JsonDerivedType(typeof(Extension), "extension")]
[JsonDerivedType(typeof(Publication), "publication")]
[JsonDerivedType(typeof(EventTrigger), "event trigger")]
[JsonDerivedType(typeof(DefaultPrivileges), "default privileges")]
[JsonDerivedType(typeof(DefinedObject), "defined")]
[JsonDerivedType(typeof(RoleRights), "rights")]
public abstract record SchemaObject(string Name)
{
    /// <summary>What it is, as a person calls it: <c>domain</c>, <c>materialized view</c>.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    /// <summary>What tells it from all others of its kind: the name; a function's with its arguments, a trigger's with its table.</summary>
    [JsonIgnore]
    public virtual string Identity => Name;

    /// <summary>Kind and identity.</summary>
    [JsonIgnore]
    public ObjectName Reference => new(Kind, Identity);

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }
}

/// <summary>Names one object of a database, a table too.</summary>
/// <param name="Kind">What it is: <c>table</c>, <c>view</c>, <c>function</c>.</param>
/// <param name="Identity">What tells it from all others of its kind: the name; a function's with its arguments, a trigger's with its table.</param>
/// <param name="Schema">Its schema when that is not the inspected one, else null.</param>
public sealed record ObjectName(string Kind, string Identity, string? Schema = null)
{
    /// <inheritdoc />
    public override string ToString() => Schema is null ? $"{Kind} {Identity}" : $"{Kind} {Schema}.{Identity}";
}

/// <summary>By the server's own account one object cannot be there without the other.</summary>
/// <param name="Object">What needs.</param>
/// <param name="Needs">What is needed.</param>
public sealed record ObjectNeed(ObjectName Object, ObjectName Needs)
{
    /// <summary>The part of a table or domain that needs it: <c>default price</c>, <c>generated total</c>, <c>constraint positive</c>; null for the whole.</summary>
    public string? Part { get; init; }
}
