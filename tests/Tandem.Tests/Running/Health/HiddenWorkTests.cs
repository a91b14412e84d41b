using Shouldly;
using Tandem.Running;
using Tandem.Running.Health;
using Xunit;

namespace Tandem.Tests.Running.Health;

/// <summary>What sessions do that may not be seen.</summary>
public sealed class HiddenWorkTests
{
    private readonly HiddenWork work = new();
    private double writes = 1_000;
    private double transactions = 50_000;
    private long sent;
    private int looks;

    [Fact]
    public void What_the_runner_did_itself_is_no_work_of_others()
    {
        for (var second = 0; second < 20; second++)
        {
            // Its own transactions are counted by the server a second late, or all at once.
            Look(own: 200, late: second % 2 == 0 ? 0 : 400).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_single_transaction_of_others_that_writes_tells()
    {
        Look(own: 100, late: 100).ShouldBeFalse();
        writes++;
        Look(own: 100, late: 100).ShouldBeTrue();
        Look(own: 100, late: 100).ShouldBeFalse();
    }

    [Fact]
    public void What_is_under_way_when_it_is_asked_counts_as_the_runners_own()
    {
        work.IsAtWork(writes, 0, new SentCounts(10, 10, 8), new SentCounts(10, 10, 8), TimeSpan.Zero).ShouldBeFalse();
        work.IsAtWork(writes + 4, 0, new SentCounts(12, 12, 11), new SentCounts(12, 12, 11), TimeSpan.FromSeconds(1)).ShouldBeFalse();
    }

    [Fact]
    public void Readers_tell_where_they_are_many()
    {
        for (var second = 0; second < 5; second++)
        {
            Look(own: 100, late: 100).ShouldBeFalse();
        }

        for (var second = 0; second < 5; second++)
        {
            transactions += 5;
            Look(own: 100, late: 100).ShouldBeFalse("those who watch the server ask now and then");
        }

        transactions += 600;
        Look(own: 100, late: 100).ShouldBeTrue();
    }

    private bool Look(int own, int late)
    {
        (sent, writes, transactions) = (sent + own, writes + own, transactions + late);
        var counts = new SentCounts(sent, sent, sent);
        return work.IsAtWork(writes, transactions, counts, counts, TimeSpan.FromSeconds(looks++));
    }
}
