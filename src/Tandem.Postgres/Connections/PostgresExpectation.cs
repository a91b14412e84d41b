using System.Globalization;
using Tandem.Databases;
using Tandem.Problems;

namespace Tandem.Postgres.Connections;

/// <summary>Compares what a statement did with what the engine expected of it.</summary>
internal static class PostgresExpectation
{
    /// <summary>Throws when the expectation is not met.</summary>
    public static void Check(SqlStatement statement, SqlResult result)
    {
        var rows = result.Columns.Count > 0 ? result.Rows.Count : result.Affected;
        if (statement.ExpectRows is { } expected && rows != expected)
        {
            throw Unmet(
                statement,
                rows.ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"A statement affected {rows} rows instead of {expected}."));
        }

        if (statement.ExpectZero && !IsZero(result))
        {
            // A text would be a value of a row, perhaps.
            var count = result.Rows is [[long or double or bool, ..], ..]
                ? Convert.ToString(result.Rows[0][0], CultureInfo.InvariantCulture)!
                : "no number";
            throw Unmet(statement, count, $"A query gave {count} instead of 0.");
        }
    }

    private static bool IsZero(SqlResult result) => result.Rows.Count == 1 && result.Rows[0] is [var value] && value switch
    {
        long n => n == 0,
        double d => d == 0,
        bool b => !b,
        string s => decimal.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && n == 0,
        _ => false,
    };

    private static DatabaseException Unmet(SqlStatement statement, string count, string fallback) =>
        new(FailureKind.Expectation, statement.Otherwise?.Message.Replace("{0}", count, StringComparison.Ordinal) ?? fallback)
        {
            ProblemCode = statement.Otherwise?.Code ?? ProblemCodes.ExpectationNotMet.Id,
        };
}
