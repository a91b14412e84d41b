using Tandem.Databases;
using Tandem.Differences;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem;

/// <summary>
/// What a person can answer to a schema that somebody changed past Tandem, object by object. Nothing here changes the schema:
/// what is adopted or ignored stays as it is, and what is to go back does so by a migration that is planned and started.
/// </summary>
/// <param name="workspace">The target.</param>
/// <param name="drift">What was changed there.</param>
public sealed class DriftAnswers(Workspace workspace, DriftReport drift)
{
    /// <summary>What the objects are to be recorded as: the recorded schema, with these objects as they are now.</summary>
    public DatabaseSchema Adopted(IEnumerable<ObjectName> objects) => SchemaParts.With(drift.Recorded, drift.Present, objects);

    /// <summary>What the schema is to become: the present one, with these objects as they were recorded.</summary>
    public DatabaseSchema Reverted(IEnumerable<ObjectName> objects) => SchemaParts.With(drift.Present, drift.Recorded, objects);

    /// <summary>
    /// Records migrations as done whose texts say what was done to these objects, without carrying anything out; other targets
    /// carry them out as any other.
    /// </summary>
    /// <param name="objects">The objects.</param>
    /// <param name="migrations">The migrations, in their order.</param>
    /// <param name="reason">Why; it stands in the history.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="TandemException">They do not lead from the recorded schema to the one that is there.</exception>
    public async Task AdoptAsync(ValueList<ObjectName> objects, IReadOnlyList<Migration> migrations, string reason, CancellationToken cancellationToken)
    {
        var dialect = await workspace.Database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var schema = Adopted(objects);
        var steps = DifferenceProof.Of(migrations, drift.Recorded, schema, dialect.Name);
        var journal = await workspace.ReadJournalAsync(cancellationToken).ConfigureAwait(false);
        var adopted = steps.Select((step, i) => new AdoptedPlan(
            PlanOf(step, new RenderContext(step.From, step.Migration.Id, journal.NextOrdinal + i, journal.CurrentVersion ?? Workspace.BaselineName), dialect),
            i == steps.Count - 1 ? schema : null)).ToList();
        await workspace.Runner.AdoptAsync(drift, adopted, reason, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records that a migration leads these objects back; until it is completed, they are no reason to stop.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="migrations">The migrations, in their order.</param>
    /// <param name="reason">Why; it stands in the history.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="TandemException">They do not lead from the schema that is there to the recorded one.</exception>
    public async Task RevertAsync(ValueList<ObjectName> objects, IReadOnlyList<Migration> migrations, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(migrations);
        var dialect = await workspace.Database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        _ = DifferenceProof.Of(migrations, drift.Present, Reverted(objects), dialect.Name);
        await ChooseAsync(objects, DriftDecision.Revert, reason, migrations[^1].Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records that these objects stay as they are now and are no reason to stop.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="reason">Why; it stands in the history.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task IgnoreAsync(ValueList<ObjectName> objects, string reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return ChooseAsync(objects, DriftDecision.Ignore, reason, null, cancellationToken);
    }

    private Task ChooseAsync(ValueList<ObjectName> objects, DriftDecision decision, string reason, string? migration, CancellationToken cancellationToken) =>
        workspace.Runner.ChooseAsync(
            drift,
            drift.Objects.Where(o => objects.Contains(o.Difference.Object)).Select(o => new DriftChoice(o.Difference.Object, decision, o.Mark, reason) { Migration = migration }).ToList(),
            cancellationToken);

    // What was never carried out has no steps, and no finding about them is of use.
    private static Plan PlanOf(ProvenStep step, RenderContext context, IDialect dialect) =>
        Planner.Make(step.Migration, step.Draft, new PlanRequest(context, dialect, null)) with { Phases = [], Findings = [], NotKept = [] };
}
