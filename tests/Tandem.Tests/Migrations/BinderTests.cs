using System.ComponentModel;
using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Xunit;

namespace Tandem.Tests.Migrations;

/// <summary>Every type that a property of a record may have.</summary>
public sealed class BinderTests
{
    [Fact]
    public void Every_type_is_bound()
    {
        var (sample, problems) = Bind("""
            text: 7
            flag: true
            number: 3
            big: 9000000000
            wait: 5m
            day: 2027-01-31
            choice: by_default
            sql: a + 1
            inner: { name: x }
            names: [a, 1]
            inners: [ { name: y, count: 2 } ]
            pairs: { k: v, l: { sqlite: w } }
            """);
        problems.ShouldBeEmpty();
        sample.ShouldBe(new Sample
        {
            Text = "7", Flag = true, Number = 3, Big = 9000000000, Wait = TimeSpan.FromMinutes(5),
            Day = new DateOnly(2027, 1, 31), Choice = IdentityKind.ByDefault, Sql = new SqlText("a + 1"),
            Inner = new Inner("x"), Names = ["a", "1"], Inners = [new Inner("y", 2)],
            Pairs = [new Pair("k", new SqlText("v")), new Pair("l", new SqlText(null, Sqlite: "w"))],
        });
    }

    [Fact]
    public void What_is_not_written_keeps_the_record_s_own_default()
    {
        var (sample, problems) = Bind("text: x");
        problems.ShouldBeEmpty();
        sample.ShouldBe(new Sample { Text = "x" });
        sample!.Number.ShouldBe(5);
        sample.Wait.ShouldBeNull();
    }

    [Theory]
    [InlineData("flag: yes", "1:7 TDM1014 Write true, without quotes.")]
    [InlineData("flag: 'false'", "1:7 TDM1014 Write false, without quotes.")]
    [InlineData("flag: maybe", "1:7 TDM1014 ")]
    [InlineData("number: 1.5", "1:9 TDM1014 ")]
    [InlineData("number: '1'", "1:9 TDM1014 ")]
    [InlineData("number: 3000000000", "1:9 TDM1014 ")]
    [InlineData("big: 99999999999999999999", "1:6 TDM1014 ")]
    [InlineData("choice: by-default", "1:9 TDM1018 Did you mean `by_default`?")]
    [InlineData("choice: 1", "1:9 TDM1018 ")]
    [InlineData("sql: ''", "1:6 TDM1015 ")]
    [InlineData("inner: x", "1:8 TDM1014 ")]
    [InlineData("inner: {}", "1:8 TDM1013 ")]
    [InlineData("inner: { name: '' }", "1:16 TDM1015 ")]
    [InlineData("inners: [ { name: x, count: y } ]", "1:29 TDM1014 ")]
    [InlineData("inners: [ { nane: x } ]", "1:13 TDM1011 Did you mean `name`?")]
    [InlineData("names: [[a]]", "1:9 TDM1014 ")]
    [InlineData("pairs: { k: [v] }", "1:13 TDM1014 ")]
    [InlineData("hidden: x", "1:1 TDM1011 ")]
    [InlineData("computed: x", "1:1 TDM1011 ")]
    public void What_does_not_fit(string line, string expected)
    {
        var (_, problems) = Bind(line + "\ntext: x\n");
        var problem = problems.ShouldHaveSingleItem();
        var remedy = problem.Remedy?.StartsWith("The keys", StringComparison.Ordinal) == true ? "" : problem.Remedy;
        $"{problem.Place!.Line}:{problem.Place.Column} {problem.Code.Id} {remedy}".ShouldBe(expected);
    }

    [Fact]
    public void A_place_inside_is_named_by_its_path()
    {
        var (_, problems) = Bind("text: x\ninners: [ { name: a }, { count: 1 } ]\npairs: { k: [v] }");
        problems.Select(p => p.Message).ShouldBe(
        [
            "`inners[1]` needs the key `name`.",
            "`pairs.k` must be an SQL text or a mapping with a text per engine, not a list.",
        ]);
    }

    private static (Sample? Sample, List<Problem> Problems) Bind(string text)
    {
        var problems = new List<Problem>();
        var root = YamlNodes.Read("f.yaml", text, problems)!;
        var sample = (Sample?)new Binder(problems, new SourceMap()).BindRecord(typeof(Sample), root, root.Place, new Spot("", ""));
        return (sample, problems);
    }

    public sealed record Sample
    {
        public required string Text { get; init; }

        public bool Flag { get; init; }

        public int Number { get; init; } = 5;

        public long? Big { get; init; }

        public TimeSpan? Wait { get; init; }

        public DateOnly? Day { get; init; }

        public IdentityKind Choice { get; init; }

        public SqlText? Sql { get; init; }

        public Inner? Inner { get; init; }

        public ValueList<string>? Names { get; init; }

        public ValueList<Inner> Inners { get; init; } = [];

        public ValueList<Pair>? Pairs { get; init; }

        [Browsable(false)]
        public string? Hidden { get; init; }

        public string Computed => Text;
    }

    public sealed record Inner(string Name, int Count = 1);

    [WrittenAsMapping]
    public sealed record Pair(string Name, SqlText Value);
}
