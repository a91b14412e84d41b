using Shouldly;
using Tandem.Migrations;
using Tandem.Policy;
using Tandem.Problems;
using Xunit;

namespace Tandem.Tests.Migrations;

/// <summary>Files with mistakes: each mistake has its code and its place, and all are reported at once.</summary>
public sealed class BadFileTests
{
    private const string Operations = "operations:\n  - rename_column: { table: t, from: a, to: b }\n";
    private const string Good = "title: T\n" + Operations;

    [Theory]
    [InlineData("", "1:1 TDM1006")]
    [InlineData("  \n# only a comment\n", "1:1 TDM1006")]
    [InlineData("---\n", "1:1 TDM1006")]
    [InlineData("null", "1:1 TDM1006")]
    [InlineData("just words", "1:1 TDM1014")]
    [InlineData("- title: T", "1:1 TDM1014")]
    [InlineData("title: [T\noperations:", "1:8 TDM1004")]
    [InlineData("title: T\n why: x", "2:5 TDM1004")]
    [InlineData("title: \"T\noperations", "1:8 TDM1004")]
    [InlineData("title: @x", "1:8 TDM1004")]
    [InlineData("title: T\noperations:\n\t- x", "3:1 TDM1005")]
    [InlineData(Good + "---\n" + Good, "4:1 TDM1008")]
    public void The_text(string text, string expected) => Check("0001_a.yaml", text, expected);

    [Theory]
    [InlineData("{ \"title\": \"T\", }", "1:17 TDM1004")]
    [InlineData("{\n  // no\n}", "2:3 TDM1004")]
    [InlineData("{ \"title\": \"größe\" \"x\" }", "1:20 TDM1004")]
    [InlineData("title: T", "1:2 TDM1004")]
    [InlineData("{} {}", "1:4 TDM1004")]
    [InlineData("[1]", "1:1 TDM1014")]
    [InlineData("{ \"title\": \"T\", \"title\": \"U\", \"operations\": [] }", "1:17 TDM1010", "1:31 TDM1020")]
    [InlineData("{ \"title\": null, \"operations\": [ { \"rename_column\": null } ] }", "1:3 TDM1015", "1:36 TDM1013", "1:36 TDM1013", "1:36 TDM1013")]
    [InlineData("", "1:1 TDM1006")]
    public void Json(string text, params string[] expected) => Check("0001_a.json", text, expected);

    [Theory]
    [InlineData("0001_a.yaml")]
    [InlineData("0001_a.json")]
    public void Nesting_has_a_limit(string name) =>
        Codes(name, new string('[', 100_000)).ShouldBe([name.EndsWith("json", StringComparison.Ordinal) ? "TDM1004" : "TDM1009"]);

    [Fact]
    public void Aliases_of_aliases_do_not_grow()
    {
        var bomb = "a: &a [x, x]\n" + string.Concat(Enumerable.Range(0, 40).Select(i =>
            $"b{i}: &b{i} [*{(i == 0 ? "a" : $"b{i - 1}")}, *{(i == 0 ? "a" : $"b{i - 1}")}]\n"));
        Codes("0001_a.yaml", Good + bomb).ShouldContain("TDM1007");
    }

    [Theory]
    [InlineData("title: &t T\n" + Operations, "1:8 TDM1007")]
    [InlineData("title: !!str T\n" + Operations, "1:8 TDM1007")]
    [InlineData("title: T\nwhy: &x y\nowner: *x\n" + Operations, "2:6 TDM1007", "3:8 TDM1007")]
    [InlineData("title: T\ntitle: U\n" + Operations, "2:1 TDM1010")]
    [InlineData(Operations, "1:1 TDM1013")]
    [InlineData("title: T", "1:1 TDM1013")]
    [InlineData("tilte: T\n" + Operations, "1:1 TDM1011")]
    [InlineData("titel: T\nwhy: \nowner: [a]\n" + Operations, "1:1 TDM1011", "2:1 TDM1015", "3:8 TDM1014")]
    [InlineData("title: ''\n" + Operations, "1:8 TDM1015")]
    [InlineData("title: ~\n" + Operations, "1:1 TDM1015")]
    [InlineData("title: T\noperations: []", "2:1 TDM1020")]
    [InlineData("title: T\noperations:", "2:1 TDM1015")]
    [InlineData("title: T\noperations: rename", "2:13 TDM1014")]
    [InlineData("title: T\noperations: { rename_column: {} }", "2:13 TDM1014")]
    [InlineData("title: T\noperations: [rename_column]", "2:14 TDM1019")]
    [InlineData("title: T\noperations:\n  - { a: 1, b: 2 }", "3:5 TDM1019")]
    [InlineData("title: T\noperations:\n  -\n", "3:4 TDM1019")]
    [InlineData("title: T\noperations:\n  - {}\n", "3:5 TDM1019")]
    [InlineData("title: T\noperations:\n  - rename_colum: { table: t }", "3:5 TDM1012")]
    [InlineData("title: T\noperations:\n  - rename_column: { tabel: t, from: a, to: b }", "3:22 TDM1011")]
    [InlineData("title: T\noperations:\n  - rename_column: { table: t, from: a }", "3:5 TDM1013")]
    [InlineData("title: T\noperations:\n  - rename_column:\n", "3:5 TDM1013", "3:5 TDM1013", "3:5 TDM1013")]
    [InlineData("title: T\noperations:\n  - rename_column: t", "3:5 TDM1014")]
    [InlineData("title: T\noperations:\n  - rename_column: { table: [t], from: a, to: {b: c} }", "3:29 TDM1014", "3:47 TDM1014")]
    [InlineData("title: T\noperations:\n  - rename_column: { place: x, tables: y, table: t, from: a, to: b }", "3:22 TDM1011", "3:32 TDM1011")]
    [InlineData(Good + "depends_on: 0001_x", "4:13 TDM1014")]
    [InlineData(Good + "depends_on: [~]", "4:14 TDM1015")]
    [InlineData(Good + "duration: soon", "4:11 TDM1016")]
    [InlineData(Good + "recovery: { downtime: 5, within: -5m }", "4:23 TDM1016", "4:34 TDM1016")]
    [InlineData(Good + "sunset: 31.1.2027", "4:9 TDM1017")]
    [InlineData(Good + "sunset: 2027-02-30", "4:9 TDM1017")]
    [InlineData(Good + "user_triggers: ignore", "4:16 TDM1018")]
    [InlineData(Good + "checks: { before: { name: x } }", "4:19 TDM1014")]
    [InlineData(Good + "checks: { before: [ { name: x, sql: [1], expect: 1 } ] }", "4:37 TDM1014")]
    [InlineData(Good + "checks: { before: [ { name: x, sql: { mysql: y }, expect: 1 } ] }", "4:39 TDM1011")]
    [InlineData(Good + "checks: { before: [ { name: x, sql: {}, expect: 1 } ] }", "4:37 TDM1013")]
    [InlineData(Good + "checks: { before: [ { name: x, sql: \"select 'a\", expect: 1 } ] }", "4:37 TDM1022")]
    [InlineData(Good + "checks: { before: [ { name: x, sql: { sqlite: [] }, expect: 1 } ] }", "4:47 TDM1014")]
    [InlineData(Good + "rollback: { when: [a] }", "4:19 TDM1014")]
    [InlineData(Good + "rollback: { when: { mismatches: } }", "4:21 TDM1015")]
    [InlineData(Good + "rollback: { when: { a: 1, a: 2 } }", "4:27 TDM1010")]
    [InlineData(Good + "id: x\nfile_hash: y", "4:1 TDM1011", "5:1 TDM1011")]
    [InlineData(Good + "? [a]\n: b", "4:3 TDM1014")]
    [InlineData(Good + "<<: { why: x }", "4:1 TDM1011")]
    public void The_content(string text, params string[] expected) => Check("0001_a.yaml", text, expected);

    [Theory]
    [InlineData("0001_a.yaml", true)]
    [InlineData("a.yaml", true)]
    [InlineData("0001-A.yml", true)]
    [InlineData("0001 a.yaml", false)]
    [InlineData("0001_ä.yaml", false)]
    [InlineData("0001.a.yaml", false)]
    [InlineData("0001_a234567890123456789012345678901234567890123.yaml", true)]
    [InlineData("0001_a2345678901234567890123456789012345678901234.yaml", false)]
    public void The_name(string name, bool usable) =>
        Codes(name, Good).ShouldBe(usable ? [] : ["TDM1021"]);

    [Theory]
    [InlineData("tilte: T\n" + Operations, "`tilte` is not a key of a migration file.", "Did you mean `title`?")]
    [InlineData("title: T\noperations:\n  - rename-column: {}", "`rename-column` is not an operation.", "Did you mean `rename_column`?")]
    [InlineData("title: T\noperations:\n  - rename_column: { table: t, form: a, to: b }", "`form` is not a key of `rename_column`.", "Did you mean `from`?")]
    [InlineData("title: T\noperations:\n  - rename_column: { table: t, from: a }", "`rename_column` needs the key `to`.", "Add the key that the message names.")]
    [InlineData(Good + "recovery: { xyzzy: 1 }", "`xyzzy` is not a key of `recovery`.", "The keys here are downtime, within, impact.")]
    [InlineData(Good + "user_triggers: fier", "`user_triggers` must be one of fire, refuse.", "Did you mean `fire`?")]
    [InlineData(Good + "depends_on: 0001_x", "`depends_on` must be a list, not a text. Write [0001_x] for a list of one.", "Write the value in the form that the message names.")]
    [InlineData("title: T\ntitle: U\n" + Operations, "`title` already stands in line 1.", "Keep one of the two.")]
    [InlineData("title: [T\n", "This is not YAML: while parsing a flow sequence, did not find expected ',' or ']'.", null)]
    public void The_words(string text, string message, string? remedy)
    {
        var problem = MigrationParser.Parse("0001_a.yaml", text).Problems.ShouldHaveSingleItem();
        problem.Message.ShouldBe(message);
        problem.EffectiveRemedy.ShouldBe(remedy ?? ProblemCodes.FileMalformed.Remedy);
    }

    [Fact]
    public void A_text_beyond_the_limit_is_not_looked_at() =>
        Codes("0001_a.yaml", new string('#', MigrationFile.MaximumBytes + 1)).ShouldBe(["TDM1002"]);

    [Theory]
    [InlineData("0001_a.json", "[", "1,", "1]")]
    [InlineData("0001_a.json", "[", "\n1,", "1]")]
    [InlineData("0001_a.yaml", "", "- a\n", "")]
    [InlineData("0001_a.yaml", "title: [", "a, ", "]")]
    [InlineData("0001_a.yaml", "title: '", "a ", "'")]
    [InlineData("0001_a.yaml", "", "a: 1\n", "")]
    [InlineData("0001_a.yaml", "", "? ", "")]
    [InlineData("0001_a.yaml", "", "- ", "")]
    [InlineData("0001_a.yaml", "", "{", "")]
    [InlineData("0001_a.yaml", "", "a: &x\n", "")]
    [InlineData("0001_a.yaml", "", "[a]: ", "")]
    [InlineData("0001_a.yaml", Good + "checks: { before: [ { name: n, expect: 1, sql: \"", "/*/**/*/ ", "\" } ] }")]
    [InlineData("0001_a.yaml", Good + "checks: { before: [ { name: n, expect: 1, sql: \"", "( $a [", "\" } ] }")]
    public void A_large_file_takes_no_longer_than_its_size_asks_for(string name, string begin, string repeated, string end)
    {
        var text = begin + string.Concat(Enumerable.Repeat(repeated, 600_000 / repeated.Length)) + end;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Lint.Check(MigrationParser.Parse(name, text));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Nothing_that_a_file_holds_makes_the_parser_throw()
    {
        var pieces = new[] { "title", ":", " ", "\n", "- ", "[", "]", "{", "}", "'", "\"", "operations", "&a", "*a", "|", "\t", "!", ",", "?", "rename_column", "%", "#", "\\u" };
        var random = new Random(7);
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => pieces[random.Next(pieces.Length)]));
            foreach (var name in (string[])["0001_a.yaml", "0001_a.json"])
            {
                var parsed = MigrationParser.Parse(name, text);
                (parsed.Migration is null).ShouldBe(parsed.Problems.Count > 0, text);
            }
        }
    }

    private static void Check(string name, string text, params string[] expected)
    {
        var parsed = MigrationParser.Parse(name, text);
        parsed.Migration.ShouldBeNull();
        parsed.Problems.Select(p => $"{p.Place!.Line}:{p.Place.Column} {p.Code.Id}").ShouldBe(expected, string.Join("\n", parsed.Problems));
    }

    private static IEnumerable<string> Codes(string name, string text) =>
        MigrationParser.Parse(name, text).Problems.Select(p => p.Code.Id);
}
