using Shouldly;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Tests.Conformance.CrashLoop;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>What somebody changed is adopted, led back or ignored, object by object; what was decided is recorded whole or not at all.</summary>
public sealed class SqliteDriftAnswerTests
{
    private const string First = "title: t\noperations:\n  - rename_column: { table: people, from: name, to: called }\n";
    private const string Says = "title: t\noperations:\n  - create_index: { table: people, name: by_called, columns: [ { name: called } ] }\n";
    private const string Back = "title: t\noperations:\n  - drop_index: { table: people, name: by_called }\n";
    private const string Next = "title: t\noperations:\n  - add_column: { table: people, name: note, type: text }\n";
    private readonly VirtualTime time = new();

    [Fact]
    public async Task What_is_adopted_is_a_version_that_later_ones_stand_on()
    {
        await using var target = await ChangedAsync();
        await AdoptAsync(target.Database);
        var journal = await Runner(target.Database).StatusAsync(default);
        journal.Run("0002_says").ShouldNotBeNull().ShouldSatisfyAllConditions(
            r => r.State.ShouldBe(RunState.Done), r => r.Adopted.ShouldBeTrue(), r => r.OldVersion.ShouldBe("0001_first"), r => r.Tables.ShouldBe(["people"]));
        journal.CurrentVersion.ShouldBe("0001_first", "applications are served as before");
        journal.RecordedVersion.ShouldBe("0002_says");
        (await DriftAsync(target.Database)).Objects.ShouldBeEmpty();
        (await Runner(target.Database).SchemaAsync("0001_first", default))!.Table("people")!.Indexes.ShouldBeEmpty();
        (await Runner(target.Database).SchemaAsync("0002_says", default))!.Table("people")!.Indexes.ShouldHaveSingleItem();
        Workspace.Next(Tandem.Migrations.History.Of([Parse(First, "0001_first"), Parse(Says, "0002_says"), Parse(Next, "0003_next")]), journal)!.Id.ShouldBe("0003_next");

        var next = await PlanAsync(target, Next, "0003_next");
        next.OldVersion.ShouldBe("0001_first");
        await Runner(target.Database).StartAsync(next, default);
        await Runner(target.Database).CompleteAsync("0003_next", false, false, default);
        (await DriftAsync(target.Database)).Version.ShouldBe("0003_next");
        (await Refused(() => Runner(target.Database).RollbackAsync("0002_says", default))).Code.ShouldBe(ProblemCodes.LaterMigrationStands);
        await Runner(target.Database).RollbackAsync("0003_next", default);
        (await DriftAsync(target.Database)).ShouldSatisfyAllConditions(d => d.Version.ShouldBe("0002_says"), d => d.Objects.ShouldBeEmpty());
    }

    [Fact]
    public async Task What_was_adopted_is_taken_back_without_a_change_of_the_schema()
    {
        await using var target = await ChangedAsync();
        await AdoptAsync(target.Database);
        var stands = await Refused(() => Runner(target.Database).RollbackAsync("0001_first", default));
        stands.ShouldSatisfyAllConditions(p => p.Code.ShouldBe(ProblemCodes.LaterMigrationStands), p => p.EffectiveRemedy.ShouldContain("tandem rollback 0002_says"));

        (await Runner(target.Database).RollbackAsync("0002_says", default)).State.ShouldBe(RunState.Gone);
        (await DriftAsync(target.Database)).ShouldSatisfyAllConditions(d => d.Version.ShouldBe("0001_first"), d => d.Open.ShouldHaveSingleItem());
        await AdoptAsync(target.Database);
        (await DriftAsync(target.Database)).Objects.ShouldBeEmpty();
        await Runner(target.Database).RollbackAsync("0002_says", default);
        await target.ExecuteAsync("drop index by_called");
        (await Runner(target.Database).RollbackAsync("0001_first", default)).State.ShouldBe(RunState.Undone);
    }

    [Theory]
    [InlineData("title: t\noperations:\n  - create_index: { table: people, name: by_called, columns: [ { name: id } ] }\n", "by_called")]
    [InlineData("title: t\noperations:\n  - add_column: { table: people, name: more, type: text }\n", "more")]
    public async Task A_text_that_says_something_else_is_not_adopted(string text, string named)
    {
        await using var target = await ChangedAsync();
        var problem = await Refused(() => AdoptAsync(target.Database, text));
        problem.ShouldSatisfyAllConditions(p => p.Code.ShouldBe(ProblemCodes.LeadsElsewhere), p => p.Message.ShouldContain(named));
        (await Runner(target.Database).StatusAsync(default)).Run("0002_says").ShouldBeNull();
    }

    [Fact]
    public async Task SQL_of_its_own_is_not_adopted_since_its_text_proves_nothing()
    {
        await using var target = await ChangedAsync();
        (await Refused(() => AdoptAsync(target.Database, "title: t\noperations:\n  - sql: { up: create index by_called on people (called) }\n"))).Message.ShouldContain("SQL of its own");
    }

    [Fact]
    public async Task An_object_is_ignored_as_it_is_and_told_again_when_it_changes_further()
    {
        await using var target = await ChangedAsync();
        await target.ExecuteAsync("create table extra (id integer)");
        var drift = await DriftAsync(target.Database);
        (await Refused(() => Task.FromResult(drift.Named(["peple"])))).EffectiveRemedy.ShouldBe("Did you mean people?");
        await new DriftAnswers(new Workspace(target.Database, Options("first")), drift).IgnoreAsync(drift.Named(["table extra"]), "of the auditors", default);
        (await DriftAsync(target.Database)).ShouldSatisfyAllConditions(
            d => d.Objects.Count.ShouldBe(2),
            d => d.Open.ShouldHaveSingleItem().Object.Identity.ShouldBe("people"),
            d => d.Objects[0].Choice.ShouldNotBeNull().Reason.ShouldBe("of the auditors"));
        (await PlanAsync(target, Next, "0003_next")).Findings.Where(f => f.Code == ProblemCodes.SchemaDrifted).ShouldHaveSingleItem().Subject.ShouldBe("people");

        await AdoptAsync(target.Database);
        (await DriftAsync(target.Database)).ShouldSatisfyAllConditions(d => d.Objects.ShouldHaveSingleItem(), d => d.Open.ShouldBeEmpty());
        (await PlanAsync(target, Next, "0003_next")).HasErrors.ShouldBeFalse();

        await target.ExecuteAsync("alter table extra add column more text");
        (await DriftAsync(target.Database)).Open.ShouldHaveSingleItem().Object.Identity.ShouldBe("extra");
    }

    [Fact]
    public async Task What_is_led_back_may_be_started_and_counts_again_when_it_comes_again()
    {
        await using var target = await ChangedAsync();
        await RevertAsync(target.Database);
        (await DriftAsync(target.Database)).ShouldSatisfyAllConditions(
            d => d.Open.ShouldBeEmpty(), d => d.Objects.ShouldHaveSingleItem().Choice.ShouldNotBeNull().Migration.ShouldBe("0002_back"));
        await Runner(target.Database).StartAsync(await PlanAsync(target, Back, "0002_back"), default);
        await Runner(target.Database).CompleteAsync("0002_back", false, false, default);
        (await DriftAsync(target.Database)).ShouldSatisfyAllConditions(d => d.Version.ShouldBe("0002_back"), d => d.Objects.ShouldBeEmpty());

        await Runner(target.Database).SunsetAsync("0001_first", true, default);
        await Runner(target.Database).SunsetAsync("0002_back", true, default);

        // A statement that reads tells the application's connection first that the old index is gone.
        await target.ExecuteAsync("select count(*) from sqlite_master");
        await target.ExecuteAsync("create index by_called on people (called)");
        (await DriftAsync(target.Database)).Open.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_was_changed_once_more_while_somebody_decided_is_looked_at_again()
    {
        await using var target = await ChangedAsync();
        var drift = await DriftAsync(target.Database);
        await target.ExecuteAsync("create index by_id_and_called on people (id, called)");
        var answers = new DriftAnswers(new Workspace(target.Database, Options("first")), drift);
        (await Refused(() => answers.IgnoreAsync(drift.Named(["people"]), "may stay", default))).Message.ShouldContain("once more");
        (await DriftAsync(target.Database)).Open.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_death_leaves_all_of_an_answer_or_nothing(bool adopt, bool carriedOut)
    {
        var fault = carriedOut ? Fault.DeathAfter : Fault.DeathBefore;
        var whole = new FaultPlan(Fault.None, 0);
        await using (var target = await ChangedAsync())
        {
            await AnswerAsync(target, whole, adopt);
        }

        for (var k = 1; k <= whole.Calls; k++)
        {
            await using var target = await ChangedAsync();
            var faults = new FaultPlan(fault, k);
            _ = await Should.ThrowAsync<Exception>(() => AnswerAsync(target, faults, adopt));
            time.Advance(TimeSpan.FromHours(1));
            var drift = await DriftAsync(target.Database);
            var events = (await Runner(target.Database).HistoryAsync(null, default)).Count(e => e.Kind is "drift_adopted" or "drift_reverting");
            events.ShouldBe(drift.Open.Count == 0 ? 1 : 0, $"at {faults.FiredIn}");
            if (events == 0)
            {
                await AnswerAsync(target, new FaultPlan(Fault.None, 0), adopt);
            }

            (await DriftAsync(target.Database)).Open.ShouldBeEmpty($"at {faults.FiredIn}");
        }
    }

    private Task AnswerAsync(SqliteTarget target, FaultPlan faults, bool adopt)
    {
        var database = new FaultyDatabase(target.Database, faults, new Mutation());
        return adopt ? AdoptAsync(database) : RevertAsync(database);
    }

    private async Task AdoptAsync(IDatabase database, string text = Says)
    {
        var drift = await DriftAsync(database);
        await new DriftAnswers(new Workspace(database, Options("first")), drift)
            .AdoptAsync(drift.Named(["people"]), [Parse(text, "0002_says").Require()], "needed at once", default);
    }

    private async Task RevertAsync(IDatabase database)
    {
        var drift = await DriftAsync(database);
        await new DriftAnswers(new Workspace(database, Options("first")), drift)
            .RevertAsync(drift.Named(["people"]), [Parse(Back, "0002_back").Require()], "nobody needs it", default);
    }

    private static async Task<Problem> Refused(Func<Task> act) => (await Should.ThrowAsync<TandemException>(act)).Problems[0];

    private static Task<DriftReport> DriftAsync(IDatabase database) => new Workspace(database).DriftAsync(default);

    /// <summary>A target with one migration, and an index that somebody made past it.</summary>
    private async Task<SqliteTarget> ChangedAsync()
    {
        var target = new SqliteTarget();
        await target.ExecuteAsync("create table people (id integer primary key, name text)");
        await Runner(target.Database).StartAsync(await PlanAsync(target, First, "0001_first"), default);
        await Runner(target.Database).CompleteAsync("0001_first", false, false, default);
        await target.ExecuteAsync("create index by_called on people (called)");
        return target;
    }

    private static ParsedMigration Parse(string text, string id) => MigrationParser.Parse($"{id}.yaml", text);

    private static Task<Plan> PlanAsync(SqliteTarget target, string text, string id) =>
        new Workspace(target.Database).PlanAsync(Parse(text, id).Require(), default);

    private Runner Runner(IDatabase database) => new(database, Options("first"));

    private RunnerOptions Options(string holder) => new()
    {
        Time = time, Holder = holder, Jitter = new Random(1), OldQuiet = TimeSpan.Zero,
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    };
}
