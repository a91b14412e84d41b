using System.Globalization;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>Puts a migration's hooks around the steps of its phases.</summary>
internal static class PhaseHooks
{
    /// <summary>The hooks of a file; what is written wrongly is reported and left out.</summary>
    public static ValueList<PhaseHook> Of(Migration migration, List<Problem> problems)
    {
        var hooks = new List<PhaseHook>();
        foreach (var (hook, number) in (migration.Hooks ?? []).Select((h, i) => (h, i + 1)))
        {
            var wrong = (hook.Before is null) == (hook.After is null) ? "needs either `before` or `after`"
                : (hook.Run is null) == (hook.Call is null) || hook.Run is { Count: 0 } ? "needs either `run` or `call`"
                : hook.Reverse is { } back && (back.Run is null) == (back.Call is null) ? "needs either `run` or `call` in `reverse`"
                : hook.Timeout <= TimeSpan.Zero || hook.Retries is < 0 or > 100 ? "has a timeout or a number of retries that is not possible"
                : new[] { hook.Call?.Url, hook.Reverse?.Call?.Url }.OfType<string>().FirstOrDefault(u => !IsWeb(u)) is not null ? "calls an address that is neither http nor https"
                : null;
            if (wrong is not null)
            {
                problems.Add(new Problem(ProblemCodes.Incomplete, $"The hook {hook.Name} {wrong}.", migration.Place, hook.Name));
                continue;
            }

            hooks.Add(new PhaseHook(
                number, hook.Name, (hook.Before ?? hook.After)!.Value, hook.Before is not null,
                Call(hook, hook.Run, hook.Call),
                hook.Reverse is { } reverse ? Call(hook, reverse.Run, reverse.Call) : null));
        }

        return hooks.ToValueList();
    }

    /// <summary>The steps of a phase with the hooks around them, and with the reverses of what the phase takes back.</summary>
    public static ValueList<RenderedStep> Around(Phase phase, ValueList<RenderedStep> steps, ValueList<PhaseHook> hooks) =>
    [
        .. hooks.Where(h => h.Before && Belongs(h, phase)).Select(Step),
        .. steps,
        .. hooks.Reverse().Where(h => h.Reverse is not null && TakesBack(h, phase)).Select(Reverse),
        .. hooks.Where(h => !h.Before && Belongs(h, phase)).Select(Step),
    ];

    private static bool IsWeb(string url) =>
        url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || url.StartsWith("${", StringComparison.Ordinal);

    private static bool Belongs(PhaseHook hook, Phase phase) => hook.Phase switch
    {
        HookPhase.Start => phase is Phase.Start or Phase.Restart,
        HookPhase.Complete => phase is Phase.Complete,
        HookPhase.Rollback => phase is Phase.Rollback or Phase.Revert,
        _ => phase is Phase.Sunset,
    };

    private static bool TakesBack(PhaseHook hook, Phase phase) =>
        phase is Phase.Rollback or Phase.Revert && hook.Phase is HookPhase.Start or HookPhase.Complete;

    private static RenderedStep Step(PhaseHook hook) => new(Id(hook), $"Hook {hook.Name}: {hook.Call.Subject}", StepMode.Hook)
    {
        Kind = StepKind.Hook, Hook = hook.Call, Inverse = hook.Reverse is null ? null : "A rollback carries out its reverse.",
    };

    private static RenderedStep Reverse(PhaseHook hook) => new(Id(hook), $"Take back the hook {hook.Name}: {hook.Reverse!.Subject}", StepMode.Hook)
    {
        Kind = StepKind.ReverseHook, Hook = hook.Reverse,
    };

    private static string Id(PhaseHook hook) => string.Create(CultureInfo.InvariantCulture, $"hook {hook.Number}");

    private static HookCall Call(Hook hook, ValueList<string>? run, HookRequest? request) => new(run ?? [], request?.Url ?? "")
    {
        Method = request?.Method ?? "POST",
        Headers = (request?.Headers ?? []).Select(h => (ValueList<string>)[h.Name, h.Value]).ToValueList(),
        Body = request?.Body,
        Timeout = hook.Timeout,
        Retries = hook.Retries,
    };
}
