using System.Text.Json;
using Shouldly;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.EndToEnd.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_loses_nothing_on_SQLite_and_takes_its_files_away()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "crm.db");
        var result = await Tool.RunAsync(folder.Path, "demo", "--rows", "2000", "--output", "json", "--db", "sqlite:" + file);
        ShouldBeClean(result);
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [PostgresTheory]
    [EndMajors]
    public async Task The_demo_loses_nothing_on_PostgreSQL_and_drops_its_database(int major)
    {
        using var folder = new TemporaryFolder();
        await using var database = await PostgresServers.CreateDatabaseAsync(major);
        var result = await Tool.RunAsync(folder.Path, "demo", "--rows", "2000", "--output", "json", "--db", database.Url.ToString());
        ShouldBeClean(result);
        (await database.ScalarAsync<long>("select count(*) from pg_database where datname like 'tandem\\_demo\\_%'")).ShouldBe(0);
    }

    [Fact]
    public async Task The_demo_does_not_touch_a_file_that_is_there()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "mine.db");
        await File.WriteAllTextAsync(file, "mine");
        var result = await Tool.RunAsync(folder.Path, "demo", "--db", "sqlite:" + file);
        result.ExitCode.ShouldBe(2);
        (await File.ReadAllTextAsync(file)).ShouldBe("mine");
    }

    [Fact]
    public async Task The_demo_knows_the_targets_of_tandem_yaml()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "tandem.yaml"), "targets: { crm: { url: 'sqlite:here.db' } }");
        (await Tool.RunAsync(folder.Path, "demo", "--seed-only", "--rows", "100", "--db", "crm")).ExitCode.ShouldBe(0);
        var unknown = await Tool.RunAsync(folder.Path, "demo", "--seed-only", "--rows", "100", "--db", "crn", "--output", "json");
        unknown.ExitCode.ShouldBe(2);
        unknown.Codes().ShouldBe(["TDM6003"]);
        Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).ShouldContain("here.db");
        File.Exists(Path.Combine(folder.Path, "crn")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_demo_leaves_its_folder_when_asked_to()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // The script is written for a POSIX shell.
        }

        using var folder = new TemporaryFolder();
        var result = await Tool.ShellAsync(folder.Path, "export TMPDIR=$PWD; tandem demo --rows 200 --keep; ls tandem-demo-*/crm.db tandem-demo-*/migrations/0001_names.yaml");
        result.ExitCode.ShouldBe(0, result.All);
    }

    [Fact]
    public async Task The_demo_takes_its_files_away_when_it_is_stopped()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // The script is written for a POSIX shell.
        }

        const string Stopped =
            """
            export TMPDIR=$PWD
            dotnet "$TANDEM_PROGRAM" demo --rows 500 > story.txt &
            demo=$!
            until grep -q 'side by side' story.txt; do sleep 0.2; done
            kill -TERM $demo
            wait $demo || echo "exit code $?"
            ls -d tandem-demo-* || echo nothing left
            """;
        using var folder = new TemporaryFolder();
        var result = await Tool.ShellAsync(folder.Path, Stopped);
        result.Output.ShouldContain("exit code 5", customMessage: result.All);
        result.Output.ShouldContain("nothing left", customMessage: result.All);
    }

    private static void ShouldBeClean(ToolResult result)
    {
        result.ExitCode.ShouldBe(0, result.All);
        using var document = JsonDocument.Parse(result.Output);
        var report = document.RootElement;
        foreach (var side in new[] { "old", "new" })
        {
            var traffic = report.GetProperty(side);
            traffic.GetProperty("requests").GetInt64().ShouldBeGreaterThan(100);
            traffic.GetProperty("failed").GetInt64().ShouldBe(0, result.All);
            traffic.GetProperty("wrong").GetInt64().ShouldBe(0, result.All);
        }

        report.GetProperty("rowsLost").GetInt64().ShouldBe(0);
        report.GetProperty("rowsWrong").GetInt64().ShouldBe(0);
        report.GetProperty("rowsCompared").GetInt64().ShouldBeGreaterThan(4000);
        report.GetProperty("rowsVerified").GetInt64().ShouldBeGreaterThan(4000);
        report.GetProperty("acknowledgedWrites").GetInt64().ShouldBeGreaterThan(100);
    }
}
