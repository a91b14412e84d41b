using Tandem.Postgres.Tests.Life;
using Tandem.Tests.Conformance;
using Tandem.Tests.Conformance.Generated;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Differences;

/// <summary>Generated differences, on each server with seeds of its own.</summary>
public sealed class PostgresRandomDifferenceTests
{
    public static TheoryData<int, int> Seeds
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (var major in PostgresVersions.Tested)
            {
                for (var seed = major * 100; seed < (major * 100) + (TestRun.Nightly ? 60 : 1); seed++)
                {
                    data.Add(major, seed);
                }
            }

            return data;
        }
    }

    [PostgresTheory]
    [MemberData(nameof(Seeds))]
    public async Task Applied_the_difference_is_gone(int major, int seed)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await using var goal = await PostgresTarget.CreateAsync(major);
        await RandomDifference.RunAsync(seed, target, goal);
    }
}
