using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>What a column has from the domain of its type: rules that are none of its own.</summary>
internal static class DomainUse
{
    /// <summary>The domain that a type is, and those that it is made of; none for other types.</summary>
    public static IEnumerable<Domain> Of(ChangeDraft draft, string type)
    {
        var domain = type.EndsWith(']') ? null : draft.Objects.Now.Objects.OfType<Domain>().FirstOrDefault(d => TypeNames.IsOf(type, d.Name));
        return domain is null ? [] : Of(draft, domain.Type).Prepend(domain);
    }
}
