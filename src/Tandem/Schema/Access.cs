using System.Text.Json.Serialization;

namespace Tandem.Schema;

/// <summary>
/// Who owns an object and who may use it. It stands beside the object and not in it, so that the same migration gives the
/// same change on databases whose roles differ.
/// </summary>
/// <param name="On">The object.</param>
/// <param name="Owner">The role that owns it.</param>
public sealed record ObjectAccess(ObjectName On, string Owner)
{
    /// <summary>All rights, the owner's among them; null when nobody has granted or revoked anything.</summary>
    public ValueList<Grant>? Grants { get; init; }
}

/// <summary>One right of one role.</summary>
/// <param name="Grantee">The role; empty for everybody (<c>PUBLIC</c>).</param>
/// <param name="Privilege">The right: <c>SELECT</c>, <c>EXECUTE</c>.</param>
/// <param name="Column">The column, or null for the whole object.</param>
/// <param name="Grantable">Whether the role may hand the right on.</param>
public sealed record Grant(string Grantee, string Privilege, string? Column = null, bool Grantable = false)
{
    /// <summary>Who granted it when that was not the owner, else null.</summary>
    public string? Grantor { get; init; }
}

/// <summary>The rights that objects of one kind get when one role makes them.</summary>
/// <param name="Role">The role that makes the objects.</param>
/// <param name="Objects">What is made: <c>TABLES</c>, <c>SEQUENCES</c>, <c>FUNCTIONS</c>, <c>TYPES</c>, <c>SCHEMAS</c>.</param>
/// <param name="Here">Whether it holds for this schema only.</param>
/// <param name="Grants">All rights; for a schema those that are added to the database's.</param>
public sealed record DefaultPrivileges(string Role, string Objects, bool Here, ValueList<Grant> Grants) : SchemaObject(Role)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "default privileges";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Identity => $"{Role} on {Objects}{(Here ? " in schema" : "")}";
}
