using Tandem.Postgres.Differences;
using Tandem.Postgres.Sandboxes;
using Tandem.Postgres.Tests.Life;
using Tandem.Tests.Conformance;
using Tandem.Tests.Conformance.Pairs;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Differences;

/// <summary>Pairs of schemas in both directions: by day each in one of them on one server, which its name chooses, at night in both on all.</summary>
public sealed class PostgresPairTests
{
    public static TheoryData<int, string, bool> Pairs
    {
        get
        {
            var data = new TheoryData<int, string, bool>();
            foreach (var pair in PostgresPairs.All.Concat(PostgresPlainPairs.All).Concat(PostgresChains.All.Where(p => TestRun.Nightly || PostgresChains.ByDay.Contains(p.Name))))
            {
                var majors = PostgresVersions.Tested.Where(m => m >= pair.Since).ToList();
                foreach (var major in TestRun.Nightly || majors.Count <= 2 ? majors : [majors[TestRun.Turn(pair.Name, majors.Count)]])
                {
                    foreach (var back in pair.OneWay ? new[] { false } : TestRun.Nightly ? [false, true] : [TestRun.Turn($"{pair.Name} back", 2) == 1])
                    {
                        data.Add(major, pair.Name, back);
                    }
                }
            }

            return data;
        }
    }

    [PostgresTheory]
    [MemberData(nameof(Pairs))]
    public async Task Each_leads_to_the_other_and_back(int major, string name, bool back)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await using var goal = await PostgresTarget.CreateAsync(major);
        var pair = PostgresPairs.All.Concat(PostgresPlainPairs.All).Concat(PostgresChains.All).Single(p => p.Name == name);
        await new PairWalk(pair, target, goal) { Plain = PostgresPlainChanges.Between, Sandbox = pair.Untried ? null : PostgresSandbox.For((PostgresDatabase)target.Database, null) }.RunAsync(back);
    }
}
