using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Postgres.Dialect;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks the rows that are to lie in another table whether they can: each in exactly one, under a key of its own.</summary>
internal static class PostgresLinkExaminer
{
    /// <summary>What speaks against it; every row is looked at.</summary>
    public static async Task<IReadOnlyList<Problem>> ExamineAsync(
        PostgresReading reading, string schema, IReadOnlyList<TableChange> changes, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        foreach (var change in changes)
        {
            var links = change.Links.Where(l => l.Rows is not null).ToList();
            if (links.Count > 0 && change.Before is { } divided)
            {
                problems.AddRange(await DividedAsync(reading, schema, divided, links, cancellationToken).ConfigureAwait(false));
            }
            else if (links.Count > 0 && change.After is { PrimaryKey: { } key } && !links[0].Rows!.Constants.Any(c => key.Columns.Contains(c.Column)))
            {
                problems.AddRange(await MergedAsync(reading, schema, change.After, links, cancellationToken).ConfigureAwait(false));
            }
        }

        return problems;
    }

    private static async Task<IReadOnlyList<Problem>> DividedAsync(
        PostgresReading reading, string schema, Table table, List<TableLink> links, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var trial = new PostgresTrial(reading, cancellationToken);
        var rows = $"(select {Sql.Ids(table.Columns.Select(c => c.Name))} from {Sql.Id(schema, table.Name)}) as _tandem_row";
        foreach (var link in links)
        {
            var where = link.Rows!.Where;
            if (await trial.CompileConditionAsync(rows, where).ConfigureAwait(false) is { } failure)
            {
                problems.Add(new Problem(
                    ProblemCodes.ExpressionDoesNotCompile, $"The condition of {link.Part} does not compile: {failure}", Subject: link.Part,
                    Remedy: $"Correct the expression: it may name the columns of {table.Name}, without the table's name."));
            }
            else if (await PostgresDeterminism.ReasonsAsync(reading, where, cancellationToken).ConfigureAwait(false) is { Count: > 0 } reasons)
            {
                problems.Add(new Problem(
                    ProblemCodes.ExpressionNotDeterministic, $"The condition of {link.Part} may change without the row: {string.Join(", ", reasons)}.", Subject: link.Part,
                    Remedy: "Let the condition follow from the row alone.")
                {
                    Severity = Severity.Error,
                });
            }
        }

        if (problems.Count == 0)
        {
            var fits = string.Join(" + ", links[0].Rows!.All.Select(w => $"coalesce({Sql.Closed(w)}, false)::int"));
            problems.AddRange(await CountAsync(
                reading, $"select count(*) as rows from {rows} where ({fits}) <> 1", ProblemCodes.RowsFitNoPart, table.Name,
                n => $"For {n} rows of {table.Name} not exactly one of the conditions of {string.Join(", ", links.Select(l => l.Part))} is true.", cancellationToken).ConfigureAwait(false));
        }

        return problems;
    }

    private static Task<IReadOnlyList<Problem>> MergedAsync(
        PostgresReading reading, string schema, Table whole, List<TableLink> links, CancellationToken cancellationToken)
    {
        var keys = Sql.Ids(whole.PrimaryKey!.Columns);
        var all = string.Join(" union all ", links.Select(l => $"select {keys} from {Sql.Id(schema, l.Part)}"));
        return CountAsync(
            reading, $"select count(*) as rows from (select 1 from ({all}) k group by {keys} having count(*) > 1) q", ProblemCodes.KeysCollide, whole.Name,
            n => $"{n} keys are in several of {string.Join(", ", links.Select(l => l.Part))}.", cancellationToken);
    }

    private static async Task<IReadOnlyList<Problem>> CountAsync(
        PostgresReading reading, string query, ProblemCode code, string subject, Func<string, string> message, CancellationToken cancellationToken)
    {
        var (result, failure) = await reading.TryAsync(new SqlStatement(query), cancellationToken).ConfigureAwait(false);
        return failure is not null
            ? [new Problem(code, $"The rows could not be counted: {PostgresErrors.Describe(failure)}", Subject: subject)]
            : result!.Number("rows") is > 0 and var rows
                ? [new Problem(code, message(rows.ToString(CultureInfo.InvariantCulture)), Subject: subject)]
                : [];
    }
}
