using Shouldly;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>What the counters and rights of a server say, on all majors.</summary>
public sealed class OutlookTests
{
    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Risky_spots_are_named(int major)
    {
        await using var target = await Target.CreateAsync(
            """
            create table small_key (id serial primary key, note text);
            create table roomy (id bigserial primary key);
            create table big (id int primary key, n int);
            create function risky() returns int language sql security definer return 1;
            create function careful() returns int language sql security definer set search_path = pg_catalog return 1;
            create function usual() returns int language sql return 1;
            revoke create on schema public from public;
            create schema hdb_catalog; create table hdb_catalog.hdb_metadata (id int);
            """,
            major: major);
        await using var database = PostgresDatabase.At($"{target.Server.Url}?schema=public");
        var before = await database.LookAsync(default);
        before.Risks.Select(r => r.Subject).ShouldBe(["careful()", "risky()"]);
        before.Risks[0].Text.ShouldNotContain("search_path");
        before.Risks[1].Text.ShouldContain("sets no search_path");
        before.Neighbours.ShouldBe(["hdb_catalog.hdb_metadata"]);
        before.RowsPerDay.ShouldBeEmpty();

        await target.Server.ExecuteAsync("select setval('small_key_id_seq', 2000000000)");
        await target.Server.ExecuteAsync("select setval('roomy_id_seq', 2000000000)");
        await target.Server.ExecuteAsync("grant create on schema public to public");
        await target.Server.ExecuteAsync("insert into big select g, g from generate_series(1, 120000) g");
        await target.Server.ExecuteAsync("create index big_n on big (n)");
        await target.Server.ExecuteAsync("update big set n = n + 1 where id <= 60000");

        // Counters come with a delay, and before 15 they may get lost on their way: ANALYZE sends the table's anew.
        for (var attempt = 0; ; attempt++)
        {
            await target.Server.ExecuteAsync("analyze big");
            var risks = (await database.LookAsync(default)).Risks;
            if (attempt == 100 || risks.Count(r => r.Subject == "big") == 2)
            {
                risks.Select(r => r.Subject).ShouldBe(["big", "big", "big.big_n", "careful()", "risky()", "schema public", "small_key.id"], ignoreOrder: true);
                risks.Single(r => r.Subject == "small_key.id").Text.ShouldContain("93 % are used");
                risks.Single(r => r.Subject == "big.big_n").Text.ShouldContain("No query has used the index");
                return;
            }

            await Task.Delay(100);
        }
    }
}
