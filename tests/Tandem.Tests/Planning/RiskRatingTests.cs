using Shouldly;
using Tandem.Databases;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;
using Tandem.Tests.Architecture;
using Tandem.Tests.Running;
using Xunit;

namespace Tandem.Tests.Planning;

/// <summary>The rating and its reasons.</summary>
public sealed class RiskRatingTests
{
    private static readonly Plan Plain = RenameByHand.Plan() with { Phases = [new(Phase.Start, [Step("expand people")])] };

    [Fact]
    public void Without_a_fact_there_is_no_point() => Rate(Plain, new Evidence()).ShouldBe(new RiskRating(0, []));

    [Fact]
    public void Facts_add_up_and_each_is_told()
    {
        var plan = Plain with
        {
            Phases =
            [
                new(Phase.Start,
                [
                    Step("expand people") with { Locks = [new LockFact("people", "ACCESS EXCLUSIVE", "readers and writers", "an instant")] },
                    new RenderedStep("backfill people", "Fill", StepMode.Batches) { Kind = StepKind.Backfill, Table = "people" },
                ]),
            ],
            Sizes = [new TableSize("people", 2_000_000, 1)],
            NotKept = ["One thing."],
        };
        var evidence = new Evidence
        {
            Holders = [new HeldStep(Phase.Start, "expand people", new LockHolder(7, TimeSpan.FromSeconds(65), "ada psql"))],
            Uses = new UseCount(2, 1),
            Sensitive = ["people.mail"],
        };
        var rating = Rate(plan, evidence, new Problem(ProblemCodes.NullsInTheWay, "m"));
        rating.Reasons.Select(r => (r.Key, r.Points)).ShouldBe(
            [
                ("rows", 10), ("time_unknown", 3), ("instant", 1), ("holders", 10), ("not_kept", 3), ("warnings", 2), ("breaking", 10), ("uses_unknown", 1), ("sensitive", 5),
            ],
            ignoreOrder: true);
        rating.Score.ShouldBe(45);
        rating.Level.ShouldBe(RiskLevel.Medium);
        rating.Reasons.Single(r => r.Key == "holders").Fact.ShouldBe("At this moment a lock is held by process 7 for 65 s (ada psql).");
        rating.Reasons.Select(r => r.Points).ShouldBeInOrder(SortDirection.Descending);
    }

    [Fact]
    public void No_fact_adds_more_than_its_most_and_all_no_more_than_a_hundred()
    {
        var steps = Enumerable.Range(1, 9).Select(n => Step($"step {n}") with { Rewrites = true, Locks = [new LockFact("people", "EXCLUSIVE", "readers and writers", "one scan")] });
        var scripts = Enumerable.Range(1, 9).Select(n => new RawScript(n, "select 1", null));
        var rating = Rate(Plain with { Phases = [new(Phase.Start, [.. steps])], Scripts = [.. scripts] }, new Evidence());
        rating.Reasons.ShouldAllBe(r => r.Points <= RiskWeights.All.Single(w => w.Key == r.Key).Most);
        rating.Score.ShouldBe(100);
        rating.Level.ShouldBe(RiskLevel.VeryHigh);
    }

    [Fact]
    public void The_page_shows_the_weights() =>
        Repository.Read("docs/concepts/estimates.md").ShouldContain(RiskWeights.Table());

    private static RenderedStep Step(string id) => new(id, "Do", StepMode.Transaction) { Kind = StepKind.Expand, Table = "people" };

    private static RiskRating Rate(Plan plan, Evidence evidence, params Problem[] findings) => RiskRating.Of(plan, Forecast.Of(plan, evidence), evidence, findings);
}
