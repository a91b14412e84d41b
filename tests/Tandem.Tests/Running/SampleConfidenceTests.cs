using Shouldly;
using Tandem.Running;
using Xunit;

namespace Tandem.Tests.Running;

public sealed class SampleConfidenceTests
{
    /// <summary>Drawn without putting back: of 10 chunks of which 4 differ, 6 of 252 samples of five miss all four; with three that differ it is 21.</summary>
    [Theory]
    [InlineData(10, 10, 1)]
    [InlineData(5, 10, 4)]
    [InlineData(1, 10, 10)]
    [InlineData(59, 100_000, 4_950)]
    [InlineData(299, 1_000_000, 9_968)]
    public void A_sample_without_a_finding_says_how_much_it_would_have_met(long drawn, long all, long met) => SampleConfidence.Met(drawn, all).ShouldBe(met);

    [Theory]
    [InlineData(0, 10)]
    [InlineData(0, 0)]
    public void Nothing_drawn_says_nothing(long drawn, long all) => SampleConfidence.Met(drawn, all).ShouldBeNull();
}
