using System.Text.Json;
using Shouldly;
using Tandem.Cli;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>Every command answers with the one document that docs/reference/cli-json.md promises, also when it fails.</summary>
public sealed class JsonShapeTests
{
    private static readonly string[] Answers = [.. CommandTree.Views.Select(v => v.Name)];

    private readonly JsonShapes shapes = JsonShapes.Read();
    private readonly HashSet<string> done = [];
    private readonly HashSet<string> failed = [];

    [Fact]
    public Task Every_command_keeps_its_shape_on_SQLite() => WalkAsync("sqlite");

    [PostgresFact]
    public Task Every_command_keeps_its_shape_on_PostgreSQL() => WalkAsync("postgres");

    private async Task WalkAsync(string engine)
    {
        await using var project = await Project.OnAsync(
            engine,
            "create table customers (id integer primary key, name text not null, note text default 'x', check (id > 0))",
            "create table orders (id integer primary key, customer_id integer references customers (id), total integer, unique (customer_id, total))",
            "create index orders_total on orders (total) where total > 0",
            "create view big as select id from orders where total > 100",
            "insert into customers (id, name) values (1, 'Ada Lovelace'), (2, 'Plato')",
            "insert into orders values (1, 1, 120)");
        await BeforeAsync(project);
        await FirstLifeAsync(project);
        await FailuresAsync(project);
        await EndAsync(project);
        if (engine == "sqlite")
        {
            await AskAsync(project, 0, "demo", "--rows", "200", "--db", "sqlite:demo.db");
            await AskAsync(project, 2, "demo", "--rows", "1");
        }
        else
        {
            // What the demo answers does not hang on the engine.
            done.Add("demo");
            failed.Add("demo");
        }

        shapes.Answers.ShouldBe(Answers, ignoreOrder: true);
        done.ShouldBe(Answers, ignoreOrder: true);
        failed.ShouldBe(Answers, ignoreOrder: true);
    }

    private async Task BeforeAsync(Project project)
    {
        await AskAsync(project, 1, "lint");
        await AskAsync(project, 0, "new", "split the name", "--pattern", "split");
        await AskAsync(project, 2, "new", "x", "--pattern", "none");
        project.Write("history/001_tags.up.sql", "create table tags (id integer primary key);\n");
        project.Write("history/001_tags.down.sql", "drop table tags;\n");
        await AskAsync(project, 0, "import", "sql", "history");
        await AskAsync(project, 2, "import", "sql", "nowhere");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(project.Root, "migrations")))
        {
            File.Delete(file);
        }

        project.Write("migrations/0001_state.yaml", Migration("note", "state", "refused"));
        await AskAsync(project, 0, "lint");
        await AskAsync(project, 0, "lock");
        await AskAsync(project, null, "lock", "--db", "sqlite:missing/none.db");
        File.Delete(Path.Combine(project.Root, "migrations", "tandem.lock"));
        await AskAsync(project, 0, "inspect");
        await AskAsync(project, 0, "impact", "customers.name");
        await AskAsync(project, 0, "impact", "big.id");
        await AskAsync(project, 0, "impact", "0001_state");
        await AskAsync(project, 1, "impact", "nothing");
        await AskAsync(project, 0, "doctor");
        await AskAsync(project, 0, "status");
        await AskAsync(project, 0, "plan");
        await AskAsync(project, 0, "plan", project.Url, "0001_state");
        await AskAsync(project, null, "drift", project.Url);
        await AskAsync(project, 0, "schema", project.Url);
        await AskAsync(project, 1, "plan", "0009_none");
        await AskAsync(project, 1, "verify");
        await AskAsync(project, 0, "baseline");
        await AskAsync(project, 0, "schema");
        await AskAsync(project, 0, "schema", "base");
        await AskAsync(project, 0, "schema", "base", "--format", "yaml");
        await AskAsync(project, 1, "schema", "0009_none");
        await AskAsync(project, 0, "diff", "base", project.Url);
        await AskAsync(project, 1, "diff", "base", "0009_none");
        await AskAsync(project, 0, "drift");
        await project.SqlAsync("create index past_orders on orders (id)");
        await AskAsync(project, 1, "drift");
        await AskAsync(project, 0, "drift", "--ignore", "orders", "--reason", "looked at");
        await project.SqlAsync("drop index past_orders");
        foreach (var command in (string[])["inspect", "doctor", "status", "watch", "history", "patterns", "uninstall", "baseline", "connect-sql"])
        {
            await AskAsync(project, null, [command, .. (string[])(command == "connect-sql" ? ["base"] : []), "--db", "sqlite:missing/none.db"]);
        }
    }

    // The check after it fails until a row is there: the run stops, is paused, and goes on.
    private async Task FirstLifeAsync(Project project)
    {
        await AskAsync(project, 1, "start");
        await AskAsync(project, 1, "retry");
        await AskAsync(project, 0, "pause");
        await AskAsync(project, 3, "watch");
        await AskAsync(project, 1, "resume");
        await project.SqlAsync("update customers set note = 'refused' where id = 2");
        await AskAsync(project, 0, "resume");
        await AskAsync(project, 0, "watch");
        await AskAsync(project, 1, "cancel");
        await AskAsync(project, 1, "pause");
        await AskAsync(project, 0, "verify");
        await AskAsync(project, 0, "reconcile");
        await AskAsync(project, 2, "reconcile", "--from", "old", "--apply");
        await AskAsync(project, 0, "reconcile", "--from", "old", "--apply", "--yes");
        await AskAsync(project, 1, "reconcile", "--apply", "--yes");
        await AskAsync(project, 0, "guard", "--once");
        await AskAsync(project, 0, "connect-sql", "0001_state");
        await AskAsync(project, 0, "bench", "traffic", "--table", "customers", "--seconds", "1", "--yes");
        await AskAsync(project, 2, "bench", "traffic", "--table", "customers", "--seconds", "1");
        await AskAsync(project, 2, "complete");
        await AskAsync(project, 0, "complete", "--yes", "--force");
        await AskAsync(project, 2, "rollback");
        await AskAsync(project, 0, "rollback", "--yes");
        await AskAsync(project, 0, "start");
        await AskAsync(project, 0, "complete", "--yes", "--force");
        await AskAsync(project, 1, "sunset", "--yes");
        await AskAsync(project, 0, "sunset", "--yes", "--force");
    }

    private async Task FailuresAsync(Project project)
    {
        await AskAsync(project, 0, "plan");
        project.Write("migrations/0002_again.yaml", Migration("state", "again", "once more"));
        await AskAsync(project, 1, "start");
        await project.SqlAsync("update customers set state = 'once more' where id = 1");
        await AskAsync(project, 0, "retry");
        await AskAsync(project, 0, "complete", "--yes", "--force");
        project.Write("migrations/0003_third.yaml", Migration("again", "third", "a third time"));
        await AskAsync(project, 1, "start");
        await AskAsync(project, 0, "cancel", "--yes");
    }

    private async Task EndAsync(Project project)
    {
        await AskAsync(project, 0, "history");
        await AskAsync(project, 0, "patterns");
        await AskAsync(project, 0, "ledger");
        (await AskAsync(project, 0, "ledger", "--rows")).GetProperty("rows").GetArrayLength().ShouldBePositive();
        await AskAsync(project, 0, "status");
        await AskAsync(project, 0, "uninstall", "--dry-run");
        foreach (var answer in Answers)
        {
            await AskAsync(project, 2, [.. answer.Split(' '), "--no-such-option"]);
        }
    }

    private async Task<JsonElement> AskAsync(Project project, int? exitCode, params string[] arguments)
    {
        var result = await project.TandemAsync([.. arguments, "--output", "json"]);
        var place = $"tandem {string.Join(' ', arguments)}";
        result.ExitCode.ShouldBe(exitCode ?? result.ExitCode, $"{place}\n{result.All}");
        result.ExitCode.ShouldNotBe(70, $"{place}\n{result.All}");

        // More than one document on standard output, or anything beside it, is no JSON.
        var answer = result.Json();
        var name = Answers.Where(a => a.Split(' ') is var words && words[0] == arguments[0] && words.All(arguments.Contains)).MaxBy(a => a.Length)!;
        shapes.Differences(answer, name).ShouldBeEmpty($"{place}\n{result.Output}");
        answer.GetProperty("command").GetString().ShouldBe(arguments[0], place);
        answer.GetProperty("exitCode").GetInt32().ShouldBe(result.ExitCode, place);
        answer.GetProperty("ok").GetBoolean().ShouldBe(result.ExitCode == 0, place);

        // People read the same on standard error.
        result.Errors.ShouldNotContain("\"exitCode\"", customMessage: place);
        foreach (var code in result.Codes())
        {
            result.Errors.ShouldContain(code, customMessage: place);
        }

        _ = result.ExitCode == 0 ? done.Add(name) : failed.Add(name);
        return answer;
    }

    private static string Migration(string from, string to, string expected) => $$"""
        title: Rename {{from}}
        why: words
        ledger: rows
        owner: crm
        rollback: { when: { mismatches: "> 0" } }
        operations:
          - rename_column: { table: customers, from: {{from}}, to: {{to}} }
          - add_column: { table: orders, name: {{to}}, type: integer, up: "total * 2" }
        checks:
          after: [ { name: it is there, sql: "select count(*) from customers where {{to}} = '{{expected}}'", expect: 1 } ]
        """;
}
