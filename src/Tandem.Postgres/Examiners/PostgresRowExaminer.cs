using Npgsql;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>
/// Looks for rows that stand against the rules that a migration brings: at all rows of a table up to a size, at a sample of a larger one, and never
/// for long.
/// </summary>
internal sealed class PostgresRowExaminer(PostgresReading reading, string schema, CancellationToken cancellationToken)
{
    private readonly HashSet<string> slow = new(StringComparer.Ordinal);

    /// <summary>What the rows say.</summary>
    /// <param name="inquiry">The migration.</param>
    /// <param name="rows">About how many rows the tables have.</param>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(Inquiry inquiry, IReadOnlyDictionary<string, long> rows)
    {
        var questions = RowQuestion.Of(inquiry).Where(q => q.Unique is not { } unique || unique.Keys.All(HasUsualEquality)).ToList();
        var problems = new List<Problem>();
        if (questions.Count == 0)
        {
            return problems;
        }

        await reading.QueryAsync("savepoint tandem_rows", cancellationToken).ConfigureAwait(false);
        await reading.QueryAsync(
            $"select pg_catalog.set_config('statement_timeout', '{Names.Text(RowQuestion.Seconds)}s', true), pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)", cancellationToken).ConfigureAwait(false);
        foreach (var question in questions)
        {
            var problem = slow.Contains(question.Table.Name) ? RowAnswer.TooSlow(question) : await AskAsync(question, rows.GetValueOrDefault(question.Table.Name)).ConfigureAwait(false);
            problems.AddRange(problem is null ? [] : [problem]);
        }

        await reading.QueryAsync("rollback to savepoint tandem_rows", cancellationToken).ConfigureAwait(false);
        return problems;
    }

    // Other operator classes may tell values apart otherwise than GROUP BY does; those for patterns do not.
    private static bool HasUsualEquality(IndexKey key) =>
        PostgresIndexKey.Parts(key.Options).Class is var @class && (@class.Length == 0 || @class.EndsWith("_pattern_ops", StringComparison.Ordinal));

    private async Task<Problem?> AskAsync(RowQuestion question, long rows)
    {
        var sql = new PostgresRowQuery(question, schema, rows);
        if (!sql.CanBeAsked || PostgresTrial.PlaceIn(sql.Count) is not null)
        {
            return null;
        }

        var (counted, failure) = await reading.TryAsync(new SqlStatement(sql.Count), cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            return Unasked(question, failure);
        }

        if (counted!.Number("broken") == 0)
        {
            return null;
        }

        var (seen, _) = await reading.TryAsync(new SqlStatement(sql.Seen), cancellationToken).ConfigureAwait(false);
        var (examples, _) = sql.Examples is { } query ? await reading.TryAsync(new SqlStatement(query), cancellationToken).ConfigureAwait(false) : default;
        return new RowAnswer(Math.Max(seen?.Number("seen") ?? rows, counted.Number("broken")), counted.Number("broken"), sql.Whole)
        {
            Values = counted.Number("distinct_values"),
            Key = sql.Key.ToValueList(),
            Examples = (examples?.Rows ?? []).Select(r => string.Join(", ", r)).ToValueList(),
        }.Judge(question);
    }

    /// <summary>What a failed question says. What does not compile is said by others.</summary>
    private Problem? Unasked(RowQuestion question, PostgresException failure)
    {
        switch (PostgresErrors.KindOf(failure.SqlState))
        {
            case FailureKind.StatementTimeout:
                slow.Add(question.Table.Name);
                return RowAnswer.TooSlow(question);
            case FailureKind.Permission:
                return RowAnswer.Unasked(question, PostgresErrors.Describe(failure));
            case FailureKind.Data:
                return RowAnswer.Failing(question, PostgresErrors.Describe(failure));
            default:
                return null;
        }
    }
}
