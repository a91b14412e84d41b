using Npgsql;
using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Columns that stand in one table in the old version, and in the table that its rows refer to in the new.</summary>
public sealed class MovedFactsTests
{
    private const string New = "0001_new";

    private const string Script =
        """
        create table customers (id int primary key, name text);
        create table profiles (id int primary key, customer_id int not null unique references customers on update cascade on delete cascade, email varchar(40) not null, bio text);
        insert into customers select g, 'c' || g from generate_series(1, 20) g;
        insert into profiles select 100 + g, g, 'e' || g, null from generate_series(1, 10) g;
        """;

    private const string Pairs = "select count(*) from profiles p join customers c on c.id = p.customer_id where p.email is distinct from c._tandem_1_new_email";

    [PostgresTheory]
    [EndMajors]
    public async Task A_row_that_goes_takes_no_value_along_and_one_that_comes_without_gets_it(int major)
    {
        await using var life = await StartedAsync(major);
        await life.AppAsync(New, "delete from profiles where customer_id = 1");
        await life.BaseAsync("delete from profiles where customer_id = 2");
        (await life.AppAsync(New, "select id, email from customers where id in (1, 2, 11) order by id")).ShouldBe("1|e1; 2|e2; 11|∅");
        await life.AppAsync(New, "insert into profiles (id, customer_id, bio) values (201, 1, 'again') on conflict (customer_id) do update set bio = 'no'");
        await life.AppAsync(New, "insert into profiles (id, customer_id, bio) values (0, 1, 'x') on conflict (customer_id) do update set bio = 'yes'");
        await life.BaseAsync("insert into profiles values (202, 2, 'new2', 'again')");
        (await life.BaseAsync("select customer_id, email, bio from profiles where customer_id < 3 order by 1")).ShouldBe("1|e1|yes; 2|new2|again");
        (await life.AppAsync(New, "select email from customers where id = 2")).ShouldBe("new2");
        (await Should.ThrowAsync<PostgresException>(() => life.AppAsync(New, "insert into profiles (id, customer_id) values (211, 11)"))).SqlState.ShouldBe("23502");
        (await Should.ThrowAsync<PostgresException>(() => life.AppAsync(New, "update customers set email = null where id = 3"))).SqlState.ShouldBe("23502");
        await life.AppAsync(New, "with c as (insert into customers values (30, 'n', 'at30') returning id) insert into profiles (id, customer_id) select 230, id from c where id < 0");
        (await life.BaseAsync(Pairs)).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_row_refers_to_another_one_only_where_no_value_is_lost(int major)
    {
        await using var life = await StartedAsync(major);
        await life.AppAsync(New, "update customers set email = 'own' where id = 12");
        foreach (var version in new[] { null, New })
        {
            (await Should.ThrowAsync<PostgresException>(() => life.AppAsync(version, "update profiles set customer_id = 12 where customer_id = 1"))).SqlState.ShouldBe("23000");
        }

        await life.BaseAsync("update profiles set customer_id = 13 where customer_id = 1");
        await life.BaseAsync("update profiles set customer_id = 12, email = 'both' where customer_id = 2");
        (await life.AppAsync(New, "select id, email from customers where id in (1, 2, 12, 13) order by id")).ShouldBe("1|e1; 2|e2; 12|both; 13|e1");
        (await life.BaseAsync(Pairs)).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_key_that_changes_with_the_value_keeps_both(int major)
    {
        await using var life = await StartedAsync(major);
        await life.AppAsync(New, "update customers set id = 50, email = 'moved' where id = 1");
        await life.BaseAsync("update customers set id = -id where id < 10");
        (await life.BaseAsync("select email from profiles where customer_id in (50, -2) order by 1")).ShouldBe("e2; moved");
        (await life.BaseAsync(Pairs)).ShouldBe("0");
        await life.CompleteAsync(New);
        await life.BaseAsync("update customers set id = 60, email = 'later' where id = 50");
        await life.BaseAsync("insert into profiles (id, customer_id) values (300, 20)");
        (await Should.ThrowAsync<TandemException>(() => life.RollbackAsync(New))).Message.ShouldContain("1 rows");
        await life.BaseAsync("update customers set email = 'at20' where id = 20");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select customer_id, email from profiles where customer_id in (20, 60, -2) order by 1")).ShouldBe("-2|e2; 20|at20; 60|later");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_transaction_with_an_older_snapshot_overwrites_nothing(int major)
    {
        await using var life = await StartedAsync(major);
        await using var stale = await life.Server.OpenAsync();
        await life.AppAsync(New, "update customers set email = 'there' where id = 11");
        await life.RunAsync(stale, New, "begin isolation level repeatable read; select count(*) from customers");
        await life.AppAsync(New, "insert into profiles (id, customer_id) values (211, 11)");
        (await Should.ThrowAsync<PostgresException>(() => life.RunAsync(stale, New, "update customers set email = 'stale' where id = 11"))).SqlState.ShouldBe("40001");
        await RollbackAsync(stale);
        await life.RunAsync(stale, New, "begin isolation level repeatable read; select count(*) from customers");
        await life.AppAsync(New, "update customers set email = 'newer' where id = 12");
        (await Should.ThrowAsync<PostgresException>(() => life.RunAsync(stale, New, "insert into profiles (id, customer_id) values (212, 12)"))).SqlState.ShouldBe("40001");
        await RollbackAsync(stale);
        (await life.BaseAsync(Pairs)).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Sessions_that_write_both_sides_leave_them_in_agreement(int major)
    {
        await using var life = await StartedAsync(major);
        await Task.WhenAll(
            WriteAsync(life, null, i => $"update profiles set email = 'o{i}' where customer_id = {1 + (i % 3)}"),
            WriteAsync(life, null, i => $"insert into profiles values ({400 + (i % 3)}, {11 + (i % 3)}, 'i{i}') on conflict (customer_id) do update set email = excluded.email"),
            WriteAsync(life, New, i => $"update customers set email = 'n{i}' where id in ({1 + (i % 3)}, {11 + (i % 3)})"),
            WriteAsync(life, New, i => $"delete from profiles where customer_id = {11 + (i % 3)}"));
        (await life.BaseAsync(Pairs)).ShouldBe("0");
    }

    [PostgresFact]
    public async Task Rows_that_went_past_the_triggers_are_mended_from_the_base()
    {
        await using var life = await StartedAsync(PostgresVersions.Newest);
        await life.BaseAsync("set session_replication_role = replica; update profiles set email = 'past' where customer_id in (1, 2)");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select email from customers where id in (1, 2)")).ShouldBe("past; past");
        await life.BaseAsync("set session_replication_role = replica; update customers set email = 'new' where id = 1");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select email from profiles where customer_id in (1, 2) order by 1")).ShouldBe("new; past");
    }

    [PostgresFact]
    public async Task Who_may_read_the_other_table_alone_is_named()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, Script);
        var role = $"clerk_{Guid.NewGuid():N}";
        await life.BaseAsync($"create role {role}; grant select on customers to {role}");
        try
        {
            var plan = await life.PlanAsync(Migration);
            plan.Findings.Where(f => f.Code == ProblemCodes.AccessWidens).Select(f => f.Message).ShouldBe([$"From live on {role} may SELECT email of customers, and has no such right on profiles."]);
        }
        finally
        {
            await life.BaseAsync($"drop owned by {role}; drop role {role}");
        }
    }

    private static Migration Migration => Life.Migration(New, new MoveColumn { Table = "profiles", Columns = ["email"], Into = "customers" }) with
    {
        Accept = [new Consent { Code = "TDM2083", Reason = "test" }],
    };

    private static async Task<Life> StartedAsync(int major)
    {
        var life = await Life.CreateAsync(major, Script);
        await life.RestartAsync(await life.PlanAsync(Migration));
        return life;
    }

    private static async Task RollbackAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("rollback", connection);
        await command.ExecuteNonQueryAsync();
    }

    // A session that the server breaks off as a deadlock tries again, as applications must.
    private static async Task WriteAsync(Life life, string? version, Func<int, string> sql)
    {
        for (var i = 0; i < 150;)
        {
            try
            {
                await life.AppAsync(version, sql(i));
                i++;
            }
            catch (PostgresException failure) when (failure.SqlState is "40P01" or "40001" or "23502")
            {
                i += failure.SqlState == "23502" ? 1 : 0;
            }
        }
    }
}
