namespace Tandem.EndToEnd.Tests;

/// <summary>A call of the command line that a process which has carried out others is asked for: one line of JSON.</summary>
/// <param name="Folder">The working directory.</param>
/// <param name="Arguments">The arguments.</param>
/// <param name="Environment">Variables for this call; null takes one away.</param>
/// <param name="Output">The file that takes standard output.</param>
/// <param name="Errors">The file that takes standard error.</param>
internal sealed record WarmCall(
    string Folder, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment, string Output, string Errors);
