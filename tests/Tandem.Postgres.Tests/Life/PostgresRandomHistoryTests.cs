using Tandem.Tests.Conformance;
using Tandem.Tests.Conformance.Generated;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>Generated histories on every supported server, each with seeds of its own.</summary>
public abstract class PostgresRandomHistoryTests(int major)
{
    // By day the topics, which take turns over five seeds, take them over the servers.
    protected static TheoryData<int> SeedsOf(int major) => RandomHistories.Seeds((major * 10_000) + (TestRun.Nightly ? 0 : ByDay * (major - PostgresVersions.Oldest)), ByDay, night: 200);

    private const int ByDay = 1;

    protected async Task RunAsync(int seed)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await using var control = await PostgresTarget.CreateAsync(major);

        // Before 15 a table with row security is not served in two shapes.
        await RandomHistories.RunAsync(seed, target, control, major < 15 ? Topics.Policies : Topics.None);
    }
}

public sealed class Postgres14RandomHistoryTests() : PostgresRandomHistoryTests(14)
{
    public static TheoryData<int> Seeds => SeedsOf(14);

    [PostgresTheory(14)]
    [MemberData(nameof(Seeds))]
    public Task Nothing_is_lost_whatever_is_done(int seed) => RunAsync(seed);
}

public sealed class Postgres15RandomHistoryTests() : PostgresRandomHistoryTests(15)
{
    public static TheoryData<int> Seeds => SeedsOf(15);

    [PostgresTheory(15)]
    [MemberData(nameof(Seeds))]
    public Task Nothing_is_lost_whatever_is_done(int seed) => RunAsync(seed);
}

public sealed class Postgres16RandomHistoryTests() : PostgresRandomHistoryTests(16)
{
    public static TheoryData<int> Seeds => SeedsOf(16);

    [PostgresTheory(16)]
    [MemberData(nameof(Seeds))]
    public Task Nothing_is_lost_whatever_is_done(int seed) => RunAsync(seed);
}

public sealed class Postgres17RandomHistoryTests() : PostgresRandomHistoryTests(17)
{
    public static TheoryData<int> Seeds => SeedsOf(17);

    [PostgresTheory(17)]
    [MemberData(nameof(Seeds))]
    public Task Nothing_is_lost_whatever_is_done(int seed) => RunAsync(seed);
}

public sealed class Postgres18RandomHistoryTests() : PostgresRandomHistoryTests(18)
{
    public static TheoryData<int> Seeds => SeedsOf(18);

    [PostgresTheory(18)]
    [MemberData(nameof(Seeds))]
    public Task Nothing_is_lost_whatever_is_done(int seed) => RunAsync(seed);
}
