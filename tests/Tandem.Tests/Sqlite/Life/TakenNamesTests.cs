using Shouldly;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Sqlite;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>Tables of the users' that have names like Tandem's.</summary>
public sealed class TakenNamesTests : IDisposable
{
    private const string Id = "0001_new";
    private readonly SqliteTarget target = new();

    public TakenNamesTests() => target.ExecuteAsync("create table people (id integer primary key, name text)").GetAwaiter().GetResult();

    public void Dispose() => target.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Theory]
    [InlineData("tandem_notes")]
    [InlineData("Tandem_1_old_people")]
    public async Task A_table_whose_name_only_begins_like_Tandems_is_the_users(string name)
    {
        await target.ExecuteAsync($"create table {name} (id integer primary key, body text)");
        await target.ExecuteAsync($"create index tandem_by_body on {name} (body)");
        await target.ExecuteAsync($"insert into {name} values (1, 'mine')");

        await StartAsync($"rename_column: {{ table: {name}, from: body, to: said }}");
        await Runner.CompleteAsync(Id, false, false, default);

        var own = await target.Database.FindOwnObjectsAsync(default);
        own.ShouldNotContain(o => o.Name == name || o.Name == "tandem_by_body");
        (await target.Database.InspectAsync(default)).Tables.Select(t => t.Name).ShouldBe(["people", name], ignoreOrder: true);
        await Runner.SunsetAsync(Id, force: true, default);
        await UninstallAsync();
        (await target.RowsAsync($"select said from {name}")).ShouldBe(["mine"]);
        (await target.RowsAsync("select name from sqlite_schema where name like '%tandem%' order by name")).ShouldBe([name, "tandem_by_body"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_hidden_is_Tandems_only_where_Tandem_is()
    {
        await target.ExecuteAsync("create table _tandem_notes (a)");
        await target.ExecuteAsync("create table _tandem_1_old_people (a)");
        (await target.Database.FindOwnObjectsAsync(default)).ShouldBeEmpty();

        await target.ExecuteAsync("drop table _tandem_1_old_people");
        await StartAsync("rename_column: { table: people, from: name, to: called }");
        (await target.Database.FindOwnObjectsAsync(default)).ShouldNotContain(o => o.Name == "_tandem_notes");
    }

    [Theory]
    [InlineData("create table tandem_runs (b int)", "alter table tandem_runs rename to runs")]
    [InlineData("create table Tandem_Meta (id int, name text)", "drop table tandem_meta")]
    [InlineData("create view tandem_seen as select 1 as a", "drop view tandem_seen")]
    [InlineData("create index tandem_steps on people (name)", "drop index tandem_steps")]
    public async Task A_name_that_Tandem_needs_is_refused_and_left_alone(string sql, string remedy)
    {
        await target.ExecuteAsync(sql);
        var before = await target.RowsAsync("select * from sqlite_schema");

        var refused = await Should.ThrowAsync<TandemException>(() => StartAsync("rename_column: { table: people, from: name, to: called }"));

        refused.Problems[0].Code.ShouldBe(ProblemCodes.NameTaken);
        refused.Message.ShouldContain("already that is not Tandem's");
        (await target.RowsAsync("select * from sqlite_schema")).ShouldBe(before);
        (await target.Database.FindOwnObjectsAsync(default)).ShouldBeEmpty();
        (await Runner.StatusAsync(default)).Installed.ShouldBeFalse();
        (await ((SqliteDatabase)target.Database).CheckAsync(default)).ShouldContain(c => c.Problem != null && c.Problem.Code == ProblemCodes.NameTaken && c.Problem.Severity == Severity.Error);

        await target.ExecuteAsync(remedy);
        await StartAsync("rename_column: { table: people, from: name, to: called }");
        (await ((SqliteDatabase)target.Database).CheckAsync(default)).ShouldContain(c => c.Name == "names" && c.Problem == null);
    }

    [Theory]
    [InlineData("create table people__0001_new (a)")]
    [InlineData("create view People__0001_new as select 1 as a")]
    [InlineData("create index people__0001_new on people (name)")]
    public async Task The_name_of_a_versions_table_may_be_taken(string sql)
    {
        await target.ExecuteAsync(sql);
        var refused = await Should.ThrowAsync<TandemException>(() => StartAsync("rename_column: { table: people, from: name, to: called }"));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.NameTaken);
        refused.Message.ShouldContain("people__0001_new already");
    }

    [Fact]
    public async Task Each_table_that_Tandem_makes_is_known_as_its_own()
    {
        JournalTables.Definition("tandem_").Select(sql => sql.Split(' ', '(')[5]).ShouldBeSubsetOf(OwnTables.All.Keys);
        await StartAsync("rename_column: { table: people, from: name, to: called }");
        (await target.Database.FindOwnObjectsAsync(default)).Where(o => o.Kind == "table").Select(o => o.Name).ShouldBe([.. OwnTables.All.Keys, $"people__{Id}"], ignoreOrder: true);
        (await target.Database.InspectAsync(default)).Tables.ShouldHaveSingleItem().Name.ShouldBe("people");
    }

    private Runner Runner => new(target.Database, new RunnerOptions
    {
        OldQuiet = TimeSpan.Zero,
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    });

    private async Task StartAsync(string operation)
    {
        var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{Id}.yaml", $"title: t\noperations:\n  - {operation}\n").Require(), default);
        if (plan.Findings.Where(f => f.Severity == Severity.Error).ToList() is { Count: > 0 } errors)
        {
            throw new TandemException([.. errors]);
        }

        await Runner.StartAsync(plan, default);
    }

    private async Task UninstallAsync()
    {
        var own = await target.Database.FindOwnObjectsAsync(default);
        await using var session = await target.Database.OpenSessionAsync(default);
        await session.ApplyAsync([.. own.Select(o => new SqlStatement(o.Drop))], ApplyOptions.Default, default);
    }
}
