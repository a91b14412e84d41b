using Tandem.Postgres.Tests.Life;
using Tandem.Tests.Conformance;
using Tandem.Tests.Conformance.History;
using Tandem.Tests.Conformance.Simulation;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.History;

/// <summary>Real databases through a whole history and back, and applications that never stop writing.</summary>
public sealed class PostgresHistoryTests
{
    /// <summary>Half a minute each: by day each on one of the ends, at night all on all.</summary>
    public static TheoryData<int> Newest => TestRun.Nightly ? PostgresVersions.All : [PostgresVersions.Newest];

    public static TheoryData<int> Oldest => TestRun.Nightly ? PostgresVersions.All : [PostgresVersions.Oldest];

    [CorporaTheory]
    [MemberData(nameof(Oldest))]
    public async Task Chinook_goes_through_nine_migrations_and_back(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await using var control = await PostgresTarget.CreateAsync(major);
        await new HistoryWalk(Chinook.Postgres(), target, control).RunAsync();
    }

    [CorporaTheory]
    [MemberData(nameof(Newest))]
    public async Task Sakila_goes_through_nine_migrations_and_back(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await using var control = await PostgresTarget.CreateAsync(major);
        await new HistoryWalk(Sakila.Case(), target, control).RunAsync();
    }

    [CorporaTheory]
    [MemberData(nameof(Oldest))]
    public async Task The_difference_leads_from_each_version_of_Chinook_to_the_next(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await using var copy = await PostgresTarget.CreateAsync(major);
        await new HistoryDifference(Chinook.Postgres(), target, copy).RunAsync();
    }

    [CorporaTheory]
    [MemberData(nameof(Newest))]
    public async Task The_difference_leads_from_each_version_of_Sakila_to_the_next(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await using var copy = await PostgresTarget.CreateAsync(major);
        await new HistoryDifference(Sakila.Case(), target, copy).RunAsync();
    }

    [PostgresTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Applications_of_both_versions_write_through_everything(int seed)
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await new Simulation(seed, target).RunAsync();
    }
}
