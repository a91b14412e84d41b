using Shouldly;
using Tandem.Tests.Conformance.Generated;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>Generated histories on SQLite.</summary>
public sealed class SqliteRandomHistoryTests
{
    public static TheoryData<int> Seeds => RandomHistories.Seeds(1, day: 190, night: 1000);

    [Theory]
    [InlineData(1)]
    [InlineData(140_000)]
    public void Five_seeds_in_a_row_have_every_topic(int first) => Enumerable.Range(first, 5)
        .Aggregate(Topics.None, (all, seed) => all | TopicsOfSeed.Of(seed, Topics.None))
        .ShouldBe(Enum.GetValues<Topics>().Aggregate((all, topic) => all | topic));

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Nothing_is_lost_whatever_is_done(int seed)
    {
        await using var target = new SqliteTarget();
        await using var control = new SqliteTarget();
        await RandomHistories.RunAsync(seed, target, control, Topics.Partitions | Topics.Partitioning | Topics.Policies);
    }
}
