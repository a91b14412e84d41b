using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Xunit;

namespace Tandem.Tests.Migrations;

public sealed class MigrationParserTests
{
    private const string Smallest = "title: T\noperations:\n  - rename_column: { table: t, from: a, to: b }\n";

    [Fact]
    public void A_file_becomes_a_migration()
    {
        var migration = MigrationParser.Parse("migrations/0042_login.yaml", """
            # yaml-language-server: $schema=../docs/reference/migration.schema.json
            title: Rename the login
            why: People sign in with an address
            ticket: CRM-345
            owner: crm-team
            depends_on: [0041_mail]
            scope: customers only
            duration: 30m
            recovery: { downtime: 0s, within: 5m, impact: none }
            operations:
              - rename_column: { table: customers, from: login, to: email }
            checks:
              before: [ { name: none blank, sql: "select count(*) from customers", expect: 0 } ]
              after:
                - name: none blank
                  sql: { postgres: "select 1::int", sqlite: "select 1" }
                  expect: 1
            rollback: { when: { mismatches: "> 0", lock_wait_p95: "> 500ms" }, retain: 14d }
            rollout: [dev, production]
            notices: [ { field: customers.login, text: It is called email. } ]
            sunset: 2027-01-31
            user_triggers: refuse
            accept: [ { code: TDM2101, reason: known } ]
            """).Require();

        migration.Id.ShouldBe("0042_login");
        migration.Why.ShouldBe("People sign in with an address");
        migration.DependsOn.ShouldBe(["0041_mail"]);
        migration.Duration.ShouldBe(TimeSpan.FromMinutes(30));
        migration.Recovery.ShouldBe(new Recovery
        {
            Downtime = TimeSpan.Zero, Within = TimeSpan.FromMinutes(5), Impact = "none",
        });
        migration.Operations.ShouldBe(
        [
            new RenameColumn
            {
                Table = "customers", From = "login", To = "email", Place = new SourceSpan("migrations/0042_login.yaml", 11, 5),
            },
        ]);
        migration.Checks!.Before![0].ShouldBe(
            new CheckText { Name = "none blank", Sql = new SqlText("select count(*) from customers"), Expect = "0" });
        migration.Checks.After![0].Sql.ShouldBe(new SqlText(null, "select 1::int", "select 1"));
        migration.Rollback!.When.ShouldBe([new Threshold("mismatches", new ThresholdRule { Is = "> 0" }), new Threshold("lock_wait_p95", new ThresholdRule { Is = "> 500ms" })]);
        migration.Rollback.Retain.ShouldBe(TimeSpan.FromDays(14));
        migration.Rollout.ShouldBe(["dev", "production"]);
        migration.Notices![0].Text.ShouldBe("It is called email.");
        migration.Sunset.ShouldBe(new DateOnly(2027, 1, 31));
        migration.UserTriggers.ShouldBe(UserTriggers.Refuse);
        migration.Accept![0].ShouldBe(new Consent { Code = "TDM2101", Reason = "known" });
    }

    [Fact]
    public void What_is_not_written_has_its_default()
    {
        var migration = MigrationParser.Parse("0001_a.yaml", Smallest).Require();
        migration.DependsOn.ShouldBeNull();
        migration.Sunset.ShouldBeNull();
        migration.UserTriggers.ShouldBe(UserTriggers.Fire);
    }

    [Fact]
    public void Json_reads_like_yaml()
    {
        const string json = """{ "title": "T", "operations": [ { "rename_column": { "table": "t", "from": "a", "to": "b" } } ] }""";
        var fromJson = MigrationParser.Parse("0001_a.json", json).Require();
        var fromYaml = MigrationParser.Parse("0001_a.yaml", json).Require();
        var plain = MigrationParser.Parse("0001_a.yaml", Smallest).Require();
        fromJson.Operations[0].ShouldBe(plain.Operations[0] with { Place = fromJson.Operations[0].Place });
        (fromYaml with { Place = fromJson.Place }).Operations.Select(o => o.Place!.Column)
            .ShouldBe(fromJson.Operations.Select(o => o.Place!.Column));
    }

    [Theory]
    [InlineData("\uFEFF" + Smallest)]
    [InlineData("---\n" + Smallest)]
    [InlineData("---\n" + Smallest + "...\n")]
    [InlineData("%YAML 1.2\n---\n" + Smallest)]
    [InlineData("{ title: T, operations: [ rename_column: { table: t, from: a, to: b } ] }")]
    public void Other_spellings_of_the_same_file(string text) =>
        MigrationParser.Parse("0001_a.yaml", text).Problems.ShouldBeEmpty();

    [Fact]
    public void Line_ends_do_not_matter()
    {
        var windows = MigrationParser.Parse("0001_a.yaml", Smallest.Replace("\n", "\r\n", StringComparison.Ordinal));
        var unix = MigrationParser.Parse("0001_a.yaml", Smallest);
        windows.Require().ShouldBe(unix.Require());
    }

    [Theory]
    [InlineData("expect: 0", "0")]
    [InlineData("expect: 007", "007")]
    [InlineData("expect: true", "true")]
    [InlineData("expect: 1.50", "1.50")]
    [InlineData("expect: 2027-01-31", "2027-01-31")]
    [InlineData("expect: 'null'", "null")]
    [InlineData("expect: no", "no")]
    public void Plain_values_are_texts_where_a_text_is_expected(string line, string expected)
    {
        var migration = MigrationParser.Parse(
            "0001_a.yaml", Smallest + "checks:\n  before:\n    - name: n\n      sql: select 1\n      " + line).Require();
        migration.Checks!.Before![0].Expect.ShouldBe(expected);
    }

    [Fact]
    public void Places_are_known_by_path()
    {
        var places = MigrationParser.Parse("0001_a.yaml", Smallest).Places;
        places.Find("title").ShouldBe(new SourceSpan("0001_a.yaml", 1, 8));
        places.Find("operations[0]").ShouldBe(new SourceSpan("0001_a.yaml", 3, 5));
        places.Find("operations[0].from").ShouldBe(new SourceSpan("0001_a.yaml", 3, 38));
        places.Find("operations[0].unknown").ShouldBe(new SourceSpan("0001_a.yaml", 3, 5));
        places.Find("why").ShouldBe(new SourceSpan("0001_a.yaml"));
    }
}
