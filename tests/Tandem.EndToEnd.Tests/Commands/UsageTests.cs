using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

public sealed class UsageTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tandem-usage-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task The_version_is_one_line()
    {
        var result = await RunAsync("--version");
        result.ExitCode.ShouldBe(0);
        result.Output.Trim().ShouldBe(Cli.Program.Version);
        result.Errors.ShouldBe("");
    }

    [Fact]
    public async Task Without_arguments_the_commands_are_listed()
    {
        var result = await RunAsync();
        result.ExitCode.ShouldBe(0);
        foreach (var name in Cli.CommandTree.Names)
        {
            result.Output.ShouldContain($"  {name}");
        }
    }

    [Fact]
    public async Task Help_fits_eighty_columns()
    {
        foreach (var name in Cli.CommandTree.Names)
        {
            var result = await RunAsync(name, "--help");
            result.ExitCode.ShouldBe(0, name);
            result.Output.Split('\n').Max(l => l.Length).ShouldBeLessThanOrEqualTo(81, name);
        }
    }

    [Theory]
    [InlineData("inspct", "Did you mean 'inspect'?")]
    [InlineData("new", "slug")]
    [InlineData("plan --bogus", "--bogus")]
    [InlineData("status --output yaml", "yaml")]
    [InlineData("verify --sample 0", "from 1")]
    [InlineData("verify --sample x", "'x' is not what --sample takes: a whole number.")]
    [InlineData("verify --sample", "--sample needs a value: a whole number.")]
    [InlineData("plan --output", "--output needs a value: text|json.")]
    [InlineData("drift --ignore --accept", "--ignore needs a value: object.")]
    [InlineData("drift --accept", "See `tandem drift --help`.")]
    [InlineData("diff nothing.sql neither.sql --db sqlite:crm.db", "nothing.sql is no URL, no target")]
    [InlineData("status --db mysql://host/crm", "An address begins with")]
    [InlineData("start --plan-hash dead", "at least 8 digits")]
    [InlineData("uninstall --end both", "both")]
    [InlineData("new thing --pattern splt", "Did you mean `split`?")]
    public async Task Wrong_usage_ends_with_2_and_says_what_is_wrong(string line, string expected)
    {
        var result = await RunAsync(line.Split(' '));
        result.ExitCode.ShouldBe(2, result.Errors);
        result.Errors.ShouldContain(expected);
        result.Errors.ShouldContain("TDM");
        result.Output.ShouldBe("");
    }

    [Fact]
    public async Task Wrong_usage_is_a_JSON_document_when_asked_for()
    {
        var result = await RunAsync("plan", "--bogus", "--output", "json");
        result.ExitCode.ShouldBe(2);
        result.Json().GetProperty("ok").GetBoolean().ShouldBeFalse();
        result.Json().GetProperty("exitCode").GetInt32().ShouldBe(2);
        result.Codes().ShouldBe(["TDM6001"]);
    }

    [Fact]
    public async Task Another_option_is_no_value_of_one_that_may_come_several_times()
    {
        var result = await RunAsync("drift", "--ignore", "--output", "json");
        result.ExitCode.ShouldBe(2);
        result.Codes().ShouldBe(["TDM6001"]);
    }

    [Theory]
    [InlineData("inspect")]
    [InlineData("status")]
    [InlineData("pause")]
    [InlineData("sunset")]
    [InlineData("uninstall")]
    public async Task A_command_without_a_database_says_how_to_name_one(string command)
    {
        var result = await RunAsync(command, "--output", "json");
        result.ExitCode.ShouldBe(2);
        result.Codes().ShouldBe(["TDM6002"]);
        result.Errors.ShouldContain("--db");
    }

    [Fact]
    public async Task A_name_that_is_no_target_is_refused()
    {
        var result = await RunAsync("status", "--db", "production", "--output", "json");
        result.ExitCode.ShouldBe(2);
        result.Codes().ShouldBe(["TDM6003"]);
    }

    [Theory]
    [InlineData("postgres://app:hunter2@127.0.0.1:1/crm")]
    [InlineData("postgres://app:hunter2@127.0.0.1:notaport/crm")]
    [InlineData("mysql://app:hunter2@127.0.0.1/crm")]
    [InlineData("postgres//app:hunter2@127.0.0.1/crm")]
    public async Task A_password_is_never_repeated(string url)
    {
        foreach (var output in new[] { "text", "json" })
        {
            var result = await RunAsync("status", "--db", url, "--output", output, "--verbose");
            result.ExitCode.ShouldNotBe(0);
            result.ExitCode.ShouldNotBe(70, result.Errors);
            (result.Output + result.Errors).ShouldNotContain("hunter2");
        }
    }

    private Task<ToolResult> RunAsync(params string[] arguments) => Tool.RunAsync(directory.FullName, arguments);
}
