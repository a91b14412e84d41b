using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;

namespace Tandem.Tests.Conformance.Life;

/// <summary>What stays enforced when a phase is refused before its switch: nothing that the phase itself began to enforce.</summary>
internal sealed class RefusalWalk(ITestTarget target)
{
    private const string Id = LifeWalk.MigrationId;

    private static readonly string[] Setup =
    [
        "create table people (id integer primary key, name text, mail text not null, nick text, constraint people_nick unique (nick))",
        "insert into people values (1, 'Ada', 'a', 'x'), (2, 'Alan', 'b', 'y'), (3, 'Plato', 'c', 'z')",
    ];

    private const string File = """
        title: Rules come and go
        operations:
          - set_not_null: { table: people, column: name }
          - add_unique: { table: people, columns: [ name ], name: people_name }
          - drop_not_null: { table: people, column: mail }
          - drop_unique: { table: people, name: people_nick }
        """;

    /// <summary>Rows of all rules are counted before the first is enforced.</summary>
    public async Task RowsAreCountedFirstAsync()
    {
        await LiveAsync();
        await target.ExecuteAsync("insert into people values (4, 'Ada', 'd', 'd'), (5, 'Ada', 'e', 'e')");
        var enforced = new List<string>();
        var refused = await Should.ThrowAsync<TandemException>(() => Runner(step => Note(step, enforced)).CompleteAsync(Id, false, false, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.RowsNotUnique);
        refused.Message.ShouldContain("people_name");
        enforced.ShouldBeEmpty();

        await target.ExecuteAsync("insert into people values (6, null, 'f', 'f')");
        refused = await Should.ThrowAsync<TandemException>(() => Runner().CompleteAsync(Id, false, false, default));
        refused.Problems[0].Code.ShouldBe(ProblemCodes.RowsHoldNull);
        refused.Message.ShouldContain("1 rows of people hold NULL in name");
        await target.ExecuteAsync("delete from people where id > 3");
        (await Runner().CompleteAsync(Id, false, false, default)).State.ShouldBe(RunState.Retired);
    }

    /// <summary>A row that comes between the count and the proof of the second rule: the first is enforced no longer.</summary>
    public async Task ARefusedCompleteEnforcesNothingAsync()
    {
        await LiveAsync();
        var came = false;
        var runner = Runner(step =>
        {
            if (!came && (step is "enforce people people_name" or "index people_name" || step.StartsWith("enforce Unique", StringComparison.Ordinal)))
            {
                came = true;
                target.ExecuteAsync("insert into people values (4, 'Ada', 'd', 'd')").GetAwaiter().GetResult();
            }
        });
        await Should.ThrowAsync<TandemException>(() => runner.CompleteAsync(Id, false, false, default));
        came.ShouldBeTrue();
        (await runner.HistoryAsync(Id, default)).ShouldContain(e => e.Kind == "taken_back" && e.Step.Contains("NotNull", StringComparison.OrdinalIgnoreCase));

        // An application of the old version knows neither rule.
        await target.ExecuteAsync("insert into people values (5, null, 'e', 'e')");
        await target.ExecuteAsync("insert into people values (6, 'Ada', 'f', 'f')");
        await Should.ThrowAsync<TandemException>(() => Runner().ResumeAsync(null, default));
        await target.ExecuteAsync("delete from people where id > 3");
        (await Runner().ResumeAsync(null, default)).State.ShouldBe(RunState.Retired);
        await Should.ThrowAsync<Exception>(() => target.ExecuteAsync("insert into people values (7, null, 'g', 'g')"));
        await Should.ThrowAsync<Exception>(() => target.ExecuteAsync("insert into people values (7, 'Ada', 'g', 'g')"));
    }

    /// <summary>The same on the way back; completing again ends a revert that did not come to its switch.</summary>
    public async Task ARefusedRevertEnforcesNothingAsync()
    {
        await LiveAsync();
        await Runner().CompleteAsync(Id, false, false, default);
        var came = false;
        var runner = Runner(step =>
        {
            if (!came && (step is "enforce people people_nick" or "index people_nick" || step.StartsWith("enforce Unique", StringComparison.Ordinal)))
            {
                came = true;
                target.ExecuteAsync("insert into people values (4, 'Kurt', 'd', 'x')").GetAwaiter().GetResult();
            }
        });
        await Should.ThrowAsync<TandemException>(() => runner.RollbackAsync(Id, default));
        came.ShouldBeTrue();
        await target.ExecuteAsync("insert into people values (5, 'Emmy', null, 'x')");
        (await Runner().CompleteAsync(Id, false, false, default)).State.ShouldBe(RunState.Retired);
        await target.ExecuteAsync("insert into people values (6, 'Grace', null, 'y')");
        await Should.ThrowAsync<Exception>(() => target.ExecuteAsync("insert into people values (7, 'Ada', 'g', 'g')"));

        await target.ExecuteAsync("delete from people where id > 3");
        (await Runner().RollbackAsync(Id, default)).State.ShouldBe(RunState.Undone);
        await Should.ThrowAsync<Exception>(() => target.ExecuteAsync("insert into people values (8, 'Grace', null, 'q')"));
        await Should.ThrowAsync<Exception>(() => target.ExecuteAsync("insert into people values (8, 'Grace', 'g', 'x')"));
    }

    /// <summary>While a migration is live, anyone sees how many rows have no value in the new version; complete says it, too.</summary>
    public async Task RowsInQuarantineAreSeenAsync()
    {
        await target.ExecuteAsync("create table people (id integer primary key, name text)");
        await target.ExecuteAsync("insert into people values (1, 'Ada'), (2, '')");
        (await Runner().QuarantineAsync(default)).ShouldBeEmpty();
        await StartAsync("title: A label\noperations:\n  - add_column: { table: people, name: label, type: text, nullable: false, up: \"nullif(name, '')\" }\n");
        await target.ExecuteAsync("insert into people values (3, ''), (4, 'Plato')");
        (await Runner().QuarantineAsync(default)).ShouldBe([new QuarantinedRows(Id, "people", 2)]);

        var refused = await Should.ThrowAsync<TandemException>(() => Runner().CompleteAsync(Id, false, false, default));
        refused.Message.ShouldContain(": 2 rows are in quarantine; the new version has no value for them.");
        refused.Message.ShouldNotContain(".:");
        (await Runner().QuarantineAsync(default)).ShouldBe([new QuarantinedRows(Id, "people", 2)]);
        await target.ExecuteAsync("update people set name = 'Emmy' where name = ''");
        (await Runner().QuarantineAsync(default)).ShouldBe([new QuarantinedRows(Id, "people", 0)]);
        await Runner().ResumeAsync(null, default);
        (await Runner().QuarantineAsync(default)).ShouldBeEmpty();
    }

    /// <summary>A foreign key that is enforced but not yet switched to does to the children what it says.</summary>
    public async Task AForeignKeyActsBeforeTheSwitchAsync(string action, string expected)
    {
        await target.ExecuteAsync("create table people (id integer primary key, name text)");
        await target.ExecuteAsync("create table visits (id integer primary key, person integer)");
        await target.ExecuteAsync("insert into people values (1, 'Ada'), (2, 'Alan')");
        await target.ExecuteAsync("insert into visits values (1, 1), (2, 2)");
        await StartAsync(
            "title: Visits have a person\noperations:\n  - add_foreign_key: { table: visits, columns: [ person ], name: visits_person,"
            + $" references: {{ table: people, columns: [ id ] }}, on_delete: {action}, enforce: live }}\n");
        await target.ExecuteAsync("delete from people where id = 1");
        (await target.RowsAsync("select id, person from visits order by id")).ShouldBe(expected.Split(';'));
        await Should.ThrowAsync<Exception>(() => target.ExecuteAsync("insert into visits values (9, 9)"));
        (await Runner().CompleteAsync(Id, false, false, default)).State.ShouldBe(RunState.Retired);
    }

    private static void Note(string step, List<string> enforced)
    {
        if (step.StartsWith("enforce", StringComparison.Ordinal))
        {
            enforced.Add(step);
        }
    }

    private async Task LiveAsync()
    {
        foreach (var sql in Setup)
        {
            await target.ExecuteAsync(sql);
        }

        await StartAsync(File);
    }

    private async Task StartAsync(string file)
    {
        var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{Id}.yaml", file).Require(), default);
        await Runner().StartAsync(plan, default);
    }

    private Runner Runner(Action<string>? atStep = null) => new(target.Database, new RunnerOptions
    {
        Jitter = new Random(1),
        OldQuiet = TimeSpan.Zero,
        LockDeadline = TimeSpan.FromSeconds(20),
        Progress = atStep is null ? null : new Steps(atStep),
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    });

    private sealed class Steps(Action<string> atStep) : IProgress<RunEvent>
    {
        public void Report(RunEvent value)
        {
            if (value is StepStarted started)
            {
                atStep(started.Step);
            }
        }
    }
}
