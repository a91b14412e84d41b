using Tandem.Tests.Conformance.Pairs;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Differences;

/// <summary>Pairs of schemas on SQLite, in both directions.</summary>
public sealed class SqlitePairTests
{
    public static TheoryData<string, bool> Pairs
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var pair in SqlitePairs.All)
            {
                foreach (var back in pair.OneWay ? new[] { false } : [false, true])
                {
                    data.Add(pair.Name, back);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Each_leads_to_the_other_and_back(string name, bool back)
    {
        await using var target = new SqliteTarget();
        await using var goal = new SqliteTarget();
        await new PairWalk(SqlitePairs.All.Single(p => p.Name == name), target, goal).RunAsync(back);
    }
}
