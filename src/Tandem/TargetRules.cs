using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running.Health;

namespace Tandem;

/// <summary>Settings of targets that can be written but not meant.</summary>
internal static class TargetRules
{
    /// <summary>What is wrong with the settings of a target, those for single migrations among them.</summary>
    public static IEnumerable<Problem> Check(NamedTarget target, SourceMap places) => target.Settings is not { } settings
        ? []
        : Check(settings, $"targets.{target.Name}", places).Concat(
            (settings.Migrations ?? []).Where(m => m.Settings is not null).SelectMany(m => Check(m.Settings, $"targets.{target.Name}.migrations.{m.Migration}", places)));

    private static IEnumerable<Problem> Check(EnvironmentSettings settings, string path, SourceMap places)
    {
        if (settings.BatchRows < 1)
        {
            yield return new Problem(ProblemCodes.BadSetting, "`batch_rows` must be 1 or more.", places.Find($"{path}.batch_rows"));
        }

        if (settings.BatchPause < 0)
        {
            yield return new Problem(ProblemCodes.BadSetting, "`batch_pause` must be 0 or more.", places.Find($"{path}.batch_pause"));
        }

        if (settings.Workers is < 1 or > WorkerChoice.Most)
        {
            yield return new Problem(ProblemCodes.BadSetting, $"`workers` must be 1 to {WorkerChoice.Most}.", places.Find($"{path}.workers"));
        }

        if (settings.BatchTime <= TimeSpan.Zero)
        {
            yield return new Problem(ProblemCodes.BadSetting, "`batch_time` must be longer than nothing.", places.Find($"{path}.batch_time"));
        }

        foreach (var threshold in (settings.RollbackWhen ?? []).Where(t => t.Rule is not null))
        {
            if (Measures.Wrong(threshold) is { } wrong)
            {
                yield return new Problem(ProblemCodes.ConditionUnclear, wrong, places.Find($"{path}.rollback_when.{threshold.Name}"));
            }
        }

        foreach (var signal in (settings.Throttle ?? []).Where(s => s.Limits is not null))
        {
            if (Wrong(signal) is { } wrong)
            {
                yield return new Problem(ProblemCodes.BadSetting, wrong, places.Find($"{path}.throttle.{signal.Signal}"));
            }
        }

        for (var i = 0; i < (settings.Windows?.Count ?? 0); i++)
        {
            if (settings.Windows![i].Zone is { } zone && !WorkWindow.Knows(zone))
            {
                yield return new Problem(ProblemCodes.BadSetting, $"The time zone {zone} is not known here.", places.Find($"{path}.windows[{i}].zone"));
            }
        }
    }

    private static string? Wrong(SignalSetting setting)
    {
        var (signal, limits) = (setting.Signal, setting.Limits);
        var known = HealthSignals.Known.Contains(signal);
        var sources = new[] { limits.Query, limits.Watch, limits.Url }.Count(s => s is not null);
        if (known ? sources > 0 : sources != 1)
        {
            return known ? $"{signal} is a signal that the database answers; it takes no `query`, `watch` or `url`."
                : sources > 1 ? $"{signal} must have one of `query`, `watch` and `url`."
                : NearestName.Find(signal, HealthSignals.Known) is { } near ? $"There is no signal {signal}. Did you mean {near}?"
                : $"There is no signal {signal}; one of your own needs `query`, `watch` or `url`.";
        }

        var needsLimits = limits.Off != true && !HealthSignals.Usual.Any(u => u.Signal == signal);
        return needsLimits && (limits.Slow ?? limits.Hold ?? limits.Abort) is null && limits.Url is null ? $"{signal} needs limits: `slow`, `hold` or `abort`."
            : limits.Slow > limits.Hold || limits.Hold > limits.Abort || limits.Slow > limits.Abort ? $"The limits of {signal} must rise from `slow` over `hold` to `abort`."
            : null;
    }
}
