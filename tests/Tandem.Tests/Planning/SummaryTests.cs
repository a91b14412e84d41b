using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Planning;

/// <summary>The plain sentences of a plan are about the database that it is for.</summary>
public sealed class SummaryTests
{
    private static readonly SqlText Both = new(null, "numeric(10,2)", "integer");

    [Fact]
    public async Task A_plan_names_the_type_that_its_database_gets()
    {
        await using var target = new SqliteTarget();
        await target.ExecuteAsync("create table items (id integer primary key, price text)");
        var migration = MigrationParser.Parse("0001_price.yaml", """
            title: Prices are numbers
            operations:
              - change_type:
                  table: items
                  column: price
                  type: { postgres: "numeric(10,2)", sqlite: integer }
            """).Require();

        var plan = await new Workspace(target.Database).PlanAsync(migration, default);

        plan.Summary.ShouldBe(["The column price of items becomes integer."]);
    }

    [Fact]
    public void Each_operation_with_a_type_has_the_words_of_each_engine()
    {
        Operation[] operations =
        [
            new ChangeType { Table = "t", Column = "c", Type = Both }, new AlterColumn { Table = "t", Column = "c", Type = Both }, new ChangePrimaryKey { Table = "t", Type = Both },
        ];
        foreach (var operation in operations)
        {
            operation.Summarize("sqlite").ShouldContain("becomes integer");
            operation.Summarize("postgres").ShouldContain("becomes numeric(10,2)");
            operation.Summarize().ShouldBe(operation.Summarize("postgres"));
        }

        new ChangeType { Table = "t", Column = "c", Type = new SqlText("text") }.Summarize("sqlite").ShouldBe("The column c of t becomes text.");
    }
}
