using Xunit;

namespace Tandem.Tests.Servers;

/// <summary>A fact that needs a server with a disk that can be full: skipped where nothing may be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> CanMount = new(PostgresShell.CanMount);

    /// <summary>Sets the reason to skip, if there is one.</summary>
    public SmallDiskFactAttribute() =>
        Skip = PostgresVersions.ReasonToSkip ?? (CanMount.Value ? null : "Only root on Linux may mount a small disk for a server.");
}
