using Npgsql;
using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Rows that two versions keep in different tables, where the walks of the life cases do not come by.</summary>
public sealed class RowLinkTests
{
    private const string New = "0001_new";

    private const string Script =
        """
        create table customers (id int primary key, name text not null, active boolean, email text unique);
        insert into customers select g, 'c' || g, g % 2 = 1, 'm' || g from generate_series(1, 40) g;
        """;

    // Every row of either form that has no equal in the other.
    private const string Strays =
        """
        with parts as (select * from _tandem_1_new_active union all select * from _tandem_1_new_archived)
        select count(*) from customers c full join parts p on p.id = c.id and p.active is not distinct from c.active
        where c.id is null or p.id is null or (c.name, c.email) is distinct from (p.name, p.email)
        """;

    private const string Texts =
        """
        create table drafts (id int primary key, body text);
        create table posts (id int primary key, body text);
        insert into drafts values (1, 'd1'), (2, 'd2');
        insert into posts values (3, 'p3');
        """;

    private static readonly SplitTable Split = new()
    {
        Table = "customers",
        Into = [new RowTarget { Name = "active", Where = new SqlText("active") }, new RowTarget { Name = "archived", Where = new SqlText("not active") }],
    };

    private static readonly MergeTables Merge = new()
    {
        From = [new RowSource { Name = "drafts", Value = new SqlText("'draft'") }, new RowSource { Name = "posts", Value = new SqlText("'post'") }],
        Into = "texts",
        Discriminator = new Discriminator { Column = "kind", Type = new SqlText("text") },
    };

    [PostgresTheory]
    [EndMajors]
    public async Task A_row_that_fits_nowhere_stays_with_old_applications_and_holds_complete_up(int major)
    {
        await using var life = await Life.CreateAsync(major, Script);
        await life.StartAsync(New, Split);
        await life.BaseAsync("insert into customers values (50, 'n', null, 'm50'); update customers set active = null where id = 1");
        (await life.AppAsync(New, "select count(*) from active where id in (1, 50)")).ShouldBe("0");
        (await Should.ThrowAsync<PostgresException>(() => life.AppAsync(New, "insert into archived values (50, 'x', false, null)"))).SqlState.ShouldBe("23505");
        (await life.BaseAsync("select name, active from customers where id = 50")).ShouldBe("n|∅");
        await Should.ThrowAsync<Exception>(() => life.CompleteAsync(New));
        await life.BaseAsync("update customers set active = true where id in (1, 50)");
        (await life.AppAsync(New, "select id, name from active where id in (1, 50) order by id")).ShouldBe("1|c1; 50|n");
        (await life.BaseAsync(Strays)).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_row_that_the_old_version_has_no_place_for_is_refused(int major)
    {
        await using var life = await Life.CreateAsync(major, Script);
        await life.StartAsync(New, Split);
        foreach (var (sql, state) in new[]
        {
            ("insert into archived values (1, 'x', false, null)", "23505"),
            ("insert into archived values (60, 'x', false, 'm1')", "23505"),
            ("insert into archived values (60, 'x', true, null)", "23514"),
            ("update archived set id = 1 where id = 2", "23505"),
        })
        {
            (await Should.ThrowAsync<PostgresException>(() => life.AppAsync(New, sql))).SqlState.ShouldBe(state, sql);
        }

        await life.AppAsync(New, "delete from active where id = 1; insert into archived values (1, 'moved', false, 'm1')");
        (await life.BaseAsync("select name, active from customers where id = 1")).ShouldBe("moved|f");
        (await life.BaseAsync(Strays)).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Keys_and_parts_that_change_in_one_statement_take_their_rows_along(int major)
    {
        await using var life = await Life.CreateAsync(major, Script);
        await life.StartAsync(New, Split);
        await life.BaseAsync("update customers set id = -id, active = not active; update customers set id = 41 + id; truncate customers");
        (await life.AppAsync(New, "select (select count(*) from active) + (select count(*) from archived)")).ShouldBe("0");
        await life.BaseAsync("insert into customers select g, 'c' || g, g % 3 = 1, null from generate_series(1, 20) g; update customers set id = id + 1000; update customers set id = 2000 - id, active = id % 2 = 0");
        (await life.BaseAsync(Strays)).ShouldBe("0");
        await life.AppAsync(New, "update active set id = -id; update archived set id = 3000 - id, name = 'z' || name");
        (await life.BaseAsync(Strays)).ShouldBe("0");
        await life.BaseAsync("truncate _tandem_1_new_active");
        (await life.BaseAsync("select count(*) from customers where active")).ShouldBe("0");
        (await life.BaseAsync("select count(*) > 0 from customers")).ShouldBe("t");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Rows_that_went_past_the_triggers_are_mended_from_the_base(int major)
    {
        await using var life = await Life.CreateAsync(major, Script);
        await life.StartAsync(New, Split);
        await life.BaseAsync(
            "set session_replication_role = replica; update customers set name = 'past' where id = 1; update customers set active = false where id = 3; "
            + "delete from customers where id = 5; delete from _tandem_1_new_active where id = 7");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select id, name from active where id in (1, 3, 5, 7) order by 1")).ShouldBe("1|past; 7|c7");
        (await life.BaseAsync("select id from archived where id in (3, 4) order by 1")).ShouldBe("3; 4");
        await life.BaseAsync("set session_replication_role = replica; update active set name = 'new' where id = 1; delete from active where id = 7; insert into archived values (70, 'n', false, null)");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select id, name, active from customers where id in (1, 3, 7, 70) order by 1")).ShouldBe("1|new|t; 3|c3|f; 70|n|f");
        (await life.BaseAsync(Strays)).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Sessions_that_write_both_forms_of_the_same_rows_leave_them_in_agreement(int major)
    {
        await using var life = await Life.CreateAsync(major, Script);
        await life.StartAsync(New, Split);
        await Task.WhenAll(
            WriteAsync(life, null, i => $"update customers set name = 'o{i}', active = {(i % 2 == 0 ? "true" : "false")} where id = {1 + (i % 3)}"),
            WriteAsync(life, null, i => $"insert into customers values ({1 + (i % 3)}, 'p{i}', true, null) on conflict (id) do update set name = excluded.name, active = not customers.active"),
            WriteAsync(life, New, i => $"insert into active values ({1 + (i % 3)}, 'n{i}', true, null) on conflict (id) do update set name = excluded.name"),
            WriteAsync(life, New, i => $"delete from archived where id = {1 + (i % 3)}"),
            WriteAsync(life, New, i => $"update archived set name = 'q{i}' where id in ({1 + (i % 3)}, 4)"));
        (await life.BaseAsync(Strays)).ShouldBe("0");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Rows_of_old_applications_under_a_key_that_is_taken_are_neither_seen_nor_lost(int major)
    {
        await using var life = await Life.CreateAsync(major, Texts);
        await life.StartAsync(New, Merge);
        await life.BaseAsync("insert into posts values (1, 'of an old application')");
        (await life.AppAsync(New, "select * from texts where id = 1")).ShouldBe("1|d1|draft");
        (await Should.ThrowAsync<PostgresException>(() => life.AppAsync(New, "update texts set kind = 'post' where id = 1"))).SqlState.ShouldBe("23505");
        (await Should.ThrowAsync<PostgresException>(() => life.AppAsync(New, "update texts set kind = 'page' where id = 2"))).SqlState.ShouldBe("23514");
        await life.AppAsync(New, "update texts set body = 'by new' where id = 1; update texts set kind = 'post' where id = 2");
        await Should.ThrowAsync<Exception>(() => life.CompleteAsync(New));
        (await life.BaseAsync("select * from posts order by id")).ShouldBe("1|of an old application; 2|d2; 3|p3");
        await life.AppAsync(New, "delete from texts where id = 1");
        (await life.BaseAsync("select count(*) from drafts")).ShouldBe("0");
        (await life.BaseAsync("select body from posts where id = 1")).ShouldBe("of an old application");
        (await Should.ThrowAsync<PostgresException>(() => life.AppAsync(New, "insert into texts values (1, 'x', 'post')"))).SqlState.ShouldBe("23505");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select * from texts order by id")).ShouldBe("1|of an old application|post; 2|d2|post; 3|p3|post");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task The_rows_are_asked_before_anything_is_done(int major)
    {
        await using var life = await Life.CreateAsync(major, Script + Texts + "update customers set active = null where id < 4; insert into posts values (2, 'twice')");
        async Task<string[]> Errors(Operation operation) =>
            [.. (await life.ReviewAsync(Life.Migration(New, operation))).Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Code.Id)];

        var plan = await life.ReviewAsync(Life.Migration(New, Split));
        plan.Findings.Single(f => f.Code == ProblemCodes.RowsFitNoPart).Message.ShouldContain("For 3 rows of customers");
        (await life.ReviewAsync(Life.Migration(New, Merge))).Findings.Single(f => f.Code == ProblemCodes.KeysCollide).Message.ShouldContain("1 keys");
        (await Errors(Merge with { Discriminator = Merge.Discriminator with { InKey = true } })).ShouldBeEmpty();
        RowTarget Of(string name, string where) => new() { Name = name, Where = new SqlText(where) };
        (await Errors(Split with { Into = [Of("a", "customers.active"), Of("b", "not active")] })).ShouldBe(["TDM2201", "TDM2220"]);
        (await Errors(Split with { Into = [Of("a", "now() > '2020-01-01'"), Of("b", "now() <= '2020-01-01'")] })).ShouldBe(["TDM2206", "TDM2206"]);
        await life.BaseAsync("revoke select on posts from current_user");
        (await Errors(Merge with { Discriminator = Merge.Discriminator with { InKey = true } })).ShouldBe(["TDM2078"]);
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
            await life.StartAsync(New, Split);
            await life.BaseAsync($"set role {role}; update customers set active = false where id = 1");
            await life.AppAsync(New, $"set role {role}; insert into active values (60, 'by new', true, null); delete from archived where id = 2");
            (await life.BaseAsync("select id from customers where id in (1, 2, 60) order by id")).ShouldBe("1; 60");
            (await life.BaseAsync(Strays)).ShouldBe("0");
        }
        finally
        {
            await life.BaseAsync($"drop owned by {role}; drop role {role}");
        }
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_merged_table_gives_the_rights_of_its_tables_and_no_default_ones(int major)
    {
        await using var life = await Life.CreateAsync(major, Texts);
        var role = $"guest_{Guid.NewGuid():N}";
        await life.BaseAsync($"create role {role}; alter default privileges grant select on tables to {role}");
        try
        {
            await life.StartAsync(New, Merge);
            await life.CompleteAsync(New);
            (await life.BaseAsync($"select has_table_privilege('{role}', 'texts', 'select')")).ShouldBe("f");
        }
        finally
        {
            await life.BaseAsync($"drop owned by {role}; drop role {role}");
        }
    }

    /// <summary>Deadlocks are tried again and keys that are taken are passed over, as applications must; nothing else may fail.</summary>
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
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected)
            {
                continue;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UniqueViolation)
            {
                i++;
            }
        }
    }
}
