using Tandem.Databases;
using Tandem.Journal;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>What a comparison found for one table.</summary>
/// <param name="Step">The verification.</param>
/// <param name="Table">The table.</param>
/// <param name="Rows">Rows that were compared.</param>
/// <param name="Mismatched">Rows that agree by neither law.</param>
/// <param name="Quarantined">Rows in quarantine.</param>
/// <param name="Chunks">Chunks that were compared.</param>
public sealed record VerifiedTable(string Step, string Table, long Rows, long Mismatched, long Quarantined, long Chunks)
{
    /// <summary>How many chunks the table has, when some were drawn.</summary>
    public long? ChunksInAll { get; init; }

    /// <summary>The fewest chunks with a row that differs of which a clean sample would have met one, see <see cref="SampleConfidence"/>; null where every row was compared or some differ.</summary>
    public long? WouldBeMet => Mismatched == 0 && ChunksInAll is { } all && all > Chunks ? SampleConfidence.Met(Chunks, all) : null;

    /// <summary>Keys of some rows that do not agree, when <see cref="RunnerOptions.ShowKeys"/> asks for them.</summary>
    public ValueList<string> Keys { get; init; } = [];

    /// <summary>What the lenses promise, tried on the rows that were compared.</summary>
    public ValueList<TriedLaw> Laws { get; init; } = [];
}

/// <summary>What a comparison found.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Complete">Whether all rows were compared, not a sample.</param>
/// <param name="Tables">By table.</param>
public sealed record VerifyReport(string Migration, bool Complete, ValueList<VerifiedTable> Tables)
{
    /// <summary>Whether every row that was compared agrees.</summary>
    public bool IsClean => Tables.All(t => t.Mismatched == 0);
}

/// <summary>Compares a migration's rows without the lease and without writing anything to them.</summary>
internal sealed class Inspection(JournalReader reader, LeasedSession session, RunnerOptions options)
{
    /// <summary>
    /// Writes the plan's phases for what else is in sync by now, the lenses' laws among them; null compares by the stored ones, which know no laws.
    /// </summary>
    public IDialect? Dialect { get; init; }

    public async Task<VerifyReport> RunAsync(string migration, int? sample, CancellationToken cancellationToken)
    {
        var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var run = view.Run(migration) ?? throw new TandemException(ProblemCodes.UnknownMigration, $"{migration} was never started on this target.");
        if (run.State is not (RunState.Live or RunState.Retired or RunState.Undone))
        {
            throw new TandemException(ProblemCodes.WrongState, $"{migration} is {Words.Of(run.State)}; rows are compared while it is live, retired or undone.");
        }

        var plan = await reader.PlanAsync(migration, cancellationToken).ConfigureAwait(false);
        if (Dialect is not null)
        {
            plan = options.Render(plan, Dialect, await RetainedChanges.ReadAsync(reader, migration, cancellationToken).ConfigureAwait(false));
        }

        var phase = run.State switch { RunState.Live => Phase.Complete, RunState.Retired => Phase.Revert, _ => Phase.Restart };
        var tables = new List<VerifiedTable>();
        foreach (var step in plan.Steps(phase).Where(s => s.Mode == StepMode.Verification))
        {
            tables.Add(await CompareAsync(step, sample, cancellationToken).ConfigureAwait(false));
        }

        return new VerifyReport(migration, sample is null, tables.ToValueList());
    }

    private async Task<VerifiedTable> CompareAsync(RenderedStep step, int? sample, CancellationToken cancellationToken)
    {
        var walk = step.Walk!;
        var start = await session.QueryAsync(new SqlStatement(walk.Start), cancellationToken).ConfigureAwait(false);
        var end = start.Text("walk_end") ?? "";
        var size = new BatchSize(options);
        var found = new VerifiedTable(step.Id, step.Table ?? "", 0, 0, 0, 0);
        var laws = walk.Laws.Select(l => new LawTrial(session, options, walk, l)).ToList();
        var (after, chunks) = ("", new List<(string After, string Upto)>());
        while (await NextAsync(after).ConfigureAwait(false) is { } upto)
        {
            if (sample is null)
            {
                var begun = options.Time.GetTimestamp();
                found = await AddAsync(found, after, upto).ConfigureAwait(false);
                size.Took(options.Time.GetElapsedTime(begun));
            }
            else
            {
                chunks.Add((after, upto));
            }

            after = upto;
        }

        // A chunk drawn takes the place of the first that is left, so each is drawn once.
        for (var drawn = 0; drawn < chunks.Count && found.Rows < sample; drawn++)
        {
            var place = options.Jitter.Next(drawn, chunks.Count);
            (chunks[drawn], chunks[place]) = (chunks[place], chunks[drawn]);
            found = await AddAsync(found, chunks[drawn].After, chunks[drawn].Upto).ConfigureAwait(false);
        }

        return found with { ChunksInAll = sample is null ? null : chunks.Count, Laws = laws.Select(l => l.Found).ToValueList() };

        async Task<string?> NextAsync(string from) =>
            (await session.QueryAsync(Sql(walk.Next, from, ""), cancellationToken).ConfigureAwait(false)).Text("upto");

        async Task<VerifiedTable> AddAsync(VerifiedTable sum, string from, string upto)
        {
            var chunk = await session.QueryAsync(Sql(walk.Work, from, upto), cancellationToken).ConfigureAwait(false);
            await TryAsync(laws, from, upto, size.Rows, cancellationToken).ConfigureAwait(false);
            return sum with
            {
                Rows = sum.Rows + chunk.Number("rows_seen"),
                Mismatched = sum.Mismatched + chunk.Number("mismatched"),
                Quarantined = sum.Quarantined + chunk.Number("quarantined"),
                Chunks = sum.Chunks + 1,
                Keys = chunk.Number("mismatched") > 0 ? [.. sum.Keys, .. await KeysAsync(from, upto).ConfigureAwait(false)] : sum.Keys,
            };
        }

        async Task<IEnumerable<string>> KeysAsync(string from, string upto) => options.ShowKeys && walk.Examples is { } examples
            ? (await session.QueryAsync(Sql(examples, from, upto), cancellationToken).ConfigureAwait(false)).Rows.Select(r => $"{r[0]}")
            : [];

        SqlStatement Sql(string text, string from, string upto) => new(
            text, new SqlArgument("after", from), new SqlArgument("upto", upto), new SqlArgument("size", (long)size.Rows), new SqlArgument("end", end));
    }

    private static async Task TryAsync(List<LawTrial> laws, string from, string upto, int size, CancellationToken cancellationToken)
    {
        foreach (var law in laws)
        {
            await law.TryAsync(from, upto, size, cancellationToken).ConfigureAwait(false);
        }
    }
}
