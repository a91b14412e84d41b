using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Tandem.EndToEnd.Tests;

/// <summary>
/// Processes that carry out one call of the command line after the other, through its entry point: most of what a process of
/// its own takes is the compilation of the same code. Each has one call at a time; they end with the tests.
/// </summary>
internal static class WarmTools
{
    // Null where a process cannot be given other standard streams.
    private static readonly string? Host =
        OperatingSystem.IsWindows() ? null : Path.Combine(AppContext.BaseDirectory, "Tandem.EndToEnd.Host.dll");

    private static readonly ConcurrentBag<Process> Idle = [];

    /// <summary>Whether a call with these variables can be carried out so: others may be read once in the life of a process.</summary>
    public static bool Serve(IEnumerable<(string Name, string Value)> environment) => Host is not null && environment.All(e => e.Name == "TANDEM_DB");

    /// <summary>Carries a call out.</summary>
    public static async Task<ToolResult> RunAsync(string folder, IReadOnlyList<string> arguments, IEnumerable<(string Name, string Value)> environment, TimeSpan patience)
    {
        using var streams = new TemporaryFolder();
        var (output, errors) = (Path.Combine(streams.Path, "output"), Path.Combine(streams.Path, "errors"));
        var call = new WarmCall(folder, arguments, environment.ToDictionary(e => e.Name, e => (string?)e.Value), output, errors);
        if (!Idle.TryTake(out var process))
        {
            process = Tool.Spawn(AppContext.BaseDirectory, ["dotnet", Host!], []);

            // What a call writes has its own place; this is what the process itself says, and nobody may have to wait for a reader.
            process.BeginErrorReadLine();
        }

        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(call));
            await process.StandardInput.FlushAsync();
            var answer = await process.StandardOutput.ReadLineAsync().WaitAsync(patience)
                ?? throw new InvalidOperationException($"The process ended during tandem {string.Join(' ', arguments)}\n{await File.ReadAllTextAsync(errors)}");
            var result = new ToolResult(int.Parse(answer, System.Globalization.CultureInfo.InvariantCulture), await File.ReadAllTextAsync(output), await File.ReadAllTextAsync(errors));
            Idle.Add(process);
            return result;
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }
}
