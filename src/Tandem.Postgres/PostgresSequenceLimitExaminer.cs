using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Dialect;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Postgres;

/// <summary>Looks where the sequences stand that get other limits.</summary>
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

        return problems;
    }
}
