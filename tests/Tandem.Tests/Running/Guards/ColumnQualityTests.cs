using Shouldly;
using Tandem.Running.Guards;
using Xunit;

namespace Tandem.Tests.Running.Guards;

public sealed class ColumnQualityTests
{
    private static readonly ColumnQuality Before = new("people.size", 1000, 10, 500);

    [Theory]
    [InlineData(1000, 10, 500, null)]
    [InlineData(4000, 40, 2000, null)]
    [InlineData(1000, 55, 480, null)]
    [InlineData(1000, 61, 480, "people.size is NULL in 6.1 % of the rows, 1 % when it was started")]
    [InlineData(1000, 10, 240, "people.size has 240 different values in 990 rows, 500 in 990 when it was started")]
    [InlineData(1000, 10, 990, null)]
    [InlineData(90, 0, 1, null)]
    public void What_is_otherwise_is_said_and_growth_is_not(long rows, long nulls, long distinct, string? finding) =>
        ColumnQuality.Drift([Before], [new ColumnQuality("people.size", rows, nulls, distinct), new ColumnQuality("people.other", 10, 10, 0)])
            .ShouldBe(finding is null ? [] : [finding]);
}
