using Tandem.Problems;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>A hook to be carried out.</summary>
/// <param name="Call">The command or request.</param>
/// <param name="Key">The same for every try of one hook of one phase, also after a crash: whoever is called can know a repetition by it.</param>
/// <param name="Migration">The migration.</param>
/// <param name="Phase">The phase, in the words of the journal.</param>
public sealed record HookTry(HookCall Call, string Key, string Migration, string Phase);

/// <summary>
/// Tells the world outside that a phase begins or is over. A process that dies between the call and its journal line makes
/// the call again when the run is resumed, with the same key.
/// </summary>
internal sealed class HookStep(StepRun run)
{
    private readonly RunScope scope = run.Scope;
    private readonly HookCall call = run.Step.Hook ?? throw new InvalidOperationException($"The step {run.Step.Id} has no hook.");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var carryOut = scope.Options.RunHook
            ?? throw new TandemException(ProblemCodes.HookFailed, $"{run.Step.Title}: this runner carries out no hooks.");
        var phase = Words.Of(scope.Phase);
        var key = $"{scope.Migration}/{phase}/{run.Line.Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture)}/{run.Step.Id}";
        for (var tries = 0; ; tries++)
        {
            var outcome = await TryAsync(carryOut, new HookTry(call, key, scope.Migration, phase), cancellationToken).ConfigureAwait(false);
            if (outcome.Failure is not { } failure)
            {
                await scope.RecordAsync(run.Done(("tries", tries + 1)), cancellationToken).ConfigureAwait(false);
                return;
            }

            if (tries >= call.Retries)
            {
                throw new TandemException(ProblemCodes.HookFailed, $"{run.Step.Title}: {failure}");
            }

            await scope.RecordAsync([scope.Event("hook_failed", run.Step.Id, ("failure", failure))], cancellationToken).ConfigureAwait(false);
            await scope.WaitAsync(scope.Retry.NextPause(), run.Step.Id, "another try of the hook", cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HookOutcome> TryAsync(
        Func<HookTry, CancellationToken, Task<HookOutcome>> carryOut, HookTry hook, CancellationToken cancellationToken)
    {
        await using var heartbeat = scope.Session.BeginHeartbeat(scope.Migration, cancellationToken);
        using var limit = new CancellationTokenSource(call.Timeout, scope.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(heartbeat.Token, limit.Token);
        try
        {
            return await carryOut(hook, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (heartbeat.Failure is not null)
        {
            throw heartbeat.Failure;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new HookOutcome($"no answer within {call.Timeout:g}.");
        }
    }
}
