using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;

namespace Tandem.Running.Guards;

/// <summary>Holds a migration whose condition is met, and lets it go on; as lines of the journal.</summary>
internal static class GuardHold
{
    /// <summary>The evidence that a condition was met.</summary>
    public static SqlStatement Fired(JournalStore store, RunRecord run, GuardReading reading, long epoch, string step = "", string? notGoneBack = null)
    {
        Telemetry.Fired(run.Migration, reading);
        return store.Event(GuardWords.Fired, run.Migration, run.Phase, step, epoch, GuardWords.Detail(reading, notGoneBack));
    }

    /// <summary>A run stops, or what is live or retired stays as it is, until a person lets it go on.</summary>
    public static IReadOnlyList<SqlStatement> Hold(JournalStore store, RunRecord run, GuardReading reading, long epoch, string? notGoneBack = null, string step = "") =>
    [
        store.SetPaused(run.Migration, true),
        store.SetFailure(run.Migration, GuardWords.Problem(run.Migration, reading, notGoneBack)),
        Fired(store, run, reading, epoch, step, notGoneBack),
    ];

    /// <summary>A person lets it go on, and may leave the condition out that held it.</summary>
    public static IReadOnlyList<SqlStatement> Release(JournalStore store, RunRecord run, Plan plan, string? lift, long epoch)
    {
        if (lift is not null && plan.RollbackWhen.All(t => t.Name != lift))
        {
            var known = plan.RollbackWhen.Select(t => t.Name).ToList();
            throw new TandemException(new Problem(
                ProblemCodes.WrongState, $"{run.Migration} has no condition {lift}.", Remedy: known.Count > 0 ? $"It has {string.Join(", ", known)}." : null));
        }

        return
        [
            .. run.Held ? [store.SetPaused(run.Migration, false), store.SetFailure(run.Migration, null)] : Array.Empty<SqlStatement>(),
            .. run.Guard is null ? Array.Empty<SqlStatement>() : [store.Event(GuardWords.Released, run.Migration, run.Phase, "", epoch, "{}")],
            .. lift is null ? Array.Empty<SqlStatement>() : [store.Event(GuardWords.Lifted, run.Migration, run.Phase, "", epoch, Words.Detail(("name", lift)))],
        ];
    }

    /// <summary>Why a migration that is held cannot be completed or dropped, or null.</summary>
    public static Problem? Refuse(RunRecord run) => run.Held ? Problem(run) : null;

    /// <summary>The problem of who comes behind a migration that is held.</summary>
    public static Problem Problem(RunRecord held) => new(ProblemCodes.HeldByGuard, held.FailureMessage ?? $"{held.Migration} is held.", Subject: held.Migration);
}
