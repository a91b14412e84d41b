using Tandem.Databases;
using Tandem.Journal;
using Tandem.Problems;

namespace Tandem.Running;

/// <summary>
/// What the journal remembers of the parts of a walk, as statements. A part's line is its checkpoint and its fence at once: who works on it
/// needs the lease's epoch and no row that another part needs, so that parts do not wait for each other.
/// </summary>
internal sealed class PartStore(JournalStore store, PartRecord part)
{
    /// <summary>The ledger numbers a step's batches; those of a part begin here, times the part.</summary>
    private const long Numbers = 1_000_000_000;

    private const string OnePart = "target = @target and migration = @migration and phase = @phase and step = @step and number = @number";

    /// <summary>Writes the part anew.</summary>
    public SqlStatement Put() => store.Sql(
        $"""
        insert into {store.Prefix}parts (target, migration, phase, step, number, epoch, tick, walk_from, walk_at, walk_end, rows_done, rows_last, batches)
        values (@target, @migration, @phase, @step, @number, @epoch, 0, @walk_from, @walk_from, @walk_end, 0, 0, @batches)
        """,
        [.. Key(), new("epoch", part.Epoch), new("walk_from", part.From), new("walk_end", part.End), new("batches", part.Batches)]);

    /// <summary>The first statement of every transaction on the part: see <see cref="JournalStore.Fence"/>.</summary>
    public SqlStatement Fence(LeaseRecord lease, long serial) => store.Sql(
        $"update {store.Prefix}parts set tick = @serial where {OnePart} and epoch = @epoch and tick = @tick",
        [.. Key(), new("serial", serial), new("epoch", lease.Epoch), new("tick", lease.Tick)]) with
    {
        ExpectRows = 1,
        Otherwise = (ProblemCodes.LostLease.Id, "Another runner has taken over; this one stops and changes nothing."),
    };

    /// <summary>The checkpoint of a batch, and the ledger's line for it. They must stand right behind the statement whose rows count.</summary>
    /// <param name="attempt">The phase's attempt.</param>
    /// <param name="from">Where the batch begins.</param>
    /// <param name="upto">Where it ends.</param>
    public IReadOnlyList<SqlStatement> Checkpoint(int attempt, string from, string upto) =>
    [
        store.Sql(
            $"update {store.Prefix}parts set walk_at = @upto, rows_last = @rows, rows_done = rows_done + @rows, batches = batches + 1 where {OnePart}",
            [.. Key(), new("upto", upto), SqlArgument.RowsOfPrevious("rows")]) with
        {
            ExpectRows = 1,
            Otherwise = (ProblemCodes.JournalDamaged.Id, "The part's line in the journal is gone."),
        },
        store.Sql(
            $"""
            insert into {store.Prefix}ledger (target, migration, phase, attempt, step, pass, number, chunk_from, chunk_to, happened_at,
              row_count, source_sum, target_sum, mismatched)
            select target, migration, phase, @attempt, step, 0, number * {Words.Text(Numbers)} + batches, @from, @upto, @now, rows_last, '', '', 0
            from {store.Prefix}parts where {OnePart}
            """,
            [.. Key(), new("attempt", (long)attempt), new("from", from), new("upto", upto), new("now", Words.Stamp(store.Time.GetUtcNow()))]),
    ];

    /// <summary>The part's line as a fence.</summary>
    public async Task<LeaseRecord> PresentAsync(LeaseRecord mine, Ask ask, CancellationToken cancellationToken)
    {
        var result = await ask(store.Sql($"select epoch, tick from {store.Prefix}parts where {OnePart}", Key()), cancellationToken).ConfigureAwait(false);
        return mine with { Epoch = result.Rows.Count == 0 ? 0 : result.Number("epoch"), Tick = result.Number("tick") };
    }

    /// <summary>Forgets the parts of a step.</summary>
    public static SqlStatement Clear(JournalStore store, StepRecord step) => store.Sql(
        $"delete from {store.Prefix}parts where target = @target and migration = @migration and phase = @phase and step = @step", Of(step));

    /// <summary>The parts of a step, in order.</summary>
    public static async Task<IReadOnlyList<PartRecord>> ReadAsync(JournalStore store, StepRecord step, Ask ask, CancellationToken cancellationToken)
    {
        var result = await ask(
            store.Sql(
                $"""
                select number, epoch, tick, walk_from, walk_at, walk_end, rows_done, batches
                from {store.Prefix}parts where target = @target and migration = @migration and phase = @phase and step = @step order by number
                """,
                Of(step)),
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. from row in result.Rows
               let line = result with { Rows = [row] }
               select new PartRecord(step.Migration, step.Phase, step.Id, line.Number("number"))
               {
                   Epoch = line.Number("epoch"), Tick = line.Number("tick"), From = line.Text("walk_from") ?? "", Cursor = line.Text("walk_at") ?? "",
                   End = line.Text("walk_end") ?? "", RowsDone = line.Number("rows_done"), Batches = line.Number("batches"),
               },
        ];
    }

    private static SqlArgument[] Of(StepRecord step) =>
        [new("migration", step.Migration), new("phase", Words.Of(step.Phase)), new("step", step.Id)];

    private SqlArgument[] Key() =>
        [new("migration", part.Migration), new("phase", Words.Of(part.Phase)), new("step", part.Step), new("number", part.Number)];
}
