using Shouldly;
using Tandem.Migrations;
using Tandem.Policy;
using Tandem.Problems;
using Xunit;

namespace Tandem.Tests.Policy;

/// <summary>Weights, what is left aside, names and sensitive fields, as a policy says them.</summary>
public sealed class LintPolicyTests
{
    private const string Index = "sql: { up: create index i on orders (a), down: select 1 }";
    private static readonly DateOnly Today = new(2027, 1, 15);

    [Theory]
    [InlineData("off")]
    [InlineData("note", "note TDM3112")]
    [InlineData("warning", "warning TDM3112")]
    [InlineData("error", "error TDM3112")]
    public void A_finding_weighs_what_the_policy_says(string weight, params string[] expected) =>
        Judged($"rules: {{ TDM3112: {weight} }}", Index).ShouldBe(expected);

    [Theory]
    [InlineData("{ code: TDM3112, reason: r, until: 2027-01-15 }")]
    [InlineData("{ code: TDM3112, reason: r, until: 2027-01-15, migration: 0001_a, subject: orders }")]
    [InlineData("{ code: TDM3112, reason: too small to matter, until: 2027-01-14 }", "warning TDM3112", "warning TDM3301 p.yaml:1:13 TDM3112 was left aside until 2027-01-14: too small to matter")]
    [InlineData("{ code: TDM3112, reason: r, until: 2027-06-01, migration: 0002_b }", "warning TDM3112", "note TDM3302 p.yaml:1:13 TDM3112 is left aside, and there is no such finding in 0002_b.")]
    [InlineData("{ code: TDM3112, reason: r, until: 2027-06-01, subject: customers }", "warning TDM3112", "note TDM3302 p.yaml:1:13 TDM3112 is left aside, and there is no such finding.")]
    [InlineData("{ code: TDM3118, reason: r, until: 2027-06-01 }", "warning TDM3112", "note TDM3302 p.yaml:1:13 TDM3118 is left aside, and there is no such finding.")]
    public void What_is_left_aside_comes_back_when_its_time_is_over(string entry, params string[] expected) =>
        Judged($"suppress: [ {entry} ]", Index, places: true).ShouldBe(expected);

    [Theory]
    [InlineData("t.done")]
    [InlineData("t")]
    [InlineData("t.do", "note TDM3201", "note TDM3302")]
    public void What_is_left_aside_for_a_table_is_so_for_its_columns(string subject, params string[] expected) =>
        Judged($"suppress: [ {{ code: TDM3201, reason: r, until: 2027-06-01, subject: {subject} }} ]", "add_column: { table: t, name: done, type: boolean }").ShouldBe(expected);

    [Theory]
    [InlineData("rules: { TDM9999: off }", "1:19 TDM3303 There is no finding TDM9999.")]
    [InlineData("rules: { TDM2085: note }", "1:19 TDM3303 TDM2085 is no finding of lint.")]
    [InlineData("rules: { TDM3005: warning }", "1:19 TDM3303 TDM3005 is always an error: what it finds cannot be carried out.")]
    [InlineData("rules: { TDM3112: bad }", "1:19 TDM1018 `rules.TDM3112` must be one of off, note, warning, error.")]
    [InlineData("suppress: [ { code: TDM3112, until: 2027-06-01 } ]", "1:13 TDM1013 `suppress[0]` needs the key `reason`.")]
    [InlineData("suppress: [ { code: TDM3112, reason: ' ', until: 2027-06-01 } ]", "1:38 TDM1015 `suppress[0].reason` is blank.")]
    [InlineData("suppress: [ { code: TDM3112, reason: r } ]", "1:13 TDM1013 `suppress[0]` needs the key `until`.")]
    [InlineData("suppress: [ { code: TDM3005, reason: r, until: 2027-06-01 } ]", "1:21 TDM3303 TDM3005 is always an error: what it finds cannot be carried out.")]
    [InlineData("sensitive: [email]", "1:13 TDM3303 `email` is not table.column.")]
    [InlineData("names: { tables: '(?<=a)b' }", "1:18 TDM3303 `(?<=a)b` is neither a style nor a regular expression that can be used here (one that needs no going back).")]
    [InlineData("file: other.yaml", "1:7 TDM3303 A policy file cannot name another.")]
    [InlineData("rulez: {}", "1:1 TDM1011 `rulez` is not a key of a policy file.")]
    [InlineData("", "1:1 TDM1006 The file says nothing.")]
    public void What_cannot_be_followed_is_refused(string policy, string expected) =>
        Should.Throw<TandemException>(() => LintPolicy.Parse("p.yaml", policy)).Problems
            .Select(p => $"{p.Place!.Line}:{p.Place.Column} {p.Code.Id} {p.Message}").ShouldBe([expected]);

    [Theory]
    [InlineData("policy: policy.yaml")]
    [InlineData("policy: { file: policy.yaml }")]
    [InlineData("policy: { rules: { TDM3112: error }, suppress: [ { code: TDM3118, reason: r, until: 2027-06-01 } ] }")]
    [InlineData("policy: { file: policy.yaml, rules: { TDM3112: error } }", "1:17 TDM3303")]
    [InlineData("policy: { rules: { TDM1: error } }", "1:26 TDM3303")]
    public void The_file_of_targets_has_a_policy_or_names_one(string policy, params string[] expected)
    {
        var text = policy + "\ntargets: { a: { url: 'sqlite:a.db' } }";
        if (expected.Length == 0)
        {
            TargetsFile.Parse("tandem.yaml", text).Policy.ShouldNotBeNull();
        }
        else
        {
            Should.Throw<TandemException>(() => TargetsFile.Parse("tandem.yaml", text)).Problems
                .Select(p => $"{p.Place!.Line}:{p.Place.Column} {p.Code.Id}").ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData("create_table: { name: Orders, columns: [ { name: id, type: bigint }, { name: theDay, type: date } ] }", "Orders", "theDay")]
    [InlineData("rename_column: { table: T, from: A, to: a_b }")]
    [InlineData("rename_column: { table: t, from: a, to: aB }", "aB")]
    [InlineData("create_index: { table: t, name: t_a_idx, columns: [ { name: a } ] }")]
    [InlineData("create_index: { table: t, name: by_a, columns: [ { name: a } ] }", "by_a")]
    [InlineData("add_check: { table: t, name: aIsPositive, expression: a > 0 }")]
    [InlineData("sql: { up: 'create table S.\"newTable\" (\"aB\" int); alter table t rename to \"U\"', down: drop table x }", "Statement 1 of `up` gives the name aB", "Statement 1 of `up` gives the name newTable", "Statement 2 of `up` gives the name U")]
    public void Names_that_come_look_as_asked(string operation, params string[] expected) =>
        Judge("names: { tables: snake_case, columns: snake_case, indexes: '[a-z_]+_idx', migrations: '[0-9]{4}_[a-z]+' }", operation)
            .Where(p => p.Code == ProblemCodes.NameOutOfStyle).Select(p => p.Message.Split(" is given")[0].Split(';')[0]).ShouldBe(expected);

    [Fact]
    public void Migrations_have_names_too() =>
        Judged("names: { migrations: pascal_case }", "drop_not_null: { table: t, column: a }").ShouldBe(["warning TDM3209"]);

    [Theory]
    [InlineData("grant: { on: customers, privileges: [select], to: [r] }", "r may read customers.email.", "r may read customers.ssn, if there is such a column.")]
    [InlineData("grant: { on: customers, privileges: [all], columns: [id, ssn], to: [r, public] }", "r, public may read customers.ssn.")]
    [InlineData("grant: { on: customers, privileges: [select], columns: [id], to: [r] }")]
    [InlineData("grant: { on: customers, privileges: [insert], to: [r] }")]
    [InlineData("grant: { kind: function, on: f, privileges: [execute], to: [r] }")]
    [InlineData("create_view: { name: v, query: 'select id, email from customers' }", "Whoever may read v may see customers.email.")]
    [InlineData("create_view: { name: v, query: 'select c.* from customers as c' }", "Whoever may read v may see *.ssn.", "Whoever may read v may see customers.email.")]
    [InlineData("create_view: { name: v, query: 'select count(*) from customers' }")]
    [InlineData("set_row_security: { table: customers, enabled: false }", "Of customers, which has customers.email, fewer rows are hidden.")]
    [InlineData("set_row_security: { table: customers, enabled: true }")]
    [InlineData("drop_policy: { table: customers, name: own }", "Of customers, which has customers.email, the policy own goes.")]
    [InlineData("sql: { up: grant select on customers to r, down: revoke select on customers from r }", "`up` gives select on customers to r (customers.email, customers.ssn, if there is such a column).")]
    [InlineData("sql: { up: 'grant select (id) on public.customers to r', down: select 1 }")]
    [InlineData("sql: { up: grant select on all tables in schema s to r, down: select 1 }", "`up` gives select on all tables in schema s to r; whether sensitive fields are among it is not known.")]
    [InlineData("sql: { up: grant boss to r, down: select 1 }", "`up` gives boss to r; whether sensitive fields are among it is not known.")]
    [InlineData("sql: { up: alter table customers disable row level security, down: alter table customers enable row level security }", "`up` shows all rows of customers to whoever may read it (customers.email, customers.ssn, if there is such a column).")]
    [InlineData("rename_column: { table: customers, from: email, to: mail }", "customers.email is marked sensitive, and customers.mail, which gets its values, is not.")]
    [InlineData("rename_column: { table: customers, from: email, to: ssn }")]
    [InlineData("copy_column: { table: customers, column: email, to: mail }", "customers.email is marked sensitive, and customers.mail, which gets its values, is not.")]
    [InlineData("move_column: { table: customers, columns: [email, note], into: contacts }", "customers.email is marked sensitive, and contacts.email, which gets its values, is not.")]
    [InlineData("add_column: { table: customers, name: host, type: text, up: { postgres: \"split_part(email, '@', 2)\", sqlite: email } }", "customers.email is marked sensitive, and customers.host, which gets its values, is not.")]
    [InlineData("add_column: { table: orders, name: host, type: text, up: email }")]
    public void Sensitive_fields_stay_where_they_are(string operation, params string[] expected) =>
        Judge("sensitive: [customers.email, '*.ssn']", operation).Where(p => p.Code.Id is "TDM3207" or "TDM3208").Select(p => p.Message).ShouldBe(expected);

    private static IEnumerable<string> Judged(string policy, string operation, bool places = false) => Judge(policy, operation).Select(p =>
        places && p.Place!.File == "p.yaml" ? $"{Word(p)} {p.Place} {p.Message}" : Word(p));

    private static string Word(Problem problem) => $"{problem.Severity.ToString().ToLowerInvariant()} {problem.Code.Id}";

    private static IReadOnlyList<Problem> Judge(string policy, string operation)
    {
        var by = LintPolicy.Parse("p.yaml", policy);
        var parsed = MigrationParser.Parse("migrations/0001_a.yaml", $"title: T\nwhy: w\nowner: o\noperations:\n  - {operation}");
        parsed.Problems.ShouldBeEmpty();
        return by.Judge(Lint.Check(parsed, new LintContext { Today = Today, Engines = ["postgres"], Policy = by }), Today);
    }
}
