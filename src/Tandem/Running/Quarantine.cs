using Tandem.Databases;
using Tandem.Journal;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>Rows for which the new version has no value because <c>up</c> gives none.</summary>
/// <param name="Migration">The migration that is live.</param>
/// <param name="Table">The table.</param>
/// <param name="Rows">How many rows.</param>
public sealed record QuarantinedRows(string Migration, string Table, long Rows);

/// <summary>Counts the rows in quarantine now, while both versions are served.</summary>
internal static class Quarantine
{
    public static async Task<ValueList<QuarantinedRows>> CountAsync(JournalReader reader, LeasedSession session, CancellationToken cancellationToken)
    {
        var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (view.Runs.FirstOrDefault(IsCounted) is not { } run)
        {
            return [];
        }

        var plan = await reader.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
        var steps = plan.Steps(Phase.Complete);
        var found = new List<QuarantinedRows>();
        foreach (var step in run.Phase is null || !TakeBack.Switched(steps, view.Steps) ? steps : [])
        {
            if (step.Walk?.Quarantined is { } query)
            {
                var result = await session.QueryAsync(new SqlStatement(query), cancellationToken).ConfigureAwait(false);
                found.Add(new QuarantinedRows(run.Migration, step.Table ?? "", result.Number("rows")));
            }
        }

        return found.ToValueList();
    }

    // A complete that is at work may switch the tables at any moment; one that stands does not.
    private static bool IsCounted(RunRecord run) =>
        run is { State: RunState.Live, UnderWay: false } || (run.Phase == Phase.Complete && (run.Failed || run.Paused));
}
