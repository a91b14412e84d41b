using Shouldly;
using Tandem.Operations;
using Tandem.Postgres.Scripts;
using Tandem.Postgres.Tests.Objects;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Materialized views that have no rows yet keep none, wherever they are written again.</summary>
public sealed class StoredViewTests
{
    private const string Populated = "select string_agg(relname || ' ' || relispopulated, ', ' order by relname) from pg_class where relkind = 'm'";

    [PostgresFact]
    public async Task A_script_leaves_those_empty_that_are_and_what_reads_them()
    {
        await using var life = await Life.CreateAsync(
            PostgresVersions.Newest,
            """
            create table t (id int);
            create materialized view bottom as select id from t;
            create view between_them as select id from bottom;
            create materialized view above as select id from between_them;
            create materialized view other as select id from t;
            refresh materialized view bottom with no data
            """);
        var schema = await life.InspectAsync();
        await using var copy = await Target.CreateAsync("", "public", PostgresVersions.Newest);
        await RoundTrip.ApplyAsync(copy, PostgresDdl.Statements(new[] { schema }));
        (await copy.Server.ScalarAsync<string>(Populated)).ShouldBe("above false, bottom false, other true");

        var was = Fingerprint.Marked(schema);
        await life.BaseAsync("refresh materialized view bottom");
        Fingerprint.Marked(await life.InspectAsync()).ShouldBe(was);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task One_is_made_without_rows_where_the_file_says_so(int major)
    {
        const string New = "0001_new";
        await using var life = await Life.CreateAsync(major, "create table t (id int); insert into t values (1)");
        var view = new CreateView { Name = "stored", Query = new("select id from t -- all"), Materialized = true, WithData = false };
        (await life.PlanAsync(Life.Migration(New, view with { Materialized = false }))).Findings.ShouldContain(f => f.Code == ProblemCodes.Incomplete);
        await life.StartAsync(New, view);
        (await life.BaseAsync(Populated)).ShouldBe("stored false");
        await life.BaseAsync("refresh materialized view stored");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select count(*) from stored")).ShouldBe("1");
    }

    /// <summary>The plan that is begun again comes from the journal.</summary>
    [PostgresFact]
    public async Task One_stays_without_rows_when_its_start_was_taken_back_before_it_was_made()
    {
        const string New = "0001_new";
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, "create table t (id int); insert into t values (1)");
        var plan = await life.PlanAsync(Life.Migration(New, new CreateView { Name = "stored", Query = new("select id from t"), Materialized = true, WithData = false })
            with { Checks = new() { Before = [new() { Name = "one", Sql = new("select count(*) from t"), Expect = "0" }] } });
        await Should.ThrowAsync<TandemException>(() => life.RestartAsync(plan));
        await life.RollbackAsync(New);
        await life.BaseAsync("delete from t");
        await life.RestartAsync(plan);
        (await life.BaseAsync(Populated)).ShouldBe("stored false");
    }

    [PostgresFact]
    public async Task One_that_is_filled_between_plan_and_start_is_as_it_was()
    {
        await using var life = await Life.CreateAsync(PostgresVersions.Newest, "create table t (id int); create materialized view stored as select id from t with no data");
        var plan = await life.PlanAsync(Life.Migration("0001_new", new DropView { Name = "stored" }));
        await life.BaseAsync("refresh materialized view stored");
        await life.RestartAsync(plan);
    }
}
