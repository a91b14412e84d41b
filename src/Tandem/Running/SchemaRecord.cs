using Tandem.Databases;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>
/// Writes down the schema as it is behind a phase that changed it, at the version whose shape the tables then have. What is
/// there later is compared with that; it is what the server made of the plan, not what the plan said.
/// </summary>
internal static class SchemaRecord
{
    public static async Task WriteAsync(IDatabase database, RunScope scope, JournalReader reader)
    {
        if (!Changes(scope.Plan, scope.Phase)
            || (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false)).RecordedVersion is not { } version)
        {
            return;
        }

        try
        {
            // The phase is over: whoever cancels now is not told that it was broken off.
            var schema = await database.InspectAsync(CancellationToken.None).ConfigureAwait(false);
            await scope.RecordAsync([scope.Store.SetSchema(version, schema)], CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DatabaseException or TandemException && !IsLost(e))
        {
            // The phase is done all the same. What the version looks like is then not known, which is said where it is asked for.
            await scope.RecordAsync([scope.Store.SetSchema(version, null)], CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The version whose record does not hold any more when the phase is over; null when it changes no schema. Who dies
    /// before the new one is written leaves none, rather than one that makes what Tandem did look like somebody else's work.
    /// </summary>
    public static async Task<string?> OutdatedAsync(RunScope scope, JournalReader reader, CancellationToken cancellationToken) => scope.Phase switch
    {
        _ when !Changes(scope.Plan, scope.Phase) => null,
        Phase.Complete => scope.Migration,
        _ => (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)).RecordedWithout(scope.Phase == Phase.Revert ? scope.Migration : null),
    };

    /// <summary>The schema before the first migration.</summary>
    public static SqlStatement[] Baseline(JournalStore store, long epoch, string name, DatabaseSchema schema) =>
    [
        store.PutBaseline(name, schema),
        store.Event("baseline", name, null, "", epoch, Words.Detail(("fingerprint", Fingerprint.Marked(schema)))),
    ];

    private static bool Changes(Plan plan, Phase phase) =>
        phase is Phase.Complete or Phase.Revert
        || plan.Objects.Count + plan.Scripts.Count > 0
        || plan.Changes.Any(c => c.Before is null || c.After is null);

    private static bool IsLost(Exception e) => e switch
    {
        DatabaseException database => database.Kind is FailureKind.ConnectionLost or FailureKind.Unavailable,
        TandemException known => known.Problems[0].Code == ProblemCodes.LostLease || known.Problems[0].Code == ProblemCodes.DatabaseUnavailable,
        _ => false,
    };
}
