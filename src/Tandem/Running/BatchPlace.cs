using Tandem.Databases;
using Tandem.Journal;

namespace Tandem.Running;

/// <summary>Where a walk that writes stands: by which session it goes on, and how its checkpoints are remembered.</summary>
internal abstract class BatchPlace
{
    /// <summary>How far it came.</summary>
    public abstract string Cursor { get; }

    /// <summary>Where it ends.</summary>
    public abstract string End { get; }

    /// <summary>Reads.</summary>
    public abstract Task<SqlResult> QueryAsync(SqlStatement query, CancellationToken cancellationToken);

    /// <summary>One transaction behind the fence; null when only its answer was lost.</summary>
    public abstract Task<IReadOnlyList<SqlResult>?> ApplyAsync(IReadOnlyList<SqlStatement> statements);

    /// <summary>The checkpoint of a batch and its line in the ledger; right behind the statement whose rows count.</summary>
    public abstract IReadOnlyList<SqlStatement> Checkpoint(string upto);

    /// <summary>A batch was committed.</summary>
    public abstract void Did(string upto, long rows);

    /// <summary>Reads from the journal how far it came; how many rows more than was known.</summary>
    public abstract Task<long> ReadAgainAsync(CancellationToken cancellationToken);

    /// <summary>Waits before a batch is tried again whose rows others have locked.</summary>
    public abstract Task WaitAsync(CancellationToken cancellationToken);

    /// <summary>What is thrown when they have them for too long.</summary>
    public abstract Task<Exception> RefusedAsync(DatabaseException cause, CancellationToken cancellationToken);

    /// <summary>Notes that a chunk was done row by row.</summary>
    /// <returns>Statements for the batch's own transaction.</returns>
    public abstract IReadOnlyList<SqlStatement> NoteIsolated();
}

/// <summary>The whole walk, by the runner's own session; it stands on the step's line.</summary>
internal sealed class WholePlace(StepRun run, StepRecord begun) : BatchPlace
{
    private readonly RunScope scope = run.Scope;

    /// <summary>The step's line.</summary>
    public StepRecord Line { get; private set; } = begun;

    public override string Cursor => Line.Cursor;

    public override string End => Line.WalkEnd ?? "";

    public override Task<SqlResult> QueryAsync(SqlStatement query, CancellationToken cancellationToken) => scope.Session.QueryAsync(query, cancellationToken);

    public override Task<IReadOnlyList<SqlResult>?> ApplyAsync(IReadOnlyList<SqlStatement> statements) =>
        scope.ApplyAsync(statements, run.Options with { CanBeRedone = true }, CancellationToken.None);

    public override IReadOnlyList<SqlStatement> Checkpoint(string upto) => [scope.Lines.Advance(Line, upto), scope.Lines.EnterBatch(Line, Line.Cursor, upto)];

    public override void Did(string upto, long rows) => Line = Line with { Cursor = upto, RowsDone = Line.RowsDone + rows, Batches = Line.Batches + 1 };

    public override async Task<long> ReadAgainAsync(CancellationToken cancellationToken)
    {
        var before = Line.RowsDone;
        Line = await scope.ReadAgainAsync(Line, cancellationToken).ConfigureAwait(false);
        return Line.RowsDone - before;
    }

    public override Task WaitAsync(CancellationToken cancellationToken) =>
        scope.WaitAsync(scope.Retry.NextPause(), run.Step.Id, "rows that others have locked", cancellationToken);

    public override async Task<Exception> RefusedAsync(DatabaseException cause, CancellationToken cancellationToken) =>
        await new LockWait(run).RefusedAsync(cause, cancellationToken).ConfigureAwait(false);

    public override IReadOnlyList<SqlStatement> NoteIsolated() => [scope.Event("chunk_isolated", run.Step.Id, ("batch", Line.Batches + 1))];
}

/// <summary>A part of a walk, by a session of its own; it stands on the part's line.</summary>
internal sealed class PartPlace(StepRun run, CrewMember member, PartRecord begun) : BatchPlace
{
    private PartRecord part = begun;

    public override string Cursor => part.Cursor;

    public override string End => part.End;

    public override Task<SqlResult> QueryAsync(SqlStatement query, CancellationToken cancellationToken) => member.Session.QueryAsync(query, cancellationToken);

    public override Task<IReadOnlyList<SqlResult>?> ApplyAsync(IReadOnlyList<SqlStatement> statements) =>
        member.Session.ApplyAsync(statements, run.Options with { CanBeRedone = true }, CancellationToken.None);

    public override IReadOnlyList<SqlStatement> Checkpoint(string upto) => new PartStore(run.Scope.Store, part).Checkpoint(run.Line.Attempt, part.Cursor, upto);

    public override void Did(string upto, long rows) => part = part with { Cursor = upto, RowsDone = part.RowsDone + rows, Batches = part.Batches + 1 };

    public override async Task<long> ReadAgainAsync(CancellationToken cancellationToken)
    {
        var before = part.RowsDone;
        var parts = await PartStore.ReadAsync(run.Scope.Store, run.Line, member.Session.QueryAsync, cancellationToken).ConfigureAwait(false);
        part = parts.First(p => p.Number == part.Number);
        return part.RowsDone - before;
    }

    public override Task WaitAsync(CancellationToken cancellationToken) => member.PauseAsync(cancellationToken);

    // Who is in the way is asked by the runner's own session, when all are at rest.
    public override Task<Exception> RefusedAsync(DatabaseException cause, CancellationToken cancellationToken) => Task.FromResult<Exception>(new PartBlockedException(cause));

    // Entries of the journal are numbered one after the other: sessions that write them side by side would wait for each other.
    public override IReadOnlyList<SqlStatement> NoteIsolated()
    {
        member.Note(run.Scope.Event("chunk_isolated", run.Step.Id, ("part", part.Number), ("batch", part.Batches + 1)));
        return [];
    }
}

/// <summary>Rows of a part were locked by others for too long.</summary>
internal sealed class PartBlockedException(DatabaseException cause) : Exception("Rows of a part are locked by others.", cause)
{
    /// <summary>The last try.</summary>
    public DatabaseException Cause => cause;
}
