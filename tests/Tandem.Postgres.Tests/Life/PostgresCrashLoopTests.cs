using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>Real migrations' lives on PostgreSQL with calls going wrong; one class a major, so that they run side by side.</summary>
public abstract class PostgresCrashLoopTests(int major)
{
    private readonly CrashLoops loops = new(async _ => await PostgresTarget.CreateAsync(major), thorough: 1, refusals: 1);

    protected static TheoryData<string> On(int major) =>
        [.. CrashLoops.Rows("postgres", [.. PostgresVersions.Wanted.Select(Server)])
            .Where(row => (string)row[0] == Server(major)).Select(row => (string)row[1])];

    protected Task RunAsync(string operation) => loops.RunAsync(Server(major), operation);

    private static string Server(int major) => $"PostgreSQL {major}";
}

public sealed class Postgres14CrashLoopTests() : PostgresCrashLoopTests(14)
{
    public static TheoryData<string> Operations => On(14);

    [PostgresTheory(14)]
    [MemberData(nameof(Operations))]
    public Task Whatever_goes_wrong_at_a_call_the_end_is_the_same(string operation) => RunAsync(operation);
}

public sealed class Postgres15CrashLoopTests() : PostgresCrashLoopTests(15)
{
    public static TheoryData<string> Operations => On(15);

    [PostgresTheory(15)]
    [MemberData(nameof(Operations))]
    public Task Whatever_goes_wrong_at_a_call_the_end_is_the_same(string operation) => RunAsync(operation);
}

public sealed class Postgres16CrashLoopTests() : PostgresCrashLoopTests(16)
{
    public static TheoryData<string> Operations => On(16);

    [PostgresTheory(16)]
    [MemberData(nameof(Operations))]
    public Task Whatever_goes_wrong_at_a_call_the_end_is_the_same(string operation) => RunAsync(operation);
}

public sealed class Postgres17CrashLoopTests() : PostgresCrashLoopTests(17)
{
    public static TheoryData<string> Operations => On(17);

    [PostgresTheory(17)]
    [MemberData(nameof(Operations))]
    public Task Whatever_goes_wrong_at_a_call_the_end_is_the_same(string operation) => RunAsync(operation);
}

public sealed class Postgres18CrashLoopTests() : PostgresCrashLoopTests(18)
{
    public static TheoryData<string> Operations => On(18);

    [PostgresTheory(18)]
    [MemberData(nameof(Operations))]
    public Task Whatever_goes_wrong_at_a_call_the_end_is_the_same(string operation) => RunAsync(operation);
}
