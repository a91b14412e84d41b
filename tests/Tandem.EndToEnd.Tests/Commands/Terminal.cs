using System.Text;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>The command line on a pseudo-terminal of 24 lines, which <c>script</c> of Debian's base system brings.</summary>
/// <param name="project">Where it is called.</param>
/// <param name="columns">How wide the terminal is.</param>
internal sealed class Terminal(Project project, int columns = 80)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Calls the tool; when it asks, the answer is typed.</summary>
    /// <param name="arguments">The command line as it is typed.</param>
    /// <param name="answer">Keys that are typed behind the question.</param>
    /// <param name="environment">Variables as they are set in a shell, for example <c>NO_COLOR=1</c>.</param>
    /// <returns>The exit code, and everything that the terminal got.</returns>
    public async Task<(int ExitCode, string Written)> TypeAsync(string arguments, string answer = "", string environment = "TERM=xterm-256color")
    {
        var line = $"stty rows 24 cols {columns}; unset NO_COLOR; {environment} dotnet \"$TANDEM_PROGRAM\" {arguments}";
        using var process = Tool.Spawn(project.Root, ["script", "-qec", line, "/dev/null"], [("TANDEM_DB", project.Url)]);
        try
        {
            // The input stays open: its end would be a key.
            var written = await ReadAsync(process.StandardOutput, process.StandardInput, answer).WaitAsync(Patience);
            await process.WaitForExitAsync().WaitAsync(Patience);
            return (process.ExitCode, written);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>What a person sees in the end: lines with everything that was written over written over.</summary>
    public static IReadOnlyList<string> Seen(string written) =>
        [.. Plain(written).Split('\n').Select(line => line.TrimEnd('\r').Split('\r').Aggregate("", Over).TrimEnd())];

    /// <summary>The text without the terminal's commands.</summary>
    public static string Plain(string written)
    {
        var text = new StringBuilder();
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] != '\u001b')
            {
                text.Append(written[i]);
            }
            else if (i + 1 < written.Length && written[++i] == '[')
            {
                while (++i < written.Length && !char.IsAsciiLetter(written[i]))
                {
                }
            }
        }

        return text.ToString();
    }

    private static string Over(string below, string above) => above.Length >= below.Length ? above : above + below[above.Length..];

    private static async Task<string> ReadAsync(StreamReader output, StreamWriter input, string answer)
    {
        var written = new StringBuilder();
        var buffer = new char[4096];
        var asked = false;
        while (await output.ReadAsync(buffer) is var count and > 0)
        {
            written.Append(buffer, 0, count);
            if (!asked && answer.Length > 0 && written.ToString().Contains("[y/N] ", StringComparison.Ordinal))
            {
                asked = true;
                await input.WriteAsync(answer);
                await input.FlushAsync();
            }
        }

        return written.ToString();
    }
}
