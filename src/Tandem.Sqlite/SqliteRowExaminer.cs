using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>
/// Looks for rows that stand against the rules that a migration brings: at all rows of a table up to a size, at the first of a larger one, and never
/// for long.
/// </summary>
internal static class SqliteRowExaminer
{
    /// <summary>What the rows say.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="inquiry">The migration.</param>
    /// <param name="sizes">How many rows the tables have.</param>
    public static IEnumerable<Problem> Examine(SqliteReader reader, Inquiry inquiry, IReadOnlyCollection<TableSize> sizes)
    {
        var (brief, slow) = (reader.Within(TimeSpan.FromSeconds(RowQuestion.Seconds)), new HashSet<string>(StringComparer.Ordinal));
        foreach (var question in RowQuestion.Of(inquiry))
        {
            var rows = sizes.First(s => SqliteText.SameName(s.Table, question.Table.Name)).Rows;
            var problem = slow.Contains(question.Table.Name) ? RowAnswer.TooSlow(question) : Ask(brief, question, rows);
            if (problem?.Code == ProblemCodes.RowsNotLookedAt)
            {
                slow.Add(question.Table.Name);
            }

            if (problem is not null)
            {
                yield return problem;
            }
        }
    }

    // What does not compile is said by others.
    private static Problem? Ask(SqliteReader reader, RowQuestion question, long rows)
    {
        var sql = new SqliteRowQuery(question, rows);
        if (sql.Objection is not null || reader.Try($"{sql.Count} LIMIT 0") is not null)
        {
            return null;
        }

        try
        {
            var counted = reader.Query(sql.Count);
            return counted.Number("broken") == 0 ? null : new RowAnswer(reader.Number(sql.Seen), counted.Number("broken"), sql.Whole)
            {
                Values = counted.Number("distinct_values"),
                Key = sql.Key.ToValueList(),
                Examples = Examples(reader, sql),
            }.Judge(question);
        }
        catch (DatabaseException e) when (e.Kind == FailureKind.StatementTimeout)
        {
            return RowAnswer.TooSlow(question);
        }
        catch (DatabaseException e) when (e.Kind is FailureKind.Statement or FailureKind.Data)
        {
            return RowAnswer.Failing(question, $"{SqliteExaminer.Reason(e)}.");
        }
    }

    // Only keys that are numbers are shown: others may say something about a person.
    private static ValueList<string> Examples(SqliteReader reader, SqliteRowQuery sql)
    {
        var rows = sql.Examples is { } query ? reader.Query(query).Rows : [];
        return rows.All(r => r.All(v => v is long)) ? rows.Select(r => string.Join(", ", r)).ToValueList() : [];
    }
}
