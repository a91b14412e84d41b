using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Tandem.Running;
using Tandem.Steps;

namespace Tandem.Cli;

/// <summary>
/// Carries hooks out: commands without a shell, requests over HTTP. Variables are filled in here and nowhere else, and what
/// a hook answers is not repeated: it may hold secrets.
/// </summary>
internal static class Hooks
{
    /// <summary>One try.</summary>
    public static Task<HookOutcome> RunAsync(HookTry hook, CancellationToken cancellationToken) =>
        hook.Call.Command.Count > 0 ? CommandAsync(hook, cancellationToken) : RequestAsync(hook, cancellationToken);

    private static async Task<HookOutcome> CommandAsync(HookTry hook, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Filled(hook.Call.Command[0]))
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach (var argument in hook.Call.Command.Skip(1))
        {
            start.ArgumentList.Add(Filled(argument));
        }

        start.Environment["TANDEM_HOOK_KEY"] = hook.Key;
        start.Environment["TANDEM_MIGRATION"] = hook.Migration;
        start.Environment["TANDEM_PHASE"] = hook.Phase;
        using var process = new Process { StartInfo = start };
        try
        {
            if (!process.Start())
            {
                return new HookOutcome("the command cannot be started.");
            }
        }
        catch (Win32Exception e)
        {
            return new HookOutcome($"the command cannot be started ({e.Message}).");
        }

        process.StandardInput.Close();
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new HookOutcome(process.ExitCode == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"the command ended with {process.ExitCode}."));
    }

    private static async Task<HookOutcome> RequestAsync(HookTry hook, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(Filled(hook.Call.Url), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            return new HookOutcome("the address is neither http nor https.");
        }

        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(new HttpMethod(hook.Call.Method), address);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", hook.Key);
        if (hook.Call.Body is { } body)
        {
            request.Content = new StringContent(Filled(body));
        }

        foreach (var header in hook.Call.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(header[0], Filled(header[1])) && request.Content is { } content)
            {
                content.Headers.Remove(header[0]);
                content.Headers.TryAddWithoutValidation(header[0], Filled(header[1]));
            }
        }

        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return new HookOutcome(response.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"the answer was {(int)response.StatusCode}."));
        }
        catch (HttpRequestException e)
        {
            return new HookOutcome($"no answer ({e.HttpRequestError}).");
        }
    }

    private static string Filled(string text) => TargetsFile.Expand(text, "The hook", Environment.GetEnvironmentVariable);
}
