using Xunit;

namespace Tandem.Tests.Conformance.History;

/// <summary>A test on the example databases: left out, and said so, where they are not.</summary>
public sealed class CorporaFactAttribute : FactAttribute
{
    /// <summary>Looks for the databases.</summary>
    public CorporaFactAttribute() => Skip = Corpora.ReasonToSkip;
}
