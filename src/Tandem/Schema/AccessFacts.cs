namespace Tandem.Schema;

/// <summary>Who may do what with some objects: what a plan was made for, besides the shape of the tables.</summary>
/// <param name="Access">Owners and rights.</param>
/// <param name="Policies">Row security policies of the tables among them.</param>
/// <param name="Defaults">The rights that new objects get.</param>
public sealed record AccessFacts(ValueList<ObjectAccess> Access, ValueList<RowPolicy> Policies, ValueList<DefaultPrivileges> Defaults)
{
    /// <summary>What a schema says about these objects.</summary>
    public static AccessFacts Of(DatabaseSchema schema, IEnumerable<ObjectName> objects)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var wanted = objects.ToHashSet();
        return new AccessFacts(
            schema.Access.Where(a => wanted.Contains(a.On)).ToValueList(),
            schema.Objects.OfType<RowPolicy>().Where(p => wanted.Contains(new ObjectName("table", p.Table))).ToValueList(),
            schema.Objects.OfType<DefaultPrivileges>().ToValueList());
    }

    /// <summary>The first object of which two sets of facts say something else, or null where they agree.</summary>
    public string? Difference(AccessFacts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Access.Concat(other.Access).FirstOrDefault(a => !Access.Contains(a) || !other.Access.Contains(a)) is { } access ? $"Who owns or may use the {access.On}"
            : Policies.Concat(other.Policies).FirstOrDefault(p => !Policies.Contains(p) || !other.Policies.Contains(p)) is { } policy ? $"The policy {policy.Name} of {policy.Table}"
            : Defaults == other.Defaults ? null : "What new objects are open to (default privileges)";
    }
}
