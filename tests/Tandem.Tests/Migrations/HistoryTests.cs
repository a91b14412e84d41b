using Shouldly;
using Tandem.Migrations;
using Tandem.Problems;
using Xunit;

namespace Tandem.Tests.Migrations;

public sealed class HistoryTests
{
    [Fact]
    public void Files_follow_each_other_by_name()
    {
        var history = Of("0010_c.yaml", "0001_a.yaml", "0002_b.json");
        history.Problems.ShouldBeEmpty();
        history.Order.ShouldBe(["0001_a", "0002_b", "0010_c"]);
        history.ParentsOf("0001_a").ShouldBeEmpty();
        history.ParentsOf("0010_c").ShouldBe(["0002_b"]);
        history.ChildrenOf("0001_a").ShouldBe(["0002_b"]);
        history.Heads.ShouldBe(["0010_c"]);
        history.Migrations.Select(m => m.Id).ShouldBe(history.Order);
    }

    [Fact]
    public void Branches_and_a_merge()
    {
        var history = Of("0001_a.yaml", "0002_b.yaml", "0003_c.yaml 0001_a", "0004_d.yaml 0003_c 0002_b");
        history.Problems.ShouldBeEmpty();
        history.Order.ShouldBe(["0001_a", "0002_b", "0003_c", "0004_d"]);
        history.Heads.ShouldBe(["0004_d"]);
    }

    [Fact]
    public void A_dependency_may_point_to_a_later_name()
    {
        var history = Of("0001_a.yaml", "0002_b.yaml 0003_c", "0003_c.yaml 0001_a");
        history.Problems.ShouldBeEmpty();
        history.Order.ShouldBe(["0001_a", "0003_c", "0002_b"]);
    }

    [Fact]
    public void Two_ends_are_worth_a_note()
    {
        var problem = Of("0001_a.yaml", "0002_b.yaml", "0003_c.yaml 0001_a").Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(ProblemCodes.SeveralHeads);
        problem.Message.ShouldBe("Nothing depends on any of 0002_b, 0003_c.");
    }

    [Theory]
    [InlineData("TDM1101 0001_a.yaml has the same id as 0001_a.json.", "0001_a.yaml", "0001_a.json")]
    [InlineData("TDM1101 0001_a.yaml has the same id as 0001_A.yaml.", "0001_a.yaml", "0001_A.yaml")]
    [InlineData("TDM1102 0002_b depends on 0001_x, which is not there.", "0001_a.yaml", "0002_b.yaml 0001_x 0001_a")]
    [InlineData("TDM1103 0002_b depends on 0002_b.", "0001_a.yaml", "0002_b.yaml 0002_b")]
    [InlineData("TDM1103 0001_a depends on 0003_c depends on 0002_b depends on 0001_a.", "0001_a.yaml 0003_c", "0002_b.yaml", "0003_c.yaml")]
    [InlineData("TDM1103 0002_b depends on 0003_c depends on 0002_b.", "0001_a.yaml", "0002_b.yaml 0003_c", "0003_c.yaml", "0004_d.yaml")]
    public void What_is_wrong(string expected, params string[] files)
    {
        var problem = Of(files).Problems.ShouldHaveSingleItem();
        $"{problem.Code.Id} {problem.Message}".ShouldBe(expected);
    }

    [Fact]
    public void Two_circles_are_both_named()
    {
        var history = Of("0001_a.yaml 0002_b", "0002_b.yaml", "0003_c.yaml 0004_d", "0004_d.yaml");
        history.Problems.Select(p => p.Message).ShouldBe(
            ["0001_a depends on 0002_b depends on 0001_a.", "0003_c depends on 0004_d depends on 0003_c."]);
        history.Order.Count.ShouldBe(4);
    }

    [Fact]
    public void A_missing_parent_is_shown_where_it_stands()
    {
        var problem = Of("0001_login.yaml", "0002_b.yaml 0001_logni").Problems.ShouldHaveSingleItem();
        problem.Place.ShouldBe(new SourceSpan("0002_b.yaml", 2, 13));
        problem.EffectiveRemedy.ShouldBe("Did you mean 0001_login?");
    }

    [Fact]
    public void A_file_with_errors_keeps_its_place_in_the_order()
    {
        var files = new[] { MigrationParser.Parse("0002_b.yaml", "title: [") }
            .Concat(((string[])["0001_a.yaml", "0003_c.yaml"]).Select(Parse));
        var history = History.Of(files);
        history.Order.ShouldBe(["0001_a", "0002_b", "0003_c"]);
        history.ParentsOf("0003_c").ShouldBe(["0002_b"]);
        history.Migrations.Select(m => m.Id).ShouldBe(["0001_a", "0003_c"]);
        history.Find("0002_b")!.Migration.ShouldBeNull();
        history.Problems.ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.FileMalformed);
    }

    [Fact]
    public void Edited_and_missing_files_are_found()
    {
        var history = Of("0001_a.yaml", "0002_b.yaml");
        var hash = history.Find("0001_a")!.File.Hash;
        history.CompareWithApplied([("0001_a", hash)]).ShouldBeEmpty();
        history.CompareWithApplied([("0001_a", hash.ToUpperInvariant()), ("0002_b", hash + "0"), ("0003_c", hash)])
            .Select(p => $"{p.Code.Id} {p.Message}")
            .ShouldBe(
            [
                "TDM1104 0002_b.yaml is no longer the text that was applied.",
                "TDM1105 0003_c was applied, but there is no file of this name.",
            ]);
    }

    [Fact]
    public void The_order_does_not_depend_on_the_order_of_files()
    {
        var names = Enumerable.Range(1, 60)
            .Select(i => i % 7 == 0 ? $"{i:0000}_m.yaml {i / 7:0000}_m {i / 2:0000}_m" : $"{i:0000}_m.yaml")
            .ToArray();
        var order = Of(names).Order;
        var random = new Random(3);
        for (var i = 0; i < 20; i++)
        {
            random.Shuffle(names);
            Of(names).Order.ShouldBe(order);
        }
    }

    private static History Of(params string[] files) => History.Of(files.Select(Parse));

    // "0002_b.yaml 0001_a": the file's name, then what it depends on.
    private static ParsedMigration Parse(string file)
    {
        var words = file.Split(' ');
        var depends = words.Length > 1 ? $", \"depends_on\":\n [ {string.Join(", ", words[1..].Select(w => $"         \"{w}\""))} ]" : "";
        return MigrationParser.Parse(
            words[0],
            "{ \"title\": \"T\"" + depends
                + ", \"operations\": [ { \"rename_column\": { \"table\": \"t\", \"from\": \"a\", \"to\": \"b\" } } ] }");
    }
}
