using System.Globalization;
using Tandem.Databases;
using Tandem.Steps;

namespace Tandem.Running.Health;

/// <summary>The signals that the user brought along: their queries and addresses, asked once each time.</summary>
/// <param name="options">Which they are, with their limits.</param>
/// <param name="ask">Asks the migrated database, without waiting for long.</param>
/// <param name="time">The clock that queries are timed by.</param>
internal sealed class OwnSignals(HealthOptions options, Func<SqlStatement, CancellationToken, Task<SqlResult>> ask, TimeProvider time)
{
    /// <summary>What each of them says now.</summary>
    public async Task<List<HealthFinding>> FindAsync(CancellationToken cancellationToken)
    {
        var found = new List<HealthFinding>();
        foreach (var source in options.Sources)
        {
            found.Add(Finding(source.Limit, source.Subject, await source.ReadAsync(cancellationToken).ConfigureAwait(false)));
        }

        foreach (var query in options.Queries)
        {
            found.Add(Finding(query.Limit, "", await AskAsync(query, cancellationToken).ConfigureAwait(false)));
        }

        return found;
    }

    /// <summary>The answer, or why there is none: then nothing is known, which slows down and is said, but stops nobody's migration.</summary>
    public async Task<(SqlResult? Answer, string Why)> TryAskAsync(string query, CancellationToken cancellationToken)
    {
        try
        {
            return (await ask(new SqlStatement(query), cancellationToken).ConfigureAwait(false), "");
        }
        catch (DatabaseException e) when (Measured.WhyOf(e) is { } why)
        {
            return (null, why);
        }
    }

    private async Task<Measured> AskAsync(HealthQuery query, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var (answer, why) = await TryAskAsync(query.Sql, cancellationToken).ConfigureAwait(false);
        return answer is null ? Measured.Not(why)
            : query.Timed ? time.GetElapsedTime(asked).TotalSeconds
            : answer.Rows.Count > 0 && double.TryParse(Convert.ToString(answer.Rows[0][0], CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var number) ? number
            : Measured.Not("the answer is no number");
    }

    private static HealthFinding Finding(HealthLimit limit, string subject, Measured measured) =>
        new(new HealthReading(limit.Signal, subject, measured.Value) { Why = measured.Why }, limit);
}
