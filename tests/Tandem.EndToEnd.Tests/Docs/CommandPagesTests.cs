using Tandem.Tests.Docs;
using Xunit;

namespace Tandem.EndToEnd.Tests.Docs;

public sealed class CommandPagesTests
{
    [Fact]
    public void The_pages_of_the_command_line_are_up_to_date() => GeneratedFile.Hold(
    [
        GeneratedFile.WholeDifference("docs/reference/cli.md", CommandPages.Commands()),
        GeneratedFile.WholeDifference("docs/reference/cli-json.md", CommandPages.Json()),
        GeneratedFile.WholeDifference("docs/reference/exit-codes.md", CommandPages.ExitCodeTable()),
    ]);
}
