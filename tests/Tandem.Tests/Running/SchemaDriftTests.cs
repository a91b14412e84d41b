using Shouldly;
using Tandem.Running;
using Tandem.Schema;
using Xunit;
using Index = Tandem.Schema.Index;

namespace Tandem.Tests.Running;

public sealed class SchemaDriftTests
{
    private static readonly Table Readings = new("readings", [new Column("at", "date")]) { PartitionKey = "RANGE (at)" };

    private static readonly DatabaseSchema Was = new("public", [Readings]) { Partitions = [Part("2025"), Part("2026")] };

    [Fact]
    public void Partitions_that_a_scheduler_makes_and_drops_are_none() =>
        SchemaDrift.Of(Was, Was with { Partitions = [Part("2026"), Part("2027")] }).ShouldBeEmpty();

    [Fact]
    public void Partitions_that_are_otherwise_or_stand_alone_now_are()
    {
        SchemaDrift.Of(Was, Was with { Partitions = [Part("2025"), Part("2026") with { Comment = "x" }] })
            .ShouldHaveSingleItem().Parts.ShouldBe(["comment was not set, is x"]);
        SchemaDrift.Of(Was, Was with { Partitions = [Part("2026")], Tables = [Readings, Part("2025") with { PartitionOf = null, PartitionBound = null }] })
            .ShouldHaveSingleItem().Object.Identity.ShouldBe("readings_2025");
    }

    [Fact]
    public void An_index_counts_when_it_is_built()
    {
        var index = new Index("by_day", [new IndexKey("at")]);
        SchemaDrift.Of(Was, With(index with { Valid = false })).ShouldBeEmpty();
        SchemaDrift.Of(With(index with { Valid = false }), With(index)).ShouldBeEmpty();
        SchemaDrift.Of(With(index), With(index with { Valid = false })).ShouldBeEmpty();
        SchemaDrift.Of(Was, With(index)).ShouldHaveSingleItem().Parts.ShouldBe(["index by_day was added"]);
        SchemaDrift.Of(With(index with { Valid = false }), Was).ShouldBeEmpty();
    }

    [Fact]
    public void Many_are_listed_in_part()
    {
        var many = Was with { Enums = Enumerable.Range(10, 30).Select(n => new EnumType($"e{n}", ["a"])).ToValueList() };
        var refusals = SchemaDrift.Refusals("base", SchemaDrift.Of(Was, many)).ToList();
        refusals.Count.ShouldBe(21);
        refusals[0].Message.ShouldBe("The enum e10 is not recorded for base.");
        refusals[^1].Message.ShouldBe("10 more are not as recorded for base; `tandem drift` shows them.");
        SchemaDrift.Refusals("base", SchemaDrift.Of(many, Was)).First().Message.ShouldBe("The enum e10 is recorded for base and is missing.");
    }

    private static Table Part(string year) => new($"readings_{year}", Readings.Columns)
    {
        PartitionOf = new TableName("readings"), PartitionBound = $"FOR VALUES FROM ('{year}-01-01') TO ('{year}-12-31')",
    };

    private static DatabaseSchema With(Index index) => Was with { Tables = [Readings with { Indexes = [index] }] };
}
