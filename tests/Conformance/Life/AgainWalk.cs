using System.Globalization;
using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Running;

namespace Tandem.Tests.Conformance.Life;

/// <summary>A history on one table that is carried out, taken back whole and carried out again, with a row written through each version every time.</summary>
internal sealed class AgainWalk(ITestTarget target)
{
    private const int Rounds = 3;

    private static readonly (string Id, string Operation, Func<int, string> Write)[] History =
    [
        ("0001_called", "rename_column: { table: people, from: name, to: called }", n => $"insert into {{people}} (id, called, age) values ({n}, 'N{n}', {n})"),
        ("0002_nick", "add_column: { table: people, name: nick, type: text, up: lower(called) }", n => $"insert into {{people}} (id, called, age, nick) values ({n}, 'N{n}', {n}, 'x{n}')"),
        ("0003_alias", "rename_column: { table: people, from: nick, to: alias }", n => $"insert into {{people}} (id, called, age, alias) values ({n}, 'N{n}', {n}, 'y{n}')"),
        ("0004_ageless", "drop_column: { table: people, column: age }", n => $"insert into {{people}} (id, called, alias) values ({n}, 'N{n}', 'z{n}')"),
    ];

    public async Task RunAsync()
    {
        await target.ExecuteAsync("create table people (id integer primary key, name text not null, age integer)");
        await target.ExecuteAsync("insert into people values (0, 'N0', 0)");
        var before = (await target.Database.InspectAsync(default)).Table("people")!;
        var runner = new Runner(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero, OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });
        var expected = new List<string> { "0|N0|0" };
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (id, operation, write) in History)
            {
                var plan = await PlanAsync(id, operation);
                (await runner.StartAsync(plan, default)).State.ShouldBe(RunState.Live);
                var number = expected.Count;
                await target.ExecuteAsync(TableNames.New(write(number), target, plan));
                expected.Add(string.Create(CultureInfo.InvariantCulture, $"{number}|N{number}|{(id == "0004_ageless" ? -1 : number)}"));
                (await runner.CompleteAsync(id, false, false, default)).State.ShouldBe(RunState.Retired);
            }

            foreach (var (id, _, _) in History.Reverse())
            {
                (await runner.RollbackAsync(id, default)).State.ShouldBe(RunState.Undone);
            }

            (await target.RowsAsync("select id, name, coalesce(age, -1) from people order by id")).ShouldBe(expected, $"round {round}");
            await target.CheckHealthAsync();
        }

        foreach (var (id, _, _) in History.Reverse())
        {
            (await runner.SunsetAsync(id, force: true, default)).State.ShouldBe(RunState.Gone);
        }

        (await target.Database.InspectAsync(default)).Table("people").ShouldBe(before);
    }

    private Task<Plan> PlanAsync(string id, string operation) =>
        new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{id}.yaml", $"title: t\noperations:\n  - {operation}\n").Require(), default);
}
