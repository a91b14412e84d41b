using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>What becomes of what others changed: adopted, led back or ignored, as people say it.</summary>
public sealed class DriftAnswerTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_is_adopted_is_written_for_all_targets_and_done_on_this_one(string engine)
    {
        await using var project = await CompletedAsync(engine);
        (await project.TandemAsync("lock")).ShouldEndWith(0);
        await project.SqlAsync($"alter table {Table(engine)} add column born text", $"create index people_called on {Table(engine)} (called)", $"create view {Schema(engine)}names as select called from {Table(engine)}");
        var adopted = await project.TandemAsync("drift", "--adopt", "hot fix", "--reason", "needed at once", "--output", "json");
        adopted.ShouldEndWith(0).Json().GetProperty("files")[0].GetString().ShouldBe("migrations/0002_hot_fix.yaml");
        adopted.Json().GetProperty("version").GetString().ShouldBe("0002_hot_fix");
        adopted.Json().GetProperty("differences").GetArrayLength().ShouldBe(0);
        project.Read("migrations/0002_hot_fix.yaml").ShouldContain("why: needed at once");
        project.Read("migrations/tandem.lock").ShouldContain("0002_hot_fix after 0001_called");
        (await project.TandemAsync("status")).ShouldEndWith(0).Output.ShouldContain("adopted");
        (await project.TandemAsync("history")).Output.ShouldContain("drift adopted");
        (await project.TandemAsync("plan", "0002_hot_fix")).ShouldEndWith(0);
        (await project.TandemAsync("connect-sql", "0002_hot_fix")).ShouldEndWith(1).All.ShouldContain("Connect to 0001_called");
        (await project.TandemAsync("schema", "0001_called")).Output.ShouldNotContain("born");
        (await project.TandemAsync("schema", "0002_hot_fix")).Output.ShouldContain("born");

        project.Write("migrations/0003_note.yaml", "title: Note\noperations:\n  - add_column: { table: people, name: note, type: text }\n");
        (await project.TandemAsync("lock")).ShouldEndWith(0);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        (await project.TandemAsync("complete", "--yes", "--force")).ShouldEndWith(0);
        (await project.TandemAsync("drift")).ShouldEndWith(0);

        // Another target has not seen it, and carries it out as any other.
        await using var other = await CompletedAsync(engine);
        other.Write("migrations/0002_hot_fix.yaml", project.Read("migrations/0002_hot_fix.yaml"));
        (await other.TandemAsync("start", "--yes")).ShouldEndWith(0);
        (await other.TandemAsync("complete", "--yes", "--force")).ShouldEndWith(0);
        (await other.TandemAsync("schema", "0002_hot_fix")).Output.ShouldContain("people_called");

        // A third one was changed by hand in the same way: the file that is there says it.
        await using var third = await CompletedAsync(engine);
        third.Write("migrations/0002_hot_fix.yaml", project.Read("migrations/0002_hot_fix.yaml"));
        (await third.TandemAsync("drift", "--adopt", "0002_hot_fix")).ShouldEndWith(1).All.ShouldContain("TDM1402");
        await third.SqlAsync($"alter table {Table(engine)} add column born text", $"create index people_called on {Table(engine)} (called)");
        (await third.TandemAsync("drift", "--adopt", "0002_hot_fix")).ShouldEndWith(1).All.ShouldContain("TDM1411");
        await third.SqlAsync($"create view {Schema(engine)}names as select called from {Table(engine)}");
        (await third.TandemAsync("drift", "--adopt", "0002_hot_fix")).ShouldEndWith(0);
        (await third.TandemAsync("rollback", "0002_hot_fix", "--yes")).ShouldEndWith(0).Output.ShouldContain("no longer adopted");
        (await third.TandemAsync("drift")).ShouldEndWith(1);
        (await third.TandemAsync("drift", "--adopt", "0002_hot_fix")).ShouldEndWith(0);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_goes_back_does_so_by_a_migration(string engine)
    {
        await using var project = await CompletedAsync(engine);
        await project.SqlAsync($"create table {Schema(engine)}past (id integer primary key)", $"create index people_called on {Table(engine)} (called)");
        var withheld = await project.TandemAsync("drift", "--revert", "hot_fix", "--output", "json");
        withheld.ShouldEndWith(1).Codes().ShouldBe(["TDM1403"]);
        project.Has("migrations/0002_hot_fix.yaml").ShouldBeFalse();

        var planned = await project.TandemAsync("drift", "--revert", "no_index", "--only", "table people", "--output", "json");
        planned.ShouldEndWith(1).Json().GetProperty("differences").EnumerateArray().Select(d => $"{d.GetProperty("name")} {d.GetProperty("choice")} {d.GetProperty("migration")}")
            .ShouldBe(["past  ", "people revert 0002_no_index"]);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(1).All.ShouldContain("past");
        (await project.TandemAsync("drift", "--ignore", "past", "--reason", "of the auditors")).ShouldEndWith(0).Output.ShouldContain("It stays as it is: of the auditors");
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        (await project.TandemAsync("complete", "--yes", "--force")).ShouldEndWith(0);
        (await project.TandemAsync("sunset", "--yes", "--force")).ShouldEndWith(0);
        (await project.TandemAsync("schema")).Output.ShouldNotContain("people_called");
        (await project.TandemAsync("schema")).Output.ShouldContain("past");
        (await project.TandemAsync("drift")).ShouldEndWith(0);
    }

    [Fact]
    public async Task Words_that_mean_nothing_are_usage()
    {
        await using var project = await CompletedAsync("sqlite");
        foreach (var line in (string[])["drift --adopt a --revert b", "drift --only people", "drift --ignore people", "drift --accept --reason x --only people"])
        {
            (await project.TypeAsync(line)).ShouldEndWith(2).All.ShouldContain("TDM6");
        }

        (await project.TandemAsync("drift", "--ignore", "people", "--reason", "x")).ShouldEndWith(1).All.ShouldContain("TDM1402");
        await project.SqlAsync("create index people_called on people (called)");
        project.Write("migrations/0002_note.yaml", "title: Note\noperations:\n  - add_column: { table: people, name: note, type: text }\n");
        (await project.TandemAsync("drift", "--adopt", "hot_fix")).ShouldEndWith(1).All.ShouldContain("0002_note is not completed");
    }

    // The servers' role has the name of Tandem's own schema, where tables would go otherwise.
    private static string Schema(string engine) => engine == "postgres" ? "public." : "";

    private static string Table(string engine) => $"{Schema(engine)}people";

    private static async Task<Project> CompletedAsync(string engine)
    {
        var project = await Project.OnAsync(engine, "create table people (id integer primary key, name text)");
        project.Write("migrations/0001_called.yaml", """
            title: People are called
            operations:
              - rename_column: { table: people, from: name, to: called }
            """);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        (await project.TandemAsync("complete", "--yes", "--force")).ShouldEndWith(0);
        return project;
    }
}
