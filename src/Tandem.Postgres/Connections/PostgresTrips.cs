using System.Diagnostics;
using Npgsql;
using Tandem.Databases;

namespace Tandem.Postgres.Connections;

/// <summary>
/// Sends the statements of a transaction in as few round trips as may be. A statement with an expectation ends its trip, so that
/// nothing is done behind a fence that did not hold; so does one whose rows the next must know.
/// </summary>
internal sealed class PostgresTrips(NpgsqlConnection open, PostgresSettings settings, CancellationToken cancellationToken)
{
    private readonly List<SqlResult> results = [];
    private readonly List<(PostgresText.Prepared Part, SqlStatement? Statement)> waiting = [];

    private long Previous => results.Count == 0 ? 0
        : results[^1] is { Columns.Count: > 0 } query ? query.Rows.Count
        : Math.Max(0, results[^1].Affected);

    /// <summary>Begins a transaction, sends the statements, and ends it if it only reads.</summary>
    public async Task<IReadOnlyList<SqlResult>> SendAllAsync(
        bool readOnly, IEnumerable<(SqlStatement Statement, IReadOnlyList<PostgresText.Prepared> Parts)> statements)
    {
        waiting.Add((new($"begin isolation level read committed{(readOnly ? " read only" : "")}", []), null));
        waiting.Add((new(settings.Apply(local: true), []), null));
        foreach (var (statement, parts) in statements)
        {
            var alone = parts.Count != 1 || !PostgresCommand.CanShare(parts[0], statement.IsPlain);
            if (alone || parts[0].Arguments.Any(a => a.IsRowsOfPrevious))
            {
                await FlushAsync().ConfigureAwait(false);
            }

            if (alone)
            {
                await SendAloneAsync(statement, parts).ConfigureAwait(false);
                continue;
            }

            waiting.Add((parts[0], statement));
            if (statement.ExpectRows is not null || statement.ExpectZero)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }

        if (readOnly)
        {
            waiting.Add((new("commit", []), null));
        }

        await FlushAsync().ConfigureAwait(false);
        return results;
    }

    /// <summary>Sends one statement; in its failure the place can be shown, as the text is known here.</summary>
    public Task<SqlResult> SendAsync(PostgresText.Prepared part, long previous) =>
        ClassifyAsync(() => PostgresCommand.ExecuteAsync(open, part, previous, settings.CommandTimeout, cancellationToken), part.Text);

    private async Task SendAloneAsync(SqlStatement statement, IReadOnlyList<PostgresText.Prepared> parts)
    {
        var (begun, previous, result) = (Stopwatch.GetTimestamp(), Previous, new SqlResult(0, [], []));
        foreach (var part in parts)
        {
            result = await SendAsync(part, previous).ConfigureAwait(false);
        }

        PostgresExpectation.Check(statement, result);
        results.Add(result with { Trip = Stopwatch.GetElapsedTime(begun) });
    }

    private async Task FlushAsync()
    {
        if (waiting.Count == 0)
        {
            return;
        }

        var (begun, parts) = (Stopwatch.GetTimestamp(), waiting.Select(w => w.Part).ToList());
        var answers = await ClassifyAsync(
            () => PostgresCommand.ExecuteAsync(open, parts, Previous, settings.CommandTimeout, cancellationToken), parts[^1].Text).ConfigureAwait(false);
        var trip = Stopwatch.GetElapsedTime(begun);
        foreach (var ((_, statement), result) in waiting.Zip(answers))
        {
            if (statement is not null)
            {
                PostgresExpectation.Check(statement, result);
                results.Add(result with { Trip = trip });
            }
        }

        waiting.Clear();
    }

    private async Task<T> ClassifyAsync<T>(Func<Task<T>> send, string text)
    {
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (PostgresException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw PostgresErrors.Classify(e, e.BatchCommand?.CommandText ?? text);
        }
    }
}
