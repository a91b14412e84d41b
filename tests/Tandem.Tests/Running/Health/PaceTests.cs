using Shouldly;
using Tandem.Running.Health;
using Xunit;

namespace Tandem.Tests.Running.Health;

public sealed class PaceTests
{
    private readonly Pace pace = new();

    [Fact]
    public void A_calm_database_is_worked_on_all_the_time()
    {
        Hear(HealthLevel.Go, times: 10);
        pace.Part.ShouldBe(1);
        pace.RestAfter(TimeSpan.FromMilliseconds(40), least: 0).ShouldBe(TimeSpan.Zero);
        pace.RestAfter(TimeSpan.FromMilliseconds(40), least: 1).ShouldBe(TimeSpan.FromMilliseconds(40));
    }

    [Fact]
    public void A_walk_that_slows_down_rests_longer_and_comes_back_step_by_step()
    {
        Hear(HealthLevel.Slow, times: 7);
        pace.Part.ShouldBe(Math.Pow(0.9, 7), 1e-9);
        var rest = pace.RestAfter(TimeSpan.FromMilliseconds(100), least: 0);
        (100 / (100 + rest.TotalMilliseconds)).ShouldBe(pace.Part, 1e-3);

        Hear(HealthLevel.Go, times: 2);
        pace.Part.ShouldBe(Math.Pow(0.9, 7), 1e-9, "two good samples are not calm yet");
        Hear(HealthLevel.Go);
        pace.Part.ShouldBe(Math.Pow(0.9, 7) + 0.05, 1e-9);
        Hear(HealthLevel.Go, times: 50);
        pace.Part.ShouldBe(1);
    }

    [Fact]
    public void However_long_it_is_slow_the_walk_goes_on()
    {
        Hear(HealthLevel.Slow, times: 1000);
        pace.Part.ShouldBe(Pace.Least);
        pace.Holds.ShouldBeFalse();
    }

    [Fact]
    public void A_hold_ends_with_the_third_better_sample_and_halves_the_pace()
    {
        Hear(HealthLevel.Hold, times: 5);
        pace.Holds.ShouldBeTrue();
        pace.Part.ShouldBe(0.5, 1e-9, "one hold is one halving, however long it lasts");
        Hear(HealthLevel.Go, times: 2);
        pace.Holds.ShouldBeTrue();
        Hear(HealthLevel.Hold);
        Hear(HealthLevel.Go, times: 2);
        pace.Holds.ShouldBeTrue("it was not calm in between");
        Hear(HealthLevel.Go);
        pace.Holds.ShouldBeFalse();
        Hear(HealthLevel.Hold);
        pace.Part.ShouldBe(0.25, 1e-9);
    }

    [Fact]
    public void What_cannot_be_read_is_neither_fine_nor_worse_and_worse()
    {
        pace.Heard(HealthLevel.Slow, unknown: true);
        pace.Part.ShouldBe(0.5);
        for (var i = 0; i < 20; i++)
        {
            pace.Heard(HealthLevel.Slow, unknown: true);
        }

        pace.Part.ShouldBe(0.5);
    }

    private void Hear(HealthLevel level, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            pace.Heard(level, unknown: false);
        }
    }
}
