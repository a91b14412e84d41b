using Shouldly;
using Tandem.Migrations;
using Tandem.Policy;
using Tandem.Policy.Scripts;
using Tandem.Problems;
using Xunit;

namespace Tandem.Tests.Policy;

public sealed class LintTests
{
    private const string Head = "title: T\nwhy: w\nowner: o\n";
    private const string Operations = Head + "operations:\n  - ";

    [Fact]
    public void Nothing_to_say() => Findings(Operations + "rename_column: { table: t, from: a, to: b }").ShouldBeEmpty();

    [Fact]
    public void A_file_with_errors_has_its_own_problems() =>
        Lint.Check(MigrationParser.Parse("0001_a.yaml", "title: [")).ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.FileMalformed);

    [Theory]
    [InlineData("title: T\noperations:\n  - rename_column: { table: t, from: a, to: b }", "0:0 TDM3001", "0:0 TDM3002")]
    [InlineData("title: T\nowner: o\noperations:\n  - drop_column: { table: t, column: a }", "0:0 TDM3001", "4:5 TDM3009")]
    [InlineData("title: T\nowner: o\noperations:\n  - drop_table: { table: t }", "0:0 TDM3001", "4:5 TDM3009")]
    [InlineData(Operations + "drop_column: { table: t, column: a }")]
    [InlineData(Operations + "rename_column: { table: t, from: a, to: _tandem_b }", "5:45 TDM3004")]
    [InlineData(Operations + "rename_table: { from: Tandem, to: Tandem_Runs }", "5:27 TDM3004", "5:39 TDM3004")]
    [InlineData(Operations + "rename_table: { from: tandems, to: x_tandem }")]
    [InlineData(Operations + "rename_table: { from: tandem_notes, to: tandem_remarks }")]
    [InlineData(Operations + "rename_column: { table: t, from: a, to: a123456789b123456789c123456789d123456789e123456789f123456789abcd }", "5:45 TDM3005")]
    [InlineData(Operations + "add_column: { table: t, name: a, type: text, nullable: false }", "5:5 TDM2003")]
    [InlineData(Operations + "add_column: { table: t, name: a, type: text, nullable: false, default: \"''\" }")]
    [InlineData(Operations + "add_column: { table: t, name: a, type: text, nullable: false, up: b }")]
    [InlineData(Operations + "update_rows: { table: t, set: [ { column: a, value: 1 } ] }", "5:5 TDM3013")]
    [InlineData(Operations + "create_index: { table: t, name: i, columns: [ {name: a}, {name: b}, {name: c}, {name: d} ] }", "5:5 TDM3016")]
    [InlineData(Operations + "create_index: { table: t, name: i, columns: [ {name: a}, {name: a} ] }", "5:62 TDM3012")]
    [InlineData(Operations + "add_unique: { table: t, columns: [a, b, a] }", "5:45 TDM3012")]
    [InlineData(Operations + "create_table: { name: t, columns: [ {name: a, type: text}, {name: a, type: text} ] }", "5:64 TDM3012")]
    [InlineData(Operations + "rename_column: { table: t, from: a, to: b }\naccept: [ { code: TDM9999, reason: r } ]", "6:19 TDM3014")]
    [InlineData(Operations + "rename_column: { table: t, from: a, to: b }\nnotices: [ { field: name, text: r } ]", "6:21 TDM3015")]
    [InlineData(Operations + "rename_column: { table: t, from: a, to: b }\nnotices: [ { field: t.name, text: r } ]")]
    [InlineData(Operations + "rename_column: { table: t, from: a, to: b }\nsunset: 2026-01-10", "6:9 TDM3008")]
    [InlineData(Operations + "rename_column: { table: t, from: a, to: b }\nsunset: 2026-01-10\nrollback: { retain: 7d }")]
    [InlineData(Operations + "rename_column: { table: t, from: a, to: b }\nsunset: 2025-12-31\nrollback: { retain: 0s }", "6:9 TDM3008")]
    [InlineData(Operations + "rename_column: { table: t, from: a, to: b }\nrollback: { when: { mismatches: many, errors: '> 1%' } }", "6:33 TDM3017")]
    [InlineData(Operations + "rename_column: { table: t, from: a, to: b }\nchecks: { before: [ { name: n, sql: delete from t, expect: 1 } ] }", "6:37 TDM3011")]
    [InlineData(Operations + "rename_column: { table: t, from: a, to: b }\nchecks: { before: [ { name: n, sql: (SELECT 1), expect: 1 } ] }")]
    [InlineData(Operations + "rename_column: { table: t, from: a, to: b }\nchecks: { before: [ { name: n, sql: select 1;, expect: 1 } ] }", "6:37 TDM3010")]
    public void A_file(string text, params string[] expected) => Findings(text).ShouldBe(expected);

    [Theory]
    [InlineData("upper(trim(a)) || coalesce(b, '') || cast(c as text)", "")]
    [InlineData("a; drop table t", "TDM3010 a semicolon")]
    [InlineData("a || ';'", "")]
    [InlineData("$1", "TDM3010 a place for a value, $1")]
    [InlineData("a) or (b", "TDM3010 a closing parenthesis too many")]
    [InlineData("upper(a", "TDM3010 a parenthesis that is not closed")]
    [InlineData("now()", "TDM3006 now in", "TDM3007 now(), which SQLite lacks")]
    [InlineData("now || 'now' || random", "")]
    [InlineData("current_timestamp", "TDM3006 current_timestamp in")]
    [InlineData("random() + random()", "TDM3006 random in")]
    [InlineData("datetime('now')", "TDM3006 'now' in", "TDM3007 datetime(), which PostgreSQL lacks")]
    [InlineData("datetime()", "TDM3006 datetime() in", "TDM3007 datetime(), which PostgreSQL lacks")]
    [InlineData("date(a)", "")]
    [InlineData("'now'::date", "TDM3006 'now' in", "TDM3007 ::, which SQLite lacks")]
    [InlineData("case when a = 'today' then 1 end", "")]
    [InlineData("coalesce(strftime('%Y', 'now'), 'x')", "TDM3006 'now' in", "TDM3007 strftime(), which PostgreSQL lacks")]
    [InlineData("nextval('s')", "TDM3006 nextval in", "TDM3007 nextval(), which SQLite lacks")]
    [InlineData("split_part(a, ' ', 1)", "TDM3007 split_part(), which SQLite lacks")]
    [InlineData("'split_part(a)'", "")]
    [InlineData("split_part", "")]
    [InlineData("instr(a, ' ')", "TDM3007 instr(), which PostgreSQL lacks")]
    [InlineData("iif(a, b, c)", "TDM3007 iif(), which PostgreSQL lacks")]
    [InlineData("a::text", "TDM3007 ::, which SQLite lacks")]
    [InlineData("a ~ 'x'", "TDM3007 ~, which SQLite lacks")]
    [InlineData("~a", "")]
    [InlineData("a ilike 'x'", "TDM3007 ilike, which SQLite lacks")]
    [InlineData("a not ilike 'x'", "TDM3007 ilike, which SQLite lacks")]
    [InlineData("a at time zone 'UTC'", "TDM3007 at time zone, which SQLite lacks")]
    [InlineData("coalesce(at, b)", "")]
    [InlineData("interval '1 day'", "TDM3007 interval '…', which SQLite lacks")]
    [InlineData("array[a, b]", "TDM3007 array[…], which SQLite lacks")]
    [InlineData("E'\\n'", "TDM3007 a string that begins with E', which SQLite lacks")]
    [InlineData("max(a, b)", "TDM3007 max() with several arguments, which PostgreSQL lacks")]
    [InlineData("max(upper(a))", "")]
    [InlineData("a == b", "TDM3007 ==, which PostgreSQL lacks")]
    [InlineData("a glob 'x'", "TDM3007 glob, which PostgreSQL lacks")]
    [InlineData("[a b]", "TDM3007 a name in [, which PostgreSQL lacks")]
    [InlineData("cast(a as char(3))", "")]
    public void An_expression_for_both_engines(string sql, params string[] expected) => Expression(sql, null).ShouldBe(
        expected.Where(e => e.Length > 0), ignoreOrder: true);

    [Fact]
    public void A_text_is_judged_for_its_own_engine()
    {
        Expression("{ postgres: \"split_part(a, ' ', 1)\", sqlite: \"substr(a, 1, instr(a, ' '))\" }", null).ShouldBeEmpty();
        Expression("{ postgres: \"instr(a, ' ')\", sqlite: \"strpos(a, ' ')\" }", null).ShouldBe(
            ["TDM3007 instr(), which PostgreSQL lacks", "TDM3007 strpos(), which SQLite lacks"]);
    }

    [Fact]
    public void What_is_known_about_the_engines_is_used()
    {
        Expression("split_part(a, ' ', 1)", ["postgres"]).ShouldBeEmpty();
        Expression("{ postgres: a }", ["postgres"]).ShouldBeEmpty();
        var text = Operations + "add_column: { table: t, name: a, type: text, up: { postgres: b } }";
        Check(text, null).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Note);
        Check(text, ["postgres", "sqlite"]).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);
    }

    [Theory]
    [InlineData("char(3)", "TDM3020")]
    [InlineData("character (3)", "TDM3020")]
    [InlineData("character varying(3)", null)]
    [InlineData("json", "TDM3021")]
    [InlineData("jsonb", null)]
    [InlineData("timestamp", "TDM3022")]
    [InlineData("timestamp(3) without time zone", "TDM3022")]
    [InlineData("timestamp with time zone", null)]
    [InlineData("timestamptz", null)]
    [InlineData("bigserial", "TDM3023")]
    [InlineData("integer", null)]
    public void A_type(string type, string? code)
    {
        Findings(Operations + $"add_column: {{ table: t, name: a, type: {type} }}").ShouldBe(code is null ? [] : [$"5:44 {code}"]);
        Check(Operations + $"add_column: {{ table: t, name: a, type: {type} }}", ["sqlite"]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("integer", "[a]", true)]
    [InlineData("bigint", "[a]", false)]
    [InlineData("integer", "[a, b]", false)]
    public void A_key(string type, string key, bool noted) => Findings(
        Operations + $"create_table: {{ name: t, columns: [ {{ name: a, type: {type} }}, {{ name: b, type: text }} ], primary_key: {key} }}")
        .ShouldBe(noted ? ["5:58 TDM3024"] : []);

    [Fact]
    public void What_a_person_accepts_is_not_said_again_unless_it_is_an_error()
    {
        Findings(Operations + "add_column: { table: t, name: a, type: json }\naccept: [ { code: TDM3021, reason: old clients } ]").ShouldBeEmpty();
        Findings(Operations + "rename_table: { from: a, to: tandem }\naccept: [ { code: TDM3004, reason: r } ]").ShouldBe(["5:34 TDM3004"]);
    }

    [Fact]
    public void Every_rule_is_in_the_catalog()
    {
        var rules = typeof(Lint).Assembly.GetTypes()
            .Where(t => t.Namespace is "Tandem.Policy" or "Tandem.Policy.Scripts" && t.IsAbstract && t.IsSealed)
            .Where(t => t.GetMethod("Check", [typeof(LintSubject)]) is not null)
            .Select(t => t.Name);
        Lint.Rules.Keys.Concat(ScriptLint.Rules.Keys).Order(StringComparer.Ordinal).ShouldBe(rules.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Expression(string sql, string[]? engines)
    {
        var quoted = sql.StartsWith('{') ? sql : "\"" + sql.Replace("\\", "\\\\", StringComparison.Ordinal) + "\"";
        return Check(Operations + $"add_column: {{ table: t, name: a, type: text, up: {quoted} }}", engines)
            .Select(p => $"{p.Code.Id} {p.Message.Replace("`up` uses ", "", StringComparison.Ordinal).Replace("`up` holds ", "", StringComparison.Ordinal).Replace("`up` gives another result each time", "", StringComparison.Ordinal).TrimEnd('.', ' ')}");
    }

    private static IEnumerable<string> Findings(string text) =>
        Check(text, null).Select(p => $"{p.Place!.Line}:{p.Place.Column} {p.Code.Id}");

    private static IReadOnlyList<Problem> Check(string text, string[]? engines)
    {
        var parsed = MigrationParser.Parse("0001_a.yaml", text);
        parsed.Problems.ShouldBeEmpty();
        return Lint.Check(parsed, new LintContext
        {
            Engines = engines is null ? null : [.. engines], Today = new DateOnly(2026, 1, 1),
        });
    }
}
