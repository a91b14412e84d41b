using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

public sealed class LintTests
{
    private const string Rename = "title: Rename\nwhy: w\nowner: o\noperations:\n  - sql: { up: alter table customers rename column name to full_name, down: alter table customers rename column full_name to name }\n";
    private const string Targets = "default: a\ntargets: { a: { url: 'postgres://u@localhost/none' } }\n";

    [Fact]
    public async Task Lint_goes_by_the_policy_that_the_file_of_targets_names()
    {
        await using var project = await Project.OnSqliteAsync("create table customers (id integer primary key, name text)");
        project.Write("migrations/0001_rename.yaml", Rename);
        project.Write("tandem.yaml", Targets);
        (await project.TandemAsync("lint", "--output", "json")).ShouldEndWith(0).Codes().ShouldBe(["TDM3119"]);

        project.Write("tandem.yaml", Targets + "policy: rules/policy.yaml\n");
        (await project.TandemAsync("lint", "--output", "json")).ShouldEndWith(2).Codes().ShouldBe(["TDM6004"]);
        project.Write("rules/policy.yaml", "rules: { TDM3119: errors }\n");
        (await project.TandemAsync("lint", "--output", "json")).ShouldEndWith(2).Codes().ShouldBe(["TDM1018"]);
        project.Write("rules/policy.yaml", "rules: { TDM3119: error }\n");
        (await project.TandemAsync("lint", "--output", "json")).ShouldEndWith(1).Codes().ShouldBe(["TDM3119"]);

        project.Write("rules/policy.yaml", "suppress: [ { code: TDM3119, reason: a small table, until: 2999-01-01 } ]\n");
        (await project.TandemAsync("lint", "--output", "json")).ShouldEndWith(0).Codes().ShouldBeEmpty();
        project.Write("rules/policy.yaml", "suppress: [ { code: TDM3119, reason: a small table, until: 2001-01-01 } ]\n");
        var over = await project.TandemAsync("lint");
        over.ShouldEndWith(0).All.ShouldContain("a small table");
    }

    [Fact]
    public async Task What_is_left_aside_for_other_files_is_not_missed_in_a_selection()
    {
        await using var project = await Project.OnSqliteAsync("create table customers (id integer primary key, name text)");
        project.Write("migrations/0001_rename.yaml", Rename);
        project.Write("migrations/0002_null.yaml", "title: Drop\nwhy: w\nowner: o\noperations:\n  - drop_not_null: { table: customers, column: name }\n");
        project.Write("tandem.yaml", Targets + "policy: { suppress: [ { code: TDM3119, reason: r, until: 2999-01-01 }, { code: TDM3118, reason: r, until: 2999-01-01 } ] }\n");
        (await project.TandemAsync("lint", "--output", "json")).ShouldEndWith(0).Codes().ShouldBe(["TDM3302"]);
        (await project.TandemAsync("lint", "migrations/0002_null.yaml", "--output", "json")).ShouldEndWith(0).Codes().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_next_migration_is_tried_on_the_rows_and_its_SQL_is_measured()
    {
        await using var project = await Project.OnSqliteAsync("create table customers (id integer primary key, name text)", "insert into customers (name) values ('a'), (null)");
        project.Write("migrations/0001_required.yaml", "title: Required\nwhy: w\nowner: o\noperations:\n  - set_not_null: { table: customers, column: name }\n");
        (await project.TandemAsync("lint", "--output", "json")).ShouldEndWith(0).Codes().ShouldBeEmpty();
        var tried = await project.TandemAsync("lint", "--db", project.Url, "--output", "json");
        tried.ShouldEndWith(0).Codes().ShouldContain("TDM2209");
        tried.Output.ShouldContain("1 of 2 rows have NULL there, for example that with id 2.");

        project.Write("migrations/0001_required.yaml", "title: Odd\nwhy: w\nowner: o\noperations:\n  - sql: { up: frobnicate customers, down: select 1 }\n");
        (await project.TandemAsync("lint", "--output", "json")).ShouldEndWith(0).Codes().ShouldBe(["TDM3101"]);
        (await project.TandemAsync("lint", "--db", project.Url, "--output", "json")).ShouldEndWith(1).Codes().ShouldContain("TDM2089");
        (await project.TandemAsync("lint", "--sandbox", "here")).ShouldEndWith(2);
    }
}
