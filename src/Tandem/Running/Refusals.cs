using Tandem.Journal;
using Tandem.Problems;

namespace Tandem.Running;

/// <summary>What is refused before anything is begun.</summary>
internal static class Refusals
{
    public static RunRecord Known(JournalView view, string migration) =>
        view.Run(migration) ?? throw new TandemException(ProblemCodes.UnknownMigration, $"{migration} was never started on this target.");

    public static void Refuse(bool refused, RunRecord run, string what)
    {
        if (refused)
        {
            throw new TandemException(
                ProblemCodes.WrongState,
                run.UnderWay ? $"{run.Migration} is {Words.Of(run.State)}; it cannot be {what} before that is over." : $"{run.Migration} is {Words.Of(run.State)}; it cannot be {what}.");
        }
    }

    public static void RefuseFor(Problem? problem)
    {
        if (problem is not null)
        {
            throw new TandemException(problem);
        }
    }

    /// <summary>One phase at a time is under way on a target, and one migration between start and complete.</summary>
    public static void RefuseOther(JournalView view, string migration, bool active)
    {
        var other = view.Runs.FirstOrDefault(r => r.Migration != migration && (active ? r.Active : r.UnderWay));
        if (other is not null)
        {
            throw new TandemException(new Problem(
                ProblemCodes.OtherMigrationActive, $"{other.Migration} is {Words.Of(other.State)} on this target.", Subject: other.Migration));
        }
    }
}
