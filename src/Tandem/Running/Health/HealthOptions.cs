using Tandem.Planning;
using Tandem.Schema;

namespace Tandem.Running.Health;

/// <summary>How walks over tables mind the database's health.</summary>
public sealed record HealthOptions
{
    /// <summary>The signals that count, with their limits. One that stands in none of them is not looked at.</summary>
    public ValueList<HealthLimit> Limits { get; init; } = HealthSignals.Usual;

    /// <summary>What is asked besides the database's own signals.</summary>
    public ValueList<HealthSource> Sources { get; init; } = [];

    /// <summary>Queries of the user's.</summary>
    public ValueList<HealthQuery> Queries { get; init; } = [];

    /// <summary>How often signals are read.</summary>
    public TimeSpan SampleEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a step holds in all before it gives up and the run stops; it can be resumed.</summary>
    public TimeSpan LongestHold { get; init; } = TimeSpan.FromHours(6);

    /// <summary>These options with what an environment says about signals.</summary>
    /// <param name="settings">The signals that it names.</param>
    /// <param name="askAddress">Asks an address; null where none can be asked, and its signals are then unknown.</param>
    public HealthOptions With(ValueList<SignalSetting> settings, Func<string, CancellationToken, Task<Measured>>? askAddress)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var named = settings.Where(s => s.Limits.Off != true).Select(s => (s.Limits, Limit: LimitOf(s))).ToList();
        return this with
        {
            Limits = [.. Limits.Where(l => settings.All(s => s.Signal != l.Signal)), .. named.Where(n => !n.Limits.HasSource).Select(n => n.Limit)],
            Queries = [.. Queries, .. named.Where(n => (n.Limits.Query ?? n.Limits.Watch) is not null)
                .Select(n => new HealthQuery(n.Limit, (n.Limits.Query ?? n.Limits.Watch)!, n.Limits.Query is null))],
            Sources = [.. Sources, .. named.Where(n => n.Limits.Url is not null)
                .Select(n => new HealthSource(n.Limit, "", token => askAddress?.Invoke(n.Limits.Url!, token) ?? Task.FromResult(Measured.Not("no address can be asked here"))))],
        };
    }

    private HealthLimit LimitOf(SignalSetting setting)
    {
        var usual = Limits.FirstOrDefault(l => l.Signal == setting.Signal) ?? new HealthLimit(setting.Signal, 1, 1) { PacesReads = true, Unit = HealthSignals.UnitOf(setting.Signal) };
        var given = setting.Limits;
        return usual with
        {
            Slow = given.Slow ?? Math.Min(usual.Slow, given.Hold ?? given.Abort ?? usual.Slow),
            Hold = given.Hold ?? Math.Max(usual.Hold, given.Slow ?? usual.Hold),
            Abort = given.Abort ?? usual.Abort,
            Unit = given.Watch is null ? usual.Unit : "s",
        };
    }
}
