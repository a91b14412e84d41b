using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks what hangs on the sequences in whose places others come at complete.</summary>
internal static class PostgresSequenceUseExaminer
{
    /// <summary>A problem for each column whose sequence is in use.</summary>
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(PostgresReading reading, string schema, IReadOnlyList<TableChange> changes, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        foreach (var (change, column) in changes.Where(c => c is { Before: not null, After: not null, Partitioning: null }).SelectMany(c => SequenceUse.Going(c, Side.Old).Select(o => (c, o))))
        {
            var answer = await reading.QueryAsync($"SELECT count(*) AS objects {SequenceUse.Users(schema, change.Before!.Name, column.Name)}", cancellationToken).ConfigureAwait(false);
            if (answer.Number("objects") is > 0 and var count)
            {
                problems.Add(new Problem(ProblemCodes.ObjectsDepend, SequenceUse.Message(change, column, FormattableString.Invariant($"{count}")), Subject: $"{change.Name}.{column.Name}"));
            }
        }

        return problems;
    }
}
