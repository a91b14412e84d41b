using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Docs;

/// <summary>Does what the tutorial and the guides say, command by command.</summary>
public sealed class DocsTests
{
    public static TheoryData<string> Pages =>
    [
        "docs/start.md",
        .. Directory.EnumerateFiles(Path.Combine(Tool.Repository, "docs", "guides"), "*.md").Order(StringComparer.Ordinal)
            .Select(f => "docs/guides/" + Path.GetFileName(f)),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_can_be_followed(string page)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // The pages' commands are written for a POSIX shell.
        }

        var actions = DocPage.Read(await File.ReadAllTextAsync(Path.Combine(Tool.Repository, page)));
        actions.OfType<RunCommands>().ShouldNotBeEmpty();
        using var folder = new TemporaryFolder();
        var output = "";
        foreach (var action in actions)
        {
            switch (action)
            {
                case WritesFile file:
                    await WriteAsync(Path.Combine(folder.Path, file.Name), file.Text);
                    break;
                case RunCommands commands:
                    var result = await Tool.ShellAsync(folder.Path, commands.Script);
                    result.ExitCode.ShouldBe(commands.ExitCode, $"{page}:{commands.Line}\n{commands.Script}\n{result.All}");
                    output = result.All;
                    break;
                case ShowsOutput shown:
                    DocPage.Missing(shown.Expected, output).ShouldBeNull($"{page}:{shown.Line}: not in the output:\n{output}");
                    break;
            }
        }
    }

    private static async Task WriteAsync(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text);
    }
}
