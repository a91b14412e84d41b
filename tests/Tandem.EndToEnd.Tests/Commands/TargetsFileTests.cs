using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

public sealed class TargetsFileTests
{
    [Fact]
    public async Task A_target_is_named_and_its_paths_are_relative_to_the_file()
    {
        await using var project = await Project.OnSqliteAsync("create table customers (id integer primary key)");
        project.Write("tandem.yaml", "default: dev\nmigrations: changes\ntargets:\n  dev:\n    url: sqlite:app.db\n    lock_timeout: 20ms\n");
        project.Write("elsewhere/here.txt", "");
        (await Tool.RunAsync(project.Root, ["inspect"])).ShouldEndWith(0).Output.ShouldContain("customers");
        (await Tool.RunAsync(Path.Combine(project.Root, "elsewhere"), ["inspect", "--config", "../tandem.yaml", "--db", "dev"]))
            .ShouldEndWith(0).Output.ShouldContain("customers");
        (await Tool.RunAsync(project.Root, ["new", "first"])).ShouldEndWith(0);
        project.Has("changes/0001_first.yaml").ShouldBeTrue();
    }

    [Fact]
    public async Task A_secret_comes_from_the_environment()
    {
        await using var project = await Project.OnSqliteAsync("create table customers (id integer primary key)");
        project.Write("tandem.yaml", "targets: { dev: { url: \"${DEV_URL}\" } }\n");
        (await Tool.RunAsync(project.Root, ["inspect", "--db", "dev"], ("DEV_URL", "sqlite:app.db"))).ShouldEndWith(0);
        var missing = await Tool.RunAsync(project.Root, ["inspect", "--db", "dev", "--output", "json"]);
        missing.ShouldEndWith(2).Codes().ShouldBe(["TDM6005"]);
        missing.Errors.ShouldContain("DEV_URL");
    }

    [Theory]
    [InlineData("targets: { dev: { url: \"postgres://app:hunter2@db/crm\" } }", "TDM6006", "hunter2")]
    [InlineData("targets: { dev: { ulr: sqlite:app.db } }", "TDM1011", "hunter2")]
    [InlineData("targets: { dev: { url: sqlite:app.db, lock_timeout: soon } }", null, "hunter2")]
    [InlineData("default: prod\ntargets: { dev: { url: sqlite:app.db } }", "TDM6003", "hunter2")]
    [InlineData("targets: [", null, "hunter2")]
    [InlineData("", null, "hunter2")]
    public async Task A_wrong_file_is_reported_with_its_place_and_ends_with_2(string text, string? code, string unsaid)
    {
        await using var project = await Project.OnSqliteAsync();
        project.Write("tandem.yaml", text);
        var result = (await Tool.RunAsync(project.Root, ["status", "--db", "dev", "--output", "json"])).ShouldEndWith(2);
        result.Codes().ShouldNotBeEmpty();
        if (code is not null)
        {
            result.Codes().ShouldContain(code);
        }

        result.Errors.ShouldContain("tandem.yaml");
        (result.Output + result.Errors).ShouldNotContain(unsaid);
    }

    [Fact]
    public async Task A_file_that_is_named_must_be_there()
    {
        await using var project = await Project.OnSqliteAsync();
        var result = await Tool.RunAsync(project.Root, ["status", "--config", "no.yaml", "--output", "json"]);
        result.ShouldEndWith(2).Codes().ShouldBe(["TDM6004"]);
    }
}
