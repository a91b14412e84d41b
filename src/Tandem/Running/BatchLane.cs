using Tandem.Databases;
using Tandem.Problems;

namespace Tandem.Running;

/// <summary>What came of a try at a batch.</summary>
/// <param name="Done">Whether it was done; else it is to be tried again, smaller.</param>
/// <param name="Rows">Rows that it wrote.</param>
/// <param name="Thought">Rows that it is thought to have looked at.</param>
/// <param name="Took">How long it took.</param>
internal sealed record BatchTry(bool Done, long Rows, long Thought, TimeSpan Took);

/// <summary>Takes one batch after the other at a place of a walk, as large as they may be, each in one transaction with its checkpoint.</summary>
internal sealed class BatchLane(StepRun run, BatchPlace place, BatchSize size, Throttle throttle)
{
    private readonly RunScope scope = run.Scope;
    private Deadline? blocked;
    private string? failedUpto;
    private long? wanted;
    private long written;
    private TimeSpan worked;

    /// <summary>Where the next batch ends; null when the walk is over.</summary>
    public async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        size.Aim(throttle.BatchTarget);
        var next = await place.QueryAsync(new SqlStatement(run.Walk.Next, Window("")) { IsPlain = true }, cancellationToken).ConfigureAwait(false);
        wanted = next.Columns.Contains("wanted") ? next.Number("wanted") : null;
        return next.Text("upto");
    }

    /// <summary>One try.</summary>
    public async Task<BatchTry> TryAsync(string upto, CancellationToken cancellationToken)
    {
        var begun = scope.Time.GetTimestamp();
        written = 0;
        if (!await WriteAsync(upto, cancellationToken).ConfigureAwait(false))
        {
            return new BatchTry(false, 0, 0, scope.Time.GetElapsedTime(begun));
        }

        var took = scope.Time.GetElapsedTime(begun);
        size.Took(took < worked ? took : worked, wanted);
        Telemetry.Batch(run, written, took);

        // Rows that the sync has filled already are no reason to think that the others have become dear.
        return new BatchTry(true, written, Math.Max(written, wanted ?? 0), took);
    }

    private SqlArgument[] Window(string upto) =>
    [
        new("after", place.Cursor), new("upto", upto), new("size", (long)size.Rows), new("end", place.End),
        new("phase", Words.Of(run.Line.Phase)), new("attempt", (long)run.Line.Attempt), new("step", run.Step.Id),
    ];

    private async Task<bool> WriteAsync(string upto, CancellationToken cancellationToken)
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
                throw await place.RefusedAsync(e, cancellationToken).ConfigureAwait(false);
            }

            size.Halve();
            await place.WaitAsync(cancellationToken).ConfigureAwait(false);
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
                $"{run.Step.Title}: among the {size.Rows} rows of one batch there are some that cannot be written (code {cause.ServerCode ?? "none"}).",
                cause);
        }

        await ApplyAsync(Texts([isolate], upto), place.NoteIsolated(), upto, cancellationToken).ConfigureAwait(false);
        (blocked, failedUpto) = (null, null);
        scope.Tell(new ChunkIsolated(scope.Migration, run.Step.Id));
    }

    private SqlStatement[] Texts(IEnumerable<string> texts, string upto) => [.. texts.Select(text => new SqlStatement(text, Window(upto)) { IsPlain = true })];

    private async Task ApplyAsync(SqlStatement[] work, IReadOnlyList<SqlStatement> after, string upto, CancellationToken cancellationToken)
    {
        var results = await place.ApplyAsync([.. work, .. place.Checkpoint(upto), .. after]).ConfigureAwait(false);
        if (results is null)
        {
            // It was committed and its answer lost: what it did stands in the journal.
            worked = TimeSpan.MaxValue;
            written = await place.ReadAgainAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        // A batch is to be short for those who wait for its rows. What the way to the server takes is the same for every size.
        var trip = results[work.Length - 1].Trip;
        worked = trip > TimeSpan.Zero ? trip - results.Skip(work.Length).Min(r => r.Trip) : TimeSpan.MaxValue;
        written = Math.Max(0, results[work.Length - 1].Affected);
        place.Did(upto, written);
    }
}
