using Tandem.Tests.Conformance;
using Tandem.Tests.Conformance.Generated;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Differences;

/// <summary>Generated differences on SQLite.</summary>
public sealed class SqliteRandomDifferenceTests
{
    public static TheoryData<int> Seeds => RandomHistories.Seeds(1, day: 60, night: 500);

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Applied_the_difference_is_gone(int seed)
    {
        await using var target = new SqliteTarget();
        await using var goal = new SqliteTarget();
        await RandomDifference.RunAsync(seed, target, goal);
    }
}
