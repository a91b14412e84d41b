using System.Globalization;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>
/// Keeps work to its times. A phase is not begun or taken up outside them; a start that is under way holds when its time
/// is over, before its next step or batch, and goes on by itself. The other phases are ended once they were begun: they are
/// short, and what they hold back meanwhile would be held back until the next day. A rollback waits for nothing.
/// </summary>
internal static class WindowHold
{
    /// <summary>The journal's word for a run that holds until its time has come.</summary>
    public const string Held = "held";

    /// <summary>The journal's word for a run that goes on.</summary>
    public const string Released = "released";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Why a phase cannot be begun or taken up now, or null.</summary>
    public static Problem? Refuse(RunScope scope)
    {
        Work? work = scope.Phase switch
        {
            Phase.Start or Phase.Restart => Work.Start,
            Phase.Complete => Work.Complete,
            Phase.Sunset or Phase.Discard => Work.Sunset,
            _ => null,
        };
        return work is { } kind && scope.Plan.Settings.OpensAt(kind, scope.Time.GetUtcNow()) is { } opens
            ? new Problem(ProblemCodes.OutsideWindow, $"{Name(kind)} of {scope.Migration} may be carried out again from {Moment(opens)} on.", Subject: scope.Migration)
            : null;
    }

    /// <summary>Waits, in a start, until the time for work has come; keeps the lease and hears what is asked meanwhile.</summary>
    public static async Task UntilOpenAsync(StepRun run, Work work, CancellationToken cancellationToken)
    {
        var scope = run.Scope;
        if (scope.Phase is not (Phase.Start or Phase.Restart) || scope.Plan.Settings.OpensAt(work, scope.Time.GetUtcNow()) is not { } opens)
        {
            return;
        }

        var why = $"the window for {Name(work)}, which opens at {Moment(opens)}";
        await scope.RecordAsync([scope.Event(Held, run.Step.Id, ("why", why), ("until", opens.ToString("O", CultureInfo.InvariantCulture)))], cancellationToken).ConfigureAwait(false);
        while (scope.Plan.Settings.OpensAt(work, scope.Time.GetUtcNow()) is not null)
        {
            await scope.WaitAsync(LookEvery, run.Step.Id, why, cancellationToken).ConfigureAwait(false);
        }

        await scope.RecordAsync([scope.Event(Released, run.Step.Id)], cancellationToken).ConfigureAwait(false);
    }

    private static string Name(Work work) => work.ToString().ToLowerInvariant();

    private static string Moment(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
