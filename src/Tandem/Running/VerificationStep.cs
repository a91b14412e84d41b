using System.Collections.Concurrent;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running.Guards;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>
/// Compares every row in chunks. Verified is what one complete pass found clean: a pass that repaired anything is
/// followed by another from the start, as is one in which the table got another file, and a run that is taken up verifies anew.
/// </summary>
internal sealed class VerificationStep(StepRun run)
{
    private const int MostUnwritten = 100;

    private readonly RunScope scope = run.Scope;
    private readonly BatchSize size = BatchSize.OfReading(run.Scope.Options);
    private readonly Rate rate = new(run.Scope.Time);
    private readonly Throttle throttle = new(run, writes: false);
    private readonly List<SqlStatement> unwritten = [];
    private StepRecord line = run.Line with { Cursor = "", Mismatched = 0, Quarantined = 0 };
    private string Title => run.Step.Title;

    private long written = run.Scope.Time.GetTimestamp();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var pass = 1; pass <= scope.Options.VerificationPasses; pass++)
        {
            var before = line.Mismatched;
            var sawAll = await PassAsync(pass, cancellationToken).ConfigureAwait(false);
            if (line.Mismatched == before && sawAll)
            {
                // What comes next may be served or switched to: the last moment at which stopping costs nothing.
                await scope.MindAsync(run.Step, now: true, cancellationToken).ConfigureAwait(false);
                RefuseQuarantine();
                var baseline = await BaselineAsync(cancellationToken).ConfigureAwait(false);
                await scope.RecordAsync(
                    [
                        .. unwritten, .. baseline,
                        scope.Lines.Progress(line),
                        .. run.Done(("rows", line.RowsDone), ("passes", pass), ("mismatched", line.Mismatched), ("quarantined", line.Quarantined)),
                    ],
                    cancellationToken).ConfigureAwait(false);
                return;
            }

            if (run.Walk.Repair.Count == 0 && line.Mismatched > before)
            {
                break;
            }
        }

        await WriteAsync(cancellationToken).ConfigureAwait(false);
        throw new TandemException(ProblemCodes.VerificationUnclean, Unclean());
    }

    private string Unclean() => (line.Mismatched, run.Walk.Repair.Count) switch
    {
        (0, _) => $"{Title}: the table was written anew in each of {scope.Options.VerificationPasses} passes, as VACUUM FULL and CLUSTER do.",
        (_, 0) => $"{Title}: {line.Mismatched} rows do not agree.",
        _ => $"{Title}: no pass of {scope.Options.VerificationPasses} was clean; {line.Mismatched} rows did not agree.",
    };

    /// <summary>One pass over the table; false where rows may have changed their places behind it.</summary>
    private async Task<bool> PassAsync(int pass, CancellationToken cancellationToken)
    {
        var start = await StartAsync(cancellationToken).ConfigureAwait(false);
        line = line with { WalkEnd = start.Text("walk_end") ?? "", RowsTotal = start.Number("rows_total"), RowsDone = 0, Batches = 0, Quarantined = 0, Cursor = "" };
        await scope.RecordAsync([scope.Lines.ForgetChunks(line, pass), scope.Lines.BeginWalk(line, line.WalkEnd, line.RowsTotal)], cancellationToken).ConfigureAwait(false);
        var workers = run.Walk.Parts is null ? 1 : scope.WorkersFor(run.Step.Table);
        await (workers > 1 ? CompareTogetherAsync(pass, workers, cancellationToken) : CompareAllAsync(pass, cancellationToken)).ConfigureAwait(false);
        return start.Text("file") is not { } file || (await StartAsync(cancellationToken).ConfigureAwait(false)).Text("file") == file;
    }

    private Task<SqlResult> StartAsync(CancellationToken cancellationToken) =>
        scope.Session.QueryAsync(new SqlStatement(run.Walk.Start), cancellationToken);

    private async Task CompareAllAsync(int pass, CancellationToken cancellationToken)
    {
        var lane = new CompareLane(run, scope.Session, size, "", line.WalkEnd!);
        while (await lane.NextAsync(cancellationToken).ConfigureAwait(false) is { } upto)
        {
            await WindowHold.UntilOpenAsync(run, Work.Backfill, cancellationToken).ConfigureAwait(false);
            await throttle.GateAsync(cancellationToken).ConfigureAwait(false);
            if (await lane.CompareAsync(upto, cancellationToken).ConfigureAwait(false) is { } chunk)
            {
                await EnterAsync(chunk, pass, cancellationToken).ConfigureAwait(false);
                await throttle.RestAsync(chunk.Rows, chunk.Took, cancellationToken).ConfigureAwait(false);
            }

            await scope.MindAsync(run.Step, now: false, cancellationToken).ConfigureAwait(false);
            scope.StopIfAsked();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The pass by several sessions that only read; what they find is entered and repaired by the runner's own.</summary>
    private async Task CompareTogetherAsync(int pass, int workers, CancellationToken cancellationToken)
    {
        var parts = await WalkParts.DivideAsync(run, line, workers, cancellationToken).ConfigureAwait(false);
        var found = new ConcurrentQueue<ComparedChunk>();
        await new Crew(run, throttle).RunAsync(
            parts,
            workers,
            async (member, part) =>
            {
                var lane = new CompareLane(run, member.Session, BatchSize.OfReading(scope.Options), part.From, part.End);
                while (await lane.NextAsync(cancellationToken).ConfigureAwait(false) is { } upto && await member.MayGoOnAsync().ConfigureAwait(false))
                {
                    if (await lane.CompareAsync(upto, cancellationToken).ConfigureAwait(false) is { } chunk)
                    {
                        found.Enqueue(chunk);
                        await member.RestAsync(throttle.RestAfter(chunk.Rows, chunk.Took), cancellationToken).ConfigureAwait(false);
                    }
                }
            },
            async () =>
            {
                while (found.TryDequeue(out var chunk))
                {
                    await EnterAsync(chunk, pass, cancellationToken).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private SqlStatement Sql(string text, ComparedChunk chunk) => new(
        text,
        new SqlArgument("after", chunk.From),
        new SqlArgument("upto", chunk.Upto),
        new SqlArgument("size", (long)size.Rows),
        new SqlArgument("end", line.WalkEnd),
        new SqlArgument("phase", Words.Of(line.Phase)),
        new SqlArgument("attempt", (long)line.Attempt),
        new SqlArgument("step", run.Step.Id));

    private async Task EnterAsync(ComparedChunk chunk, int pass, CancellationToken cancellationToken)
    {
        var (seen, mismatched) = (chunk.Rows, chunk.Found.Number("mismatched"));
        if (mismatched > 0)
        {
            // What stops the run is looked at before the repair takes the evidence away.
            scope.Mismatched += mismatched;
            await scope.MindAsync(run.Step, now: true, cancellationToken).ConfigureAwait(false);
            await RepairAsync(mismatched, chunk, cancellationToken).ConfigureAwait(false);
        }

        var ledger = new LedgerRecord(scope.Migration, scope.Phase, line.Attempt, run.Step.Id, chunk.From, chunk.Upto)
        {
            Pass = pass, At = scope.Time.GetUtcNow(), Rows = seen, Mismatched = mismatched,
            SourceSum = chunk.Found.Text("source_sum") ?? "", TargetSum = chunk.Found.Text("target_sum") ?? "",
        };
        line = line with
        {
            Cursor = chunk.Upto,
            RowsDone = line.RowsDone + seen,
            Batches = line.Batches + 1,
            Mismatched = line.Mismatched + mismatched,
            Quarantined = line.Quarantined + chunk.Found.Number("quarantined"),
        };
        unwritten.Add(scope.Lines.EnterChunk(ledger, line.Batches));
        rate.Did(seen);
        scope.Tell(new BatchDone(
            scope.Migration, run.Step.Id, line.RowsDone, line.RowsTotal, rate.PerSecond, rate.TimeFor(line.RowsTotal - line.RowsDone)));
        if (unwritten.Count >= MostUnwritten || scope.Time.GetElapsedTime(written) >= scope.Options.RecordEvery)
        {
            await WriteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the chunk's disagreeing rows agree; the rows of a pass that needed it are looked at again in the next.</summary>
    private Task RepairAsync(long mismatched, ComparedChunk chunk, CancellationToken cancellationToken)
    {
        var repairs = run.Walk.Repair.Count > 0;
        Telemetry.Mismatch(run, mismatched);
        scope.Tell(new VerifyMismatch(scope.Migration, run.Step.Id, mismatched, repairs));
        var entry = scope.Event("mismatch", run.Step.Id, ("rows", mismatched), ("repaired", repairs), ("chunk", line.Batches + 1));
        if (!repairs)
        {
            return scope.RecordAsync([entry], cancellationToken);
        }

        IReadOnlyList<SqlStatement> statements =
            [.. run.Walk.Before.Concat(run.Walk.Repair).Concat(run.Walk.Finish).Select(text => Sql(text, chunk)), entry];
        return new LockWait(run).UntilGrantedAsync(() => scope.ApplyAsync(statements, run.Options, cancellationToken), cancellationToken);
    }

    /// <summary>How the new columns look before applications see them: what is watched while they are live is held against it.</summary>
    private async Task<IEnumerable<SqlStatement>> BaselineAsync(CancellationToken cancellationToken)
    {
        var columns = scope.Phase is Phase.Start or Phase.Restart
            ? await ColumnQuality.ReadAsync(scope.AskBrieflyAsync, [run.Step], cancellationToken).ConfigureAwait(false)
            : [];
        return columns.Count == 0 ? [] : [scope.Event(ColumnQuality.Baseline, run.Step.Id, ("columns", columns.Select(c => c.Kept()).ToValueList()))];
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await scope.RecordAsync([.. unwritten, scope.Lines.Progress(line)], cancellationToken).ConfigureAwait(false);
        unwritten.Clear();
        written = scope.Time.GetTimestamp();
    }

    private void RefuseQuarantine()
    {
        if (scope.Phase == Phase.Complete && line.Quarantined > 0)
        {
            throw new TandemException(
                ProblemCodes.RowsInQuarantine,
                $"{Title}: {(line.Quarantined == 1 ? "1 row is" : $"{line.Quarantined} rows are")} in quarantine; the new version has no value for {(line.Quarantined == 1 ? "it" : "them")}.");
        }

        if (scope.Phase == Phase.Revert && line.Quarantined > 0)
        {
            throw new TandemException(
                ProblemCodes.RowsOutgrown,
                $"{run.Step.Title}: {line.Quarantined} rows hold values for which the old version has none.");
        }
    }
}
