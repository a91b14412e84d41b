using Shouldly;
using Tandem.Databases;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;
using Index = Tandem.Schema.Index;

namespace Tandem.Tests.Planning;

/// <summary>Which plans are worse than others.</summary>
public sealed class QueryOutcomeTests
{
    private static readonly WatchedStatement Statement = new("select 1", "app.sql");
    private static readonly ValueList<FilledTable> Large = [new FilledTable("people", QueryOutcome.ManyRows, 100, "")];
    private static readonly QueryPlan ByIndex = new(10, [new TableAccess("people", "people_city")]);
    private static readonly QueryPlan Whole = new(15, [new TableAccess("people", null)]);

    [Fact]
    public void A_cost_is_dearer_from_twice_on()
    {
        Of(ByIndex, ByIndex with { Cost = 19.9 }).Verdict.ShouldBe(QueryVerdict.Same);
        var found = Of(ByIndex, ByIndex with { Cost = 20 });
        found.Regressions.ShouldHaveSingleItem().Text.ShouldBe("Its cost grows from 10 to 20, 2.0 times, when all is done.");
        found.Findings().ShouldHaveSingleItem().Message.ShouldBe("select 1 (app.sql): Its cost grows from 10 to 20, 2.0 times, when all is done.");
    }

    [Fact]
    public void A_large_table_that_is_read_whole_is_told_and_a_small_one_is_not()
    {
        Of(ByIndex, Whole).Regressions.Select(r => r.Code).ShouldBe([ProblemCodes.QueryReadsWhole, ProblemCodes.QueryLosesIndex]);
        Of(Whole, Whole).Verdict.ShouldBe(QueryVerdict.Same);
        QueryOutcome.Of(Statement, (ByIndex, null, Whole with { Cost = 9 }), [], [Large[0] with { Rows = QueryOutcome.ManyRows - 1 }]).Regressions
            .Select(r => r.Code).ShouldBe([ProblemCodes.QueryLosesIndex]);
    }

    [Fact]
    public void Another_index_that_serves_as_well_is_no_loss_and_neither_is_another_name()
    {
        var other = new QueryPlan(10.5, [new TableAccess("people", "people_city_2")]);
        Of(ByIndex, other).Verdict.ShouldBe(QueryVerdict.Same);
        Of(ByIndex, other with { Cost = 11 }).Regressions.ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.QueryLosesIndex);
        var key = new ValueList<IndexKey>([new IndexKey("city")]);
        var table = new Table("people", [new Column("city", "text")]);
        var renamed = new TableChange(table, table with { Name = "folk" }) { Indexes = [new Pair<Index>(new Index("people_city", key), new Index("folk_city", key))] };
        QueryOutcome.Of(Statement, (ByIndex, null, new QueryPlan(12, [new TableAccess("folk", "folk_city")])), [renamed], Large).Verdict.ShouldBe(QueryVerdict.Same);
        QueryOutcome.Of(Statement, (Whole, null, new QueryPlan(15, [new TableAccess("folk", null)])), [renamed], Large).Verdict.ShouldBe(QueryVerdict.Same);
    }

    [Fact]
    public void What_nobody_can_say_is_unknown_with_its_reason()
    {
        Of(QueryPlan.Failed("no."), Whole).ShouldSatisfyAllConditions(o => o.Verdict.ShouldBe(QueryVerdict.Unknown), o => o.Why.ShouldEndWith("that is there: no."));
        QueryOutcome.Of(Statement, (Whole, null, null), [], Large).Verdict.ShouldBe(QueryVerdict.Unknown);
        QueryOutcome.Of(Statement, (Whole, QueryPlan.Failed("gone."), Whole), [], Large).Verdict.ShouldBe(QueryVerdict.Fails);
        Of(Whole with { Cost = null }, Whole with { Cost = null }).Why.ShouldBe("It finds its rows in the same way.");
    }

    [Fact]
    public void Small_steps_add_up_against_what_was_kept()
    {
        var outcome = Of(ByIndex with { Cost = 15 }, ByIndex with { Cost = 21 });
        outcome.Verdict.ShouldBe(QueryVerdict.Same);
        outcome.Against(ByIndex with { Cost = 11 }, "2026-01-01").Verdict.ShouldBe(QueryVerdict.Same);
        outcome.Against(ByIndex, "2026-01-01").Regressions.ShouldHaveSingleItem().ShouldBe(
            new QueryRegression(ProblemCodes.QueryDearerThanKept, "Its cost is 21, 2.1 times the 10 that was kept on 2026-01-01."));
        Of(ByIndex, ByIndex with { Cost = 21 }).Against(ByIndex, "2026-01-01").Regressions.ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.QueryDearer);
    }

    private static QueryOutcome Of(QueryPlan before, QueryPlan after) => QueryOutcome.Of(Statement, (before, null, after), [], Large);
}
