using Shouldly;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Tests.Conformance.Life;

/// <summary>
/// Walks one case through its whole life, writing through both versions at every stage, beside a database that never
/// changes and gets the same writes in the old version's words.
/// </summary>
internal sealed class LifeWalk(LifeCase @case, ITestTarget target, ITestTarget control)
{
    private readonly Workspace workspace = new(target.Database);
    private ValueList<ObjectChange> objects = [];
    private bool? twins;
    private int stage;

    public const string MigrationId = "0001_change";

    /// <summary>start, roll back, start, complete, roll back, start, complete, sunset.</summary>
    public async Task RunAsync()
    {
        await SetUpAsync();
        var before = await target.Database.InspectAsync(default);
        var plan = await PlanAsync();
        plan.Findings.Where(f => f.Severity == Problems.Severity.Error).ShouldBeEmpty();
        Runner runner = Runner();

        await runner.StartAsync(plan, default);
        await LiveAsync(plan);
        await TryLawsAsync(plan);
        await runner.RollbackAsync(MigrationId, default);
        await OldOnlyAsync(before);
        await TryLawsAsync(plan);

        await runner.StartAsync(plan, default);
        await LiveAsync(plan);
        await runner.CompleteAsync(MigrationId, false, false, default);
        await NewOnlyAsync(plan, before);
        await TryLawsAsync(plan);
        await runner.RollbackAsync(MigrationId, default);
        await OldOnlyAsync(before);

        await runner.StartAsync(plan, default);
        await LiveAsync(plan);
        await runner.CompleteAsync(MigrationId, false, false, default);
        await NewOnlyAsync(plan, before);
        await runner.SunsetAsync(MigrationId, true, default);
        await NewOnlyAsync(plan, before);
        await CheckNothingLeftAsync();
    }

    /// <summary>start, roll back, and drop what was hidden: as if the migration had never been there.</summary>
    public async Task RunAndDiscardAsync()
    {
        await SetUpAsync();
        var before = await target.Database.InspectAsync(default);
        var plan = await PlanAsync();
        Runner runner = Runner();
        await runner.StartAsync(plan, default);
        await LiveAsync(plan);
        await runner.RollbackAsync(MigrationId, default);
        await runner.SunsetAsync(MigrationId, true, default);
        await OldOnlyAsync(before);
        await CheckNothingLeftAsync();
    }

    public async Task SetUpAsync()
    {
        foreach (var sql in @case.Setup)
        {
            await target.ExecuteAsync(sql);
            await control.ExecuteAsync(sql);
        }
    }

    public async Task<Plan> PlanAsync()
    {
        var plan = await workspace.PlanAsync(MigrationParser.Parse($"{MigrationId}.yaml", @case.File).Require(), default);
        plan.Phases.SelectMany(p => p.Steps).Where(s => s.Title.EndsWith('.') || s.Title.Contains("_tandem_", StringComparison.Ordinal) || s.Locks.Any(l => l.Object.StartsWith("_tandem_", StringComparison.Ordinal)))
            .Select(s => $"{s.Title}: {string.Join(", ", s.Locks.Select(l => l.Object))}").ShouldBeEmpty("People know tables by their own names, and a title is no sentence.");
        objects = plan.Objects;
        return plan;
    }

    public Runner Runner() => new(target.Database, new RunnerOptions
    {
        Jitter = new Random(1),
        OldQuiet = TimeSpan.Zero,
        SmallestBatch = 1,
        FirstBatch = 2,
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    });

    /// <summary>Both versions are served: half of the writes come from each side.</summary>
    public async Task LiveAsync(Plan plan)
    {
        stage++;
        var writes = @case.Writes(stage);
        for (var i = 0; i < writes.Count; i++)
        {
            // Alternating sides, the other way round at every stage, so that each write is done from both.
            if ((i + stage) % 2 == 0)
            {
                await target.ExecuteAsync(TableNames.Base(writes[i].Old));
            }
            else
            {
                await target.ExecuteAsync(TableNames.New(writes[i].New, target, plan));
            }

            await control.ExecuteAsync(TableNames.Base(writes[i].Old));
            await CompareOldAsync();
            await CompareNewAsync(plan);
        }
    }

    /// <summary>Only the old version is served, in its old shape.</summary>
    public async Task OldOnlyAsync(DatabaseSchema before)
    {
        stage++;
        foreach (var write in @case.Writes(stage))
        {
            await target.ExecuteAsync(TableNames.Base(write.Old));
            await control.ExecuteAsync(TableNames.Base(write.Old));
        }

        await CompareOldAsync(always: true);
        var schema = await target.Database.InspectAsync(default);
        schema.Tables.ShouldBe(before.Tables);
        schema.AllObjects.Where(o => !StaysThroughRollback(o)).ShouldBe(before.AllObjects.Where(o => !StaysThroughRollback(o)));
        before.Access.ShouldBeSubsetOf(schema.Access);
        await CheckRecordedAsync(schema);
        await target.CheckHealthAsync();
    }

    /// <summary>Only the new version is served, at the base tables too.</summary>
    public async Task NewOnlyAsync(Plan plan, DatabaseSchema before)
    {
        stage++;
        foreach (var write in @case.Writes(stage))
        {
            await target.ExecuteAsync(TableNames.Base(write.New));
            await control.ExecuteAsync(TableNames.Base(write.Old));
        }

        foreach (var comparison in @case.NewQueries)
        {
            (await target.RowsAsync(TableNames.Base(comparison.New))).ShouldBe(await control.RowsAsync(TableNames.Base(comparison.Old)), comparison.New);
        }

        var schema = await target.Database.InspectAsync(default);
        schema.Tables.Select(t => t.Name).ShouldBe(
            plan.Changes.Aggregate(before, (s, c) => s.Replace(c.Before?.Name, c.After)).Tables.Select(t => t.Name));
        foreach (var change in plan.Changes.Where(c => c.After is not null))
        {
            var table = schema.Table(change.After!.Name)!;
            table.Columns.Select(c => (c.Name, c.Nullable)).Order().ShouldBe(change.After.Columns.Select(c => (c.Name, c.Nullable)).Order());
            table.Indexes.Select(i => i.Name).Order().ShouldBe(change.After.Indexes.Select(i => i.Name).Order());
            table.Uniques.Select(u => string.Join(',', u.Columns)).Order().ShouldBe(change.After.Uniques.Select(u => string.Join(',', u.Columns)).Order());
            table.ForeignKeys.Count.ShouldBe(change.After.ForeignKeys.Count);
            table.Checks.Count.ShouldBe(change.After.Checks.Count);
            table.PrimaryKey?.Columns.ShouldBe(change.After.PrimaryKey?.Columns);
            (table.PrimaryKey is null).ShouldBe(change.After.PrimaryKey is null);
        }

        var present = schema.AllObjects.Select(o => o.Reference).Concat(schema.Unmanaged.Select(u => new ObjectName(u.Kind, u.Name))).ToList();
        objects.Where(o => o.After is not RoleRights).Select(o => o.After?.Reference).OfType<ObjectName>().ShouldBeSubsetOf(present);
        foreach (var rights in objects.Where(o => o.Either is RoleRights))
        {
            schema.RightsOf(((RoleRights)rights.Either).Role, ((RoleRights)rights.Either).On).ShouldBe(rights.After, rights.Words);
        }

        await CheckRecordedAsync(schema);
        objects.Where(o => o.Dropped && o.Before is not RoleRights && !StaysThroughRollback(o.Before!)).Select(o => o.Before!.Reference).ShouldAllBe(o => !present.Contains(o));
        await target.CheckHealthAsync();
    }

    /// <summary>Every lens that leads both ways is asked whether values come back, wherever the base stands.</summary>
    private async Task TryLawsAsync(Plan plan)
    {
        var report = await Runner().VerifyAsync(MigrationId, null, default);
        var laws = report.Tables.SelectMany(t => t.Laws).ToList();
        laws.Count.ShouldBe(2 * plan.Changes.Where(c => c is { Before: not null, After: not null })
            .SelectMany(c => c.Lenses).Count(l => l is { Varies: false, Old.Count: > 0, New.Count: > 0 }));
        laws.Where(l => l.Failed > 0).ShouldBeEmpty();
    }

    /// <summary>What is there is what was written down when the last phase left it.</summary>
    private async Task CheckRecordedAsync(DatabaseSchema schema)
    {
        var runner = Runner();
        var version = (await runner.StatusAsync(default)).CurrentVersion!;
        SchemaDifferences.Of((await runner.SchemaAsync(version, default))!, schema).Select(d => $"{d.Object} {d.Kind} {string.Join("; ", d.Parts)}").ShouldBeEmpty();
    }

    /// <summary>What storage may need is made at the start and goes at the end, whichever version is served in between.</summary>
    private bool StaysThroughRollback(SchemaObject item) =>
        item is EnumType or Sequence or Domain or CompositeType or RangeType or Extension or View { Materialized: true } && objects.Any(o => !o.ExchangesType && o.Either.Reference == item.Reference);

    private async Task CompareOldAsync(bool always = false)
    {
        if (@case.SingleVersion && !always)
        {
            return;
        }

        foreach (var query in @case.OldQueries)
        {
            (await target.RowsAsync(TableNames.Base(query))).ShouldBe(await control.RowsAsync(TableNames.Base(query)), query);
        }
    }

    private async Task CompareNewAsync(Plan plan)
    {
        // With twins there is one view for both versions, which changes at complete.
        twins ??= (await target.Database.ConnectAsync(default)).Capabilities.Twins;
        foreach (var comparison in @case.AtComplete ? [] : @case.NewQueries.Where(q => twins == false || !objects.Any(o => q.New.Contains($"{{{o.Name}}}", StringComparison.Ordinal))))
        {
            (await target.RowsAsync(TableNames.New(comparison.New, target, plan)))
                .ShouldBe(await control.RowsAsync(TableNames.Base(comparison.Old)), comparison.New);
        }
    }

    /// <summary>Of the engine's objects only the journal may be left.</summary>
    private async Task CheckNothingLeftAsync()
    {
        var left = await target.Database.FindOwnObjectsAsync(default);
        left.Where(o => o.Kind is "column" or "trigger" or "index" or "constraint" || o.Name.Contains("_tandem_", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
