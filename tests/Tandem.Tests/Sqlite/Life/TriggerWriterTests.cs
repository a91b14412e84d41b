using Shouldly;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>Triggers of the users' that write a column which only one version has and a lens reads: such a write may be the answer to one of the other version.</summary>
public sealed class TriggerWriterTests : IDisposable
{
    private const string Id = "0001_phones";
    private const string Accepted = "accept: [{ code: TDM2124, reason: seen }]\n";
    private const string OnUpdate = "create trigger t after update of phone on people when new.phone is not old.phone begin update people set area = 'A' || new.phone where id = new.id; end";
    private const string OnInsert = "create trigger t after insert on people begin update people set area = 'A' where id = new.id; end";
    private const string ByLog = "create trigger t after update on people when new.phone is not old.phone begin insert into log values (new.id, new.phone); end";
    private const string OfLog = "create trigger u after insert on log begin update people set area = 'L' || new.phone where id = new.id; end";

    private const string Dropped =
        "operations:\n"
        + "  - change_type: { table: people, column: phone, type: varchar(20), up: \"coalesce(area, '') || '-' || phone\", down: \"substr(phone, instr(phone, '-') + 1)\" }\n"
        + "  - drop_column: { table: people, column: area }\n";

    private const string Added =
        "operations:\n"
        + "  - change_type: { table: people, column: phone, type: varchar(20), up: phone, down: \"coalesce(prefix, '') || phone\" }\n"
        + "  - add_column: { table: people, name: prefix, type: text }\n"
        + "  - create_trigger: { table: people, name: t, events: update of phone, when: new.phone is not old.phone, execute: update people set prefix = 'P' where id = new.id }\n";

    private readonly SqliteTarget target = new();

    public void Dispose() => target.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Theory]
    [InlineData(OnUpdate, false)]
    [InlineData(OnUpdate, true)]
    [InlineData(OnInsert, false)]
    [InlineData(OnInsert, true)]
    public async Task What_the_new_version_wrote_stays(string trigger, bool recursive)
    {
        await PeopleAsync(trigger);
        await StartAsync(Dropped + "  - drop_trigger: { table: people, name: t }\n");
        await target.ExecuteAsync($"pragma recursive_triggers = {recursive}");

        await target.ExecuteAsync($"update people__{Id} set phone = 'z1' where id = 1");
        await target.ExecuteAsync($"insert or replace into people__{Id} (id, phone) values (2, 'z2')");
        await target.ExecuteAsync($"insert into people__{Id} (id, phone) values (3, 'z3')");

        (await target.RowsAsync($"select id, phone from people__{Id} order by id")).ShouldBe(["1|z1", "2|z2", "3|z3"]);
        (await target.RowsAsync("select id, phone from people order by id")).ShouldBe(["1|z1", "2|z2", "3|z3"]);
    }

    [Fact]
    public async Task A_trigger_of_another_table_may_write_it_as_well()
    {
        await PeopleAsync("create table log (id int, phone text)", ByLog, OfLog);
        await StartAsync(Dropped + "  - drop_trigger: { table: log, name: u }\n");

        await target.ExecuteAsync($"update people__{Id} set phone = 'z1' where id = 1");

        (await target.RowsAsync($"select phone from people__{Id} where id = 1")).ShouldBe(["z1"]);
        (await target.RowsAsync("select phone, area from people where id = 1")).ShouldBe(["z1|Lz1"]);
    }

    [Fact]
    public async Task What_the_old_version_wrote_stays_after_the_switch()
    {
        await PeopleAsync();
        await StartAsync(Added);
        await Workspace().Runner.CompleteAsync(Id, false, false, default);

        await target.ExecuteAsync("update _tandem_1_old_people set phone = 'q1' where id = 1");

        (await target.RowsAsync("select phone from _tandem_1_old_people where id = 1")).ShouldBe(["q1"]);
        (await target.RowsAsync("select phone, prefix from people where id = 1")).ShouldBe(["q1|P"]);
    }

    [Theory]
    [InlineData(OnUpdate, Dropped, "t of people may change area")]
    [InlineData(null, Added, "t of people may change prefix")]
    public async Task It_takes_consent(string? trigger, string operations, string message)
    {
        await PeopleAsync(trigger is null ? [] : [trigger]);

        var plan = await PlanAsync("", operations + (trigger is null ? "" : "  - drop_trigger: { table: people, name: t }\n"));

        var problem = plan.Findings.Single(f => f.Code == ProblemCodes.TriggerChangesInput);
        problem.Severity.ShouldBe(Severity.Error);
        problem.Message.ShouldContain(message);
        problem.Message.ShouldContain("phone");
    }

    [Fact]
    public async Task A_trigger_that_only_reads_it_changes_nothing()
    {
        await PeopleAsync(
            "create table log (area text)",
            "create trigger t after update on people when new.area is not null begin insert into log select new.area; update log set area = null where area = new.area; end");
        await StartAsync(Dropped + "  - drop_trigger: { table: people, name: t }\n", accept: "");

        await target.ExecuteAsync($"update people__{Id} set phone = 'z1' where id = 1");
        await target.ExecuteAsync("update people set area = 'm' where id = 1");

        (await target.RowsAsync($"select phone from people__{Id} where id = 1")).ShouldBe(["m-z1"]);
        (await target.RowsAsync("select phone from people where id = 1")).ShouldBe(["z1"]);
    }

    private async Task PeopleAsync(params string[] triggers)
    {
        foreach (var statement in triggers.Prepend("insert into people values (1, 'p1', 'k'), (2, 'p2', 'k')").Prepend("create table people (id integer primary key, phone text, area text)"))
        {
            await target.ExecuteAsync(statement);
        }
    }

    private Workspace Workspace() => new(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero });

    private Task<Plan> PlanAsync(string accept, string operations) =>
        Workspace().PlanAsync(MigrationParser.Parse($"{Id}.yaml", $"title: t\n{accept}{operations}").Require(), default);

    private async Task StartAsync(string operations, string accept = Accepted) =>
        await Workspace().Runner.StartAsync(await PlanAsync(accept, operations), default);
}
