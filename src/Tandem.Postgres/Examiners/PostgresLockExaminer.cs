using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>
/// Asks whether the server has locks enough for a foreign key between partitions: it keeps one for each pair of them and each of the
/// pair's triggers, all of which a single statement makes or drops.
/// </summary>
internal static class PostgresLockExaminer
{
    private const string Query =
        """
        WITH sides AS (
            SELECT (SELECT count(*) FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(@own)) WHERE level > 0) AS own,
              (SELECT count(*) FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass(@key)) WHERE level > 0) AS key)
        SELECT own, key, 3 * (own + 1) * (key + 1) AS needed,
          pg_catalog.current_setting('max_locks_per_transaction')::bigint
            * (pg_catalog.current_setting('max_connections')::bigint + pg_catalog.current_setting('max_prepared_transactions')::bigint) AS present
        FROM sides
        """;

    /// <summary>A problem for each foreign key that would take more than half of the server's locks: others need some, too.</summary>
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(
        PostgresReading reading, string schema, IReadOnlyList<TableChange> changes, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        foreach (var change in changes.Where(c => c is { Before: not null, After: not null }))
        {
            foreach (var (key, side) in change.ForeignKeys.Where(f => !f.Kept).Select(f => f.After is { } after ? (after, Side.New) : (f.Before!, Side.Old)))
            {
                var referenced = changes.FirstOrDefault(c => key.ReferencedSchema is null && c.Of(side)?.Name == key.ReferencedTable)?.Before?.Name ?? key.ReferencedName;
                var answer = await reading.QueryAsync(
                    new SqlStatement(
                        Query,
                        new SqlArgument("own", PostgresText.Name(schema, change.Before!.Name)),
                        new SqlArgument("key", PostgresText.Name(key.ReferencedSchema ?? schema, referenced))),
                    cancellationToken).ConfigureAwait(false);
                var (needed, present) = (answer.Number("needed"), answer.Number("present"));
                if (answer.Number("own") > 0 && needed > present / 2)
                {
                    problems.Add(new Problem(
                        ProblemCodes.TooManyPartitions,
                        string.Create(CultureInfo.InvariantCulture, $"{key.Name} of {change.Name} refers from {answer.Number("own")} partitions to {key.ReferencedTable} with {answer.Number("key")}: one statement would need about {needed} locks, and the server has {present} for all sessions."),
                        Subject: change.Name));
                }
            }
        }

        return problems;
    }
}
