using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class DomainTests
{
    private const string New = "0001_new";
    private const string Schema =
        """
        create domain grade as integer default 3 constraint high check (value > 0);
        create table people (id int primary key, score grade);
        create table parts (id int primary key, score grade) partition by range (id);
        create table parts_1 partition of parts for values from (1) to (1000);
        insert into people values (1, 1), (2, 200), (3, null);
        insert into parts values (1, 300)
        """;

    private static readonly AlterDomain Alter = new()
    {
        Name = "grade", Default = new("7"), AddChecks = [new DomainRule { Name = "small", Expression = new("value < 100") }], DropChecks = ["high"],
    };

    private static readonly RenameDomain Rename = new() { From = "grade", To = "mark" };

    [PostgresTheory]
    [EndMajors]
    public async Task Rules_change_at_complete_and_back_and_values_that_break_them_stand_in_the_way(int major)
    {
        await using var life = await Life.CreateAsync(major, Schema);
        var plan = await life.ReviewAsync(Life.Migration(New, Alter) with { Accept = [new Consent { Code = "TDM2047", Reason = "small" }] });
        plan.HasErrors.ShouldBeFalse();
        plan.Sizes.Select(s => $"{s.Table} {s.Rows}").ShouldBe(["parts 1", "people 3"]);
        var before = await life.CatalogueAsync();
        await life.Runner.StartAsync(plan, default);
        await life.BaseAsync("insert into people (id) values (4)");

        (await Should.ThrowAsync<TandemException>(() => life.CompleteAsync(New))).Problems[0].Message.ShouldBe("2 values violate small of the domain grade.");
        await life.BaseAsync("insert into people values (5, 500); update parts set score = 1; delete from people where score > 100");
        await life.CompleteAsync(New);
        (await life.BaseAsync("insert into people (id) values (6); insert into people values (7, -1); select string_agg(score::text, ',' order by id) from people")).ShouldBe("1,3,7,-1");
        (await Refused("insert into people values (8, 100)")).ShouldBe("23514");
        (await Rules()).ShouldBe("small true");

        (await Should.ThrowAsync<TandemException>(() => life.RollbackAsync(New))).Problems[0].Message.ShouldBe("1 values violate high of the domain grade.");
        (await Refused("insert into people values (8, 100)")).ShouldBe("23514");
        await life.BaseAsync("delete from people where id = 7");
        await life.RollbackAsync(New);
        (await Rules()).ShouldBe("high true");
        (await life.BaseAsync("insert into people (id) values (9) returning score")).ShouldBe("3");
        (await Refused("insert into people values (10, 0)")).ShouldBe("23514");

        Task<string> Rules() => life.BaseAsync("select conname || ' ' || convalidated from pg_constraint where contypid = 'grade'::regtype");
        async Task<string> Refused(string sql) => (await Should.ThrowAsync<Npgsql.PostgresException>(() => life.BaseAsync(sql))).SqlState;
    }

    [PostgresTheory]
    [InlineData(16, "")]
    [InlineData(16, "; insert into people values ('a', 'x', 1), ('b', null, 2)")]
    public async Task Keys_of_a_domain_that_takes_no_null_are_walked(int major, string rows)
    {
        await using var life = await Life.CreateAsync(
            major, "create domain code as text not null; create domain version as bigint not null; create table people (id code primary key, name text, seen version)" + rows);
        await life.StartAsync(New, new ExtractTable { Table = "people", Columns = ["name"], Into = "names", Key = ["person"] });
        await life.CompleteAsync(New);
        await life.SunsetAsync(New);
        (await life.BaseAsync("select count(*) from names")).ShouldBe(rows.Length == 0 ? "0" : "1");

        var plan = await life.PlanAsync(Life.Migration("0002_seen", new ExtractTable { Table = "people", Columns = ["seen"], Into = "visits", Key = ["person"] }));
        plan.Findings.Where(f => f.Code == ProblemCodes.NothingStandsForAbsence).Select(f => f.Message)
            .ShouldBe(["The domain of people.seen, version, takes no NULL, and the column has no default."]);
        (await life.PlanAsync(Life.Migration("0002_seen", new DropColumn { Table = "people", Column = "seen" }))).Findings.ShouldContain(f => f.Code == ProblemCodes.DroppedRequired);
        (await life.PlanAsync(Life.Migration("0002_seen", new DropColumn { Table = "people", Column = "seen", Down = new("0") }))).Findings.ShouldContain(f => f.Code == ProblemCodes.DroppedRequired);
    }

    [PostgresTheory]
    [InlineData("not null")]
    [InlineData("check (value is not null and value > 0)")]
    public async Task A_column_whose_domain_takes_no_null_keeps_its_type_until_the_domain_takes_it(string rule)
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, $"create domain grade as integer {rule}; create table people (id int primary key, score grade default 1); insert into people values (1, 5)");
        var change = Life.Migration("0002_score", new ChangeType { Table = "people", Column = "score", Type = new("text"), Default = new("'1'") });
        (await life.PlanAsync(change)).Findings.Where(f => f.Code == ProblemCodes.DroppedRequired).Select(f => f.Subject).ShouldBe(["people.score"]);
        await life.BaseAsync(rule == "not null" ? "alter domain grade drop not null" : "alter domain grade drop constraint grade_check");
        await life.StartAsync("0002_score", new ChangeType { Table = "people", Column = "score", Type = new("text"), Default = new("'1'") });
        await life.BaseAsync("insert into people values (2, 7)");
        (await life.AppAsync("0002_score", "select score from people order by id")).ShouldBe("5; 7");
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task A_rule_over_rows_asks_for_consent_and_what_the_server_cannot_prove_is_refused(int major)
    {
        await using var life = await Life.CreateAsync(major, Schema);
        (await Codes(Alter)).ShouldContain("TDM2047 Error");
        (await Codes(Alter with { AddChecks = [], DropChecks = [] })).ShouldBe(["TDM2034 Note"]);
        (await Codes(Alter with { AddChecks = [], DropChecks = [] }, new RenameColumn { Table = "people", From = "id", To = "no" })).ShouldContain("TDM2032 Error");
        await life.BaseAsync("create table lists (id int primary key, scores grade[])");
        (await Codes(Alter)).ShouldContain("TDM2032 Error");

        async Task<List<string>> Codes(params Operation[] operations) =>
            (await life.PlanAsync(Life.Migration(New, operations))).Findings.Select(f => $"{f.Code.Id} {f.Severity}").ToList();
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Both_names_of_a_domain_can_be_used_until_sunset_and_what_hangs_on_the_wrong_one_is_said(int major)
    {
        await using var life = await Life.CreateAsync(major, Schema + """
            ;
            create role domain_reader;
            revoke usage on type grade from public;
            grant usage on type grade to domain_reader;
            create function doubled(n int) returns int language plpgsql as 'declare g grade := n; begin return g * 2; end'
            """);
        try
        {
            await life.StartAsync("0001_scores", new AddColumn { Table = "people", Name = "twice", Type = new("bigint"), Up = new("score::grade::bigint * 2") });
            await life.CompleteAsync("0001_scores");
            var plan = await life.PlanAsync(Life.Migration("0002_rename", Rename));
            plan.Findings.Select(f => $"{f.Code.Id} {f.Severity} {f.Message}").ShouldBe(
            [
                "TDM2104 Warning The function doubled(integer) names grade in its text.",
                "TDM2034 Note Columns have the domain under the name mark from complete on, for both versions. grade and mark can be written for it until sunset, then mark alone. At complete sessions prepare statements anew whose result is a cast to either.",
            ], ignoreOrder: true);
            plan.HasErrors.ShouldBeFalse();
            var before = await life.CatalogueAsync();
            await life.Runner.StartAsync(plan, default);
            (await Uses()).ShouldBe("8 8 grade true");

            await life.BaseAsync("create table late (score mark)");
            (await Message(() => life.CompleteAsync("0002_rename"))).ShouldBe("1 objects (columns, functions, domains) were made over mark, which so far is only another name of the domain grade.");
            await life.BaseAsync("drop table late; create function late(grade) returns int language sql as 'select 1'");
            (await Message(() => life.CompleteAsync("0002_rename"))).ShouldBe("1 functions take or return the domain grade, whose name changes.");
            await life.BaseAsync("drop function late(grade)");
            await life.CompleteAsync("0002_rename");
            (await Uses()).ShouldBe("8 8 mark true");
            (await life.BaseAsync("insert into people values (4, 7); select score from people where id = 4")).ShouldBe("7");

            await life.RollbackAsync("0002_rename");
            (await life.CatalogueAsync()).ShouldBe(before);
            (await Uses()).ShouldBe("8 8 grade true");
            await life.RestartAsync(plan);
            await life.CompleteAsync("0002_rename");
            (await Message(() => life.SunsetAsync("0002_rename"))).ShouldContain("0001_scores was begun before 0002_rename");
            await life.SunsetAsync("0001_scores");
            await life.BaseAsync("create table late (score grade)");
            (await Message(() => life.SunsetAsync("0002_rename"))).ShouldBe("1 objects (columns, functions, domains) use the domain grade, which is to be dropped.");
            await life.BaseAsync("drop table late");
            await life.SunsetAsync("0002_rename");
            (await life.BaseAsync("select string_agg(typname, ',') from pg_type where typtype = 'd' and typnamespace = 'public'::regnamespace")).ShouldBe("mark");
        }
        finally
        {
            await life.BaseAsync("drop owned by domain_reader; drop role domain_reader");
        }

        Task<string> Uses() => life.BaseAsync(
            "select doubled(4) || ' ' || 8::grade::mark || ' ' || (select format_type(atttypid, null) from pg_attribute where attrelid = 'parts'::regclass and attname = 'score')"
            + " || ' ' || (has_type_privilege('domain_reader', 'grade', 'usage') and has_type_privilege('domain_reader', 'mark', 'usage'))");
        async Task<string> Message(Func<Task> act) => (await Should.ThrowAsync<TandemException>(act)).Problems[0].Message;
    }

    [PostgresFact]
    public async Task The_old_name_stays_as_long_as_another_migration_keeps_rows_in_agreement_by_it()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, Schema + "; create table others (id int primary key, n int, grade int); insert into others values (1, 5, 6)");
        await life.StartAsync("0001_cast", new AddColumn { Table = "others", Name = "twice", Type = new("bigint"), Up = new("cast(n as public.grade) * 2") });
        await life.CompleteAsync("0001_cast");
        await life.StartAsync("0002_rename", Rename);
        await life.CompleteAsync("0002_rename");
        await life.BaseAsync("insert into others (id, n) values (2, 7)");
        (await Should.ThrowAsync<TandemException>(() => life.SunsetAsync("0002_rename"))).Problems[0].Message.ShouldBe("0001_cast casts to grade, which would be dropped, and is not sunset yet.");
        await life.SunsetAsync("0001_cast");
        (await life.PlanAsync(Life.Migration(
            "0003_casts", new AddColumn { Table = "people", Name = "twice", Type = new("bigint"), Up = new("score::grade * 2") }, new AddColumn { Table = "others", Name = "other", Type = new("grade") })))
            .Findings.Where(f => f.Code == ProblemCodes.ObjectInUse).Select(f => $"{f.Message} {f.Remedy}").ShouldBe(
            [
                "others.other uses one of the names grade and mark of a domain, and grade goes when the migration that renames it is sunset. Write mark.",
                "the table people uses one of the names grade and mark of a domain, and grade goes when the migration that renames it is sunset. Write mark.",
            ], ignoreOrder: true);
        (await life.PlanAsync(Life.Migration("0003_again", new RenameDomain { From = "grade", To = "points" }, new AlterDomain { Name = "mark", Default = new("4") })))
            .Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Message).ShouldContain("grade is the second name of the domain mark until another migration is sunset.");
        await life.StartAsync("0003_column", new AddColumn { Table = "others", Name = "thrice", Type = new("bigint"), Up = new("grade * 3") });
        await life.CompleteAsync("0003_column");
        await life.SunsetAsync("0002_rename");
    }

    [PostgresFact]
    public async Task The_old_name_stays_as_long_as_another_migration_brings_a_view_back_that_casts_to_it()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, Schema + "; create table others (id int primary key); create view rated as select id, 5::grade::int as n from others");
        await life.StartAsync("0001_view", new ReplaceView { Name = "rated", Query = new("select id, 6 as n from others") });
        await life.CompleteAsync("0001_view");
        await life.StartAsync("0002_rename", Rename);
        await life.CompleteAsync("0002_rename");
        (await Should.ThrowAsync<TandemException>(() => life.SunsetAsync("0002_rename"))).Problems[0].Message.ShouldBe("0001_view casts to grade, which would be dropped, and is not sunset yet.");
        await life.SunsetAsync("0001_view");
        await life.SunsetAsync("0002_rename");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task No_other_migration_makes_or_brings_back_what_casts_to_the_name_that_goes(int major)
    {
        await using var life = await Life.CreateAsync(major, "create domain grade as int; create table t (id int primary key, n int default 5::grade, constraint low check (n < 100::grade)); create table people (id int primary key, score grade)");
        await life.StartAsync("0001_rules", new SetDefault { Table = "t", Column = "n", Default = new("6") }, new DropCheck { Table = "t", Name = "low" });
        await life.CompleteAsync("0001_rules");
        (await Refusals(Rename)).ShouldBe(["A migration that is not sunset yet changes t, of which a default, check, index or other rule casts to the type grade. Sunset that migration first."]);
        await life.SunsetAsync("0001_rules");

        await life.StartAsync("0002_rename", Rename);
        (await Refusals(new AddColumn { Table = "people", Name = "more", Type = new("int"), Default = new("7::grade") }, new AddCheck { Table = "people", Name = "high", Expression = new("score > 1::mark") }))
            .ShouldBe(["the table people uses one of the names mark and grade of a domain, and grade goes when the migration that renames it is sunset. Complete that migration first, or cast to the type under the domain."]);
        await life.CompleteAsync("0002_rename");
        (await Refusals(new AddCheck { Table = "people", Name = "high", Expression = new("score > 1::mark") })).ShouldBeEmpty();
        (await Refusals(new AddCheck { Table = "people", Name = "high", Expression = new("score > 1::grade") })).ShouldHaveSingleItem().ShouldEndWith("Write mark.");
        await life.RollbackAsync("0002_rename");
        (await life.BaseAsync("select string_agg(typname || ' ' || obj_description(oid, 'pg_type'), ',') from pg_type where typname = 'mark'")).ShouldBe("mark tandem: a second name of a domain");

        async Task<string[]> Refusals(params Operation[] operations) => [.. (await life.PlanAsync(Life.Migration("0003_more", operations)))
            .Findings.Where(f => f.Code == ProblemCodes.ObjectInUse).Select(f => $"{f.Message} {f.Remedy}")];
    }

    [PostgresFact]
    public async Task A_rule_that_casts_to_the_domain_keeps_its_name()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, "create domain grade as int; create table people (id int primary key, score grade default 3, alt grade not null default 5::grade)");
        (await life.PlanAsync(Life.Migration("0001_rename", Rename))).Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Message)
            .ShouldBe(["A default, check, index or other rule of people casts to the type grade, and is known by this text."]);
        await life.BaseAsync("alter table people alter alt set default 5");
        (await life.PlanAsync(Life.Migration("0001_rename", Rename))).Findings.ShouldNotContain(f => f.Severity == Severity.Error);
        foreach (var word in new[] { "order", "char", "date", "between" })
        {
            (await life.PlanAsync(Life.Migration("0001_rename", Rename with { To = word }))).Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Message)
                .ShouldBe([$"The name {word} is a word of the server's own."]);
        }
    }
}
