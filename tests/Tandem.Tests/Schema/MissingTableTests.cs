using Shouldly;
using Tandem.Consumers;
using Tandem.Problems;
using Tandem.Schema;
using Xunit;

namespace Tandem.Tests.Schema;

public sealed class MissingTableTests
{
    private static readonly DatabaseSchema There = new("public", [new Table("events", [])])
    {
        Partitions =
        [
            new Table("events_2024", []) { PartitionOf = new TableName("events") },
            new Table("events_2024_01", []) { PartitionOf = new TableName("events_2024") },
        ],
        Views = [new View("recent", "select 1"), new View("stored", "select 1") { Materialized = true }],
        Unmanaged = [new UnmanagedObject("foreign table", "far")],
    };

    [Theory]
    [InlineData("events_2024_01", "events_2024_01 is a partition of events_2024.", "Name events: what is done to it is done to all of its partitions.")]
    [InlineData("recent", "recent is a view, and this is for tables.", null)]
    [InlineData("stored", "stored is a materialized view, and this is for tables.", null)]
    [InlineData("far", "far is a foreign table, and this is for tables.", null)]
    [InlineData("event", "There is no table event.", "Did you mean events?")]
    [InlineData("nothing", "There is no table nothing.", null)]
    public void What_has_the_name_is_said(string name, string message, string? remedy)
    {
        var problem = MissingTable.Of(There, name);
        (problem.Code, problem.Message, problem.Subject).ShouldBe((ProblemCodes.NoSuchTable, message, name));
        problem.EffectiveRemedy.ShouldBe(remedy ?? ProblemCodes.NoSuchTable.Remedy);
    }

    [Theory]
    [InlineData("events_2024.at", "events_2024 is a partition of events.")]
    [InlineData("event.at", "There is no table event.at.")]
    public void It_is_said_of_the_table_before_a_column(string name, string message) =>
        Should.Throw<TandemException>(() => Impact.Named(There, name, Fate.Dropped)).Problems[0].Message.ShouldBe(message);
}
