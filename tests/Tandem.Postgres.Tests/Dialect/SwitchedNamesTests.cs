using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Names of indexes, and of the rules that they stand behind, that go over to something else in one migration.</summary>
public sealed class SwitchedNamesTests
{
    private const string New = "0001_new";
    private const string Shop =
        """
        create table a (id int primary key, x int, y int, constraint a_rule unique (x));
        create index a_index on a (y);
        create table b (id int, x int, y int, constraint b_key primary key (id));
        create index b_index on b (y);
        create table c (id int, x int, constraint c_key primary key (id)) partition by range (id);
        create index c_index on c (x);
        create table d (id int primary key, x int, constraint d_rule unique (x));
        """;

    [PostgresFact]
    public async Task What_would_be_met_at_complete_or_on_the_way_back_is_refused()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, Shop);
        async Task RefusedAsync(string message, params Operation[] operations) =>
            (await life.PlanAsync(Life.Migration(New, operations))).Findings.Where(f => f.Code == ProblemCodes.AlreadyExists).Select(f => f.Message).ShouldBe([message]);
        static CreateIndex On(string table, string name) => new() { Table = table, Name = name, Columns = [new() { Name = "x" }] };
        await RefusedAsync(
            "The name b_index, which seats would bring along, is taken.",
            new CreateTable { Name = "seats", Columns = [new() { Name = "id", Type = new("integer") }], PrimaryKey = ["id"], Uniques = [new() { Name = "b_index", Columns = ["id"] }] });
        await RefusedAsync(
            "b gives the name b_key away to a in one migration; tables change their names one after the other.",
            new RenameConstraint { Table = "b", From = "b_key", To = "b_other" }, new AddUnique { Table = "a", Name = "b_key", Columns = ["y"] });
        await RefusedAsync(
            "b gives the name b_key away to a in one migration; tables change their names one after the other.",
            new RenameConstraint { Table = "b", From = "b_key", To = "b_other" }, On("a", "b_key"));
        await RefusedAsync(
            "a gives the name a_index away to b in one migration; tables change their names one after the other.",
            new DropIndex { Table = "a", Name = "a_index" }, new RenameIndex { Table = "b", From = "b_index", To = "a_index" });
    }

    [PostgresTheory]
    [EndMajors]
    public async Task What_goes_over_within_a_table_or_from_what_goes_to_what_comes_comes_back(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        var before = await life.InspectAsync();
        var plan = await life.StartAsync(
            New,
            new RenameIndex { Table = "a", From = "a_index", To = "a_other" }, new RenameConstraint { Table = "a", From = "a_rule", To = "a_index" },
            new RenameConstraint { Table = "b", From = "b_key", To = "b_other" }, new RenameIndex { Table = "b", From = "b_index", To = "b_key" },
            new RenameIndex { Table = "c", From = "c_index", To = "c_other" }, new AddUnique { Table = "c", Columns = ["id", "x"], Name = "c_index" },
            new DropTable { Table = "d" }, new AddUnique { Table = "b", Columns = ["x"], Name = "d_rule" });
        await life.CompleteAsync(New);
        var after = await life.InspectAsync();
        after.Table("b")!.Indexes.Select(i => i.Name).ShouldBe(["b_key"]);
        await life.RollbackAsync(New);
        (await life.InspectAsync()).Tables.ShouldBe(before.Tables);
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        (await life.InspectAsync()).Tables.ShouldBe(after.Tables);
    }
}
