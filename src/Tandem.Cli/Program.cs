using System.Reflection;

namespace Tandem.Cli;

/// <summary>The command line.</summary>
internal static class Program
{
    /// <summary>The version of this build, without the commit.</summary>
    public static string Version { get; } =
        (typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];

    private static Task<int> Main(string[] args)
    {
        // Asked for by scripts and prompts all the time: answered before anything else is loaded.
        if (args is ["--version"])
        {
            Console.WriteLine(Version);
            return Task.FromResult(ExitCodes.Done);
        }

        return Task.FromResult(ExitCodes.Usage);
    }
}
