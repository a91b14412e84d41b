using Shouldly;
using Tandem.Migrations;
using Tandem.Running;
using Tandem.Running.Health;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>A backfill while applications write to the file, which wait for as long as a batch takes.</summary>
public sealed class BatchesBesideOthersTests : IDisposable
{
    private const int Rows = 2000;
    private readonly string migration = $"0001_{Guid.NewGuid():N}";
    private readonly SqliteTarget target = new();

    public void Dispose() => target.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Batches_stay_short_as_long_as_others_commit(bool writes)
    {
        var application = new Application(target) { Writes = writes };
        await FillAsync(new RunnerOptions
        {
            Progress = application, PauseRatio = 0, FirstBatch = 500, SmallestBatch = 20, LargestBatch = 500,
            BatchTarget = TimeSpan.FromMinutes(1), BatchTargetBesideOthers = TimeSpan.FromTicks(1),
        });

        // Of the first batch nobody knew; quiet ones grow again by half each time.
        application.Batches.ShouldBeInRange(writes ? (Rows - 500) / 20 : 2, writes ? Rows / 20 : 20);
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    public async Task Pauses_are_three_times_as_long_while_others_commit(bool writes, double firstToLast)
    {
        var time = new CountingTime();
        await FillAsync(new RunnerOptions { Progress = new Application(target) { Writes = writes }, Time = time, FirstBatch = 200, SmallestBatch = 200, LargestBatch = 200 });

        // Of the first batch nobody knew: others may commit.
        time.Pauses.Count.ShouldBe(Rows / 200);
        (time.Pauses[0] / time.Pauses[^1]).ShouldBe(firstToLast);
    }

    private async Task FillAsync(RunnerOptions options)
    {
        await target.ExecuteAsync("create table people (id integer primary key, name text)");
        await target.ExecuteAsync("create table visits (id integer primary key)");
        await target.ExecuteAsync($"insert into people (name) select value from json_each('[{string.Join(',', Enumerable.Range(1, Rows))}]')");
        var workspace = new Workspace(target.Database, options with { OldQuiet = TimeSpan.Zero, Health = new HealthOptions { SampleEvery = TimeSpan.Zero } });
        await workspace.Runner.StartAsync(
            await workspace.PlanAsync(MigrationParser.Parse(migration + ".yaml", "title: t\noperations:\n  - rename_column: { table: people, from: name, to: called }\n").Require(), default), default);
    }

    private sealed class Application(SqliteTarget target) : IProgress<RunEvent>
    {
        public bool Writes { get; init; }

        public int Batches { get; private set; }

        public void Report(RunEvent value)
        {
            if (value is not BatchDone { Step: "backfill people" })
            {
                return;
            }

            Batches++;
            if (Writes)
            {
                target.ExecuteAsync("insert into visits default values").GetAwaiter().GetResult();
            }
        }
    }

    /// <summary>A clock by which each look at it takes a millisecond, so that each batch takes as long as another, and which does not wait for a pause.</summary>
    private sealed class CountingTime : TimeProvider
    {
        private long looks;

        public List<TimeSpan> Pauses { get; } = [];

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Interlocked.Increment(ref looks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime <= TimeSpan.Zero || dueTime >= TimeSpan.FromSeconds(1))
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            Pauses.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
