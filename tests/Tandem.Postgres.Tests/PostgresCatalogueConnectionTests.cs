using Shouldly;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>The connection that rests between two readings of the catalogue.</summary>
public sealed class PostgresCatalogueConnectionTests
{
    private const string Resting = "select string_agg(pid::text, ',') from pg_stat_activity where datname = current_database() and query = 'rollback'";

    [PostgresFact]
    public async Task It_is_used_again_and_replaced_when_the_server_closed_it()
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
}
