using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>A migration worked out against the schema that those before it leave behind.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="From">The schema before it.</param>
/// <param name="Draft">What it changes there.</param>
public sealed record ProvenStep(Migration Migration, DatabaseSchema From, MigrationDraft Draft);

/// <summary>Proves by their texts alone that migrations lead from one schema to another.</summary>
public static class DifferenceProof
{
    /// <summary>The migrations worked out one after the other.</summary>
    /// <param name="migrations">The migrations, in their order.</param>
    /// <param name="from">The schema before the first.</param>
    /// <param name="to">The schema behind the last.</param>
    /// <param name="engine">The engine's name in files.</param>
    /// <exception cref="TandemException">They cannot be carried out there, or lead elsewhere.</exception>
    public static ValueList<ProvenStep> Of(IReadOnlyList<Migration> migrations, DatabaseSchema from, DatabaseSchema to, string engine)
    {
        ArgumentNullException.ThrowIfNull(migrations);
        var steps = new List<ProvenStep>();
        var schema = from;
        foreach (var migration in migrations)
        {
            var draft = MigrationDraft.Of(migration, schema, engine);
            if (draft.Fails)
            {
                throw new TandemException(draft.Problems.Where(p => p.Severity == Severity.Error).ToList());
            }

            if (draft.Scripts.Count + draft.Rows.Count > 0)
            {
                throw new TandemException(new Problem(
                    ProblemCodes.LeadsElsewhere, $"{migration.Id} has {(draft.Rows.Count > 0 ? "changes of rows" : "SQL of its own")}: what that does is not told by its text.", migration.Place, migration.Id));
            }

            steps.Add(new ProvenStep(migration, schema, draft));
            schema = Prediction.Of(draft, schema, engine);
        }

        var left = SchemaDifference.Between(schema, to, engine, new DifferenceOptions { AllowDrop = true, IgnoreColumnOrder = true });
        var names = string.Join(", ", migrations.Select(m => m.Id));
        var problems = left.Stages.SelectMany(s => s).Select(o => $"Behind {names} there would still be to do: {o.Summarize()}")
            .Concat(left.Problems.Where(p => p.Severity == Severity.Error).Select(p => $"Behind {names}: {p.Message}"))
            .Select(m => new Problem(ProblemCodes.LeadsElsewhere, m, Subject: names)).ToList();
        return problems.Count == 0 ? steps.ToValueList() : throw new TandemException(problems);
    }
}
