using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>Lets the server compile exclusion constraints that come: it builds them at complete, under a lock, and says so only there.</summary>
internal sealed class PostgresExclusionExaminer(PostgresReading reading, PostgresMade made, CancellationToken cancellationToken)
{
    private readonly PostgresTrial trial = new(reading, cancellationToken);

    /// <summary>What is wrong with them.</summary>
    public async Task<IReadOnlyList<Problem>> ExamineAsync(Inquiry inquiry)
    {
        var problems = new List<Problem>();
        foreach (var (table, rule) in inquiry.Changes.Where(c => c.After is not null)
            .SelectMany(c => (c.Before is null ? c.After!.Exclusions : c.Exclusions.Where(e => e.Added).Select(e => e.After!)).Select(e => (c.After!, e))).Where(p => !made.IsUnclear(p.e.Definition, p.Item1)))
        {
            if (await FaultAsync(table, rule).ConfigureAwait(false) is { } fault)
            {
                problems.Add(new Problem(
                    ProblemCodes.RuleDoesNotCompile, $"The exclusion constraint {rule.Name} of {table.Name} does not compile: {fault}", Subject: table.Name,
                    Remedy: "Correct `exclude`: an index method that can exclude, columns or expressions with operators of their types, which mean the same both ways; gist takes plain values with the extension btree_gist."));
            }
        }

        return problems;
    }

    private async Task<string?> FaultAsync(Table table, ExclusionConstraint rule)
    {
        if (PostgresExclusion.Of(rule.Definition) is not { } exclusion)
        {
            return "it is not of the form `using method (column with operator, …) where (…)`.";
        }

        var answer = await reading.QueryAsync(
            new SqlStatement(
                "select m.oid is not null as there, pg_catalog.pg_indexam_has_property(m.oid, 'can_exclude') as excludes, pg_catalog.pg_indexam_has_property(m.oid, 'can_multi_col') as many from (select) one left join pg_catalog.pg_am m on m.amname = @method and m.amtype = 'i'",
                new SqlArgument("method", exclusion.Method)),
            cancellationToken).ConfigureAwait(false);
        var row = PostgresNewShape.Row(table, made);
        var fault = answer.Rows[0] switch
        {
            [false, ..] => $"the server has no index method {exclusion.Method}.",
            [_, false, _] => $"indexes of the method {exclusion.Method} exclude nothing.",
            [_, _, false] when exclusion.Parts.Count > 1 => $"{exclusion.Method} takes one column.",
            _ => exclusion.Where is { } where ? PostgresTrial.QueryIn(where) ?? await trial.CompileConditionAsync(row, where).ConfigureAwait(false) : null,
        };
        foreach (var (part, (@operator, @class)) in exclusion.Parts.Zip(exclusion.Operators.Zip(exclusion.Classes)))
        {
            fault ??= PostgresTrial.QueryIn(part)
                ?? await trial.CompileConditionAsync(row, $"({part}) {@operator} ({part})").ConfigureAwait(false)
                ?? await PostgresIndexKey.LackAsync(reading, $"select _tandem_v.x from {row} cross join lateral (values (({part}\n))) _tandem_v (x)", exclusion.Method, new("", @class, "", ""), cancellationToken).ConfigureAwait(false);
        }

        return fault;
    }
}
