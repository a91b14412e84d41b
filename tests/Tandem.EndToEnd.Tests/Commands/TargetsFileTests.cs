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

    [Fact]
    public async Task A_target_has_its_own_settings_and_a_migration_its_own_on_it()
    {
        await using var project = await Project.OnSqliteAsync(
            "create table customers (id integer primary key, name text)",
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 300) insert into customers select i, 'n' || i from n");
        project.Write("migrations/0001_size.yaml", """
            title: A size
            why: w
            owner: o
            rollback: { retain: 10d, when: { mismatches: "> 5" } }
            operations:
              - add_column: { table: customers, name: size, type: integer, nullable: false, up: length(name) }
            """);
        project.Write("tandem.yaml", """
            targets:
              dev: { url: "sqlite:app.db" }
              production:
                url: sqlite:app.db
                batch_rows: 1000
                lock_timeout: 20ms
                retain: 20d
                rollback_when: { mismatches: "> 1", error_rate: { is: "> 1%", url: "http://127.0.0.1:9/" } }
                migrations:
                  0001_size: { batch_rows: 50, retain: 30d }
            """);
        Task<ToolResult> On(string target, params string[] command) => Tool.RunAsync(project.Root, [.. command, "--db", target, "--output", "json"]);

        var (dev, production) = ((await On("dev", "plan")).ShouldEndWith(0).Json(), (await On("production", "plan")).ShouldEndWith(0).Json());
        Settings(dev).ShouldBe(["rollback_when: mismatches > 5"]);
        Settings(production).ShouldBe(["batch_rows: 50", "lock_timeout: 20ms", "rollback_when: mismatches > 5", "rollback_when: error_rate > 1%, url"]);
        (dev.GetProperty("retainSeconds").GetInt64() / 86400, production.GetProperty("retainSeconds").GetInt64() / 86400).ShouldBe((10, 30));
        dev.GetProperty("changeHash").GetString().ShouldBe(production.GetProperty("changeHash").GetString());
        dev.GetProperty("planHash").GetString().ShouldNotBe(production.GetProperty("planHash").GetString());
        (await Tool.RunAsync(project.Root, ["plan", "--db", "production"])).ShouldEndWith(0).Output.ShouldContain("Settings here");

        (await On("production", "start")).ShouldEndWith(0);
        (await project.AskAsync("select max(batches) from tandem_steps where step like '%backfill%'")).ShouldBe("6");
        Settings((await On("dev", "plan", "0001")).ShouldEndWith(0).Json()).ShouldContain("batch_rows: 50", "the plan that is carried out is the stored one");
    }

    [Fact]
    public async Task Work_is_refused_outside_its_windows_and_a_rollback_never_is()
    {
        await using var project = await Project.OnSqliteAsync("create table customers (id integer primary key)");
        project.Write("migrations/0001_note.yaml", "title: T\nwhy: w\nowner: o\noperations:\n  - add_column: { table: customers, name: note, type: text }\n");
        var now = DateTimeOffset.Parse(await project.AskAsync("select strftime('%Y-%m-%dT%H:%M:00Z')"), System.Globalization.CultureInfo.InvariantCulture);
        Task<ToolResult> Do(string work, params string[] command)
        {
            var (open, closed) = ($"from: \"{now.AddHours(-1):HH:mm}\", until: \"{now.AddHours(2):HH:mm}\"", $"from: \"{now.AddHours(5):HH:mm}\", until: \"{now.AddHours(6):HH:mm}\"");
            project.Write("tandem.yaml", $"default: dev\ntargets: {{ dev: {{ url: sqlite:app.db, old_quiet: 0s, windows: [ {{ for: [{work}], {(command.Contains("--later") ? closed : open)} }} ] }} }}\n");
            return Tool.RunAsync(project.Root, [.. command.Where(c => c != "--later"), "--output", "json"]);
        }

        (await Do("start, backfill", "start", "--later")).ShouldEndWith(1).Codes().ShouldBe(["TDM4042"]);
        (await Do("start, backfill", "plan", "--later")).ShouldEndWith(0).Output.ShouldContain("start, backfill: ");
        (await Do("start, backfill", "start")).ShouldEndWith(0);
        (await Do("complete", "complete", "--later", "--yes")).ShouldEndWith(1).Codes().ShouldBe(["TDM4042"]);
        (await Do("complete, start", "rollback", "--later", "--yes")).ShouldEndWith(0);
        (await Do("start", "start")).ShouldEndWith(0);
        (await Do("complete", "complete", "--yes")).ShouldEndWith(0);
        (await Do("sunset", "sunset", "--later", "--force", "--yes")).ShouldEndWith(1).Codes().ShouldBe(["TDM4042"]);
        (await Do("sunset", "sunset", "--force", "--yes")).ShouldEndWith(0);
    }

    [Fact]
    public async Task Settings_for_a_migration_that_is_not_there_are_refused_with_the_nearest_one()
    {
        await using var project = await Project.OnSqliteAsync("create table customers (id integer primary key)");
        project.Write("migrations/0001_note.yaml", "title: T\nwhy: w\nowner: o\noperations:\n  - add_column: { table: customers, name: note, type: text }\n");
        project.Write("tandem.yaml", "default: dev\ntargets: { dev: { url: sqlite:app.db, migrations: { 0001_noet: { batch_rows: 5 } } } }\n");
        foreach (var command in new[] { "plan", "start" })
        {
            var result = (await Tool.RunAsync(project.Root, [command, "--output", "json"])).ShouldEndWith(1);
            result.Codes().ShouldContain("TDM6013");
            result.Output.ShouldContain("Did you mean 0001_note?");
        }
    }

    private static List<string> Settings(System.Text.Json.JsonElement plan) =>
        [.. plan.GetProperty("settings").EnumerateArray().Select(s => $"{s.GetProperty("key").GetString()}: {s.GetProperty("value").GetString()}")];

    [Theory]
    [InlineData("targets: { dev: { url: sqlite:app.db, batch_row: 5 } }", "TDM1011", "hunter2")]
    [InlineData("targets: { dev: { url: sqlite:app.db, batch_rows: 0 } }", "TDM6019", "hunter2")]
    [InlineData("targets: { dev: { url: sqlite:app.db, migrations: { 0001_a: { batch_rows: 0 } } } }", "TDM6019", "hunter2")]
    [InlineData("targets: { dev: { url: sqlite:app.db, migrations: { 0001_a: { url: x } } } }", "TDM1011", "hunter2")]
    [InlineData("targets: { dev: { url: sqlite:app.db, rollback_when: { mismatches: many } } }", "TDM3017", "hunter2")]
    [InlineData("targets: { dev: { url: sqlite:app.db, windows: [ { from: 9 } ] } }", "TDM1024", "hunter2")]
    [InlineData("targets: { dev: { url: sqlite:app.db, windows: [ { for: [backfil] } ] } }", "TDM1018", "hunter2")]
    [InlineData("targets: { dev: { url: sqlite:app.db, windows: [ { zone: Mars/Olympus } ] } }", "TDM6019", "hunter2")]
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
