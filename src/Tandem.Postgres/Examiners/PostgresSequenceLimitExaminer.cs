using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Postgres.Dialect.Judges;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Looks where the sequences and the numbers of columns stand that get other limits.</summary>
internal static class PostgresSequenceLimitExaminer
{
    /// <summary>Those that stand beyond; none that the role may not read.</summary>
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(PostgresReading reading, string schema, Inquiry inquiry, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        foreach (var (before, after) in inquiry.Objects.Select(o => (o.Before as Sequence, o.After as Sequence)))
        {
            if (before is null || after is null || before.Limits == after.Limits
                || (await reading.TryAsync(new SqlStatement($"select last_value from {Sql.Id(schema, before.Name)}"), cancellationToken).ConfigureAwait(false)).Result is not { Rows: [[long stands]] })
            {
                continue;
            }

            var (least, greatest) = after.Limits;
            if (stands < least || stands > greatest)
            {
                problems.Add(new Problem(
                    ProblemCodes.SequenceBeyondLimits,
                    string.Create(CultureInfo.InvariantCulture, $"The sequence {before.Name} stands at {stands}, and its values are to lie between {least} and {greatest}. Complete stops as long as it does."),
                    Subject: before.Name));
            }
        }

        foreach (var (change, pair) in inquiry.Changes.Where(c => c is { Before: not null, After: not null, Partitioning: null }).SelectMany(c => c.Renumbered.Select(p => (c, p))))
        {
            if (NumberLimit.Of(pair, Side.Old) is { } limit
                && (await reading.TryAsync(new SqlStatement(limit.Query(schema, change.Before!.Name, pair.Before!.Name)), cancellationToken).ConfigureAwait(false)).Result is { Rows: [[long number]] })
            {
                problems.Add(new Problem(
                    ProblemCodes.SequenceBeyondLimits,
                    string.Create(CultureInfo.InvariantCulture, $"The numbers of {change.Name}.{pair.After!.Name} have come to {number}, and {limit.Words}. Complete stops as long as they do."),
                    Subject: $"{change.Name}.{pair.After.Name}"));
            }
        }

        return problems;
    }
}
