using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Policy;

/// <summary>The date of removal leaves the time for a way back that the file promises.</summary>
internal static class SunsetDates
{
    private static readonly TimeSpan UsualRetention = TimeSpan.FromDays(14);

    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        if (subject.Migration.Sunset is not { } sunset || subject.Context.Today is not { } today)
        {
            yield break;
        }

        var retain = subject.Migration.Rollback?.Retain ?? UsualRetention;
        var left = sunset.DayNumber - today.DayNumber;
        if (left < 0)
        {
            yield return subject.Find(ProblemCodes.SunsetTooEarly, "`sunset` is in the past.", "sunset");
        }
        else if (TimeSpan.FromDays(left) < retain)
        {
            yield return subject.Find(
                ProblemCodes.SunsetTooEarly,
                $"`sunset` is {left} days away, and what is retired stays {Durations.Format(retain)}.",
                "sunset");
        }
    }
}
