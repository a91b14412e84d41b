using Tandem.Databases;
using Tandem.Problems;
using Tandem.Steps;
using static Tandem.Postgres.PostgresText;

namespace Tandem.Postgres;

/// <summary>Looks for NULL in sampled rows where a migration makes a column required that keeps its values.</summary>
internal static class PostgresNullExaminer
{
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(
        PostgresReading reading, string schema, TableChange change, long rows, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var trial = new PostgresTrial(reading, cancellationToken);
        var source = new PostgresLensRows(schema, change, rows);
        foreach (var column in change.NotNullAdded)
        {
            var name = $"{change.Name}.{column.Before!.Name}";
            var outcome = await trial.CountAsync(sample => $"select {Quote(column.Before.Name)} is null from {sample}", source).ConfigureAwait(false);
            if (outcome.Hits > 0)
            {
                problems.Add(new Problem(
                    ProblemCodes.NullsInTheWay, $"{name} becomes required, and {outcome.Hits} of {outcome.Seen} sampled rows have NULL there.", Subject: name));
            }
        }

        return problems;
    }
}
