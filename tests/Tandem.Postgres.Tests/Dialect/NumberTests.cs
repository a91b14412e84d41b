using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class NumberTests
{
    private const string New = "0001_new";

    private static AddColumn Number(IdentityKind kind) => new() { Table = "People", Name = "no", Type = new("bigint"), Identity = kind };

    [PostgresTheory]
    [EndMajors]
    public async Task Numbers_go_on_through_complete_and_rollback_for_roles_that_know_nothing_of_the_sequence(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table "People" (id int primary key, name text);
            insert into "People" select g, 'n' from generate_series(1, 1000) g;
            create role owner_of_people; alter table "People" owner to owner_of_people;
            create role writer; grant insert, select on "People" to writer
            """);
        try
        {
            const string Insert = "set role writer; insert into \"People\" (id) values ";
            await life.StartAsync(New, Number(IdentityKind.ByDefault));
            (await life.BaseAsync("select count(distinct _tandem_1_new_no), min(_tandem_1_new_no), max(_tandem_1_new_no) from \"People\"")).ShouldBe("1000|1|1000");
            await life.BaseAsync(Insert + "(1001)");
            (await life.AppAsync(New, Insert + "(1002) returning no")).ShouldBe("1002");
            await life.CompleteAsync(New);
            (await life.BaseAsync("select attidentity, attnotnull, atthasdef from pg_attribute where attname = 'no' and attrelid = '\"People\"'::regclass")).ShouldBe("d|t|f");
            (await life.BaseAsync("select pg_get_serial_sequence('\"People\"', 'no')")).ShouldBe("public.\"People_no_seq\"");
            (await life.BaseAsync(Insert + "(1003) returning no")).ShouldBe("1003");
            await life.RollbackAsync(New);
            await life.BaseAsync(Insert + "(1004)");
            (await life.BaseAsync("select _tandem_1_new_no from \"People\" where id = 1004")).ShouldBe("1004");
        }
        finally
        {
            await life.BaseAsync("reset role; drop owned by writer cascade; drop role writer; drop table \"People\" cascade; drop role owner_of_people");
        }
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task What_cannot_be_computed_without_rewriting_the_table_is_refused(int major)
    {
        await using var life = await Life.CreateAsync(
            major, "create table \"People\" (id int primary key, name text); create table parts (id int primary key, day date) partition by range (id); create table parts_1 partition of parts for values from (1) to (10)");
        var plan = await life.PlanAsync(Life.Migration(
            New,
            new RenameColumn { Table = "People", From = "name", To = "title" },
            new AddColumn { Table = "People", Name = "a", Type = new("text"), Generated = new("upper(title)") },
            new AddColumn { Table = "People", Name = "b", Type = new("int"), Generated = new("id + 1"), Stored = true },
            new AddColumn { Table = "People", Name = "c", Type = new("int"), Generated = new("id + 1") },
            Number(IdentityKind.Always) with { Table = "parts" }));
        var refused = plan.Findings.Where(f => f.Severity == Severity.Error).Select(f => $"{f.Subject} {f.Code.Id}").ToList();
        (plan.Findings.Single(f => f.Subject == "People.b").Remedy ?? "").StartsWith("Leave `stored` out", StringComparison.Ordinal).ShouldBe(major >= 18);
        List<string> always = ["People.b TDM2116", "parts.no TDM2116"];
        refused.ShouldBe(major < 18 ? [.. always, "People.a TDM2116", "People.c TDM2116"] : [.. always, "People.a TDM2006"], ignoreOrder: true);
    }
}
