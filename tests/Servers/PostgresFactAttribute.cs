using Xunit;

namespace Tandem.Tests.Servers;

/// <summary>A fact that needs a PostgreSQL server: skipped where none is installed, failed in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    /// <summary>Sets the reason to skip, if there is one.</summary>
    public PostgresFactAttribute() => Skip = PostgresVersions.ReasonToSkip;

    /// <summary>For a fact on one major: sets the reason to skip where that is not tested.</summary>
    public PostgresFactAttribute(int major) => Skip = PostgresVersions.ReasonToSkipOn(major);
}

/// <summary>A theory that needs PostgreSQL servers, usually one of each major: see <see cref="PostgresVersions.All"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    /// <summary>Sets the reason to skip, if there is one.</summary>
    public PostgresTheoryAttribute() => Skip = PostgresVersions.ReasonToSkip;

    /// <summary>For a theory on one major: sets the reason to skip where that is not tested.</summary>
    public PostgresTheoryAttribute(int major)
        : this() => Skip = PostgresVersions.ReasonToSkipOn(major);
}
