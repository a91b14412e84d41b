using System.Globalization;
using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>Real migrations' lives on PostgreSQL with calls going wrong.</summary>
public sealed class PostgresCrashLoopTests
{
    private const string Server = "PostgreSQL ";

    private static readonly CrashLoops Loops = new(
        async server => await PostgresTarget.CreateAsync(int.Parse(server[Server.Length..], CultureInfo.InvariantCulture)), thorough: 3);

    public static TheoryData<string, string> Rows =>
        CrashLoops.Rows("postgres", [.. PostgresVersions.Wanted.Select(major => $"{Server}{major}")]);

    [PostgresTheory]
    [MemberData(nameof(Rows))]
    public Task Whatever_goes_wrong_at_a_call_the_end_is_the_same(string server, string operation) =>
        Loops.RunAsync(server, operation);
}
