using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Schemas of the users' that have names which Tandem needs.</summary>
public sealed class TakenNamesTests
{
    private const string New = "0001_new";
    private static readonly AddColumn Column = new() { Table = "people", Name = "city", Type = new("text"), Up = new("'?'") };

    [PostgresTheory]
    [EndMajors]
    public async Task A_schema_that_is_called_tandem_is_left_alone(int major)
    {
        await using var life = await Life.CreateAsync(
            major, "create table people (id int primary key); create schema tandem; create table tandem.meta (a int); create table tandem.runs (b int); insert into tandem.runs values (7)");

        var refused = await Should.ThrowAsync<TandemException>(() => life.StartAsync(New, Column));

        refused.Problems[0].Code.ShouldBe(ProblemCodes.NameTaken);
        refused.Message.ShouldContain("There is a schema tandem already");
        (await life.BaseAsync("select string_agg(relname, ',' order by relname) from pg_class where relnamespace = 'tandem'::regnamespace")).ShouldBe("meta,runs");
        await using var doctor = PostgresDatabase.At(life.Server.Url.ToString());
        (await doctor.CheckAsync(default)).ShouldContain(c => c.Problem != null && c.Problem.Code == ProblemCodes.NameTaken && c.Problem.Severity == Severity.Error);

        // An uninstall would drop what is listed.
        (await doctor.FindOwnObjectsAsync(default)).ShouldBeEmpty();

        await life.BaseAsync("alter schema tandem rename to mine");
        await life.StartAsync(New, Column);
        (await life.BaseAsync("select b from mine.runs")).ShouldBe("7");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task An_empty_schema_that_is_called_tandem_is_taken_over(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (id int primary key); create schema tandem");
        await life.StartAsync(New, Column);
    }

    // As MySQL names them: a foreign key and the index behind it.
    [PostgresTheory(18)]
    [InlineData(18)]
    public async Task A_foreign_key_and_a_check_have_the_names_of_indexes(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            "create table teams (id int primary key); create table people (id int primary key, team int, age int); create index fk_team on people (team); create index ck_age on people (age);"
            + "insert into teams values (1); insert into people values (1, 1, 30)");
        const string Rules = "select string_agg(conname, ',' order by conname) from pg_constraint where conrelid = 'people'::regclass and contype in ('c', 'f')";
        const string Indexes = "select string_agg(indexname, ',' order by indexname) from pg_indexes where tablename = 'people'";

        await life.StartAsync(
            New,
            new AddForeignKey { Table = "people", Name = "fk_team", Columns = ["team"], References = new() { Table = "teams", Columns = ["id"] } },
            new AddCheck { Table = "people", Name = "ck_age", Expression = new("age > 0") });
        await life.CompleteAsync(New);
        (await life.BaseAsync(Rules)).ShouldBe("ck_age,fk_team");
        (await life.BaseAsync(Indexes)).ShouldBe("ck_age,fk_team,people_pkey");
        await life.RollbackAsync(New);
        (await life.BaseAsync(Indexes)).ShouldBe("ck_age,fk_team,people_pkey");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_version_of_another_target_is_left_alone(int major)
    {
        await using var life = await Life.CreateAsync(
            major, "create table people (id int primary key); insert into people values (1); create schema public_0001; create table public_0001.people (id int primary key)");
        await life.StartAsync(New, Column);
        await using var other = PostgresDatabase.At($"{life.Server.Url}?schema=public_0001");
        var workspace = new Workspace(other);

        var refused = await Should.ThrowAsync<TandemException>(
            async () => await workspace.Runner.StartAsync(await workspace.PlanAsync(Life.Migration("new", Column), default), default));

        refused.Problems[0].Code.ShouldBe(ProblemCodes.NameTaken);
        (await life.AppAsync(New, "select id from people")).ShouldBe("1");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_schema_that_is_called_like_a_version_is_left_alone(int major)
    {
        await using var life = await Life.CreateAsync(
            major, "create table people (id int primary key); create schema public_0001_new; comment on schema public_0001_new is 'mine'; create table public_0001_new.people (b int)");

        var refused = await Should.ThrowAsync<TandemException>(() => life.StartAsync(New, Column));

        refused.Problems[0].Code.ShouldBe(ProblemCodes.NameTaken);
        refused.Message.ShouldContain("There is a schema public_0001_new already");
        (await life.BaseAsync("select obj_description('public_0001_new'::regnamespace, 'pg_namespace')")).ShouldBe("mine");
        await using var doctor = PostgresDatabase.At(life.Server.Url.ToString());
        (await doctor.CheckAsync(default)).ShouldContain(c => c.Problem != null && c.Problem.Message.StartsWith("public_0001_new: called like versions", StringComparison.Ordinal));

        await life.BaseAsync("alter schema public_0001_new rename to other");
        (await life.Runner.ResumeAsync(null, default)).Failed.ShouldBeFalse();
        (await life.AppAsync(New, "select count(*) from people")).ShouldBe("0");
        await life.RollbackAsync(New);
    }
}
