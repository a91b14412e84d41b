using Shouldly;
using Tandem.Databases;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>Connections that rest between two uses.</summary>
public sealed class PostgresConnectionsTests
{
    private const string Resting = "select string_agg(pid::text, ',') from pg_stat_activity where datname = current_database() and query = 'rollback'";

    [PostgresFact]
    public async Task The_catalogues_is_used_again_and_replaced_when_the_server_closed_it()
    {
        await using var target = await Target.CreateAsync("create table one (id int primary key)");
        await using var database = PostgresDatabase.At($"{target.Server.Url}?schema=public");
        await database.InspectAsync(default);
        var first = (await target.Server.ScalarAsync<string>(Resting)).ShouldNotBeNull();

        await target.Server.ExecuteAsync("create table two (id int primary key)");
        (await database.InspectAsync(default)).Tables.Select(t => t.Name).ShouldBe(["one", "two"]);
        (await target.Server.ScalarAsync<string>(Resting)).ShouldBe(first);

        await target.Server.ExecuteAsync($"select pg_terminate_backend({first}, 60000)");
        (await database.InspectAsync(default)).Tables.Select(t => t.Name).ShouldBe(["one", "two"]);
        (await target.Server.ScalarAsync<string>(Resting)).ShouldNotBeNull().ShouldNotBe(first);
    }

    [PostgresFact]
    public async Task What_a_session_left_behind_is_gone_in_the_next()
    {
        await using var target = await Target.CreateAsync();
        long first;
        await using (var session = await target.SessionAsync())
        {
            first = await AskAsync(session, "select pg_backend_pid() as answer");
            await session.ApplyAsync(
                [
                    new SqlStatement("create temporary table left_over (id int)"),
                    new SqlStatement("select set_config('tandem.left_over', 'yes', false) as set"),
                    new SqlStatement("select pg_advisory_lock(4711)::text as locked"),
                ],
                ApplyOptions.Default,
                default);
        }

        (await target.Server.ScalarAsync<long>("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())")).ShouldBe(0);
        await using var next = await target.SessionAsync();
        (await AskAsync(next, "select pg_backend_pid() as answer")).ShouldBe(first);
        (await AskAsync(next, "select count(*) as answer from pg_class where relname = 'left_over'")).ShouldBe(0);
        (await AskAsync(next, "select case when coalesce(current_setting('tandem.left_over', true), '') = '' then 0 else 1 end as answer")).ShouldBe(0);
    }

    [PostgresFact]
    public async Task One_that_was_closed_while_it_rested_is_replaced()
    {
        await using var target = await Target.CreateAsync();
        long first;
        await using (var session = await target.SessionAsync())
        {
            first = await AskAsync(session, "select pg_backend_pid() as answer");
        }

        await target.Server.ExecuteAsync($"select pg_terminate_backend({first}, 60000)");

        await using var next = await target.SessionAsync();
        (await AskAsync(next, "select pg_backend_pid() as answer")).ShouldNotBe(first);
    }

    [PostgresFact]
    public async Task No_more_rest_than_a_run_needs_and_none_when_the_database_is_left()
    {
        const string OfTandem = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'tandem'";
        await using var target = await Target.CreateAsync();
        var database = PostgresDatabase.At(target.Server.Url.ToString());
        await using (database)
        {
            var sessions = new List<ISession>();
            for (var i = 0; i < 7; i++)
            {
                sessions.Add(await database.OpenSessionAsync(default));
            }

            (await target.Server.ScalarAsync<long>(OfTandem)).ShouldBe(7);
            foreach (var session in sessions)
            {
                await session.DisposeAsync();
            }

            await BecomesAsync(target, OfTandem, 4);
        }

        await BecomesAsync(target, OfTandem, 0);
    }

    private static async Task<long> AskAsync(ISession session, string query) =>
        (await session.QueryAsync(new SqlStatement(query), default)).Number("answer");

    // A server's process ends a little after its connection.
    private static Task BecomesAsync(Target target, string count, int number) => target.Server.ExecuteAsync(
        $"do $$ begin while ({count}) <> {number} loop perform pg_sleep(0.01); perform pg_stat_clear_snapshot(); end loop; end $$");
}
