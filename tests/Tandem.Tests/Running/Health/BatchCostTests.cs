using Shouldly;
using Tandem.Running.Health;
using Xunit;

namespace Tandem.Tests.Running.Health;

public sealed class BatchCostTests
{
    private readonly BatchCost cost = new();

    [Fact]
    public void It_is_unknown_before_there_is_something_to_compare()
    {
        Take(100, 10, times: 17);
        cost.Factor.ShouldBeNull();
        Take(100, 10);
        cost.Factor.ShouldBe(1);
    }

    [Fact]
    public void It_goes_by_rows_not_by_batches()
    {
        Take(100, 10, times: 9);
        Take(1000, 100, times: 9);
        cost.Factor!.Value.ShouldBe(1, 1e-9);
    }

    [Fact]
    public void One_slow_batch_says_nothing_and_many_say_how_much()
    {
        Take(100, 10, times: 17);
        Take(100, 5000);
        cost.Factor!.Value.ShouldBe(1, 1e-9);
        Take(100, 40, times: 9);
        cost.Factor!.Value.ShouldBe(4, 1e-9);
    }

    [Fact]
    public void Batches_without_rows_do_not_count()
    {
        Take(0, 10, times: 30);
        cost.Factor.ShouldBeNull();
    }

    private void Take(long rows, double milliseconds, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            cost.Took(rows, TimeSpan.FromMilliseconds(milliseconds));
        }
    }
}
