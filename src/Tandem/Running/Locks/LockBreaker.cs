using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Running.Locks;

/// <summary>
/// Refuses to begin or take up what takes locks while runs on this database, of whichever migration and schema, have blocked others for
/// longer within the last hour than the target allows. A rollback waits for nothing.
/// </summary>
internal static class LockBreaker
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Why a phase cannot be begun or taken up now, or null.</summary>
    public static async Task<Problem?> RefuseAsync(RunScope scope, JournalReader reader, CancellationToken cancellationToken)
    {
        if (scope.Plan.Settings.BlockedPerHour is not { } most || scope.Phase is not (Phase.Start or Phase.Restart or Phase.Complete))
        {
            return null;
        }

        var blocked = await reader.BlockedSinceAsync(scope.Time.GetUtcNow() - Window, cancellationToken).ConfigureAwait(false);
        return blocked <= most
            ? null
            : new Problem(
                ProblemCodes.LockBudgetSpent,
                $"Within the last hour runs on this database made others wait for {Shown(blocked)}; the target allows {Durations.Format(most)}.", Subject: scope.Migration);
    }

    private static string Shown(TimeSpan time) => Durations.Format(TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds)));
}
