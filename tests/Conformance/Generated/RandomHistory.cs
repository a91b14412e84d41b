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
    private readonly List<string> said = [];
    private readonly int seed;
    private readonly Random random;
    private readonly ITestTarget target;
    private readonly ITestTarget control;
    private readonly Values values;
    private readonly ModelRows rows;
    private readonly RandomWriter writer;
    private readonly RandomReader reader;
    private readonly Topics topics;

    public RandomHistory(int seed, string engine, Topics without, ITestTarget target, ITestTarget control)
    {
        this.seed = seed;
        this.target = target;
        this.control = control;
        random = new Random(seed);
        values = new Values(new Random(seed), engine);
        topics = TopicsOfSeed.Of(seed, without);
        rows = new ModelRows(RandomSchema.Make(topics, values));
        writer = new RandomWriter(rows, values, target, control, said);
        reader = new RandomReader(rows, target, control);
    }

    /// <summary>What was generated, for the message of a failure.</summary>
    public string Describe() => string.Join("\n", [
        $"seed {seed}",
        .. RandomSchema.Sql(rows.Versions[0], values).Concat(RandomSchema.Triggers(rows.Versions[0], values)).Select(s => s + ";"),
        .. done.Select(d => d.Migration.File([])),
        .. said,
    ]);

    public async Task RunAsync()
    {
        foreach (var sql in RandomSchema.Sql(rows.Versions[0], values))
        {
            await target.ExecuteAsync(sql);
            await control.ExecuteAsync(sql);
        }

        foreach (var sql in RandomSchema.Triggers(rows.Versions[0], values))
        {
            await target.ExecuteAsync(sql);
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
        var migration = RandomMigration.Make($"{done.Count + 1:0000}_random", rows.Versions[^1], rows, done.Count == 0 ? topics : Topics.None, values);
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
        await MaybeBrokenOffAsync("start", (runner, token) => runner.StartAsync(plan, token));
        foreach (var change in done[^1].Migration.Rows)
        {
            await writer.ChangeAsync(change, back: false);
        }
    }

    private async Task CompleteAsync(int newer)
    {
        await MaybeBrokenOffAsync("complete", (runner, token) => runner.CompleteAsync(done[^1].Migration.Id, false, false, token));
        rows.Firing = newer;
        await PartitionsAsync(newer);
        await WriteAsync(6, newer);
        await CompareAsync(newer);
    }

    private async Task RollbackAsync(int older)
    {
        await MaybeBrokenOffAsync($"rollback of {done[older].Migration.Id}", (runner, token) => runner.RollbackAsync(done[older].Migration.Id, token));
        rows.Firing = older;
        foreach (var change in done[older].Migration.Rows.Reverse())
        {
            await writer.ChangeAsync(change, back: true);
        }

        await WriteAsync(6, older);
        await CompareAsync(older);
        await EqualAsync(schemas[older]);
    }

    private async Task LiveAsync(int older, int newer, Plan plan)
    {
        var speech = new Speech(rows.Versions[newer], t => New(t, plan));
        for (var i = 0; i < 10; i++)
        {
            await (random.Next(2) == 0 ? writer.WriteAsync(older, Base(older)) : writer.WriteAsync(newer, speech));
            await PartitionsAsync(older);
            if (i % 3 == 0)
            {
                await CompareAsync(older);
                await reader.CompareAsync(newer, speech, view => New(view, plan));
            }
        }

        await CompareAsync(older);
        await reader.CompareAsync(newer, speech, view => New(view, plan));
    }

    private async Task TakeBackAsync()
    {
        for (var i = done.Count - 1; i >= 0; i--)
        {
            await RollbackAsync(i);
        }

        await reader.CompareWithControlAsync();
        foreach (var (migration, _) in Enumerable.Reverse(done))
        {
            await MaybeBrokenOffAsync("sunset", (runner, token) => runner.SunsetAsync(migration.Id, true, token));
        }

        await EqualAsync(schemas[0]);
        await WriteAsync(4, 0);
        await reader.CompareWithControlAsync();
    }

    private async Task MakeFinalAsync()
    {
        foreach (var (migration, _) in done)
        {
            await MaybeBrokenOffAsync("sunset", (runner, token) => runner.SunsetAsync(migration.Id, true, token));
        }

        await EqualAsync(schemas[^1]);
        await CompareAsync(done.Count);
    }

    /// <summary>Now and then an application changes the partitions of a table; one that others refer to holds on to its own.</summary>
    private async Task PartitionsAsync(int version)
    {
        var tables = rows.Versions[version];
        foreach (var table in tables.Where(t => t.Partitions is not null && random.Next(6) == 0 && !tables.Any(o => o.References.Any(r => r.Parent == t.Id))))
        {
            var sql = table.Partitions!.Change(table.Name, values);
            said.Add($"{sql};");
            await target.ExecuteAsync(sql);
        }
    }

    private async Task WriteAsync(int count, int version)
    {
        for (var i = 0; i < count; i++)
        {
            await writer.WriteAsync(version, Base(version));
        }
    }

    private async Task EqualAsync(DatabaseSchema expected)
    {
        var now = await target.Database.InspectAsync(default);
        now.Tables.ShouldBe(expected.Tables, string.Join("\n", SchemaDifferences.Of(expected, now).Select(d => $"{d.Object} {d.Kind} {string.Join("; ", d.Parts)}")));
    }

    private Task CompareAsync(int version) => reader.CompareAsync(version, Base(version), view => Text.Name(view.Name));

    private Speech Base(int version) => Speech.Base(rows.Versions[version]);

    private string New(ModelTable table, Plan plan) =>
        plan.Changes.Any(c => c.After?.Name == table.Name && c.ShapeDiffers) ? target.NewName(table.Name, plan.Migration) : Text.Name(table.Name);

    /// <summary>Where an application of the new version finds a view; null where it comes with the switch only.</summary>
    private string? New(ModelView view, Plan plan) =>
        !plan.Objects.Any(o => o.Name == view.Name) ? Text.Name(view.Name)
        : values.IsPostgres ? target.NewName(view.Name, plan.Migration)
        : null;

    /// <summary>Every third run is broken off after a random number of things that happened, and taken up again.</summary>
    private async Task MaybeBrokenOffAsync(string what, Func<Runner, CancellationToken, Task> run)
    {
        said.Add($"-- {what}");
        using var plug = new CancellationTokenSource();
        var progress = random.Next(3) == 0 ? new PullPlug(plug, random.Next(1, 30)) : null;
        try
        {
            await run(new Runner(target.Database, Options(progress)), plug.Token);
        }
        catch (OperationCanceledException)
        {
            said.Add("-- broken off, resume");
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
