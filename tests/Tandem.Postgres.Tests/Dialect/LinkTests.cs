using Npgsql;
using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Facts that two versions keep in different tables, where the walks of the life cases do not come by.</summary>
public sealed class LinkTests
{
    private const string New = "0001_new";

    private const string Script =
        """
        create table customers (id int primary key, name text not null, street text, city text);
        insert into customers select g, 'c' || g, 's' || g, null from generate_series(1, 40) g;
        update customers set street = null where id > 30;
        """;

    private const string Pairs = "select count(*) from customers c full join _tandem_1_new_addresses a on a.customer_id = c.id "
        + "where c.id is null or (c.street, c.city) is distinct from (a.street, a.city)";

    private static readonly ExtractTable Extract = new() { Table = "customers", Columns = ["street", "city"], Into = "addresses", Key = ["customer_id"] };

    [PostgresTheory]
    [EndMajors]
    public async Task What_only_the_new_version_can_say_comes_back_after_a_rollback(int major)
    {
        await using var life = await Life.CreateAsync(major, Script);
        var plan = await life.StartAsync(New, Extract);
        (await life.AppAsync(New, "select count(*) from addresses")).ShouldBe("30");
        await life.AppAsync(New, "insert into addresses values (31, null, null); update addresses set street = null where customer_id = 2; delete from addresses where customer_id = 3");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select id, street from customers where id in (2, 3, 31) order by id")).ShouldBe("2|∅; 3|∅; 31|∅");
        await life.BaseAsync("update customers set city = 'Rome' where id = 3; delete from customers where id = 4; insert into customers values (50, 'n', 's50')");
        await life.RestartAsync(plan);
        (await life.AppAsync(New, "select * from addresses where customer_id in (2, 3, 4, 31, 32, 50) order by 1")).ShouldBe("2|∅|∅; 3|∅|Rome; 31|∅|∅; 50|s50|∅");
        (await life.BaseAsync(Pairs)).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Each_application_needs_rights_on_its_own_version_alone(int major)
    {
        await using var life = await Life.CreateAsync(major, Script);
        var role = $"clerk_{Guid.NewGuid():N}";
        await life.BaseAsync($"create role {role}; grant select, insert, update, delete on customers to {role}");
        try
        {
            await life.StartAsync(New, Extract);
            await life.BaseAsync($"set role {role}; update customers set street = 'by old' where id = 1; insert into customers values (60, 'x', 'y', 'z'); delete from customers where id = 2");
            (await life.AppAsync(New, $"set role {role}; update addresses set city = 'by new' where customer_id = 1 returning street, city")).ShouldBe("by old|by new");
            (await life.BaseAsync(Pairs)).ShouldBe("0");
            await Should.ThrowAsync<PostgresException>(() => life.BaseAsync($"set role {role}; select tandem.\"link 1 public.customers.addresses whole\"()"));
            await life.BaseAsync($"set role {role}; update customers set street = 'again' where id = 1");
        }
        finally
        {
            await life.BaseAsync($"drop owned by {role}; drop role {role}");
        }
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Keys_that_move_in_one_statement_take_their_facts_along(int major)
    {
        await using var life = await Life.CreateAsync(major, Script);
        await life.StartAsync(New, Extract);
        await life.BaseAsync("update customers set id = -id; update customers set id = 1 - id");
        (await life.AppAsync(New, "select c.name, a.street from customers c join addresses a on a.customer_id = c.id where c.id in (2, 3) order by c.id")).ShouldBe("c1|s1; c2|s2");
        (await life.BaseAsync(Pairs)).ShouldBe("0");
        await life.CompleteAsync(New);
        await life.BaseAsync("update customers set id = -id; update customers set id = 1 - id");
        (await life.BaseAsync("select c.name, a.street from customers c join addresses a on a.customer_id = c.id where c.id in (3, 4) order by c.id")).ShouldBe("c1|s1; c2|s2");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select name, street from customers where id in (3, 4) order by id")).ShouldBe("c1|s1; c2|s2");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Rows_that_went_past_the_triggers_are_mended_from_the_base(int major)
    {
        await using var life = await Life.CreateAsync(major, Script);
        await life.StartAsync(New, Extract);
        await life.BaseAsync("set session_replication_role = replica; update customers set street = 'past' where id in (1, 35); delete from _tandem_1_new_addresses where customer_id = 2");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select customer_id, street from addresses where customer_id in (1, 2, 35) order by 1")).ShouldBe("1|past; 2|s2; 35|past");
        await life.BaseAsync("set session_replication_role = replica; update addresses set street = 'new' where customer_id = 1; delete from addresses where customer_id = 2");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select street from customers where id in (1, 2) order by id")).ShouldBe("new; ∅");
        await life.BaseAsync("truncate customers");
        (await life.BaseAsync("select count(*) from _tandem_1_new_addresses")).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Two_sessions_that_write_both_sides_of_the_same_pairs_leave_them_in_agreement(int major)
    {
        await using var life = await Life.CreateAsync(major, Script);
        await life.StartAsync(New, Extract);
        await Task.WhenAll(
            WriteAsync(life, null, i => $"update customers set street = 'o{i}' where id = {1 + (i % 3)}"),
            WriteAsync(life, null, i => $"update customers set street = null, city = null where id in ({1 + (i % 3)}, 4)"),
            WriteAsync(life, New, i => $"insert into addresses values ({1 + (i % 3)}, 'n{i}', 'c{i}') on conflict (customer_id) do update set street = excluded.street"),
            WriteAsync(life, New, i => $"delete from addresses where customer_id = {1 + (i % 3)}"));
        (await life.BaseAsync(Pairs)).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task An_upsert_waits_for_the_whole_row_before_it_holds_the_part(int major)
    {
        await using var life = await Life.CreateAsync(major, Script);
        await life.StartAsync(New, Extract);
        await using var old = await life.Server.OpenAsync();
        await using var young = await life.Server.OpenAsync();
        await life.RunAsync(old, null, "begin; update customers set name = 'held' where id = 1");
        var upsert = life.RunAsync(young, New, "insert into addresses values (1, 'n', 'n') on conflict (customer_id) do update set street = excluded.street");
        while (await life.BaseAsync($"select wait_event_type from pg_stat_activity where pid = {young.ProcessID}") != "Lock")
        {
            upsert.IsCompleted.ShouldBeFalse();
        }

        await life.RunAsync(old, null, "update customers set street = 'o', city = 'o' where id = 1; commit");
        await upsert;
        (await life.BaseAsync("select name, street, city from customers where id = 1")).ShouldBe("held|n|o");
        (await life.BaseAsync(Pairs)).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Row_security_and_other_migrations_of_either_table_are_refused(int major)
    {
        await using var life = await Life.CreateAsync(major, Script);
        await life.StartAsync(New, Extract);
        await life.CompleteAsync(New);
        foreach (var other in new Operation[]
        {
            new RenameColumn { Table = "customers", From = "name", To = "title" }, new RenameColumn { Table = "addresses", From = "city", To = "town" },
        })
        {
            var plan = await life.PlanAsync(Life.Migration("0002_next", other));
            plan.Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Code).ShouldBe([ProblemCodes.LinkedTableHeld]);
        }

        await life.SunsetAsync(New);
        await life.StartAsync("0002_next", new RenameColumn { Table = "addresses", From = "city", To = "town" });
        await life.RollbackAsync("0002_next");
        await life.BaseAsync("alter table addresses enable row level security; create policy own on addresses using (customer_id > 0)");
        var secured = await life.PlanAsync(Life.Migration("0003_back", new InlineTable { Table = "addresses", Into = "customers" }));
        secured.Findings.Select(f => f.Code).ShouldContain(ProblemCodes.LinkedRowSecurity);
        secured.Findings.Select(f => f.Code).ShouldContain(ProblemCodes.LinkedTableHeld);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_part_is_whole_or_not_there_in_both_versions(int major)
    {
        await using var life = await Life.CreateAsync(
            major, "create table customers (id int primary key); create table profiles (id int primary key references customers on delete cascade, email text not null, bio text); insert into customers values (1), (2); insert into profiles values (1, 'a', 'b')");
        await life.StartAsync(New, new InlineTable { Table = "profiles", Into = "customers" });
        (await Should.ThrowAsync<PostgresException>(() => life.AppAsync(New, "update customers set bio = 'x' where id = 2"))).SqlState.ShouldBe("23502");
        await life.AppAsync(New, "update customers set email = 'e', bio = 'x' where id = 2");
        (await life.BaseAsync("select * from profiles order by id")).ShouldBe("1|a|b; 2|e|x");
        await life.CompleteAsync(New);
        (await Should.ThrowAsync<PostgresException>(() => life.BaseAsync("update customers set email = null where id = 2"))).SqlState.ShouldBe("23514");
        await life.BaseAsync("update customers set email = null, bio = null where id = 2; insert into customers values (3, 'f', null)");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select * from profiles order by id")).ShouldBe("1|a|b; 3|f|∅");
    }

    /// <summary>Deadlocks are tried again, as applications must; nothing else may fail.</summary>
    private static async Task WriteAsync(Life life, string? version, Func<int, string> sql)
    {
        await using var connection = await life.Server.OpenAsync();
        for (var i = 0; i < 60;)
        {
            try
            {
                await life.RunAsync(connection, version, sql(i));
                i++;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected)
            {
                continue;
            }
        }
    }
}
