using Shouldly;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>
/// A generated schema and a history of generated migrations, with writes through every served version at every stage,
/// runs that are broken off and resumed, rollbacks and new starts. At every stage each version must show each row in its
/// own words; at the end everything is taken back and must equal a database that had the writes alone, or everything is
/// made final.
/// </summary>
internal sealed class RandomHistory
{
    private readonly List<(RandomMigration Migration, Plan Plan)> done = [];
    private readonly List<DatabaseSchema> schemas = [];
    private readonly int seed;
    private readonly Random random;
    private readonly ITestTarget target;
    private readonly ITestTarget control;
    private readonly Values values;
    private readonly ModelRows rows;
    private readonly RandomWriter writer;

    public RandomHistory(int seed, string engine, ITestTarget target, ITestTarget control)
    {
        this.seed = seed;
        this.target = target;
        this.control = control;
        random = new Random(seed);
        values = new Values(new Random(seed), engine);
        rows = new ModelRows(RandomSchema.Make(values));
        writer = new RandomWriter(rows, values, target, control);
    }

    /// <summary>What was generated, for the message of a failure.</summary>
    public string Describe() => string.Join("\n", [
        $"seed {seed}",
        .. RandomSchema.Sql(rows.Versions[0], values).Select(s => s + ";"),
        .. done.Select(d => d.Migration.File([])),
    ]);

    public async Task RunAsync()
    {
        foreach (var sql in RandomSchema.Sql(rows.Versions[0], values))
        {
            await target.ExecuteAsync(sql);
            await control.ExecuteAsync(sql);
        }

        await WriteAsync(12, 0);
        schemas.Add(await target.Database.InspectAsync(default));
        var length = random.Next(1, 4);
        for (var i = 0; i < length; i++)
        {
            await AddAsync();
        }

        if (random.Next(2) == 0)
        {
            await TakeBackAsync();
        }
        else
        {
            await MakeFinalAsync();
        }

        await target.CheckHealthAsync();
        (await target.Database.FindOwnObjectsAsync(default)).Where(o => o.Kind is "column" or "trigger" or "index" or "constraint").ShouldBeEmpty();
    }

    private async Task AddAsync()
    {
        var migration = RandomMigration.Make($"{done.Count + 1:0000}_random", rows.Versions[^1], rows, values);
        rows.Add(migration);
        var (older, newer) = (done.Count, done.Count + 1);
        var plan = await PlanAsync(migration);
        await StartAsync(plan);
        await LiveAsync(older, newer, plan);
        if (random.Next(2) == 0)
        {
            await RollbackAsync(older);
            await StartAsync(plan);
            await LiveAsync(older, newer, plan);
        }

        await CompleteAsync(newer);
        if (random.Next(3) == 0)
        {
            await RollbackAsync(older);
            await StartAsync(plan);
            await LiveAsync(older, newer, plan);
            await CompleteAsync(newer);
        }

        schemas.Add(await target.Database.InspectAsync(default));
    }

    private async Task<Plan> PlanAsync(RandomMigration migration)
    {
        done.Add((migration, null!));
        var plan = await PlanAsync(migration, []);
        var consents = plan.Findings.Where(f => f is { NeedsConsent: true, Severity: Severity.Error }).Select(f => f.Code.Id).Distinct().ToList();
        if (consents.Count > 0)
        {
            plan = await PlanAsync(migration, consents);
        }

        plan.Findings.Where(f => f.Severity == Severity.Error).Select(f => $"{f.Code.Id} {f.Message}").ShouldBeEmpty();
        done[^1] = (migration, plan);
        return plan;
    }

    private Task<Plan> PlanAsync(RandomMigration migration, IEnumerable<string> accepted) =>
        new Workspace(target.Database, Options(null)).PlanAsync(MigrationParser.Parse($"{migration.Id}.json", migration.File(accepted)).Require(), default);

    private async Task StartAsync(Plan plan)
    {
        await MaybeBrokenOffAsync((runner, token) => runner.StartAsync(plan, token));
        foreach (var change in done[^1].Migration.Rows)
        {
            await writer.ChangeAsync(change, back: false);
        }
    }

    private async Task CompleteAsync(int newer)
    {
        await MaybeBrokenOffAsync((runner, token) => runner.CompleteAsync(done[^1].Migration.Id, false, false, token));
        await WriteAsync(6, newer);
        await CompareAsync(newer);
    }

    private async Task RollbackAsync(int older)
    {
        await MaybeBrokenOffAsync((runner, token) => runner.RollbackAsync(done[older].Migration.Id, token));
        foreach (var change in done[older].Migration.Rows.Reverse())
        {
            await writer.ChangeAsync(change, back: true);
        }

        await WriteAsync(6, older);
        await CompareAsync(older);
        (await target.Database.InspectAsync(default)).Tables.ShouldBe(schemas[older].Tables);
    }

    private async Task LiveAsync(int older, int newer, Plan plan)
    {
        for (var i = 0; i < 10; i++)
        {
            await (random.Next(2) == 0 ? writer.WriteAsync(older, Base) : writer.WriteAsync(newer, t => New(t, plan)));
            if (i % 3 == 0)
            {
                await CompareAsync(older);
                await CompareLiveAsync(newer, plan);
            }
        }

        await CompareAsync(older);
        await CompareLiveAsync(newer, plan);
    }

    private async Task TakeBackAsync()
    {
        for (var i = done.Count - 1; i >= 0; i--)
        {
            await RollbackAsync(i);
        }

        await SameAsControlAsync();
        foreach (var (migration, _) in Enumerable.Reverse(done))
        {
            await MaybeBrokenOffAsync((runner, token) => runner.SunsetAsync(migration.Id, true, token));
        }

        (await target.Database.InspectAsync(default)).Tables.ShouldBe(schemas[0].Tables);
        await WriteAsync(4, 0);
        await SameAsControlAsync();
    }

    private async Task MakeFinalAsync()
    {
        foreach (var (migration, _) in done)
        {
            await MaybeBrokenOffAsync((runner, token) => runner.SunsetAsync(migration.Id, true, token));
        }

        (await target.Database.InspectAsync(default)).Tables.ShouldBe(schemas[^1].Tables);
        await CompareAsync(done.Count);
    }

    private async Task WriteAsync(int count, int version)
    {
        for (var i = 0; i < count; i++)
        {
            await writer.WriteAsync(version, Base);
        }
    }

    private async Task SameAsControlAsync()
    {
        foreach (var table in rows.Versions[0])
        {
            var query = Query(table, Base(table));
            (await target.RowsAsync(query)).Order(StringComparer.Ordinal).ShouldBe((await control.RowsAsync(query)).Order(StringComparer.Ordinal), query);
        }
    }

    private Task CompareAsync(int version) => CompareAsync(version, Base, view => Text.Name(view.Name));

    private Task CompareLiveAsync(int version, Plan plan) => CompareAsync(version, table => New(table, plan), view => New(view, plan));

    private async Task CompareViewAsync(int version, ModelTable table, ModelView view, string? name)
    {
        if (name is not null)
        {
            var query = $"select {string.Join(", ", view.Columns.Select(c => $"cast({Text.Name(c.Name)} as text)"))} from {name}";
            (await target.RowsAsync(query)).Order(StringComparer.Ordinal).ShouldBe(rows.Lines(version, table, view.Columns.Select(c => c.Column)), query);
        }
    }

    private async Task CompareAsync(int version, Func<ModelTable, string> name, Func<ModelView, string?> viewName)
    {
        foreach (var table in rows.Versions[version])
        {
            var query = Query(table, name(table));
            (await target.RowsAsync(query)).Order(StringComparer.Ordinal).ShouldBe(rows.Lines(version, table, table.Here.Select(c => c.Name)), query);
            await ComparePartAsync(version, table, name);
            foreach (var view in table.Views)
            {
                await CompareViewAsync(version, table, view, viewName(view));
            }
        }
    }

    /// <summary>A row of the second table that holds what stands for none may be there or not.</summary>
    private async Task ComparePartAsync(int version, ModelTable table, Func<ModelTable, string> name)
    {
        if (table.AsPart is not { } part)
        {
            return;
        }

        var apart = table.Apart.ToList();
        var none = "|" + string.Join('|', apart.Select(c => c.Default ?? "NULL"));
        var query = $"select {string.Join(", ", table.Part!.Key.Select(Text.Name).Concat(apart.Select(Read)))} from {name(part)}";
        (await target.RowsAsync(query)).Where(l => !l.EndsWith(none, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ShouldBe(
            rows.Lines(version, table, table.Key.Concat(apart).Select(c => c.Name)).Where(l => !l.EndsWith(none, StringComparison.Ordinal)), query);
    }

    // A connection that was there before a type was made does not know how to read it.
    private static string Query(ModelTable table, string name) =>
        $"select {string.Join(", ", table.Here.Select(Read))} from {name}";

    private static string Read(ModelColumn column) => column.Enum is null ? column.Sql : $"cast({column.Sql} as text)";

    private static string Base(ModelTable table) => Text.Name(table.Name);

    private string New(ModelTable table, Plan plan) =>
        plan.Changes.Any(c => c.After?.Name == table.Name && c.ShapeDiffers) ? target.NewName(table.Name, plan.Migration) : Base(table);

    /// <summary>Where an application of the new version finds a view; null where it comes with the switch only.</summary>
    private string? New(ModelView view, Plan plan) =>
        !plan.Objects.Any(o => o.Name == view.Name) ? Text.Name(view.Name)
        : values.IsPostgres ? target.NewName(view.Name, plan.Migration)
        : null;

    /// <summary>Every third run is broken off after a random number of things that happened, and taken up again.</summary>
    private async Task MaybeBrokenOffAsync(Func<Runner, CancellationToken, Task> run)
    {
        using var plug = new CancellationTokenSource();
        var progress = random.Next(3) == 0 ? new PullPlug(plug, random.Next(1, 30)) : null;
        try
        {
            await run(new Runner(target.Database, Options(progress)), plug.Token);
        }
        catch (OperationCanceledException)
        {
            await new Runner(target.Database, Options(null)).ResumeAsync(null, default);
        }
    }

    private RunnerOptions Options(IProgress<RunEvent>? progress) => new()
    {
        OldQuiet = TimeSpan.Zero,
        Jitter = new Random(seed),
        SmallestBatch = 1,
        FirstBatch = 3,
        LargestBatch = 20,
        Progress = progress,
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    };

    private sealed class PullPlug(CancellationTokenSource plug, int after) : IProgress<RunEvent>
    {
        private int seen;

        public void Report(RunEvent value)
        {
            if (Interlocked.Increment(ref seen) == after)
            {
                plug.Cancel();
            }
        }
    }
}
