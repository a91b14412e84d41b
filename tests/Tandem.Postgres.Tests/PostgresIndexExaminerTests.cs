using Shouldly;
using Tandem.Migrations;
using Tandem.Postgres.Tests.Life;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

public sealed class PostgresIndexExaminerTests
{
    [PostgresTheory]
    [EndMajors]
    public async Task An_index_that_does_not_take_a_type_is_refused_by_the_plan(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await target.ExecuteAsync(
            "create domain whole as integer; create domain positive as whole check (value > 0); create type mood as enum ('glad'); create type pair as (a integer, b text); "
            + "create table things (id integer primary key, place point, doc json, size positive, feels mood, tags text[], span int4range, coupled pair, word varchar(9), net cidr)");

        (await PlanAsync("place", "doc", "size", "feels", "tags", "span", "coupled", "word", "net")).ShouldBe(
            ["The index ix_doc of things cannot be built over doc: btree does not take json.", "The index ix_place of things cannot be built over place: btree does not take point."], ignoreOrder: true);
        (await PlanAsync("place, method: gist", "tags, method: gin", "span, method: spgist")).ShouldBeEmpty();
        (await PlanAsync("doc, method: gin")).ShouldBe(["The index ix_doc of things cannot be built over doc: gin does not take json."]);
        (await PlanAsync("doc, method: hash")).ShouldBe(["The index ix_doc of things cannot be built over doc: hash does not take json."]);

        async Task<IEnumerable<string>> PlanAsync(params string[] columns)
        {
            var operations = columns.Select(c => c.Split(", ")).Select(c =>
                $"  - create_index: {{ table: things, name: ix_{c[0]}, columns: [ {{ name: {c[0]} }} ]{string.Concat(c.Skip(1).Select(m => $", {m}"))} }}\n");
            var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse("0001_indexes.yaml", $"title: t\noperations:\n{string.Concat(operations)}").Require(), default);
            return plan.Findings.Where(f => f.Code == ProblemCodes.IndexTakesNoType).Select(f => f.Message);
        }
    }

    [PostgresFact]
    public async Task A_new_table_is_asked_about_too()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        var plan = await new Workspace(target.Database).PlanAsync(
            MigrationParser.Parse(
                "0001_new.yaml",
                "title: t\noperations:\n  - create_table: { name: spots, columns: [ { name: id, type: integer }, { name: at, type: point } ], primary_key: [ id ] }\n  - create_index: { table: spots, name: ix_at, columns: [ { name: at } ] }\n").Require(),
            default);
        plan.Findings.Single(f => f.Code == ProblemCodes.IndexTakesNoType).Subject.ShouldBe("spots.at");
    }
}
