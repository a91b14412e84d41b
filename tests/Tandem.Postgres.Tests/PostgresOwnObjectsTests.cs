using Shouldly;
using Tandem.Databases;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

public sealed class PostgresOwnObjectsTests
{
    private const string Start =
        """
        set search_path = public;
        create schema tandem;
        create table tandem.meta (name text primary key, value text); create table tandem.lease (target text, epoch bigint); create table tandem.runs (target text, migration text);
        create function tandem."sync public.t"() returns trigger language plpgsql as $$ begin return new; end $$;
        create function tandem.copy_grants() returns void language sql as '';
        create schema "public_0001_x"; comment on schema "public_0001_x" is 'tandem version 0001_x of public';
        create table t (id int primary key, a text, _tandem_1_new_b text, _tandem_1_error text, _tandem_1_n int,
            constraint _tandem_1_required_b check (_tandem_1_new_b is not null or _tandem_1_error is not null), constraint _tandem_1_u unique (_tandem_1_n));
        create index _tandem_1_error_t on t (id) where _tandem_1_error is not null;
        create table _tandem_1_new_u (id serial primary key);
        create view public_0001_x.t as select id, _tandem_1_new_b as b from t; comment on view public_0001_x.t is 'tandem view of public.t';
        create domain grade as int; create domain mark as grade; create domain used as grade; alter table t add u used; create domain score as grade;
        comment on domain mark is 'tandem: a second name of a domain'; comment on domain used is 'tandem: a second name of a domain'; comment on domain score is 'tandem: the former name of a domain';
        create trigger "!tandem_sync" before update on t for each row execute function tandem."sync public.t"();
        """;

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task Everything_of_the_engines_is_found_and_can_be_dropped_in_that_order(int major)
    {
        await using var target = await Target.CreateAsync(Start, major: major);
        await using var session = await target.SessionAsync();

        var own = await target.Database.FindOwnObjectsAsync(CancellationToken.None);
        await session.ApplyAsync([.. own.Select(o => new SqlStatement(o.Drop))], ApplyOptions.Default, CancellationToken.None);

        own.Select(o => $"{o.Kind} {o.Name}").ShouldBe(
        [
            "view public_0001_x.t", "schema public_0001_x", "trigger \"!tandem_sync\" on public.t",
            "constraint _tandem_1_required_b on public.t", "constraint _tandem_1_u on public.t", "index public._tandem_1_error_t",
            "column public.t._tandem_1_error", "column public.t._tandem_1_n", "column public.t._tandem_1_new_b", "table public._tandem_1_new_u", "type public.mark", "type public.score",
            "function tandem.\"sync public.t\"()", "function tandem.copy_grants()", "table tandem.lease", "table tandem.meta", "table tandem.runs", "schema tandem",
        ]);
        (await target.Database.FindOwnObjectsAsync(CancellationToken.None)).ShouldBeEmpty();
        (await target.Server.ScalarAsync<string>("select string_agg(attname, ',') from pg_attribute where attrelid = 't'::regclass and attnum > 0 and not attisdropped"))
            .ShouldBe("id,a,u");
    }

    [PostgresFact]
    public async Task What_another_target_of_the_database_needs_stays()
    {
        await using var target = await Target.CreateAsync(
            Start + "create schema app_1; create schema v; comment on schema v is 'tandem version 0002 of app_1'; insert into tandem.runs values ('public', 'x'), ('app_1', 'y')");
        await using var session = await target.SessionAsync();

        var own = await target.Database.FindOwnObjectsAsync(CancellationToken.None);
        await session.ApplyAsync([.. own.Select(o => new SqlStatement(o.Drop))], ApplyOptions.Default, CancellationToken.None);

        own.Select(o => $"{o.Kind} {o.Name}").Where(o => o.Contains("tandem.", StringComparison.Ordinal)).ShouldBe(
            ["function tandem.\"sync public.t\"()", "journal rows tandem.lease", "journal rows tandem.runs"]);
        (await target.Server.ScalarAsync<string>("select string_agg(target, ',') from tandem.runs")).ShouldBe("app_1");
    }

    [PostgresFact]
    public async Task A_database_without_the_engine_has_none()
    {
        await using var target = await Target.CreateAsync("create table t (id int primary key)");

        (await target.Database.FindOwnObjectsAsync(CancellationToken.None)).ShouldBeEmpty();
    }
}
