using System.Globalization;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite;

/// <summary>Asks the rows that are to lie in another table whether they can: each in exactly one, under a key of its own.</summary>
internal static class SqliteLinkExaminer
{
    /// <summary>What speaks against it; every row is looked at.</summary>
    public static IEnumerable<Problem> Examine(SqliteReader reader, TableChange change)
    {
        var links = change.Links.Where(l => l.Rows is not null).ToList();
        return links.Count == 0 ? []
            : change.Before is { } divided ? Divided(reader, divided, links)
            : change.After is { PrimaryKey: { } key } && !links[0].Rows!.Constants.Any(c => key.Columns.Contains(c.Column)) ? Merged(reader, change.After, links)
            : [];
    }

    private static IEnumerable<Problem> Divided(SqliteReader reader, Table table, List<TableLink> links)
    {
        var rows = $"(SELECT {Columns(table.Columns.Select(c => c.Name))} FROM main.{SqliteText.Quote(table.Name)}) AS _tandem_row";
        var sound = true;
        foreach (var link in links)
        {
            var where = link.Rows!.Where;
            var failure = SqliteExpression.Objection(where) ?? SqliteExaminer.Reason(reader.Try($"SELECT 1 FROM {rows} WHERE ({where}\n) IS TRUE LIMIT 0"));
            if (failure is not null)
            {
                sound = false;
                yield return new Problem(
                    ProblemCodes.ExpressionDoesNotCompile, $"The condition of {link.Part} does not compile: {failure}.", Subject: link.Part,
                    Remedy: $"Correct the expression: it may name the columns of {table.Name}, without the table's name.");
            }
            else if (SqliteExpression.Variable(where) is { } variable)
            {
                sound = false;
                yield return new Problem(
                    ProblemCodes.ExpressionNotDeterministic, $"The condition of {link.Part} may change without the row: {variable}.", Subject: link.Part,
                    Remedy: "Let the condition follow from the row alone.")
                {
                    Severity = Severity.Error,
                };
            }
        }

        if (sound)
        {
            var fits = string.Join(" + ", links[0].Rows!.All.Select(w => $"(({w}\n) IS TRUE)"));
            foreach (var problem in Count(
                reader, $"SELECT count(*) FROM {rows} WHERE ({fits}) <> 1", ProblemCodes.RowsFitNoPart, table.Name,
                n => $"For {n} rows of {table.Name} not exactly one of the conditions of {string.Join(", ", links.Select(l => l.Part))} is true."))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<Problem> Merged(SqliteReader reader, Table whole, List<TableLink> links)
    {
        var keys = Columns(whole.PrimaryKey!.Columns);
        var all = string.Join(" UNION ALL ", links.Select(l => $"SELECT {keys} FROM main.{SqliteText.Quote(l.Part)}"));
        return Count(
            reader, $"SELECT count(*) FROM (SELECT 1 FROM ({all}) GROUP BY {keys} HAVING count(*) > 1)", ProblemCodes.KeysCollide, whole.Name,
            n => $"{n} keys are in several of {string.Join(", ", links.Select(l => l.Part))}.");
    }

    private static IEnumerable<Problem> Count(SqliteReader reader, string query, ProblemCode code, string subject, Func<string, string> message)
    {
        var failure = SqliteExaminer.Reason(reader.Try(query));
        var rows = failure is null ? reader.Number(query) : 0;
        return failure is not null ? [new Problem(code, $"The rows could not be counted: {failure}.", Subject: subject)]
            : rows > 0 ? [new Problem(code, message(rows.ToString(CultureInfo.InvariantCulture)), Subject: subject)]
            : [];
    }

    private static string Columns(IEnumerable<string> columns) => string.Join(", ", columns.Select(SqliteText.Quote));
}
