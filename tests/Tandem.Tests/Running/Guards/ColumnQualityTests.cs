using System.Globalization;
using Shouldly;
using Tandem.Running.Guards;
using Tandem.Schema;
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

    [Theory]
    [InlineData("1:50 2:50", "1:50 2:50", 0, false)]
    [InlineData("1:5000 2:5000", "1:4000 2:6000", 0.0405, true)]
    [InlineData("1:5000 2:5000", "1:2000 2:8000", 0.4158, true)]
    [InlineData("1:5 2:5", "1:2 2:8", 0.3337, false)]
    [InlineData("1:1000", "2:1000", 15.2, true)]
    public void The_index_is_that_of_the_formula_and_few_rows_prove_nothing(string before, string now, double shift, bool isMore)
    {
        ValueShares.Shift(Buckets(before), Buckets(now)).ShouldBe(shift, Math.Max(0.001, shift * 0.01));
        ValueShares.Shift(Buckets(now), Buckets(before)).ShouldBe(shift, Math.Max(0.001, shift * 0.01), "symmetrical");
        ValueShares.IsMore(ValueShares.Shift(Buckets(before), Buckets(now)), Buckets(before), Buckets(now)).ShouldBe(isMore);
    }

    [Fact]
    public void A_set_is_one_of_few_values_in_many_rows()
    {
        var values = Buckets("1:500 2:490");
        (Before with { DistinctValues = 2, Values = values }).Kept().Values.ShouldBe(values);
        (Before with { DistinctValues = 21, Values = values }).Kept().Values.ShouldBeEmpty();
        new ColumnQuality("people.size", 20, 0, 2) { Values = Buckets("1:10 2:10") }.Kept().Values.ShouldBeEmpty();
        (Before with { Values = values }).Outside(Before with { Values = Buckets("1:400 3:90 2:500") }).ShouldBe(90d / 990);
        Before.Outside(Before with { Values = values }).ShouldBeNull();
        Before.Shift(Before).ShouldBeNull();
    }

    [Fact]
    public void What_could_not_be_looked_at_is_no_finding()
    {
        var before = Before with { DistinctValues = 2, Values = Buckets("1:500 2:490"), Lengths = Buckets("1:990") };
        var unseen = Before with { DistinctValues = 2 };
        before.Outside(unseen).ShouldBeNull();
        before.Shift(unseen).ShouldBeNull();
        ColumnQuality.Drift([before], [unseen]).ShouldBeEmpty();
    }

    private static ValueList<ValueBucket> Buckets(string text) => text.Split(' ').Select(t => t.Split(':'))
        .Select(t => new ValueBucket(t[0], long.Parse(t[1], CultureInfo.InvariantCulture))).ToValueList();
}
