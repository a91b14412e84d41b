using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>Conditions for going back, as people meet them.</summary>
public sealed class GuardTests
{
    [Fact]
    public async Task A_metric_takes_a_start_back_holds_what_is_live_and_says_why_everywhere()
    {
        await using var project = await Project.OnSqliteAsync("create table people (id integer primary key, code text)", "insert into people (code) values ('a'), ('b')");
        await using var metrics = new MetricServer { Value = 0.02 };
        project.Write("tandem.yaml", """
            default: here
            targets:
              here:
                url: sqlite:app.db
                old_quiet: 0s
                rollback_when: { error_rate: { url: "http://127.0.0.1:${PORT}/" } }
            """);
        project.Write("migrations/0001_code.yaml", """
            title: A code in capitals
            operations:
              - change_type: { table: people, column: code, type: varchar(20), up: upper(code), down: lower(code) }
            rollback: { when: { error_rate: "> 0.1%" } }
            """);
        (string, string)[] environment = [("PORT", metrics.Port), ("TANDEM_DB", "")];
        Task<ToolResult> Do(string line) => Tool.RunAsync(project.Root, line.Split(' '), environment);

        (await Do("plan")).ShouldEndWith(0).Output.ShouldContain("error_rate > 0.1%, url");
        (await Do("start")).ShouldEndWith(3).Output.ShouldContain("0001_code is undone: error_rate is 2 %, the condition is > 0.1% (went back by itself).");
        (await Do("status")).ShouldEndWith(0).Output.ShouldContain("error_rate is 2 %");

        metrics.Value = 0.0001;
        (await Do("start")).ShouldEndWith(0).Output.ShouldContain("0001_code is live");
        (await Do("guard --once")).ShouldEndWith(0).Output.ShouldContain("no condition was met in 1 look");
        metrics.Value = null;
        (await Do("guard --once")).ShouldEndWith(0).Output.ShouldContain("cannot be measured: the answer is no number");

        metrics.Value = 0.5;
        var held = (await Do("guard --every 1s --output json")).ShouldEndWith(3).Json();
        held.GetProperty("migration").GetProperty("state").GetString().ShouldBe("live");
        held.GetProperty("readings")[0].GetProperty("value").GetDouble().ShouldBe(0.5);
        (await Do("complete --yes --output json")).ShouldEndWith(1).Codes().ShouldBe(["TDM4051"]);
        (await Do("history")).ShouldEndWith(0).Output.ShouldMatch(@"guard fired .*error_rate is 2 %, the condition is > 0\.1%: rollback");

        metrics.Value = 0;
        (await Do("resume")).ShouldEndWith(0);
        (await Do("complete --yes")).ShouldEndWith(0);
        metrics.Value = 0.5;
        (await Do("guard --once")).ShouldEndWith(3).Output.ShouldContain("is retired and held");
        (await Do("resume --lift error_rate")).ShouldEndWith(0);
        (await Do("guard --once")).ShouldEndWith(0);
        (await Do("rollback --yes")).ShouldEndWith(0);
    }

    [Fact]
    public async Task A_start_that_a_condition_pauses_goes_on_with_the_command_that_is_told()
    {
        await using var project = await Project.OnSqliteAsync("create table people (id integer primary key, code text)", "insert into people (code) values ('a'), ('')");
        project.Write("migrations/0001_size.yaml", """
            title: A size
            operations:
              - add_column: { table: people, name: size, type: integer, nullable: false, up: "nullif(length(code), 0)" }
            rollback: { when: { quarantined: { is: "> 0", then: pause } } }
            """);
        (await project.TypeAsync("start")).ShouldEndWith(3).Output.ShouldContain("next: tandem resume, tandem cancel");
        (await project.TypeAsync("status")).ShouldEndWith(0).Output.ShouldContain("next: tandem resume, tandem cancel");
        (await project.TypeAsync("resume --lift quarantined")).ShouldEndWith(0).Output.ShouldContain("0001_size is live");
    }
}
