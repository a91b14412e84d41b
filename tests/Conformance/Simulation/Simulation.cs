using Shouldly;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.Simulation;

/// <summary>
/// A seeded run of a change with applications of both versions writing all the time, and with runs that are broken off
/// and resumed at random. What the writers remember must be there at every halt, in the words of each served version.
/// </summary>
internal sealed class Simulation(int seed, ITestTarget target)
{
    private const string MigrationId = "0001_people";

    private const string File = """
        title: Split names, retype scores, rename the status
        operations:
          - split_column:
              table: customers
              column: name
              into:
                - name: first_name
                  type: text
                  nullable: false
                  up: { postgres: "split_part(name, ' ', 1)", sqlite: "substr(name, 1, instr(name || ' ', ' ') - 1)" }
                - name: last_name
                  type: text
                  up: { postgres: "nullif(split_part(name, ' ', 2), '')", sqlite: "nullif(substr(name, instr(name || ' ', ' ') + 1), '')" }
              down: "first_name || coalesce(' ' || last_name, '')"
          - change_type: { table: customers, column: score, type: integer, up: "cast(score as integer)", down: "cast(score as text)" }
          - rename_column: { table: customers, from: status, to: state }
          - add_column: { table: customers, name: region, type: text, nullable: false, default: "'eu'" }
          - create_index: { table: customers, name: customers_region, columns: [ { name: region }, { name: state } ] }
        """;

    private readonly Random random = new(seed);
    private readonly List<SimulatedWriter> writers = [];
    private string newName = "";

    public async Task RunAsync()
    {
        await target.ExecuteAsync("create table customers (id integer primary key, name text not null, status text not null default 'new', score text)");
        await target.ExecuteAsync("create index customers_status on customers (status)");
        newName = target.NewName("customers", MigrationId);
        for (var i = 0; i < 4; i++)
        {
            // Two applications of each version; a new one uses the version's name while both are served, then the plain one.
            var isNew = i % 2 == 1;
            writers.Add(new SimulatedWriter(i + 1, random.Next(), isNew, () => isNew ? newName : "customers"));
        }

        await WritesAsync([0, 2], 20);
        await WithAsync([0, 2], StartAsync);
        await WritesAsync([0, 1, 2, 3], random.Next(10, 40));
        await CheckAsync(both: true);
        await WithAsync([0, 2], () => InterruptedAsync((runner, token) => runner.RollbackAsync(MigrationId, token)));
        await CheckAsync(both: false);
        await WithAsync([0, 2], StartAsync);
        await WritesAsync([0, 1, 2, 3], random.Next(10, 40));
        await WithAsync(target.NewName("x", "y").Contains('.') ? [1, 3] : [], () => InterruptedAsync((runner, token) => runner.CompleteAsync(MigrationId, false, false, token)));
        await WritesAsync([1, 3], 20);
        await CheckNewAsync("customers");
        await InterruptedAsync((runner, token) => runner.RollbackAsync(MigrationId, token));
        await CheckAsync(both: false);
        await WithAsync([0, 2], StartAsync);
        await WritesAsync([0, 1, 2, 3], 20);
        await CheckAsync(both: true);
        writers.ShouldAllBe(w => w.Writes > 50);
        await target.CheckHealthAsync();
    }

    private async Task StartAsync()
    {
        var plan = await new Workspace(target.Database, Options(default)).PlanAsync(MigrationParser.Parse($"{MigrationId}.yaml", File).Require(), default);
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        await InterruptedAsync((runner, token) => runner.StartAsync(plan, token));
    }

    /// <summary>Breaks the run off after a random number of things that happened, and takes it up again.</summary>
    private async Task InterruptedAsync(Func<Runner, CancellationToken, Task> run)
    {
        using var plug = new CancellationTokenSource();
        try
        {
            await run(new Runner(target.Database, Options(new PullPlug(plug, random.Next(1, 30)))), plug.Token);
        }
        catch (OperationCanceledException)
        {
            await new Runner(target.Database, Options(null)).ResumeAsync(null, default);
        }
    }

    private RunnerOptions Options(IProgress<RunEvent>? progress) => new()
    {
        Jitter = new Random(seed),
        SmallestBatch = 1,
        OldQuiet = TimeSpan.Zero,
        FirstBatch = 10,
        LargestBatch = 50,
        Progress = progress,
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    };

    /// <summary>Applications at work until each has written so often; time says nothing about that on a busy machine.</summary>
    private Task WritesAsync(int[] active, int count) => WithAsync(active, async applications =>
    {
        var goals = active.Select(i => (Writer: writers[i], Goal: writers[i].Writes + count)).ToList();
        while (applications.All(a => !a.IsCompleted) && goals.Any(g => g.Writer.Writes < g.Goal))
        {
            await Task.Delay(1);
        }
    });

    private Task WithAsync(int[] active, Func<Task> work) => WithAsync(active, _ => work());

    private async Task WithAsync(int[] active, Func<IReadOnlyList<Task>, Task> work)
    {
        using var stop = new CancellationTokenSource();
        var applications = active.Select(i => Task.Run(async () =>
        {
            await using var connection = await target.OpenAsync();
            await writers[i].RunAsync(connection, stop.Token);
        })).ToList();
        try
        {
            await work(applications);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(applications);
        }
    }

    private async Task CheckAsync(bool both)
    {
        var rows = writers.SelectMany(w => w.Rows.Values).OrderBy(r => r.Id).ToList();
        (await target.RowsAsync("select id, name, status, score from customers order by id")).ShouldBe(rows.Select(r => r.Old));
        if (both)
        {
            await CheckNewAsync(newName);
        }
    }

    private async Task CheckNewAsync(string table)
    {
        var rows = writers.SelectMany(w => w.Rows.Values).OrderBy(r => r.Id).ToList();
        (await target.RowsAsync($"select id, first_name, last_name, state, score from {table} order by id")).ShouldBe(rows.Select(r => r.New));
    }

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
