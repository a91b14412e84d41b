using System.Globalization;
using Tandem.Tests.Conformance;
using Xunit;

namespace Tandem.Tests.Servers;

/// <summary>Which PostgreSQL majors this run tests, and which of them are here.</summary>
public static class PostgresVersions
{
    private static readonly int[] Supported = [14, 15, 16, 17, 18];

    /// <summary>The majors named by <c>TANDEM_POSTGRES_VERSIONS</c>; without it all that are supported.</summary>
    public static IReadOnlyList<int> Wanted { get; } = ReadWanted();

    /// <summary>
    /// The majors a theory runs on. A laptop runs those that are installed; in CI a missing one is a failure, so all are listed.
    /// </summary>
    public static IReadOnlyList<int> Tested { get; } =
        IsCi ? Wanted : [.. Wanted.Where(PostgresBinaries.AreInstalled)];

    /// <summary>The newest tested major, for tests that need some server and not each.</summary>
    public static int Newest => Tested.Count > 0 ? Tested[^1] : Wanted[^1];

    /// <summary>The oldest tested major.</summary>
    public static int Oldest => Tested.Count > 0 ? Tested[0] : Wanted[0];

    /// <summary>Data for <c>[PostgresTheory, MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]</c>.</summary>
    public static TheoryData<int> All => [.. Tested];

    /// <summary>The majors for what takes long and hangs little on the version: by day the oldest and the newest tested one, at night all.</summary>
    public static IReadOnlyList<int> EndMajors => TestRun.Nightly ? Tested : [.. Tested.Where(m => m == Oldest || m == Newest)];

    /// <summary>The majors for a case of this name that hangs little on the version: by day one of the ends, at night all.</summary>
    public static IReadOnlyList<int> EndFor(string name) =>
        TestRun.Nightly ? Tested : EndMajors.Count == 0 ? [] : [EndMajors[TestRun.Turn(name, EndMajors.Count)]];

    /// <summary><see cref="EndMajors"/> as data of a theory.</summary>
    public static TheoryData<int> Ends => [.. EndMajors];

    /// <summary>True where a missing server must not be passed over.</summary>
    public static bool IsCi => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));

    /// <summary>Why PostgreSQL tests cannot run here, or null. Never a reason in CI: there they run and fail.</summary>
    public static string? ReasonToSkip =>
        IsCi || Tested.Count > 0 ? null : "No PostgreSQL server is installed: run eng/postgres.sh";

    /// <summary>Why tests of one major cannot run here, or null.</summary>
    public static string? ReasonToSkipOn(int major) =>
        ReasonToSkip ?? (Tested.Contains(major) ? null : $"PostgreSQL {major} is not among those that are tested here");

    private static int[] ReadWanted()
    {
        var text = Environment.GetEnvironmentVariable("TANDEM_POSTGRES_VERSIONS");
        if (string.IsNullOrWhiteSpace(text))
        {
            return Supported;
        }

        var parts = text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        int[] majors = [.. parts.Select(part => int.Parse(part, CultureInfo.InvariantCulture)).Distinct().Order()];
        int[] unknown = [.. majors.Except(Supported)];
        return unknown.Length == 0
            ? majors
            : throw new InvalidOperationException($"TANDEM_POSTGRES_VERSIONS names {string.Join(", ", unknown)}; known: 14 to 18");
    }
}
