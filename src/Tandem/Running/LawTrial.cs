using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>What a law of a lens came to on rows that are there.</summary>
/// <param name="Over">The version whose values are to come back: old for <c>down(up(x)) = x</c>, new for <c>up(down(y)) = y</c>.</param>
/// <param name="Columns">The columns with these values, as <c>table.column</c>.</param>
/// <param name="Rows">Rows of which it is known whether they hold to the law.</param>
/// <param name="Broken">Those that do not: another value comes back.</param>
/// <param name="Failed">Rows for which an expression fails.</param>
public sealed record TriedLaw(Side Over, ValueList<string> Columns, long Rows, long Broken, long Failed)
{
    /// <summary>Rows that were left out, since too many before them had failed.</summary>
    public long Untried { get; init; }

    /// <summary>Keys of some rows that break the law, or fail, when <see cref="RunnerOptions.ShowKeys"/> asks for them.</summary>
    public ValueList<string> Keys { get; init; } = [];

    /// <summary>Whether every row that was tried holds to the law.</summary>
    public bool Holds => Broken == 0 && Failed == 0;
}

/// <summary>
/// Tries a law chunk by chunk. A chunk in which an expression fails is divided down to the rows that make it fail; many of
/// them would take long, so from some number on the chunks with failing rows are only counted.
/// </summary>
internal sealed class LawTrial(LeasedSession session, RunnerOptions options, Walk walk, LensLaw law)
{
    private const int MostFailing = 100;
    private const int Parts = 16;
    private const int MostKeys = 10;

    /// <summary>What was found so far.</summary>
    public TriedLaw Found { get; private set; } = new(law.Over, law.Columns, 0, 0, 0);

    /// <summary>Tries one chunk.</summary>
    /// <param name="after">The end of the chunk before it.</param>
    /// <param name="upto">Its end.</param>
    /// <param name="size">About how many rows it has.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task TryAsync(string after, string upto, int size, CancellationToken cancellationToken)
    {
        var chunk = new Chunk(after, upto);
        if (await CountAsync(chunk, "", cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (Found.Failed < MostFailing)
        {
            await (size > 1 ? DivideAsync(chunk, Math.Max(1, size / Parts), cancellationToken) : RowByRowAsync(chunk, cancellationToken)).ConfigureAwait(false);
            return;
        }

        var left = await AskAsync($"SELECT count(*) AS rows FROM ({law.Places}) AS q", chunk, "", cancellationToken).ConfigureAwait(false);
        Found = Found with { Untried = Found.Untried + left.Number("rows") };
    }

    private async Task DivideAsync(Chunk chunk, int size, CancellationToken cancellationToken)
    {
        var after = chunk.After;
        while (await NextAsync(after).ConfigureAwait(false) is { } upto)
        {
            await TryAsync(after, upto, size, cancellationToken).ConfigureAwait(false);
            after = upto;
        }

        async Task<string?> NextAsync(string from) => (await session.QueryAsync(
            new SqlStatement(walk.Next, new SqlArgument("after", from), new SqlArgument("size", (long)size), new SqlArgument("end", chunk.Upto)),
            cancellationToken).ConfigureAwait(false)).Text("upto");
    }

    private async Task RowByRowAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        var rows = await AskAsync(law.Places, chunk, "", cancellationToken).ConfigureAwait(false);
        foreach (var row in rows.Rows)
        {
            if (!await CountAsync(chunk, $"{row[0]}", cancellationToken).ConfigureAwait(false))
            {
                Found = Found with { Failed = Found.Failed + 1 };
                Tell([$"{row[1]}"]);
            }
        }
    }

    /// <summary>Counts a chunk, or one row of it; false where an expression fails.</summary>
    private async Task<bool> CountAsync(Chunk chunk, string place, CancellationToken cancellationToken)
    {
        try
        {
            var counted = await AskAsync(law.Count, chunk, place, cancellationToken).ConfigureAwait(false);
            Found = Found with { Rows = Found.Rows + counted.Number("rows"), Broken = Found.Broken + counted.Number("broken") };
            if (counted.Number("broken") > 0 && options.ShowKeys && Found.Keys.Count < MostKeys)
            {
                var keys = await AskAsync(law.Examples, chunk, place, cancellationToken).ConfigureAwait(false);
                Tell(keys.Rows.Select(r => $"{r[0]}"));
            }

            return true;
        }
        catch (DatabaseException e) when (e.Kind == FailureKind.Data)
        {
            return false;
        }
    }

    private void Tell(IEnumerable<string> keys)
    {
        if (options.ShowKeys)
        {
            Found = Found with { Keys = Found.Keys.Concat(keys).Take(MostKeys).ToValueList() };
        }
    }

    private Task<SqlResult> AskAsync(string text, Chunk chunk, string place, CancellationToken cancellationToken) => session.QueryAsync(
        new SqlStatement(text, new SqlArgument("after", chunk.After), new SqlArgument("upto", chunk.Upto), new SqlArgument("place", place)), cancellationToken);

    private sealed record Chunk(string After, string Upto);
}
