using Tandem.Databases;

namespace Tandem.Running;

/// <summary>What a comparison of a chunk found.</summary>
/// <param name="From">Where the chunk begins (after it).</param>
/// <param name="Upto">Where it ends.</param>
/// <param name="Found">The comparison's answer.</param>
/// <param name="Took">How long it took.</param>
internal sealed record ComparedChunk(string From, string Upto, SqlResult Found, TimeSpan Took)
{
    /// <summary>Rows that were compared.</summary>
    public long Rows => Found.Number("rows_seen");
}

/// <summary>Compares one chunk after the other, from one place of a walk to another; only reads.</summary>
internal sealed class CompareLane(StepRun run, LeasedSession session, BatchSize size, string from, string end)
{
    private string cursor = from;

    /// <summary>Where the next chunk ends; null when all is compared.</summary>
    public async Task<string?> NextAsync(CancellationToken cancellationToken) =>
        (await session.QueryAsync(Sql(run.Walk.Next, ""), cancellationToken).ConfigureAwait(false)).Text("upto");

    /// <summary>Compares up to here; null when it must be tried again, smaller.</summary>
    public async Task<ComparedChunk?> CompareAsync(string upto, CancellationToken cancellationToken)
    {
        var begun = run.Scope.Time.GetTimestamp();
        try
        {
            var found = await session.QueryAsync(Sql(run.Walk.Work, upto), cancellationToken).ConfigureAwait(false);
            var chunk = new ComparedChunk(cursor, upto, found, run.Scope.Time.GetElapsedTime(begun));
            size.Took(chunk.Took);
            Telemetry.Batch(run, chunk.Rows, chunk.Took);
            cursor = upto;
            return chunk;
        }
        catch (DatabaseException e) when (e.Kind == FailureKind.StatementTimeout && !size.IsSmallest)
        {
            size.Halve();
            return null;
        }
    }

    private SqlStatement Sql(string text, string upto) => new(
        text,
        new SqlArgument("after", cursor),
        new SqlArgument("upto", upto),
        new SqlArgument("size", (long)size.Rows),
        new SqlArgument("end", end))
    {
        IsPlain = true,
    };
}
