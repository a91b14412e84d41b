using Shouldly;
using Tandem.Migrations;
using Xunit;

namespace Tandem.Tests.Migrations;

public sealed class ThresholdConditionTests
{
    [Theory]
    [InlineData("> 0", ">", 0, ThresholdUnit.Count)]
    [InlineData(">=3", ">=", 3, ThresholdUnit.Count)]
    [InlineData("< 1.5", "<", 1.5, ThresholdUnit.Count)]
    [InlineData("> 500ms", ">", 0.5, ThresholdUnit.Seconds)]
    [InlineData("> 1h30m", ">", 5400, ThresholdUnit.Seconds)]
    [InlineData("<= 0.1%", "<=", 0.001, ThresholdUnit.Ratio)]
    [InlineData(" > 5 % ", ">", 0.05, ThresholdUnit.Ratio)]
    public void Understood(string text, string sign, double limit, ThresholdUnit unit)
    {
        ThresholdCondition.TryParse(text, out var condition).ShouldBeTrue();
        condition.ShouldBe(new ThresholdCondition(sign, limit, unit));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("= 0")]
    [InlineData("> ")]
    [InlineData("> -1")]
    [InlineData("> 5x")]
    [InlineData("> 1.2.3")]
    [InlineData("> 5 ms")]
    [InlineData("> 0 or so")]
    public void Not_understood(string? text) => ThresholdCondition.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("> 1", 1, false)]
    [InlineData(">= 1", 1, true)]
    [InlineData("< 1", 1, false)]
    [InlineData("<= 1", 1, true)]
    [InlineData("> 0", 0.1, true)]
    public void Crossed(string text, double value, bool expected)
    {
        ThresholdCondition.TryParse(text, out var condition).ShouldBeTrue();
        condition.IsMet(value).ShouldBe(expected);
    }
}
