using Tandem.Problems;

namespace Tandem.Cli;

/// <summary>Ends a command with an exit code of its own choice.</summary>
internal sealed class CommandException : Exception
{
    public CommandException(int exitCode, IReadOnlyList<Problem> problems, Exception? inner = null)
        : base(string.Join(Environment.NewLine, problems), inner)
    {
        ExitCode = exitCode;
        Problems = problems;
    }

    public CommandException(int exitCode, ProblemCode code, string message, string? remedy = null)
        : this(exitCode, [new Problem(code, message, Remedy: remedy)])
    {
    }

    public int ExitCode { get; }

    public IReadOnlyList<Problem> Problems { get; }
}
