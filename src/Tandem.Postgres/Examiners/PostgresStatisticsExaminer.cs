using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Examiners;

/// <summary>Asks the server about what statistics are over: it makes them at complete, which is late for what it cannot sort.</summary>
internal sealed class PostgresStatisticsExaminer(PostgresReading reading, string schema, PostgresMade made, CancellationToken cancellationToken)
{
    private readonly PostgresTrial trial = new(reading, cancellationToken);

    /// <summary>What is wrong with them.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(Inquiry inquiry)
    {
        var problems = new List<Problem>();
        foreach (var statistics in inquiry.Objects.Where(o => o.Before != o.After).Select(o => o.After).OfType<Statistics>())
        {
            var table = inquiry.Changes.FirstOrDefault(c => c.After?.Name == statistics.Table)?.After;
            var row = table is null ? $"(select * from {PostgresText.Name(schema, statistics.Table)}) as {PostgresText.Quote(statistics.Table)}" : PostgresNewShape.Row(table, made);
            var items = PostgresText.Elements(statistics.Over).ToList();
            var fault = items.GroupBy(i => i, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice ? $"{twice.Key} stands there twice." : null;
            foreach (var item in items.Where(i => table is null ? !made.IsIn(i) : !made.IsUnclear(i, table)))
            {
                fault ??= await FaultAsync(row, item, items.Count == 1).ConfigureAwait(false);
            }

            if (fault is not null)
            {
                problems.Add(new Problem(
                    ProblemCodes.RuleDoesNotCompile, $"The statistics {statistics.Name} of {statistics.Table} cannot be made: {fault}", Subject: statistics.Table,
                    Remedy: "Give columns, calls of functions, or expressions in brackets, each once, without subqueries and of types that have an order."));
            }
        }

        return problems;
    }

    // A column, the call of a function, or anything in brackets.
    private async Task<string?> FaultAsync(string row, string item, bool alone)
    {
        var tokens = SqlLexer.Tokenize(item);
        var open = Enumerable.Range(0, tokens.Count).FirstOrDefault(i => tokens[i].IsSymbol("("), tokens.Count);
        return tokens.Count > 1 && (open == tokens.Count || tokens.Take(open).Any(t => !t.IsName && !t.IsSymbol("."))) ? $"{item} is an expression and needs brackets."
            : PostgresTrial.QueryIn(item)
                ?? await trial.CompileAsync(row, item).ConfigureAwait(false)
                ?? (alone ? null : await PostgresIndexKey.LackAsync(reading, $"select _tandem_v.x from {row} cross join lateral (values (({item}\n))) _tandem_v (x)", "btree", null, cancellationToken).ConfigureAwait(false));
    }
}
