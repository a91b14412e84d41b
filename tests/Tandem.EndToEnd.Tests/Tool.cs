using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Shouldly;

namespace Tandem.EndToEnd.Tests;

/// <summary>What a process ended with.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Both, for messages.</summary>
    public string All => Output + Errors;

    /// <summary>The answer as one JSON document; fails when it is anything else.</summary>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    /// <summary>The codes of the problems in the answer.</summary>
    public IReadOnlyList<string> Codes() =>
        [.. Json().GetProperty("problems").EnumerateArray().Select(p => p.GetProperty("code").GetString()!)];

    /// <summary>Fails unless the command was refused for a reason: neither done nor a defect.</summary>
    public ToolResult ShouldNotBeDone()
    {
        ExitCode.ShouldNotBe(0, All);
        ExitCode.ShouldNotBe(70, All);
        return this;
    }

    /// <summary>Fails with everything that was said, unless the exit code is this one.</summary>
    public ToolResult ShouldEndWith(int exitCode)
    {
        ExitCode.ShouldBe(exitCode, All);
        return this;
    }
}

/// <summary>The command line as it was built with these tests: in a process of its own, or in one of the <see cref="WarmTools"/> where that is no matter.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = FindRepository();

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Tandem.Cli.dll");

    /// <summary>Runs <c>tandem</c> with these arguments.</summary>
    public static Task<ToolResult> RunAsync(string folder, params string[] arguments) => RunAsync(folder, (IEnumerable<string>)arguments);

    /// <summary>Runs <c>tandem</c> with these arguments and variables of the environment.</summary>
    public static Task<ToolResult> RunAsync(string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        WarmTools.Serve(environment)
            ? WarmTools.RunAsync(folder, [.. arguments], environment, Patience)
            : EndAsync(Start(folder, arguments, environment));

    /// <summary>Starts <c>tandem</c> and leaves it running; <see cref="EndAsync"/> waits for it.</summary>
    public static Process Start(string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        Spawn(folder, ["dotnet", Program, .. arguments], environment);

    /// <summary>Runs commands of a POSIX shell in which <c>tandem</c> is the command line; stops at the first that fails.</summary>
    public static Task<ToolResult> ShellAsync(string folder, string script) =>
        EndAsync(Spawn(folder, ["/bin/sh", "-eu", "-c", "tandem() { dotnet \"$TANDEM_PROGRAM\" \"$@\"; }\n" + script], []));

    /// <summary>Waits for the end of a process that was started here.</summary>
    public static async Task<ToolResult> EndAsync(Process process)
    {
        using var _ = process;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new ToolResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a program with the command line's place in its environment.</summary>
    public static Process Spawn(string folder, IReadOnlyList<string> line, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["TANDEM_PROGRAM"] = Program;

        // What the developer's shell says must not decide a test.
        start.Environment.Remove("TANDEM_DB");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{line[0]} did not start");
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tandem.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository");
    }
}

/// <summary>An empty folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tandem-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
