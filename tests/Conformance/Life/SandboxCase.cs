using Shouldly;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;

namespace Tandem.Tests.Conformance.Life;

/// <summary>What a sandbox finds out, on every engine.</summary>
internal sealed class SandboxCase(ITestTarget target, ISandbox sandbox)
{
    private const string Accept = "accept: [ { code: TDM2085, reason: test }, { code: TDM2091, reason: test }, { code: TDM2093, reason: test } ]\n";

    private readonly Workspace workspace = new(target.Database, null, sandbox);

    public async Task SetUpAsync()
    {
        await target.ExecuteAsync("create table people (id integer primary key, name text not null, city text)");
        await target.ExecuteAsync("create table visits (id integer primary key, person integer references people (id))");
        await target.ExecuteAsync("insert into people values (1, 'Ada', 'London')");
        await target.ExecuteAsync("create view named as select id, name from people");
    }

    public Task<Plan> PlanAsync(string operations, string more = Accept) =>
        workspace.PlanAsync(MigrationParser.Parse("0001_script.yaml", $"title: t\n{more}operations:\n{operations}").Require(), default);

    public async Task Objects_are_found_and_the_way_back_is_tried()
    {
        var plan = await PlanAsync("""
              - sql:
                  up: create table tags (id integer primary key, label text); create index tags_label on tags (label);
                  down: drop table tags
            """);
        var effect = plan.Scripts[0].Effect!;
        effect.Created.ShouldContain("table: tags");
        effect.Created.ShouldContain("index: tags_label" + (target.Database.SchemaName == "main" ? " on tags" : ""));
        effect.NotRestored.ShouldNotBeNull().ShouldBeEmpty();
        plan.HasErrors.ShouldBeFalse(string.Join("\n", plan.Findings));
        plan.Findings.ShouldNotContain(f => f.Code == ProblemCodes.EffectUnknown);
    }

    public async Task What_fails_for_want_of_rows_can_be_accepted()
    {
        var plan = await PlanAsync("  - sql: { up: \"insert into visits values (1, 1)\", down: \"insert into visits values (2, 1)\" }\n");
        var found = plan.Findings.Single(f => f.Code == ProblemCodes.EffectUnknown);
        (found.Severity, found.NeedsConsent).ShouldBe((Severity.Error, true));
        found.Message.ShouldContain("in a copy without rows");
        plan.Findings.ShouldNotContain(f => f.Code == ProblemCodes.ScriptFails);

        plan = await PlanAsync("  - sql: { up: create table x (id integer), down: \"insert into visits values (2, 1)\" }\n");
        plan.Findings.ShouldContain(f => f.Code == ProblemCodes.EffectUnknown && f.NeedsConsent && f.Message.StartsWith("The way back", StringComparison.Ordinal));
        plan.Findings.ShouldNotContain(f => f.Code == ProblemCodes.DownFails);
    }

    public async Task A_way_back_that_does_not_restore_is_told()
    {
        var plan = await PlanAsync("""
              - sql:
                  up: create table tags (id integer primary key); create view tagged as select id from tags
                  down: drop view tagged
            """, "");
        var found = plan.Findings.Single(f => f.Code == ProblemCodes.DownDoesNotRestore);
        found.Severity.ShouldBe(Severity.Error);
        found.Message.ShouldContain("table: tags (left over)");
    }

    public async Task What_fails_is_an_error_of_the_plan()
    {
        (await PlanAsync("  - sql: { up: create tabel x (id integer), down: drop table x }\n"))
            .Findings.ShouldContain(f => f.Code == ProblemCodes.ScriptFails && f.Severity == Severity.Error);
        (await PlanAsync("  - sql: { up: create table x (id integer), down: drop table y }\n"))
            .Findings.ShouldContain(f => f.Code == ProblemCodes.DownFails && f.Severity == Severity.Error);
    }

    public async Task Operations_behind_see_what_was_made_and_may_not_hang_on_it()
    {
        var apart = await PlanAsync("""
              - sql: { up: create table tags (id integer primary key), down: drop table tags }
              - add_column: { table: people, name: note, type: text }
            """);
        apart.HasErrors.ShouldBeFalse(string.Join("\n", apart.Findings));

        var hanging = await PlanAsync("""
              - sql: { up: create table tags (id integer primary key), down: drop table tags }
              - add_column: { table: tags, name: note, type: text }
            """);
        hanging.Findings.ShouldContain(f => f.Code == ProblemCodes.DependsOnScript);
        hanging.Findings.ShouldNotContain(f => f.Code == ProblemCodes.NoSuchTable);

        var late = await PlanAsync("""
              - add_column: { table: people, name: note, type: text }
              - sql: { up: create table tags (id integer primary key), down: drop table tags }
            """);
        late.Findings.ShouldContain(f => f.Code == ProblemCodes.ScriptTooLate);
    }

    public async Task Tables_that_are_touched_are_known()
    {
        var plan = await PlanAsync("  - sql: { up: \"update people set city = 'Paris' where id in (select person from visits)\" }\n");
        plan.Scripts[0].Effect!.Touched.ShouldBe(["people", "visits"]);

        plan = await PlanAsync("  - sql: { up: create index people_city on people (city), down: drop index people_city }\n  - sql: { up: create index visits_person on visits (person), down: drop index visits_person }\n");
        plan.Scripts.Select(s => string.Join(' ', s.Effect!.Touched)).ShouldBe(["people", "visits"]);
    }

    public async Task Nothing_is_left_behind()
    {
        _ = await PlanAsync("  - sql: { up: create tabel x (id integer) }\n");
        (await target.Database.FindOwnObjectsAsync(default)).ShouldBeEmpty();
        (await target.RowsAsync("select count(*) from people")).ShouldBe(["1"]);
    }

    public async Task Without_a_sandbox_consent_is_needed()
    {
        var plan = await new Workspace(target.Database).PlanAsync(
            MigrationParser.Parse("0001_script.yaml", "title: t\noperations:\n  - sql: { up: create table x (id integer), down: drop table x }\n").Require(), default);
        plan.Findings.ShouldContain(f => f.Code == ProblemCodes.EffectUnknown && f.Severity == Severity.Error);
    }

    public async Task What_undone_migrations_hide_on_it_goes_before_the_way_back()
    {
        var runner = new Runner(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero, OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });
        foreach (var (id, operations) in new[]
        {
            ("0001_tags", "  - sql: { up: create table tags (id integer primary key), down: drop table tags }\n"),
            ("0002_note", "  - add_column: { table: tags, name: note, type: text }\n"),
            ("0003_child", "  - create_table: { name: marks, columns: [ { name: id, type: integer, nullable: false }, { name: tag, type: integer } ], primary_key: [ id ], foreign_keys: [ { columns: [ tag ], references: { table: tags, columns: [ id ] } } ] }\n"),
        })
        {
            var plan = await workspace.PlanAsync(MigrationParser.Parse($"{id}.yaml", $"title: t\n{Accept}operations:\n{operations}").Require(), default);
            await runner.StartAsync(plan, default);
            await runner.CompleteAsync(id, false, false, default);
        }

        await runner.RollbackAsync("0003_child", default);
        await runner.RollbackAsync("0002_note", default);
        foreach (var undone in (string[])["0003_child", "0002_note"])
        {
            var refused = (await Should.ThrowAsync<TandemException>(() => runner.RollbackAsync("0001_tags", default))).Problems.Single();
            refused.Code.ShouldBe(ProblemCodes.EarlierMigrationKept);
            refused.EffectiveRemedy.ShouldBe($"Sunset {undone} first.");
            (await runner.StatusAsync(default)).Run("0001_tags")!.UnderWay.ShouldBeFalse();
            await runner.SunsetAsync(undone, true, default);
        }

        await runner.RollbackAsync("0001_tags", default);
        await runner.SunsetAsync("0001_tags", true, default);
        (await target.Database.InspectAsync(default)).Table("tags").ShouldBeNull();
    }

    public async Task SQL_that_was_taken_back_stands_in_nobodys_way()
    {
        var runner = new Runner(target.Database, new RunnerOptions { OldQuiet = TimeSpan.Zero, OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }) });
        string[] ids = ["0011_shelves", "0012_books"];
        foreach (var (id, operations) in ids.Zip((string[])
        [
            "  - sql: { up: create table shelves (id integer primary key), down: drop table shelves }\n",
            "  - sql: { up: \"create table books (id integer primary key, shelf integer references shelves (id))\", down: drop table books }\n",
        ]))
        {
            var plan = await workspace.PlanAsync(MigrationParser.Parse($"{id}.yaml", $"title: t\n{Accept}operations:\n{operations}").Require(), default);
            await runner.StartAsync(plan, default);
            await runner.CompleteAsync(id, false, false, default);
        }

        foreach (var id in ids.Reverse())
        {
            await runner.RollbackAsync(id, default);
        }

        (await target.Database.InspectAsync(default)).Table("shelves").ShouldBeNull();
        foreach (var id in ids.Reverse())
        {
            await runner.SunsetAsync(id, true, default);
        }
    }

    /// <summary>All of them, one after the other, on one database.</summary>
    public async Task RunAsync()
    {
        await SetUpAsync();
        await Objects_are_found_and_the_way_back_is_tried();
        await What_fails_for_want_of_rows_can_be_accepted();
        await A_way_back_that_does_not_restore_is_told();
        await What_fails_is_an_error_of_the_plan();
        await Operations_behind_see_what_was_made_and_may_not_hang_on_it();
        await Tables_that_are_touched_are_known();
        await Nothing_is_left_behind();
        await Without_a_sandbox_consent_is_needed();
        await What_undone_migrations_hide_on_it_goes_before_the_way_back();
        await SQL_that_was_taken_back_stands_in_nobodys_way();
    }
}
