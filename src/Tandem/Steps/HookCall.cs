using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>A phase as hooks name it.</summary>
public enum HookPhase
{
    /// <summary>Up to live, the first time or again.</summary>
    Start,

    /// <summary>From live to retired.</summary>
    Complete,

    /// <summary>Back to the old version, before complete or after.</summary>
    Rollback,

    /// <summary>The drop of what is hidden.</summary>
    Sunset,
}

/// <summary>A command or an HTTP request that belongs to a phase. Variables in its texts are filled in when it is made, never stored.</summary>
/// <param name="Command">The command and its arguments; empty for a request.</param>
/// <param name="Url">The address; empty for a command.</param>
public sealed record HookCall(ValueList<string> Command, string Url)
{
    /// <summary>The request's method.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>The request's headers: name, then value.</summary>
    public ValueList<ValueList<string>> Headers { get; init; } = [];

    /// <summary>The request's body.</summary>
    public string? Body { get; init; }

    /// <summary>How long one try may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it is tried again.</summary>
    public int Retries { get; init; }

    /// <summary>What it is, without arguments that may hold secrets.</summary>
    public string Subject => Command.Count > 0 ? Command[0] : $"{Method} {Shown(Url.Split('?')[0])}";

    // A user and a password stand before an @ in front of the path.
    private static string Shown(string url)
    {
        var host = url.IndexOf("//", StringComparison.Ordinal) + 2;
        var path = url.IndexOf('/', host);
        var at = url.LastIndexOf('@', path < 0 ? url.Length - 1 : path);
        return host > 1 && at >= host ? url[..host] + url[(at + 1)..] : url;
    }
}

/// <summary>A hook of a migration.</summary>
/// <param name="Number">Its place in the file, from 1; it names the steps.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Phase">The phase that it belongs to.</param>
/// <param name="Before">Whether it comes before the phase's first step or behind its last.</param>
/// <param name="Call">What is done.</param>
/// <param name="Reverse">What takes it back; null when nothing does.</param>
public sealed record PhaseHook(int Number, string Name, HookPhase Phase, bool Before, HookCall Call, HookCall? Reverse);

/// <summary>What came of a try.</summary>
/// <param name="Failure">Why it failed, without secrets; null when it went well.</param>
public sealed record HookOutcome(string? Failure);
