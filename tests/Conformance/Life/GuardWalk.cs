using System.Text.Json;
using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Running.Guards;
using Tandem.Running.Health;

namespace Tandem.Tests.Conformance.Life;

/// <summary>Conditions for pausing and going back, each made to be met by real rows of a real database.</summary>
internal sealed class GuardWalk(ITestTarget target)
{
    private const string Id = "0001_sizes";

    private static readonly GuardOptions Once = new() { For = TimeSpan.Zero };

    private double? address;

    /// <summary>Rows in quarantine take a start back, and hold what is live.</summary>
    public async Task QuarantineAsync()
    {
        await SetUpAsync("(3, '')");
        var runner = Runner();
        var plan = await PlanAsync("nullable: false", "quarantined: \"> 0\"");
        var back = await runner.StartAsync(plan, default);
        back.State.ShouldBe(RunState.Undone);
        Evidence(back).ShouldBe(("quarantined", 1, "rollback"));
        (await KindsAsync(runner)).ShouldContain(GuardWords.Fired);

        await target.ExecuteAsync("update people set code = 'ccc' where id = 3");
        (await runner.StartAsync(plan, default)).ShouldSatisfyAllConditions(r => r.State.ShouldBe(RunState.Live), r => r.Guard.ShouldBeNull());
        var calm = await runner.GuardAsync(Id, Once, default);
        (calm.Fired, calm.Readings[0].Value).ShouldBe((null, 0d));

        await target.ExecuteAsync("insert into people values (4, '')");
        var held = await runner.GuardAsync(Id, Once, default);
        held.Fired.ShouldNotBeNull().Words.ShouldBe("quarantined is 1, the condition is > 0");
        (held.Migration.State, held.Migration.Held, held.Migration.FailureCode).ShouldBe((RunState.Live, true, ProblemCodes.GuardFired.Id));
        Evidence(held.Migration).ShouldBe(("quarantined", 1, "pause"));
        await RefusedAsync(() => runner.CompleteAsync(Id, false, true, default));

        (await runner.ResumeAsync(null, default)).ShouldSatisfyAllConditions(r => r.Held.ShouldBeFalse(), r => r.Failed.ShouldBeFalse(), r => r.Guard.ShouldBeNull());
        (await runner.GuardAsync(Id, Once, default)).Migration.Held.ShouldBeTrue();
        (await Should.ThrowAsync<TandemException>(() => runner.ResumeAsync(null, "quarantine", default))).Problems[0].Remedy.ShouldBe("It has quarantined.");
        (await runner.ResumeAsync(Id, "quarantined", default)).Held.ShouldBeFalse();
        (await runner.GuardAsync(Id, Once, default)).ShouldSatisfyAllConditions(r => r.Fired.ShouldBeNull(), r => r.Readings.ShouldBeEmpty());
        (await runner.RollbackAsync(Id, default)).State.ShouldBe(RunState.Undone);
    }

    /// <summary>A column that becomes empty takes a live migration back by itself, where the file says so.</summary>
    public async Task NullsAsync()
    {
        await SetUpAsync("(3, ''), (4, 'dddd')");
        var runner = Runner();
        (await runner.StartAsync(await PlanAsync("nullable: true", "no_size: { nulls: people.size, is: \"> 30%\", then: rollback }"), default)).State.ShouldBe(RunState.Live);
        var calm = await runner.GuardAsync(Id, Once, default);
        (calm.Readings[0].Value, calm.Quality.Count).ShouldBe((0.25, 0));
        await target.ExecuteAsync("insert into people values (5, ''), (6, '')");
        var back = await runner.GuardAsync(Id, Once, default);
        back.Fired.ShouldNotBeNull().Words.ShouldBe("no_size is 50 %, the condition is > 30%");
        back.Quality.ShouldBe(["people.size is NULL in 50 % of the rows, 25 % when it was started"]);
        (await runner.StatusAsync(default)).Quality.ShouldHaveSingleItem().Detail.ShouldContain("25 %");
        (back.Migration.State, back.Migration.UnderWay).ShouldBe((RunState.Undone, false));
        Evidence(back.Migration).ShouldBe(("no_size", 0.5, "rollback"));
        (await target.RowsAsync("select count(*) from people")).ShouldBe(["6"]);
    }

    /// <summary>Values outside of a column's set, and values that have moved, against how they were before the new version was served.</summary>
    public async Task BaselineAsync()
    {
        await SetUpAsync("(3, 'ccc')");
        await AddAsync(1000, 1399, "substr('aaaaaaa', 1, 1 + i % 4)");
        var runner = Runner();
        const string When = "strange: { domain: people.size, is: \"> 2%\" }\n    moved: { distribution: people.size, is: \"> 0.25\" }";
        (await runner.StartAsync(await PlanAsync("nullable: true", When), default)).State.ShouldBe(RunState.Live);
        var calm = await runner.GuardAsync(Id, Once, default);
        calm.Readings.Select(r => (r.Name, r.Value)).ShouldBe([("strange", 0d), ("moved", 0d)]);

        await AddAsync(2000, 2007, "'aaaaaaa'");
        var few = await runner.GuardAsync(Id, Once, default);
        few.Readings[0].Value!.Value.ShouldBe(8d / 411, 1e-9);
        few.Readings[1].Value!.Value.ShouldBeInRange(0.01, 0.2);
        few.Quality.ShouldBe(["people.size has values in 1.9 % of its rows that it had in none when it was started"]);

        await AddAsync(3000, 3599, "'aa'");
        await AddAsync(4000, 4019, "'aaaaaa'");
        var held = await runner.GuardAsync(Id, Once, default);
        held.Readings.ShouldAllBe(r => r.Fired);
        held.Quality.Count.ShouldBe(2);
        held.Quality[1].ShouldStartWith("people.size has its values spread otherwise than when it was started: the stability index is 0.");
        held.Fired!.Words.ShouldBe("strange is 2.7158 %, the condition is > 2%");
        held.Migration.Held.ShouldBeTrue();
        (await runner.ResumeAsync(Id, "strange", default)).Held.ShouldBeFalse();

        var stopped = await runner.CompleteAsync(Id, false, true, default);
        (stopped.Paused, stopped.Phase, Evidence(stopped).Name).ShouldBe((true, Steps.Phase.Complete, "moved"));
        (await runner.StatusAsync(default)).Quality.ShouldHaveSingleItem().Detail.ShouldContain("stability index");
    }

    /// <summary>A column without a set of values has none that it does not know; how long its values are tells whether they have moved.</summary>
    public async Task LengthsAsync()
    {
        await SetUpAsync("(3, 'ccc')");
        await AddAsync(1000, 1499, "'code ' || i");
        const string File = "title: Capitals\nrollback:\n  when:\n    strange: { domain: people.code, is: \"> 1%\" }\n    moved: { distribution: people.code, is: \"> 0.25\" }\n"
            + "operations:\n  - change_type: { table: people, column: code, type: varchar(20), up: upper(code), down: lower(code) }";
        var runner = Runner();
        await runner.StartAsync(await new Workspace(target.Database).PlanAsync(MigrationParser.Parse(Id + ".yaml", File).Require(), default), default);
        (await runner.GuardAsync(Id, Once, default)).Readings.Select(r => r.Value).ShouldBe([null, 0d]);
        await target.ExecuteAsync("update people set code = 'x' || id where id < 1250");
        var held = await runner.GuardAsync(Id, Once, default);
        (held.Fired!.Name, held.Readings[0].Words).ShouldBe(("moved", "strange cannot be measured"));
        (await runner.HistoryAsync(Id, default)).ShouldAllBe(e => !e.Detail.Contains("code 1", StringComparison.OrdinalIgnoreCase), "no value is kept");
    }

    private Task AddAsync(int from, int upto, string code) => target.ExecuteAsync(
        $"insert into people (id, code) with recursive n(i) as (select {from} union all select i + 1 from n where i < {upto}) select i, {code} from n");

    /// <summary>A question of the users', as true and false and as a number, stops a <c>complete</c> before its switch.</summary>
    public async Task QueriesAsync()
    {
        await SetUpAsync("(3, 'ccc')");
        var runner = Runner();
        var plan = await PlanAsync("nullable: true", "bad_codes: { query: \"select count(*) > 1 from people where code = 'bad'\" }\n    many: { query: select count(*) from people, is: \">= 100\" }");
        (await runner.StartAsync(plan, default)).State.ShouldBe(RunState.Live);
        await target.ExecuteAsync("insert into people values (4, 'bad'), (5, 'bad')");
        var stopped = await runner.CompleteAsync(Id, false, true, default);
        (stopped.Paused, stopped.Phase, stopped.FailureCode).ShouldBe((true, Steps.Phase.Complete, "TDM4050"));
        Evidence(stopped).ShouldBe(("bad_codes", 1, "pause"));
        (await runner.ResumeAsync(null, default)).Paused.ShouldBeTrue();
        (await runner.ResumeAsync(null, "bad_codes", default)).State.ShouldBe(RunState.Retired);

        await target.ExecuteAsync("insert into people (id, code) with recursive n(i) as (select 1000 union all select i + 1 from n where i < 1099) select i, 'n' from n");
        (await runner.GuardAsync(Id, Once, default)).Migration.Held.ShouldBeTrue();
        (await RefusedAsync(() => runner.SunsetAsync(Id, true, default))).Message.ShouldContain("many is 105, the condition is >= 100");
        var next = MigrationParser.Parse("0002_next.yaml", "title: Next\ndepends_on: [0001_sizes]\noperations:\n  - add_column: { table: people, name: note, type: text }").Require();
        await RefusedAsync(async () => await runner.StartAsync(await new Workspace(target.Database).PlanAsync(next, default), default));
        (await runner.RollbackAsync(Id, default)).State.ShouldBe(RunState.Undone);
    }

    /// <summary>A query of the applications' that has become slow, and an address that answers too much or nothing.</summary>
    public async Task WatchAndAddressAsync(string slow)
    {
        await SetUpAsync("(3, 'ccc')");
        var runner = Runner();
        address = 0.0005;
        var plan = await PlanAsync("nullable: true", $"errors: {{ url: \"http://metrics.internal/errors\", is: \"> 0.1%\" }}\n    checkout: {{ watch: \"{slow}\", is: \"> 1m\" }}");
        (await runner.StartAsync(plan, default)).State.ShouldBe(RunState.Live);
        address = null;
        var blind = await runner.GuardAsync(Id, Once, default);
        (blind.Fired, blind.Readings[0].Words).ShouldBe((null, "errors cannot be measured: nobody answers"));
        blind.Readings[1].Value!.Value.ShouldBeGreaterThan(0);
        address = 0.004;
        var held = await runner.GuardAsync(Id, Once, default);
        held.Fired!.Words.ShouldBe("errors is 0.4 %, the condition is > 0.1%");
        (await runner.RollbackAsync(Id, default)).State.ShouldBe(RunState.Undone);

        address = 0;
        await runner.SunsetAsync(Id, true, default);
        var quick = await PlanAsync("nullable: true", $"checkout: {{ watch: \"{slow}\", is: \"> 1ms\" }}", "0002_sizes");
        var back = await runner.StartAsync(quick, default);
        (back.State, Evidence(back).Name).ShouldBe((RunState.Undone, "checkout"));
    }

    /// <summary>Rows that somebody wrote past the sync.</summary>
    public async Task MismatchesAsync(Func<Plan, Task> writePastSync)
    {
        await SetUpAsync("(3, 'Ccc')");
        var runner = Runner();
        var file = $"title: Capitals\nrollback:\n  when:\n    mismatches: \"> 0\"\noperations:\n  - change_type: {{ table: people, column: code, type: varchar(20), up: upper(code), down: lower(code) }}";
        var plan = await new Workspace(target.Database).PlanAsync(MigrationParser.Parse(Id + ".yaml", file).Require(), default);
        (await runner.StartAsync(plan, default)).State.ShouldBe(RunState.Live);
        (await runner.GuardAsync(Id, Once, default)).Readings[0].Value.ShouldBe(0);
        await writePastSync(plan);
        var held = await runner.GuardAsync(Id, Once, default);
        held.Fired!.Words.ShouldBe("mismatches is 1, the condition is > 0");
        (held.Migration.State, held.Migration.Held).ShouldBe((RunState.Live, true));
    }

    /// <summary>The plan of the change with these conditions.</summary>
    public Task<Plan> PlanAsync(string column, string when, string id = Id) => new Workspace(target.Database).PlanAsync(
        MigrationParser.Parse(
            id + ".yaml",
            $"title: Sizes\nrollback:\n  when:\n    {when}\noperations:\n  - add_column: {{ table: people, name: size, type: integer, {column}, up: \"nullif(length(code), 0)\" }}").Require(),
        default);

    public Runner Runner() => new(target.Database, new RunnerOptions
    {
        OldQuiet = TimeSpan.Zero,
        GuardEvery = TimeSpan.Zero,
        LockDeadline = TimeSpan.FromSeconds(20),
        AskAddress = (_, _) => Task.FromResult(address is { } value ? value : Measured.Not("nobody answers")),
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    });

    public async Task SetUpAsync(string rows)
    {
        await target.ExecuteAsync("create table people (id integer primary key, code text)");
        await target.ExecuteAsync($"insert into people values (1, 'a'), (2, 'Bb'), {rows}");
    }

    public static (string Name, double Value, string Then) Evidence(RunRecord run)
    {
        var detail = JsonDocument.Parse(run.Guard.ShouldNotBeNull().Detail).RootElement;
        return (detail.GetProperty("name").GetString()!, detail.GetProperty("value").GetDouble(), detail.GetProperty("then").GetString()!);
    }

    private static async Task<TandemException> RefusedAsync(Func<Task> work)
    {
        var refused = await Should.ThrowAsync<TandemException>(work);
        refused.Problems[0].Code.ShouldBe(ProblemCodes.HeldByGuard);
        return refused;
    }

    private static async Task<IEnumerable<string>> KindsAsync(Runner runner) => (await runner.HistoryAsync(Id, default)).Select(e => e.Kind);
}
