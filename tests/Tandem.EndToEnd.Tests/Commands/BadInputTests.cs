using Shouldly;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>Bad input of every kind ends with a code and a remedy, never with a defect, and nothing is half done.</summary>
public sealed class BadInputTests
{
    private const string Good = "title: Note\nwhy: w\nowner: o\noperations:\n  - add_column: { table: items, name: note, type: text }\n";

    [Theory]
    [InlineData("title: [", "TDM1004")]
    [InlineData("titel: x\noperations:\n  - drop_table: { table: items }\n", "TDM1011")]
    [InlineData("title: x\noperations:\n  - drop_tabel: { table: items }\n", "TDM1012")]
    [InlineData("title: x\noperations: []\n", "TDM1020")]
    [InlineData("", "TDM1006")]
    public async Task A_file_that_cannot_be_read(string text, string code)
    {
        await using var project = await Project.OnSqliteAsync("create table items (id integer primary key)");
        project.Write("migrations/0001_note.yaml", text);
        foreach (var command in new[] { "lint", "plan", "start" })
        {
            var result = (await project.TandemAsync(command, "--output", "json")).ShouldEndWith(1);
            result.Codes().ShouldContain(code, command);
            result.Errors.ShouldContain("migrations/0001_note.yaml");
            ShouldHaveRemedies(result);
        }

        await ShouldBeUntouchedAsync(project);
    }

    [Theory]
    [InlineData("- add_column: { table: itmes, name: note, type: text }", "TDM2001")]
    [InlineData("- rename_column: { table: items, from: nmae, to: name }", "TDM2002")]
    [InlineData("- add_column: { table: items, name: id, type: text }", "TDM2004")]
    public async Task An_operation_that_does_not_fit_the_database(string operation, string code)
    {
        await using var project = await Project.OnSqliteAsync("create table items (id integer primary key)");
        project.Write("migrations/0001_note.yaml", $"title: x\nwhy: w\nowner: o\noperations:\n  {operation}\n");
        (await project.TandemAsync("lint", "--db", project.Url, "--output", "json")).ShouldEndWith(1).Codes().ShouldContain(code);
        (await project.TandemAsync("plan", "--output", "json")).ShouldEndWith(1).Codes().ShouldContain(code);
        var start = (await project.TandemAsync("start", "--output", "json")).ShouldEndWith(1);
        start.Codes().ShouldContain(code);
        ShouldHaveRemedies(start);
        await ShouldBeUntouchedAsync(project);
    }

    [Fact]
    public async Task What_cannot_be_planned_is_not_told_as_if_it_would_happen()
    {
        await using var project = await Project.OnSqliteAsync("create table items (id integer primary key, label text)");
        project.Write("migrations/0001_note.yaml", "title: x\nwhy: w\nowner: o\noperations:\n  - add_column: { table: itmes, name: note, type: text }\n  - drop_column: { table: items, column: lable }\n");
        var plan = (await project.TandemAsync("plan")).ShouldEndWith(1);
        plan.Output.ShouldContain("No plan can be made of it");
        plan.Output.ShouldNotContain("What happens");
        plan.Output.ShouldNotContain("It keeps everything");
        plan.Output.ShouldContain("Did you mean items?");
        plan.Output.ShouldContain("Did you mean label?");
    }

    [Fact]
    public async Task A_file_in_wal_mode_in_a_directory_that_takes_no_writes()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
        {
            return; // Rights of files do not hold root back.
        }

        await using var project = await Project.OnSqliteAsync("create table items (id integer primary key)", "pragma journal_mode = wal");
        File.SetUnixFileMode(project.Root, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var inspect = (await project.TandemAsync("inspect", "--output", "json")).ShouldNotBeDone();
        File.SetUnixFileMode(project.Root, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        inspect.Codes().ShouldBe(["TDM5005"]);
        inspect.Errors.ShouldContain("WAL");
    }

    [Fact]
    public async Task A_file_that_this_user_may_not_read()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
        {
            return; // Rights of files do not hold root back.
        }

        await using var project = await Project.OnSqliteAsync("create table items (id integer primary key)");
        File.SetUnixFileMode(Path.Combine(project.Root, "app.db"), UnixFileMode.None);
        var inspect = (await project.TandemAsync("inspect", "--output", "json")).ShouldEndWith(4);
        inspect.Codes().ShouldBe(["TDM5002"]);
        inspect.Errors.ShouldContain("no right to the file");
    }

    [Fact]
    public async Task Two_files_with_one_id()
    {
        await using var project = await Project.OnSqliteAsync("create table items (id integer primary key)");
        project.Write("migrations/0001_note.yaml", Good);
        project.Write("migrations/0001_note.yml", Good);
        (await project.TandemAsync("start", "--output", "json")).ShouldEndWith(1).Codes().ShouldContain("TDM1101");
        await ShouldBeUntouchedAsync(project);
    }

    [Fact]
    public async Task A_circle_of_dependencies()
    {
        await using var project = await Project.OnSqliteAsync("create table items (id integer primary key)");
        project.Write("migrations/0001_a.yaml", Good + "depends_on: [0002_b]\n");
        project.Write("migrations/0002_b.yaml", Good + "depends_on: [0001_a]\n");
        (await project.TandemAsync("plan", "--output", "json")).ShouldEndWith(1).Codes().ShouldContain("TDM1103");
        await ShouldBeUntouchedAsync(project);
    }

    [Fact]
    public async Task A_file_that_was_edited_after_it_was_applied()
    {
        await using var project = await Project.OnSqliteAsync("create table items (id integer primary key)");
        project.Write("migrations/0001_note.yaml", Good);
        (await project.TandemAsync("start")).ShouldEndWith(0);
        project.Write("migrations/0001_note.yaml", Good.Replace("note", "remark", StringComparison.Ordinal));
        (await project.TandemAsync("status", "--output", "json")).ShouldEndWith(0).Codes().ShouldContain("TDM1104");
        (await project.TandemAsync("plan", "--output", "json")).ShouldEndWith(1).Codes().ShouldBe(["TDM1104"]);
        var plan = (await project.TandemAsync("plan", "0001", "--output", "json")).ShouldEndWith(1);
        ShouldHaveRemedies(plan);

        // The run itself has its stored plan and does not need the file.
        (await project.TandemAsync("complete", "--yes")).ShouldEndWith(0);
    }

    [Fact]
    public async Task A_file_that_is_no_database()
    {
        await using var project = await Project.OnSqliteAsync();
        project.Write("app.db", "this is no database, and it is long enough to have a header of its own, one would think; it has more than a hundred bytes");
        var result = (await project.TandemAsync("inspect", "--output", "json")).ShouldEndWith(4);
        result.Codes().ShouldBe(["TDM5007"]);
        result.Errors.ShouldNotContain("code 26");
        ShouldHaveRemedies(result);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_made()
    {
        await using var project = await Project.OnSqliteAsync();
        var result = (await project.TandemAsync("status", "--db", "sqlite:none.db", "--output", "json")).ShouldEndWith(4);
        result.Codes().ShouldBe(["TDM5009"]);
        project.Has("none.db").ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_is_down()
    {
        await using var project = await Project.OnSqliteAsync();
        var result = await Tool.RunAsync(project.Root, "status", "--db", "postgres://app:hunter2@127.0.0.1:1/crm", "--output", "json");
        result.ShouldEndWith(4).Codes().ShouldBe(["TDM5002"]);
        result.All.ShouldNotContain("hunter2");
        ShouldHaveRemedies(result);
    }

    [PostgresFact]
    public async Task A_wrong_password_and_a_missing_database()
    {
        await using var project = await Project.OnPostgresAsync("create role locked login password 'right'");
        try
        {
            var url = new UriBuilder(project.Url) { UserName = "locked", Password = "hunter2" };
            var wrong = await Tool.RunAsync(project.Root, "status", "--db", url.Uri.ToString(), "--output", "json");
            wrong.All.ShouldNotContain("hunter2");
            if (wrong.ExitCode != 0)
            {
                // A server that trusts everybody from this machine does not ask.
                wrong.ShouldEndWith(4).Codes().ShouldBe(["TDM5003"]);
            }

            var missing = new UriBuilder(project.Url) { Path = "/no_such_database" };
            (await Tool.RunAsync(project.Root, "status", "--db", missing.Uri.ToString(), "--output", "json")).ShouldEndWith(4).Codes().ShouldBe(["TDM5009"]);
            (await Tool.RunAsync(project.Root, "inspect", "--db", project.Url + "?schema=none", "--output", "json")).ShouldNotBeDone().Codes().ShouldBe(["TDM5010"]);
        }
        finally
        {
            await project.SqlAsync("drop role locked");
        }
    }

    [PostgresFact]
    public async Task A_role_without_rights()
    {
        var role = $"guest_{Guid.NewGuid():N}";
        await using var project = await Project.OnPostgresAsync(
            "create table items (id integer primary key)", $"create role {role} login password 'guest'", $"grant usage on schema public to {role}");
        try
        {
            project.Write("migrations/0001_note.yaml", Good);
            (await project.TandemAsync("doctor")).ShouldEndWith(0);
            var url = new UriBuilder(project.Url) { UserName = role, Password = "guest" }.Uri.ToString();
            (await Tool.RunAsync(project.Root, "inspect", "--db", url)).ShouldEndWith(0);
            var start = (await Tool.RunAsync(project.Root, "start", "--db", url, "--output", "json")).ShouldEndWith(1);
            ShouldHaveRemedies(start);
            var doctor = (await Tool.RunAsync(project.Root, "doctor", "--db", url, "--output", "json")).ShouldEndWith(1);
            doctor.Codes().ShouldContain("TDM5004");
            await ShouldBeUntouchedAsync(project);
        }
        finally
        {
            await project.SqlAsync($"drop owned by {role}", $"drop role {role}");
        }
    }

    [Fact]
    public async Task A_file_system_that_takes_no_writes()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
        {
            return; // Rights of files do not hold root back.
        }

        await using var project = await Project.OnSqliteAsync("create table items (id integer primary key)");
        project.Write("migrations/0001_note.yaml", Good);
        File.SetUnixFileMode(Path.Combine(project.Root, "app.db"), UnixFileMode.UserRead);
        (await project.TandemAsync("inspect")).ShouldEndWith(0);
        var start = (await project.TandemAsync("start", "--output", "json")).ShouldNotBeDone();
        start.Codes().ShouldBe(["TDM5005"]);
        ShouldHaveRemedies(start);
    }

    [Fact]
    public async Task A_backup_that_cannot_be_written_drops_nothing()
    {
        await using var project = await Project.OnSqliteAsync("create table items (id integer primary key, label text)", "insert into items values (1, 'bolt')");
        project.Write("migrations/0001_note.yaml", Good);
        project.Write("backups", "a file where the directory should be");
        (await project.TandemAsync("start")).ShouldEndWith(0);
        (await project.TandemAsync("complete", "--yes")).ShouldEndWith(0);
        var sunset = (await project.TandemAsync("sunset", "--yes", "--force", "--output", "json")).ShouldEndWith(1);
        sunset.Codes().ShouldBe(["TDM4018"]);
        ShouldHaveRemedies(sunset);
        File.Delete(Path.Combine(project.Root, "backups"));
        (await project.TandemAsync("retry")).ShouldEndWith(0);
        Directory.EnumerateFiles(Path.Combine(project.Root, "backups"), "*.jsonl").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Names_from_the_database_are_shown_and_never_carried_out()
    {
        await using var project = await Project.OnSqliteAsync("create table \"[red]it\u001b[31mems[/]\" (\"[bold]\u202eid\" integer primary key)");
        var result = (await project.TandemAsync("inspect")).ShouldEndWith(0);
        result.Output.ShouldContain("[red]it\\u001b[31mems[/]");
        result.Output.ShouldNotContain("\u001b");
        (await project.TandemAsync("inspect", "--output", "json")).Json().GetProperty("tables")[0].GetProperty("name").GetString().ShouldBe("[red]it\u001b[31mems[/]");
    }

    private static void ShouldHaveRemedies(ToolResult result)
    {
        foreach (var problem in result.Json().GetProperty("problems").EnumerateArray())
        {
            problem.GetProperty("remedy").GetString().ShouldNotBeNullOrWhiteSpace();
            problem.GetProperty("message").GetString().ShouldNotBeNullOrWhiteSpace();
        }
    }

    private static async Task ShouldBeUntouchedAsync(Project project) =>
        (await project.TandemAsync("uninstall", "--dry-run", "--output", "json")).ShouldEndWith(0).Json().GetProperty("objects").GetArrayLength().ShouldBe(0);
}
