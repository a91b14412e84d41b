using Shouldly;
using Tandem.Migrations;
using Tandem.Policy;
using Tandem.Problems;
using Tandem.Tests.Docs;
using Xunit;

namespace Tandem.Tests.Migrations;

public sealed class MigrationTemplateTests
{
    public static TheoryData<string> Patterns => [.. MigrationTemplate.Patterns];

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task A_new_file_is_in_order_as_it_stands(string pattern)
    {
        var file = MigrationTemplate.Create("A new thing", ["0007_x"], pattern, "migrations");
        file.Name.ShouldBe("migrations/0008_a_new_thing.yaml");
        var parsed = MigrationParser.Parse(file);
        parsed.Require().Title.ShouldBe("A new thing");
        parsed.Require().Pattern.ShouldBe(pattern == MigrationTemplate.Blank ? null : pattern);
        (MigrationTemplate.Purpose(pattern) is null).ShouldBe(pattern == MigrationTemplate.Blank);
        Lint.Check(parsed, new LintContext { Engines = ["postgres", "sqlite"] })
            .Where(p => p.Code != ProblemCodes.UpdatesEveryRow).ShouldBeEmpty();
        (await SchemaCheck.LoadAsync()).Problems(file.Text).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void What_stands_in_comments_is_in_order_too(string pattern)
    {
        var file = MigrationTemplate.Create("x", [], pattern);
        var lines = file.Text.Split('\n').Select(line =>
        {
            var begin = line.IndexOf("# ", StringComparison.Ordinal);
            var comment = begin < 0 ? "" : line[(begin + 2)..].TrimStart();
            var isYaml = begin >= 0 && string.IsNullOrWhiteSpace(line[..begin])
                && (comment.StartsWith("- ", StringComparison.Ordinal) || comment.Split(':')[0] is "ticket" or "checks" or "before" or "after" or "rollback" or "sunset" or "depends_on");
            return isYaml ? line.Remove(begin, 2) : line;
        });
        MigrationParser.Parse(file with { Text = string.Join('\n', lines) }).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Every_pattern_is_there() => MigrationTemplate.Patterns.ShouldBe(
        ["add-only", "archive", "backfill", "blank", "deprecate", "extract-table", "id-to-bigint", "merge", "required-field", "safe-rename", "split", "type-change"]);

    [Theory]
    [InlineData("0001")]
    [InlineData("0003", "0001_a", "0002_b")]
    [InlineData("0010", "0009_a")]
    [InlineData("10000", "9999_a")]
    [InlineData("00012", "00011_a", "0002_b")]
    [InlineData("0001", "login")]
    [InlineData("20260102", "20260101_a")]
    public void The_next_number(string expected, params string[] ids) => MigrationTemplate.NextNumber(ids).ShouldBe(expected);

    [Theory]
    [InlineData("split-name", "0001_split_name")]
    [InlineData("  Split  Name!", "0001_split_name")]
    [InlineData("CRM 345", "0001_crm_345")]
    [InlineData("true", "0001_true")]
    public void A_slug_becomes_a_name(string slug, string id) => MigrationTemplate.Create(slug, []).Id.ShouldBe(id);

    [Theory]
    [InlineData("")]
    [InlineData("äöü")]
    [InlineData("a_very_long_slug_that_cannot_be_a_part_of_names_in_a_database")]
    public void A_slug_that_cannot_be_used(string slug) => Should.Throw<TandemException>(() => MigrationTemplate.Create(slug, []))
        .Problems.ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.BadFileName);

    [Fact]
    public void A_pattern_that_is_not_there()
    {
        var problem = Should.Throw<TandemException>(() => MigrationTemplate.Create("x", [], "safe_rename")).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(ProblemCodes.UnknownPattern);
        problem.EffectiveRemedy.ShouldBe("Did you mean `safe-rename`?");
    }
}
