using Shouldly;
using Tandem.Migrations;
using Xunit;

namespace Tandem.Tests.Migrations;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("14d", "14.00:00:00")]
    [InlineData("2w", "14.00:00:00")]
    [InlineData("5m", "00:05:00")]
    [InlineData("30s", "00:00:30")]
    [InlineData("2h", "02:00:00")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData("1.5h", "01:30:00")]
    [InlineData("500ms", "00:00:00.5")]
    [InlineData("0s", "00:00:00")]
    [InlineData("PT5M", "00:05:00")]
    [InlineData("P14D", "14.00:00:00")]
    [InlineData("P1W", "7.00:00:00")]
    [InlineData("P1DT2H3M4.5S", "1.02:03:04.5")]
    [InlineData("36525d", "36525.00:00:00")]
    public void Understood(string text, string expected)
    {
        Durations.TryParse(text, out var duration).ShouldBeTrue();
        duration.ShouldBe(TimeSpan.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("5")]
    [InlineData("5 m")]
    [InlineData("m")]
    [InlineData("-5m")]
    [InlineData("5min")]
    [InlineData("5M")]
    [InlineData("5m\n")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("P1M")]
    [InlineData("P1Y")]
    [InlineData("36526d")]
    [InlineData("99999999999999999999w")]
    [InlineData("999999999999999999999999999999999s")]
    [InlineData("00:05:00")]
    public void Not_understood(string? text) => Durations.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("14d")]
    [InlineData("1h30m")]
    [InlineData("500ms")]
    [InlineData("0s")]
    [InlineData("1d2h3m4s5ms")]
    [InlineData("0.5ms")]
    public void Written_as_read(string text)
    {
        Durations.TryParse(text, out var duration).ShouldBeTrue();
        Durations.Format(duration).ShouldBe(text);
    }
}
