using Tandem.Tests.Conformance.History;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>A theory over sample databases on a server: skipped where either is missing, failed in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CorporaTheoryAttribute : TheoryAttribute
{
    public CorporaTheoryAttribute() => Skip = PostgresVersions.ReasonToSkip ?? Corpora.ReasonToSkip;
}
