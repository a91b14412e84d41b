using System.Diagnostics;

namespace Tandem.EndToEnd.Tests;

/// <summary>What a process ended with.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Both, for messages.</summary>
    public string All => Output + Errors;
}

/// <summary>The command line as a process, as it was built with these tests.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = FindRepository();

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Tandem.Cli.dll");

    /// <summary>Runs <c>tandem</c> with these arguments.</summary>
    public static Task<ToolResult> RunAsync(string folder, params string[] arguments) =>
        StartAsync(folder, ["dotnet", Program, .. arguments], null);

    /// <summary>Runs commands of a POSIX shell in which <c>tandem</c> is the command line; stops at the first that fails.</summary>
    public static Task<ToolResult> ShellAsync(string folder, string script) =>
        StartAsync(folder, ["/bin/sh", "-eu", "-c", "tandem() { dotnet \"$TANDEM_PROGRAM\" \"$@\"; }\n" + script], null);

    private static async Task<ToolResult> StartAsync(string folder, IReadOnlyList<string> line, string? input)
    {
        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["TANDEM_PROGRAM"] = Program;
        start.Environment.Remove("TANDEM_DB");
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{line[0]} did not start");
        await process.StandardInput.WriteAsync(input);
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
