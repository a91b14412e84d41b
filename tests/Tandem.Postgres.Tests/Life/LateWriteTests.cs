using Npgsql;
using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>What applications write between the proof of a complete and its switch.</summary>
public sealed class LateWriteTests
{
    [PostgresTheory]
    [InlineData("")]
    [InlineData("partition by list (id)")]
    public async Task A_row_that_comes_into_quarantine_behind_the_verification_stops_the_switch(string partitioned)
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await target.ExecuteAsync($"create table items (id integer primary key, amount text) {partitioned}");
        await target.ExecuteAsync(partitioned.Length == 0 ? "select 1" : "create table items_all partition of items default");
        await target.ExecuteAsync("insert into items values (1, '1'), (2, '2')");
        var workspace = new Workspace(target.Database, new RunnerOptions
        {
            OldQuiet = TimeSpan.Zero,
            Progress = new AtStep("verify items", target.ConnectionString, "update items set amount = 'many' where id = 2"),
        });
        const string Text = "title: t\noperations:\n  - change_type: { table: items, column: amount, type: integer, up: \"amount::integer\", down: \"amount::text\" }\n";
        await workspace.Runner.StartAsync(await workspace.PlanAsync(MigrationParser.Parse("0001_amount.yaml", Text).Require(), default), default);
        await target.ExecuteAsync("update items set amount = '2' where id = 2");

        var refused = await Should.ThrowAsync<TandemException>(() => workspace.Runner.CompleteAsync("0001_amount", false, false, default));

        refused.Problems[0].Code.ShouldBe(ProblemCodes.RowsInQuarantine);
        (await target.RowsAsync("select amount from items where id = 2")).ShouldBe(["many"]);
        await target.ExecuteAsync("update items set amount = '3' where id = 2");
        await new Workspace(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero }).Runner.ResumeAsync(null, default);
        (await target.RowsAsync("select amount from items where id = 2")).ShouldBe(["3"]);
    }

    private sealed class AtStep(string step, string connectionString, string sql) : IProgress<RunEvent>
    {
        public void Report(RunEvent value)
        {
            if (value is StepDone done && done.Step == step)
            {
                using var connection = new NpgsqlConnection(connectionString);
                connection.Open();
                using var command = new NpgsqlCommand(sql, connection);
                command.ExecuteNonQuery();
            }
        }
    }
}
