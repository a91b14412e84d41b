using System.ComponentModel;
using System.Globalization;
using Tandem.Migrations;
using Tandem.Planning;

namespace Tandem.Cli.Output;

/// <summary>A setting that holds for a run on its target.</summary>
internal sealed record SettingView
{
    [Description("The key, as in tandem.yaml.")]
    public required string Key { get; init; }

    [Description("What holds, as in tandem.yaml; a window as a sentence.")]
    public required string Value { get; init; }

    /// <summary>The settings that a plan keeps, of those that somebody made.</summary>
    public static IReadOnlyList<SettingView> Of(Plan plan)
    {
        var settings = plan.Settings;
        return
        [
            .. Time("batch_time", settings.BatchTime),
            .. settings.BatchRows is { } rows ? [Setting("batch_rows", rows.ToString(CultureInfo.InvariantCulture))] : Array.Empty<SettingView>(),
            .. settings.BatchPause is { } pause ? [Setting("batch_pause", pause.ToString(CultureInfo.InvariantCulture))] : Array.Empty<SettingView>(),
            .. settings.Workers is { } workers ? [Setting("workers", workers.ToString(CultureInfo.InvariantCulture))] : Array.Empty<SettingView>(),
            .. settings.Ledger is { } ledger ? [Setting("ledger", ledger.ToString().ToLowerInvariant())] : Array.Empty<SettingView>(),
            .. settings.Vacuum is { } vacuum ? [Setting("vacuum", vacuum ? "true" : "false")] : Array.Empty<SettingView>(),
            .. Time("lock_timeout", settings.LockTimeout),
            .. Time("lock_deadline", settings.LockDeadline),
            .. Time("old_quiet", settings.OldQuiet),
            .. Time("blocked_per_hour", settings.BlockedPerHour),
            .. (settings.Throttle ?? []).Select(s => Setting("throttle", $"{s.Signal}: {Words(s.Limits)}")),
            .. (settings.Windows ?? []).Select(w => Setting("windows", w.ToString())),
            .. plan.RollbackWhen.Select(t => Setting("rollback_when", Words(t))),
        ];
    }

    // An address may hold a secret behind a variable, never in the open; it is not shown all the same.
    private static string Words(SignalLimits limits) => limits.Off == true ? "off" : string.Join(", ", new[]
    {
        Limit("slow", limits.Slow), Limit("hold", limits.Hold), Limit("abort", limits.Abort),
        limits.Query is { } query ? $"query {query}" : null, limits.Watch is { } watch ? $"watch {watch}" : null, limits.Url is null ? null : "url",
    }.OfType<string>());

    private static string Words(Threshold threshold)
    {
        var (rule, name) = (threshold.Rule, threshold.Name);
        var source = rule.Nulls is { } column ? $"share of NULL in {column}" : rule.Query?.Any is { } query ? $"query {query}" : rule.Watch?.Any is { } watch ? $"watch {watch}" : rule.Url is null ? null : "url";
        return string.Join(", ", new[] { $"{name} {rule.Is ?? "> 0"}", rule.Then is { } then ? $"then {then.ToString().ToLowerInvariant()}" : null, source }.OfType<string>());
    }

    private static string? Limit(string word, double? value) => value is { } number ? string.Create(CultureInfo.InvariantCulture, $"{word} {number}") : null;

    private static SettingView[] Time(string key, TimeSpan? value) => value is { } time ? [Setting(key, Durations.Format(time))] : [];

    private static SettingView Setting(string key, string value) => new() { Key = key, Value = value };
}
