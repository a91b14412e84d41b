using System.Collections.Concurrent;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running.Locks;

namespace Tandem.Running;

/// <summary>
/// Walks over a table in batches that write, each in one transaction with its checkpoint. Whoever takes the walk up
/// goes on behind the last batch that was committed, however the runner before it ended.
/// </summary>
internal sealed class BatchesStep(StepRun run)
{
    private const int SeldomFactor = 10;

    private readonly RunScope scope = run.Scope;
    private readonly Rate rate = new(run.Scope.Time);
    private readonly Throttle throttle = new(run, writes: true);
    private readonly Lock counts = new();
    private readonly ConcurrentDictionary<long, long> ticks = [];
    private StepRecord line = run.Line;
    private long recorded = run.Scope.Time.GetTimestamp();
    private TimeSpan held;
    private TimeSpan lost;

    /// <summary>
    /// Fills the table. A batch does not wait for the server's disk: of one that goes down the last ones are gone, with their checkpoints,
    /// and the walk goes on from those that it kept. The step's last line waits, and with it all that were written before.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!await TryAsync(cancellationToken).ConfigureAwait(false))
        {
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FillAndEndAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TandemException e) when (Fences.IsSetBack(e))
        {
            line = await scope.ReadAgainAsync(line, cancellationToken).ConfigureAwait(false);
            if (line.Status != StepStatus.Running)
            {
                throw;
            }

            return false;
        }
    }

    private async Task FillAndEndAsync(CancellationToken cancellationToken)
    {
        using var watching = await scope.Meter.WatchAsync(scope.Options.LockSampleEvery * SeldomFactor, cancellationToken).ConfigureAwait(false);
        try
        {
            await FillAsync(watching, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            scope.Note(run.Step.Id, await watching.EndAsync(lost, held).ConfigureAwait(false));
        }

        await scope.RecordAsync(
            [
                .. WalkParts.Has(line) ? [scope.Lines.Progress(line), PartStore.Clear(scope.Store, line)] : Array.Empty<SqlStatement>(),
                .. run.Done(("rows", line.RowsDone), ("batches", line.Batches)),
            ],
            cancellationToken).ConfigureAwait(false);
    }

    // What fills no more rows than the walk before it will not fill more the next time.
    private async Task FillAsync(LockWatching watching, CancellationToken cancellationToken)
    {
        for (var left = long.MaxValue; ;)
        {
            await BeginAsync(cancellationToken).ConfigureAwait(false);
            await (WalkParts.Has(line) ? WalkTogetherAsync(watching, cancellationToken) : WalkAsync(cancellationToken)).ConfigureAwait(false);
            await new Sweep(run).AfterWalkAsync(cancellationToken).ConfigureAwait(false);
            var before = left;
            left = await LeftAsync(cancellationToken).ConfigureAwait(false);
            if (left == 0 || left >= before)
            {
                break;
            }

            line = line with { WalkEnd = null };
        }
    }

    private async Task<long> LeftAsync(CancellationToken cancellationToken) => run.Walk.Left is { } left
        ? (await scope.Session.QueryAsync(new SqlStatement(left), cancellationToken).ConfigureAwait(false)).Number("rows")
        : 0;

    private async Task WalkAsync(CancellationToken cancellationToken)
    {
        var place = new WholePlace(run, line);
        var lane = new BatchLane(run, place, new BatchSize(scope.Options), throttle);
        while (await lane.NextAsync(cancellationToken).ConfigureAwait(false) is { } upto)
        {
            await WindowHold.UntilOpenAsync(run, Work.Backfill, cancellationToken).ConfigureAwait(false);
            await throttle.GateAsync(cancellationToken).ConfigureAwait(false);
            var batch = await lane.TryAsync(upto, cancellationToken).ConfigureAwait(false);
            line = place.Line;
            Did(batch);
            await throttle.RestAsync(batch.Thought, batch.Done ? batch.Took : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            await scope.MindAsync(run.Step, now: false, cancellationToken).ConfigureAwait(false);
            scope.StopIfAsked();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The walk by several sessions, each over parts of the table; as many as hold now, whoever divided it.</summary>
    private async Task WalkTogetherAsync(LockWatching watching, CancellationToken cancellationToken)
    {
        ticks.Clear();
        var parts = await WalkParts.ReadAsync(run, line, cancellationToken).ConfigureAwait(false);
        var (_, rows, batches) = WalkParts.Read(line);
        line = line with { RowsDone = rows + parts.Sum(p => p.RowsDone), Batches = batches + parts.Sum(p => p.Batches - batches) };
        await new Crew(run, throttle).RunAsync(
            parts,
            scope.WorkersFor(run.Step.Table),
            async (member, part) =>
            {
                await scope.Meter.AlsoAsync(watching, member.Session, cancellationToken).ConfigureAwait(false);
                await WalkPartAsync(member, part, cancellationToken).ConfigureAwait(false);
            },
            () => RecordAsync(cancellationToken),
            cancellationToken).ConfigureAwait(false);
        await SecureAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes sure that the server has kept what the sessions did: none of them looks again at a part that it has left. What is committed
    /// and waits for the disk takes along all that was committed before.
    /// </summary>
    private async Task SecureAsync(CancellationToken cancellationToken)
    {
        await scope.RecordAsync([scope.Lines.Progress(line)], cancellationToken).ConfigureAwait(false);
        if ((await WalkParts.ReadAsync(run, line, cancellationToken).ConfigureAwait(false)).Any(p => p.Tick < ticks.GetValueOrDefault(p.Number)))
        {
            throw Fences.SetBack();
        }
    }

    private async Task WalkPartAsync(CrewMember member, PartRecord part, CancellationToken cancellationToken)
    {
        member.Session.WorkOn(part);
        var lane = new BatchLane(run, new PartPlace(run, member, part), member.Size, throttle);
        while (await lane.NextAsync(cancellationToken).ConfigureAwait(false) is { } upto && await member.MayGoOnAsync().ConfigureAwait(false))
        {
            var batch = await lane.TryAsync(upto, cancellationToken).ConfigureAwait(false);
            lock (counts)
            {
                line = batch.Done ? line with { RowsDone = line.RowsDone + batch.Rows, Batches = line.Batches + 1 } : line;
                Did(batch);
            }

            await member.RestAsync(throttle.RestAfter(batch.Thought, batch.Done ? batch.Took : TimeSpan.Zero), cancellationToken).ConfigureAwait(false);
        }

        ticks[part.Number] = member.Session.Tick;
    }

    private void Did(BatchTry batch)
    {
        if (!batch.Done)
        {
            lost += batch.Took;
            return;
        }

        held += batch.Took;
        rate.Did(batch.Rows);
        scope.Tell(new BatchDone(
            scope.Migration, run.Step.Id, line.RowsDone, line.RowsTotal, rate.PerSecond, rate.TimeFor(line.RowsTotal - line.RowsDone)));
    }

    /// <summary>How far the parts came together, for people: each goes on from its own line.</summary>
    private async Task RecordAsync(CancellationToken cancellationToken)
    {
        if (scope.Time.GetElapsedTime(recorded) < scope.Options.RecordEvery)
        {
            return;
        }

        recorded = scope.Time.GetTimestamp();
        StepRecord now;
        lock (counts)
        {
            now = line;
        }

        await scope.RecordAsync([scope.Lines.Progress(now)], cancellationToken).ConfigureAwait(false);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (line.WalkEnd is not null)
        {
            return;
        }

        var start = await scope.Session.QueryAsync(new SqlStatement(run.Walk.Start), cancellationToken).ConfigureAwait(false);
        var end = start.Text("walk_end") ?? "";
        line = line with { WalkEnd = end, RowsTotal = start.Number("rows_total"), Cursor = "" };
        var workers = run.Walk.Parts is null ? 1 : scope.WorkersFor(run.Step.Table);
        var parts = workers > 1 ? await WalkParts.DivideAsync(run, line, workers, cancellationToken).ConfigureAwait(false) : [];
        line = parts.Count > 1 ? WalkParts.Divided(line, parts.Count) : line;
        await scope.RecordAsync(
            [
                scope.Lines.WalkOn(line, end, line.RowsTotal), PartStore.Clear(scope.Store, line),
                .. parts.Count > 1 ? parts.Select(p => new PartStore(scope.Store, p).Put()) : [],
            ],
            cancellationToken).ConfigureAwait(false);
    }
}
