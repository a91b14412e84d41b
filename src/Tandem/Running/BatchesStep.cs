using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;

namespace Tandem.Running;

/// <summary>
/// Walks over a table in batches that write, each in one transaction with its checkpoint. Whoever takes the walk up
/// goes on behind the last batch that was committed, however the runner before it ended.
/// </summary>
internal sealed class BatchesStep(StepRun run)
{
    private const int SeldomFactor = 10;

    private readonly RunScope scope = run.Scope;
    private readonly BatchSize size = new(run.Scope.Options);
    private readonly Rate rate = new(run.Scope.Time);
    private readonly Throttle throttle = new(run, writes: true);
    private StepRecord line = run.Line;
    private Deadline? blocked;
    private string? failedUpto;
    private long? wanted;
    private TimeSpan worked;
    private TimeSpan held;
    private TimeSpan lost;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var watching = await scope.Meter.WatchAsync(scope.Options.LockSampleEvery * SeldomFactor, cancellationToken).ConfigureAwait(false);
        try
        {
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            scope.Note(run.Step.Id, await watching.EndAsync(lost, held).ConfigureAwait(false));
        }

        await scope.RecordAsync(run.Done(("rows", line.RowsDone), ("batches", line.Batches)), cancellationToken).ConfigureAwait(false);
    }

    // What fills no more rows than the walk before it will not fill more the next time.
    private async Task FillAsync(CancellationToken cancellationToken)
    {
        for (var left = long.MaxValue; ;)
        {
            await WalkAsync(cancellationToken).ConfigureAwait(false);
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
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        while (await NextAsync(cancellationToken).ConfigureAwait(false) is { } upto)
        {
            await WindowHold.UntilOpenAsync(run, Work.Backfill, cancellationToken).ConfigureAwait(false);
            await throttle.GateAsync(cancellationToken).ConfigureAwait(false);
            var (begun, before) = (scope.Time.GetTimestamp(), line.RowsDone);
            if (await TryAsync(upto, cancellationToken).ConfigureAwait(false))
            {
                var took = scope.Time.GetElapsedTime(begun);
                held += took;
                size.Took(took < worked ? took : worked, wanted);
                Telemetry.Batch(run, line.RowsDone - before, took);

                // Rows that the sync has filled already are no reason to think that the others have become dear.
                await throttle.RestAsync(Math.Max(line.RowsDone - before, wanted ?? 0), took, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                lost += scope.Time.GetElapsedTime(begun);
            }

            await scope.MindAsync(run.Step, now: false, cancellationToken).ConfigureAwait(false);
            scope.StopIfAsked();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (line.WalkEnd is not null)
        {
            return;
        }

        var start = await scope.Session.QueryAsync(new SqlStatement(run.Walk.Start), cancellationToken).ConfigureAwait(false);
        var (end, total) = (start.Text("walk_end") ?? "", start.Number("rows_total"));
        await scope.RecordAsync([scope.Lines.WalkOn(line, end, total)], cancellationToken).ConfigureAwait(false);
        line = line with { WalkEnd = end, RowsTotal = total, Cursor = "" };
    }

    private async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        var next = await scope.Session.QueryAsync(new SqlStatement(run.Walk.Next, Window("")) { IsPlain = true }, cancellationToken).ConfigureAwait(false);
        wanted = next.Columns.Contains("wanted") ? next.Number("wanted") : null;
        return next.Text("upto");
    }

    private SqlArgument[] Window(string upto) =>
    [
        new("after", line.Cursor), new("upto", upto), new("size", (long)size.Rows), new("end", line.WalkEnd),
    ];

    /// <summary>One batch; false when it must be tried again, smaller.</summary>
    private async Task<bool> TryAsync(string upto, CancellationToken cancellationToken)
    {
        var walk = run.Walk;
        try
        {
            await ApplyAsync(Texts([.. walk.Before, walk.Work], upto), Texts(walk.Finish, upto), upto, cancellationToken).ConfigureAwait(false);
            (blocked, failedUpto) = (null, null);
            return true;
        }
        catch (DatabaseException e) when (e.Kind == FailureKind.Data)
        {
            // A chunk that does not get smaller any more (a page of the table) is as small as it can be.
            if (!size.IsSmallest && failedUpto != upto)
            {
                failedUpto = upto;
                size.Halve();
                return false;
            }

            await IsolateAsync(upto, e, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DatabaseException e) when (e.CanRetry || e.Kind == FailureKind.StatementTimeout)
        {
            blocked ??= scope.Retry.Deadline(scope.Options.LockDeadline);
            if (blocked.IsOver)
            {
                throw await new LockWait(run).RefusedAsync(e, cancellationToken).ConfigureAwait(false);
            }

            size.Halve();
            await scope.WaitAsync(scope.Retry.NextPause(), run.Step.Id, "rows that others have locked", cancellationToken).ConfigureAwait(false);
            return false;
        }
    }

    /// <summary>Does the chunk row by row through the sync, which marks the rows that fail and keeps the others.</summary>
    private async Task IsolateAsync(string upto, DatabaseException cause, CancellationToken cancellationToken)
    {
        if (run.Walk.Isolate is not { } isolate)
        {
            throw new TandemException(
                ProblemCodes.RowsDoNotFit,
                $"{run.Step.Title}: among the {size.Rows} rows after {line.RowsDone} there are some that cannot be written (code {cause.ServerCode ?? "none"}).",
                cause);
        }

        await ApplyAsync(Texts([isolate], upto), [scope.Event("chunk_isolated", run.Step.Id, ("batch", line.Batches + 1))], upto, cancellationToken).ConfigureAwait(false);
        (blocked, failedUpto) = (null, null);
        scope.Tell(new ChunkIsolated(scope.Migration, run.Step.Id));
    }

    private SqlStatement[] Texts(IEnumerable<string> texts, string upto) => [.. texts.Select(text => new SqlStatement(text, Window(upto)) { IsPlain = true })];

    private async Task ApplyAsync(
        SqlStatement[] work, SqlStatement[] after, string upto, CancellationToken cancellationToken)
    {
        IReadOnlyList<SqlStatement> statements =
        [
            .. work,
            scope.Lines.Advance(line, upto),
            .. after,
            scope.Lines.EnterBatch(line, line.Cursor, upto),
        ];
        var results = await scope.ApplyAsync(statements, run.Options, CancellationToken.None).ConfigureAwait(false);
        if (results is null)
        {
            // It was committed and its answer lost: what it did stands in the journal.
            worked = TimeSpan.MaxValue;
            line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        // A batch is to be short for those who wait for its rows. What the way to the server takes is the same for every size.
        var trip = results[work.Length - 1].Trip;
        worked = trip > TimeSpan.Zero ? trip - results.Skip(work.Length).Min(r => r.Trip) : TimeSpan.MaxValue;
        var rows = Math.Max(0, results[work.Length - 1].Affected);
        line = line with { Cursor = upto, RowsDone = line.RowsDone + rows, Batches = line.Batches + 1 };
        rate.Did(rows);
        scope.Tell(new BatchDone(
            scope.Migration, run.Step.Id, line.RowsDone, line.RowsTotal, rate.PerSecond, rate.TimeFor(line.RowsTotal - line.RowsDone)));
    }

    private async Task<StepRecord> ReadLineAsync(CancellationToken cancellationToken)
    {
        var lines = await new JournalReader(scope.Store, scope.Session.QueryAsync)
            .StepsAsync(line.Migration, line.Phase, line.Attempt, cancellationToken).ConfigureAwait(false);
        return lines.First(l => l.Index == line.Index);
    }
}
