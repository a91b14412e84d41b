using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Shouldly;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>What a call of the tool left: its exit code, its answer, and what it said beside it.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    /// <summary>The answer as one JSON document; fails when it is anything else.</summary>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    /// <summary>The codes of the problems in the answer.</summary>
    public IReadOnlyList<string> Codes() =>
        [.. Json().GetProperty("problems").EnumerateArray().Select(p => p.GetProperty("code").GetString()!)];

    /// <summary>Fails with everything that was said, unless the exit code is this one.</summary>
    public ToolResult ShouldEndWith(int exitCode)
    {
        ExitCode.ShouldBe(exitCode, $"{Output}\n{Error}");
        return this;
    }
}

/// <summary>Runs the built command line as a process, as people do.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>The program that was built with the tests.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Tandem.Cli.dll");

    /// <summary>Starts it and waits for its end.</summary>
    /// <param name="directory">The current directory of the process.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">Variables besides the usual ones.</param>
    public static async Task<ToolResult> RunAsync(
        string directory, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)>? environment = null)
    {
        using var process = Start(directory, arguments, environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"tandem {string.Join(' ', arguments)} did not end.\n{await output}\n{await error}");
        }

        return new ToolResult(process.ExitCode, await output, await error);
    }

    /// <summary>Starts it; the caller ends it.</summary>
    public static Process Start(string directory, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            ArgumentList = { "exec", Program },
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // What the developer's shell says must not decide a test.
        start.Environment.Remove("TANDEM_DB");
        start.Environment.Remove("NO_COLOR");
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("dotnet does not start");
    }
}
