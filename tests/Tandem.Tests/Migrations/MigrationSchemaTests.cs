using Shouldly;
using Tandem.Migrations;
using Tandem.Tests.Docs;
using Xunit;

namespace Tandem.Tests.Migrations;

/// <summary>The schema refuses what the parser refuses, as far as a schema can.</summary>
public sealed class MigrationSchemaTests
{
    private const string Operations = "operations:\n  - rename_column: { table: t, from: a, to: b }\n";

    [Theory]
    [InlineData("title: T\n" + Operations, true)]
    [InlineData("$schema: x.json\ntitle: T\n" + Operations, true)]
    [InlineData("title: 5\n" + Operations, true)]
    [InlineData("title: T\nsunset: 2027-01-31\nduration: 1h30m\n" + Operations, true)]
    [InlineData("title: T\nduration: PT5M\n" + Operations, true)]
    [InlineData("title: T\nrollback: { when: { a: 1 } }\n" + Operations, true)]
    [InlineData("title: T\nchecks: { after: [ { name: n, sql: { sqlite: select 1 }, expect: 0 } ] }\n" + Operations, true)]
    [InlineData("tilte: T\n" + Operations, false)]
    [InlineData("title: T\n", false)]
    [InlineData("title: T\noperations: []", false)]
    [InlineData("title: T\noperations: [ {} ]", false)]
    [InlineData("title: T\noperations: [ { rename_colum: {} } ]", false)]
    [InlineData("title: T\noperations: [ { rename_column: { table: t, from: a } } ]", false)]
    [InlineData("title: T\noperations: [ { rename_column: { table: [t], from: a, to: b } } ]", false)]
    [InlineData("title: T\noperations: [ { drop_table: { table: t }, drop_column: { table: t, column: c } } ]", false)]
    [InlineData("title: T\ndepends_on: 0001_a\n" + Operations, false)]
    [InlineData("title: T\nduration: soon\n" + Operations, false)]
    [InlineData("title: T\nsunset: 31.1.2027\n" + Operations, false)]
    [InlineData("title: T\nuser_triggers: ignore\n" + Operations, false)]
    [InlineData("title: T\nchecks: { after: [ { name: n, sql: { mysql: x }, expect: 0 } ] }\n" + Operations, false)]
    public async Task Schema_and_parser_agree(string text, bool valid)
    {
        var schema = await SchemaCheck.LoadAsync();
        schema.Problems(text).Any().ShouldBe(!valid);
        MigrationParser.Parse("0001_a.yaml", text).Problems.Any().ShouldBe(!valid);
    }

    [Fact]
    public void A_json_file_may_name_its_schema() => MigrationParser.Parse(
        "0001_a.json",
        """{ "$schema": "s.json", "title": "T", "operations": [ { "drop_table": { "table": "t" } } ] }""").Problems.ShouldBeEmpty();
}
