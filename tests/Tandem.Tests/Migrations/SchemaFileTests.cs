using Shouldly;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Tests.Conformance;
using Xunit;

namespace Tandem.Tests.Migrations;

/// <summary>Schemas as files that people write.</summary>
public sealed class SchemaFileTests
{
    private const string People =
        """
        engine: postgres
        schema:
          name: public
          tables:
            - name: people
              columns:
                - { name: id, type: bigint, nullable: false, identity: always }
                - { name: name, type: text, nullable: false, default: "''" }
              primary_key: { name: people_pkey, columns: [ id ] }
              triggers:
                - { name: seen, definition: "CREATE TRIGGER seen BEFORE UPDATE ON public.people FOR EACH ROW EXECUTE FUNCTION public.touch()" }
            - name: orders
              columns:
                - { name: id, type: integer, nullable: false }
                - { name: person, type: bigint }
              foreign_keys:
                - { columns: [ person ], referenced_table: people, referenced_columns: [ id ], on_delete: set_null }
              indexes:
                - { name: orders_person, keys: [ { column: person }, { expression: lower(name), descending: true } ] }
          enums:
            - { name: mood, values: [ good, "", bad ] }
          objects:
            - policy: { name: own, table: people, command: SELECT, using: name = current_user }
            - routine: { name: touch, arguments: "", definition: "CREATE FUNCTION public.touch() …", language: plpgsql, returns: trigger }
        """;

    [Fact]
    public void What_is_written_by_hand_is_the_model()
    {
        var file = Parse(People);
        file.Engine.ShouldBe(SchemaEngine.Postgres);
        var people = file.Schema.Table("people")!;
        people.Column("id").ShouldBe(new Column("id", "bigint", Nullable: false) { Identity = IdentityKind.Always });
        people.PrimaryKey.ShouldBe(new PrimaryKey("people_pkey", ["id"]));
        people.Triggers.Single().Table.ShouldBe("people");
        file.Schema.Table("orders")!.ForeignKeys.Single().ShouldBe(new ForeignKey(null, ["person"], "people", ["id"]) { OnDelete = ReferentialAction.SetNull });
        file.Schema.Enums.Single().Values.ShouldBe(["good", "", "bad"]);
        file.Schema.Find("policy", "own on people").ShouldBe(new RowPolicy("own", "people") { Command = "SELECT", Using = "name = current_user" });
        SchemaText.ShouldHoldAllOf(file.Schema, "postgres").ShouldNotContain("table: people\n              - name", Case.Sensitive);
    }

    [Theory]
    [InlineData("columns: [ id ]", "columns: [ ids ]", "TDM1028", 9, "Did you mean id?")]
    [InlineData("columns: [ person ]", "columns: [ persons ]", "TDM1028", 17, "Did you mean person?")]
    [InlineData("referenced_table: people", "referenced_table: peple", "TDM1028", 17, "Did you mean people?")]
    [InlineData("referenced_columns: [ id ]", "referenced_columns: [ no ]", "TDM1028", 17, null)]
    [InlineData("- name: orders", "- name: people", "TDM1027", 12, null)]
    [InlineData("{ name: person, type", "{ name: id, type", "TDM1027", 15, null)]
    [InlineData("{ column: person }", "{ column: person, expression: person }", "TDM1014", 19, null)]
    [InlineData("- policy:", "- polici:", "TDM1026", 23, "Did you mean `policy`?")]
    [InlineData("- policy: {", "- { policy: no, ", "TDM1025", 23, null)]
    [InlineData("primary_key:", "primarykey:", "TDM1011", 9, "Did you mean `primary_key`?")]
    [InlineData("type: bigint, nullable", "nullable", "TDM1013", 7, null)]
    [InlineData("on_delete: set_null", "on_delete: null_it", "TDM1018", 17, null)]
    [InlineData("engine: postgres", "engine: oracle", "TDM1018", 1, null)]
    public void What_is_wrong_is_told_with_its_place(string right, string wrong, string code, int line, string? remedy)
    {
        People.ShouldContain(right);
        var problem = Should.Throw<TandemException>(() => Parse(People.Replace(right, wrong, StringComparison.Ordinal))).Problems[0];
        problem.Code.Id.ShouldBe(code);
        problem.Place!.Line.ShouldBe(line, problem.Message);
        problem.Place.Column.ShouldBeGreaterThan(0);
        problem.EffectiveRemedy.ShouldNotBeEmpty();
        if (remedy is not null)
        {
            problem.Remedy.ShouldBe(remedy);
        }
    }

    [Fact]
    public void An_empty_file_says_how_to_begin() =>
        Should.Throw<TandemException>(() => Parse("# nothing\n")).Problems.Single().Remedy!.ShouldContain("--format yaml");

    [Fact]
    public void Any_text_comes_back_as_it_was()
    {
        string[] texts =
        [
            .. Enumerable.Range(1, 0x2fff).Where(c => c is < 0xd800).Select(c => $"a{(char)c}b\nc{(char)c}\n{(char)c}d"),
            "", " ", "\n", "a\n", "a\n\n", "\na", "  a\n b\n", "a\n\tb\n\t\tc\n", "\ta\nb", "a \nb", "a\r\nb\r\n", "null", "~", "true", "1", "-", "a: b", "#a", "\U0001F600\n\U0001F600", "\uFEFF",
        ];
        var columns = texts.Select((t, i) => new Column($"c{i}", "text", Default: t) { Comment = t }).ToValueList();
        SchemaText.ShouldHoldAllOf(new DatabaseSchema("main", [new Table("t", columns)]), "sqlite");
    }

    [Fact]
    public void What_a_database_may_have_may_be_empty()
    {
        var schema = new DatabaseSchema("public", [new Table("no columns", [])])
        {
            Enums = [new EnumType("none", [])],
            Access = [new ObjectAccess(new ObjectName("table", "no columns"), "me") { Grants = [] }, new ObjectAccess(new ObjectName("enum", "none"), "me") { Grants = [new Grant("", "USAGE")] }],
            Unmanaged = [new UnmanagedObject("foreign table", "far")],
        };
        SchemaText.ShouldHoldAllOf(schema, "postgres").ShouldContain("kind: foreign table");
    }

    private static SchemaFile Parse(string text) => SchemaFile.Parse(new MigrationFile("schema.yaml", text));
}
