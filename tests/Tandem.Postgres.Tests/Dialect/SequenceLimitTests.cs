using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Limits of a sequence that stands beyond them: said by the plan, and refused before the switch.</summary>
public sealed class SequenceLimitTests
{
    private const string Id = "0001_limits";

    [PostgresTheory]
    [EndMajors]
    public async Task A_sequence_that_stands_beyond_its_limits_stops_the_switch_before_anything_changes(int major)
    {
        await using var life = await Life.CreateAsync(major, "create sequence s maxvalue 100; select setval('s', 50); create table t (id int)");
        var plan = await life.ReviewAsync(Life.Migration(Id, new AlterSequence { Name = "s", Maximum = 20 }));
        plan.Findings.Single(f => f.Code == ProblemCodes.SequenceBeyondLimits).Message.ShouldBe(
            "The sequence s stands at 50, and its values are to lie between 1 and 20. Complete stops as long as it does.");
        (await life.ReviewAsync(Life.Migration(Id, new AlterSequence { Name = "s", Maximum = 50, Minimum = 1, Cache = 5 }))).Findings.ShouldNotContain(f => f.Code == ProblemCodes.SequenceBeyondLimits);

        await life.RestartAsync(plan);
        var refused = (await Should.ThrowAsync<TandemException>(() => life.CompleteAsync(Id))).Problems[0];
        refused.Code.ShouldBe(ProblemCodes.SequenceBeyondLimits);
        refused.Message.ShouldContain("1 sequence stands beyond the limits that it is to have: s, between 1 and 20.");
        refused.EffectiveRemedy.ShouldContain("setval");
        await life.Server.ExecuteAsync("select setval('s', 10)");
        await life.CompleteAsync(Id);
    }
}
