using Tandem.Databases;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>What the journal remembers of steps and chunks, as statements.</summary>
internal sealed class StepStore(JournalStore store)
{
    private const string OneStep = "target = @target and migration = @migration and phase = @phase and attempt = @attempt and number = @number";

    private string Now => Words.Stamp(store.Time.GetUtcNow());

    /// <summary>A line for a step of a new attempt, with what an earlier attempt brought about.</summary>
    public SqlStatement Put(StepRecord step) => store.Sql(
        $"""
        insert into {store.Prefix}steps (target, migration, phase, attempt, number, step, status, epoch, walk_at, walk_begun, walk_end,
          rows_total, rows_done, rows_last, batches, mismatched, quarantined, error_code, error_message, started_at, finished_at)
        values (@target, @migration, @phase, @attempt, @number, @step, @status, @epoch, @walk_at, @walk_begun, @walk_end,
          @rows_total, @rows_done, 0, @batches, 0, 0, '', '', '', '')
        """,
        [
            .. Key(step),
            new SqlArgument("step", step.Id),
            new SqlArgument("status", Words.Of(step.Status)),
            new SqlArgument("epoch", step.Epoch),
            new SqlArgument("walk_at", step.Cursor),
            new SqlArgument("walk_begun", step.WalkEnd is null ? 0L : 1L),
            new SqlArgument("walk_end", step.WalkEnd ?? ""),
            new SqlArgument("rows_total", step.RowsTotal),
            new SqlArgument("rows_done", step.RowsDone),
            new SqlArgument("batches", step.Batches),
        ]);

    /// <summary>A step begins or goes on.</summary>
    public SqlStatement Begin(StepRecord step, long epoch) => Update(
        step,
        """
        status = 'running', epoch = @epoch, error_code = '', error_message = '', finished_at = '',
        started_at = case when started_at = '' then @now else started_at end
        """,
        new SqlArgument("epoch", epoch),
        new SqlArgument("now", Now));

    /// <summary>Where a walk ends is fixed once; it goes on from the start.</summary>
    public SqlStatement BeginWalk(StepRecord step, string end, long total) => Update(
        step,
        "walk_begun = 1, walk_end = @walk_end, walk_at = '', rows_total = @total, rows_done = 0, batches = 0",
        new SqlArgument("walk_end", end),
        new SqlArgument("total", total));

    /// <summary>A walk of batches begins, perhaps once more: what it has done so far goes on being counted.</summary>
    public SqlStatement WalkOn(StepRecord step, string end, long total) => Update(
        step,
        "walk_begun = 1, walk_end = @walk_end, walk_at = @walk_at, rows_total = @total",
        new SqlArgument("walk_at", step.Cursor),
        new SqlArgument("walk_end", end),
        new SqlArgument("total", total));

    /// <summary>The checkpoint of a batch. It must stand right behind the statement whose rows count.</summary>
    public SqlStatement Advance(StepRecord step, string upto) => Update(
        step,
        "walk_at = @upto, rows_last = @rows, rows_done = rows_done + @rows, batches = batches + 1",
        new SqlArgument("upto", upto),
        SqlArgument.RowsOfPrevious("rows")) with
    {
        ExpectRows = 1,
        Otherwise = (ProblemCodes.JournalDamaged.Id, "The step's line in the journal is gone."),
    };

    /// <summary>The ledger's line for the batch whose checkpoint <see cref="Advance"/> wrote.</summary>
    public SqlStatement EnterBatch(StepRecord step, string from, string upto) => store.Sql(
        $"""
        insert into {store.Prefix}ledger (target, migration, phase, attempt, step, pass, number, chunk_from, chunk_to, happened_at,
          row_count, source_sum, target_sum, mismatched)
        select target, migration, phase, attempt, step, 0, batches, @from, @upto, @now, rows_last, '', '', 0
        from {store.Prefix}steps where {OneStep}
        """,
        [.. Key(step), new SqlArgument("from", from), new SqlArgument("upto", upto), new SqlArgument("now", Now)]);

    /// <summary>Takes away the ledger's lines of a pass that is begun anew, and of those behind it: its chunks may be others than those before it was broken off.</summary>
    public SqlStatement ForgetChunks(StepRecord step, int pass) => store.Sql(
        $"""
        delete from {store.Prefix}ledger
        where target = @target and migration = @migration and phase = @phase and attempt = @attempt and step = @step and pass >= @pass
        """,
        new SqlArgument("migration", step.Migration),
        new SqlArgument("phase", Words.Of(step.Phase)),
        new SqlArgument("attempt", (long)step.Attempt),
        new SqlArgument("step", step.Id),
        new SqlArgument("pass", (long)pass));

    /// <summary>The ledger's line for a chunk that was compared.</summary>
    public SqlStatement EnterChunk(LedgerRecord chunk, long number) => store.Sql(
        $"""
        insert into {store.Prefix}ledger (target, migration, phase, attempt, step, pass, number, chunk_from, chunk_to, happened_at,
          row_count, source_sum, target_sum, mismatched)
        values (@target, @migration, @phase, @attempt, @step, @pass, @number, @from, @upto, @now, @rows, @source, @other, @mismatched)
        on conflict (target, migration, phase, attempt, step, pass, number) do update set chunk_from = excluded.chunk_from,
          chunk_to = excluded.chunk_to, happened_at = excluded.happened_at, row_count = excluded.row_count,
          source_sum = excluded.source_sum, target_sum = excluded.target_sum, mismatched = excluded.mismatched
        """,
        new SqlArgument("migration", chunk.Migration),
        new SqlArgument("phase", Words.Of(chunk.Phase)),
        new SqlArgument("attempt", (long)chunk.Attempt),
        new SqlArgument("step", chunk.Step),
        new SqlArgument("pass", (long)chunk.Pass),
        new SqlArgument("number", number),
        new SqlArgument("from", chunk.From),
        new SqlArgument("upto", chunk.To),
        new SqlArgument("now", Words.Stamp(chunk.At)),
        new SqlArgument("rows", chunk.Rows),
        new SqlArgument("source", chunk.SourceSum),
        new SqlArgument("other", chunk.TargetSum),
        new SqlArgument("mismatched", chunk.Mismatched));

    /// <summary>How far a pass of a verification or a backup came: for people; nothing is taken up from here.</summary>
    public SqlStatement Progress(StepRecord step) => Update(
        step,
        "walk_at = @walk_at, rows_done = @rows_done, batches = @batches, mismatched = @mismatched, quarantined = @quarantined",
        new SqlArgument("walk_at", step.Cursor),
        new SqlArgument("rows_done", step.RowsDone),
        new SqlArgument("batches", step.Batches),
        new SqlArgument("mismatched", step.Mismatched),
        new SqlArgument("quarantined", step.Quarantined));

    public SqlStatement Done(StepRecord step, long epoch) => Update(
        step,
        "status = 'done', epoch = @epoch, finished_at = @now, started_at = case when started_at = '' then @now else started_at end",
        new SqlArgument("epoch", epoch),
        new SqlArgument("now", Now)) with
    {
        ExpectRows = 1,
        Otherwise = (ProblemCodes.JournalDamaged.Id, "The step's line in the journal is gone."),
    };

    /// <summary>What the step did was taken back: it is to be done anew.</summary>
    public SqlStatement Reset(StepRecord step) => Update(step, "status = 'pending', finished_at = ''");

    public SqlStatement Failed(StepRecord step, Problem problem) => Update(
        step,
        "status = 'failed', error_code = @code, error_message = @message, finished_at = @now",
        new SqlArgument("code", problem.Code.Id),
        new SqlArgument("message", problem.Message),
        new SqlArgument("now", Now));

    private static SqlArgument[] Key(StepRecord step) =>
    [
        new("migration", step.Migration),
        new("phase", Words.Of(step.Phase)),
        new("attempt", (long)step.Attempt),
        new("number", (long)step.Index),
    ];

    private SqlStatement Update(StepRecord step, string set, params SqlArgument[] arguments) => store.Sql(
        $"update {store.Prefix}steps set {set} where {OneStep}",
        [.. Key(step), .. arguments]);
}
