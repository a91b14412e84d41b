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

    /// <summary>What everybody may do with an object of a kind on which nobody has granted or revoked anything.</summary>
    public static ValueList<string> GivenToAll(string kind) => kind switch
    {
        "function" or "procedure" or "aggregate" => ["EXECUTE"],
        "enum" or "domain" or "range type" or "composite type" => ["USAGE"],
        _ => [],
    };
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

/// <summary>The rights of one role on one object, as the object's owner gave them. What a migration changes about rights is a pair of these.</summary>
/// <param name="Role">The role; empty for everybody.</param>
/// <param name="On">The object.</param>
/// <param name="Grants">The rights, by column and name.</param>
public sealed record RoleRights(string Role, ObjectName On, ValueList<Grant> Grants) : SchemaObject(On.Identity)
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => "rights";

    /// <inheritdoc />
    [JsonIgnore]
    public override string Identity => $"of {Called(Role)} on {On}";

    /// <summary>How a role is called in messages.</summary>
    public static string Called(string role) => role.Length == 0 ? "everybody" : role;
}

/// <summary>A role of the server.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unbound">Whether row security never holds for it: a superuser, or a role with <c>BYPASSRLS</c>.</param>
/// <param name="MemberOf">The roles that it is a member of.</param>
public sealed record ServerRole(string Name, bool Unbound, ValueList<string> MemberOf)
{
    /// <summary>Whether it is the role that looks.</summary>
    public bool Own { get; init; }
}
