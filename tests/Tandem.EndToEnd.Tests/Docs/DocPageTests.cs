using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Docs;

public sealed class DocPageTests
{
    private const string Page = """
        # A page

        ```sh
        tandem one
        tandem two
        # exit code 3
        ```

        ```text
        total … rows
        ```

        ```yaml
        # file: migrations/0001_a.yaml
        title: A
        ```

        ```sh
        # not run: needs a server
        tandem three
        ```

        ```text
        what nobody ran
        ```
        """;

    [Fact]
    public void A_page_says_what_to_do_in_its_order()
    {
        var actions = DocPage.Read(Page);
        actions.Count.ShouldBe(3);
        actions[0].ShouldBeOfType<RunCommands>().ExitCode.ShouldBe(3);
        actions[1].ShouldBeOfType<ShowsOutput>().Expected.ShouldBe("total … rows\n");
        actions[2].ShouldBe(new WritesFile(13, "migrations/0001_a.yaml", "title: A\n"));
    }

    [Theory]
    [InlineData("total 3 rows\nend", null)]
    [InlineData("  total   3 rows", null)]
    [InlineData("rows: 3", "total … rows")]
    public void Output_may_say_more_and_never_less(string output, string? missing) =>
        DocPage.Missing("total … rows\n", output).ShouldBe(missing);

    [Fact]
    public void Expected_lines_come_in_order() => DocPage.Missing("a\nb\n", "b\na\n").ShouldBe("b");
}
