using Shouldly;
using Tandem.Migrations;
using Tandem.Policy;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;
using TableIndex = Tandem.Schema.Index;

namespace Tandem.Tests.Policy;

/// <summary>What lint says about values: defaults, types, ways back, references; and measured facts in the place of guesses.</summary>
public sealed class ValueLintTests
{
    private static readonly DatabaseSchema Orders = new("public",
    [
        new Table("orders",
        [
            new Column("id", "bigint", false, null), new Column("customer", "bigint", true, null), new Column("region", "integer", true, null),
            new Column("note", "character varying(20)", true, null), new Column("at", "timestamp with time zone", true, null), new Column("cents", "numeric(8,2)", true, null),
        ])
        {
            PrimaryKey = new PrimaryKey(null, ["id"]),
            Indexes = [new TableIndex("orders_customer", [new IndexKey("customer"), new IndexKey("at")])],
        },
    ]);

    [Theory]
    [InlineData("add_column: { table: t, name: c, type: boolean }", "TDM3201 t.c is boolean and can be NULL; `default: \"false\"` and `nullable: false` leave only what is meant.")]
    [InlineData("add_column: { table: t, name: c, type: 'text[]' }", "TDM3201 t.c is text[] and can be NULL; `default: \"'{}'\"` and `nullable: false` leave only what is meant.")]
    [InlineData("add_column: { table: t, name: c, type: boolean, up: active }")]
    [InlineData("add_column: { table: t, name: c, type: integer }")]
    [InlineData("create_table: { name: t, columns: [ { name: id, type: bigint }, { name: done, type: bool } ] }", "TDM3201 t.done is bool and can be NULL; `default: \"false\"` and `nullable: false` leave only what is meant.")]
    public void A_default_is_proposed(string operation, params string[] expected) => Found(operation, null).ShouldBe(expected);

    [Theory]
    [InlineData("text", "Give `default: \"''\"` if that is what rows have that are there, or `up`.")]
    [InlineData("numeric(8, 2)", "Give `default: \"0\"` if that is what rows have that are there, or `up`.")]
    public void A_required_field_without_a_value_gets_a_proposal(string type, string remedy) =>
        Check($"add_column: {{ table: t, name: c, type: '{type}', nullable: false }}", new LintContext()).ShouldHaveSingleItem().EffectiveRemedy.ShouldBe(remedy);

    [Theory]
    [InlineData("add_foreign_key: { table: orders, columns: [customer], references: { table: customers, columns: [id] } }")]
    [InlineData("add_foreign_key: { table: orders, columns: [at, customer], references: { table: customers, columns: [at, id] } }")]
    [InlineData("add_foreign_key: { table: orders, columns: [region], references: { table: regions, columns: [id] } }", "TDM3206 No index of orders begins with region: every delete or change of what it refers to reads the whole table.")]
    [InlineData("add_foreign_key: { table: elsewhere, columns: [region], references: { table: regions, columns: [id] } }")]
    [InlineData("change_type: { table: orders, column: id, type: integer }", "TDM3203 orders.id becomes integer from bigint: numbers beyond integer do not fit.")]
    [InlineData("change_type: { table: orders, column: id, type: integer, up: \"least(id, 7)\" }")]
    [InlineData("change_type: { table: orders, column: region, type: bigint }", "TDM3203 The old version sees orders.region as integer, and new applications write bigint: numbers beyond integer do not fit.")]
    [InlineData("change_type: { table: orders, column: note, type: text, down: \"left(note, 20)\" }")]
    [InlineData("change_type: { table: orders, column: note, type: varchar(10), down: note }", "TDM3203 orders.note becomes varchar(10) from character varying(20): texts longer than 10 do not fit.")]
    [InlineData("alter_column: { table: orders, column: at, type: date, down: at }", "TDM3203 orders.at becomes date from timestamp with time zone: the time of the day is lost.")]
    [InlineData("change_type: { table: orders, column: cents, type: 'numeric(10, 2)', down: cents }")]
    [InlineData("change_type: { table: orders, column: cents, type: 'numeric(10, 1)', down: cents }", "TDM3203 orders.cents becomes numeric(10, 1) from numeric(8,2): digits beyond its precision are rounded or do not fit.")]
    [InlineData("change_type: { table: orders, column: note, type: integer, down: note }", "TDM3203 orders.note becomes integer from character varying(20): texts that are no integer cannot be converted.")]
    [InlineData("change_type: { table: orders, column: unknown, type: integer }")]
    public void The_schema_that_is_there_is_looked_at(string operation, params string[] expected) => Found(operation, Orders).ShouldBe(expected);

    [Theory]
    [InlineData("change_type: { table: t, column: c, type: text, up: \"trim(c)\", down: c }", true)]
    [InlineData("change_type: { table: t, column: c, type: boolean, up: \"(not c)\", down: not C }", false)]
    [InlineData("change_type: { table: t, column: c, type: integer, up: \"-c\", down: c }", true)]
    [InlineData("alter_column: { table: t, column: c, name: d, type: text, up: c, down: d }", false)]
    [InlineData("merge_columns: { table: t, from: [ { name: a, down: c }, { name: b, down: c } ], into: { name: c, type: text }, up: a || b }", true)]
    public void A_way_back_is_proved_or_not(string operation, bool found) =>
        Check(operation, new LintContext { Policy = LintPolicy.Parse("p.yaml", "rules: { TDM3205: note }") }).Any(p => p.Code == ProblemCodes.LensUnproved).ShouldBe(found);

    [Fact]
    public void A_measured_fact_takes_the_place_of_a_guess()
    {
        IEnumerable<string> After(string up, params string[] rewritten) => Check(
            $"sql: {{ up: '{up}', down: select 1 }}",
            new LintContext { Engines = ["postgres"], Effects = [new ScriptEffect { Rewritten = [.. rewritten], NotRestored = [] }] }).Select(p => $"{p.Severity} {p.Code.Id}");

        After("alter table t alter a type text").ShouldBe(["Note TDM3106"]);
        After("alter table t alter a type text", "t").ShouldBe(["Warning TDM3106"]);
        After("alter table t add c int default f()").ShouldBeEmpty();
        After("alter table s.t add c int default f()", "t").ShouldBe(["Warning TDM3102"]);
        After("do $$ begin end $$").ShouldBe(["Note TDM3101"]);
        Check(
            "sql: { up: do $$ begin end $$, down: select 1 }",
            new LintContext { Engines = ["postgres"], Effects = [new ScriptEffect { Failure = "no" }] }).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);
    }

    private static IEnumerable<string> Found(string operation, DatabaseSchema? schema) =>
        Check(operation, new LintContext { Engines = ["postgres"], Schema = schema }).Where(p => p.Code.Id.StartsWith("TDM32", StringComparison.Ordinal)).Select(p => $"{p.Code.Id} {p.Message}");

    private static IReadOnlyList<Problem> Check(string operation, LintContext context)
    {
        var parsed = MigrationParser.Parse("0001_a.yaml", $"title: T\nwhy: w\nowner: o\noperations:\n  - {operation}");
        parsed.Problems.ShouldBeEmpty();
        return Lint.Check(parsed, context);
    }
}
