using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Tandem.Cli.Output;

/// <summary>
/// What a command answers with: a value that is one JSON document, or text for people. The shapes are documented in
/// <c>docs/reference/cli-json.md</c> and only grow.
/// </summary>
internal abstract record CommandView
{
    /// <summary>Whether all that was asked for is done.</summary>
    [JsonPropertyOrder(-9)]
    [Description("Whether all that was asked for is done: exitCode is 0.")]
    public bool Ok => ExitCode == ExitCodes.Done;

    /// <summary>The command.</summary>
    [JsonPropertyOrder(-8)]
    [Description("The command that answers.")]
    public string Command { get; init; } = "";

    /// <summary>The process's exit code.</summary>
    [JsonPropertyOrder(-7)]
    [Description("The process's exit code; see exit-codes.md.")]
    public int ExitCode { get; init; } = ExitCodes.Done;

    /// <summary>Everything found, worst first.</summary>
    [JsonPropertyOrder(-6)]
    [Description("Everything found, worst first; empty when all is well.")]
    public IReadOnlyList<ProblemView> Problems { get; init; } = [];

    /// <summary>Whether the text for people is a file's, to be led into one: problems then stand on standard error.</summary>
    [JsonIgnore]
    public virtual bool IsFile => false;

    /// <summary>Writes the answer for people; the problems are written by the caller.</summary>
    public abstract void Write(Screen screen);
}

/// <summary>An answer that has nothing but its problems.</summary>
internal sealed record FailureView : CommandView
{
    /// <inheritdoc />
    public override void Write(Screen screen)
    {
    }
}
