using System.CommandLine;
using Tandem.Cli.Output;
using Tandem.Databases;
using Tandem.Problems;

namespace Tandem.Cli;

/// <summary>Carries a command out and turns whatever comes of it into an answer and an exit code.</summary>
internal static class Invocation
{
    /// <summary>Gives a command what it does.</summary>
    public static Command Does(this Command command, Func<Call, ParseResult, Task<CommandView>> work)
    {
        command.SetAction((parse, _) => RunAsync(command.Name, GlobalOptions.From(parse), call => work(call, parse)));
        return command;
    }

    /// <summary>The answer to a command line that cannot be understood.</summary>
    public static Task<int> MisunderstoodAsync(string command, Answer answer, IEnumerable<string> messages) => answer.WriteAsync(new FailureView
    {
        Command = command,
        ExitCode = ExitCodes.Usage,
        Problems = ProblemView.Of(messages.Select(m => new Problem(
            ProblemCodes.WrongUsage, m, Remedy: command.Length > 0 ? HelpOf(command) : null))),
    });

    private static async Task<int> RunAsync(string command, GlobalOptions options, Func<Call, Task<CommandView>> work)
    {
        var answer = new Answer(options.Json, options.Events);
        using var exporting = Exporting.Begin();
        using var interruption = new Interruption(answer.Notes);
        await using var call = new Call(options, answer, interruption) { Records = exporting?.Records };
        CommandView view;
        try
        {
            view = await work(call);
        }
        catch (Exception e)
        {
            view = Failure(e, call, command);
        }

        exporting?.Records?.End(view with { Command = command });
        try
        {
            return await answer.WriteAsync(view with { Command = command });
        }
        catch (Exception e)
        {
            return answer.BreakOff(Failure(e, call, command) with { Command = command });
        }
    }

    /// <summary>What an expected failure ends with; null for anything that is a defect.</summary>
    public static (int ExitCode, IReadOnlyList<Problem> Problems)? Expected(Exception exception) => exception switch
    {
        CommandException e => (e.ExitCode, e.Problems),
        TandemException e => (ExitCodeOf(e.Problems), e.Problems),
        DatabaseException e => DatabaseFailure(e),
        _ => null,
    };

    private static FailureView Failure(Exception exception, Call call, string command)
    {
        var (exitCode, problems) = Expected(exception)
            ?? (exception is OperationCanceledException && call.Interruption.Happened
                ? (ExitCodes.Interrupted, [new Problem(ProblemCodes.Interrupted, "The command was interrupted.")])
                : (ExitCodes.Defect, [Defect(exception, call.Options.Verbose)]));
        return new FailureView { ExitCode = exitCode, Problems = ProblemView.Of(problems.Select(p => ForCommand(p, command))) };
    }

    // Wrong usage that no remedy of its own goes with is explained by the command's help.
    private static Problem ForCommand(Problem problem, string command) =>
        problem is { Remedy: null } && problem.Code == ProblemCodes.WrongUsage ? problem with { Remedy = HelpOf(command) } : problem;

    private static string HelpOf(string command) => $"See `tandem {command} --help`.";

    private static int ExitCodeOf(IReadOnlyList<Problem> problems) =>
        problems.Any(p => IsUnavailable(p.Code)) ? ExitCodes.Unavailable
        : problems.All(p => p.Code == ProblemCodes.BadDatabaseUrl) ? ExitCodes.Usage
        : ExitCodes.Refused;

    private static bool IsUnavailable(ProblemCode code) =>
        code == ProblemCodes.DatabaseUnavailable || code == ProblemCodes.AuthenticationFailed
        || code == ProblemCodes.DatabaseMissing || code == ProblemCodes.NotADatabase;

    private static (int ExitCode, IReadOnlyList<Problem> Problems) DatabaseFailure(DatabaseException exception)
    {
        // What has a code of ours needs none of the database's.
        var known = ProblemCodes.Find(exception.ProblemCode);
        var server = known is null && exception.ServerCode is { } number && !exception.Message.Contains(number, StringComparison.Ordinal) ? $" (the database's code {number})" : "";
        IReadOnlyList<Problem> problems = [new Problem(known ?? CodeOf(exception.Kind), exception.Message + server)];
        return (ExitCodeOf(problems), problems);
    }

    private static ProblemCode CodeOf(FailureKind kind) => kind switch
    {
        FailureKind.ConnectionLost or FailureKind.Unavailable => ProblemCodes.DatabaseUnavailable,
        FailureKind.Authentication => ProblemCodes.AuthenticationFailed,
        FailureKind.Permission => ProblemCodes.PermissionDenied,
        FailureKind.ReadOnly => ProblemCodes.DatabaseReadOnly,
        FailureKind.DiskFull => ProblemCodes.DiskFull,
        FailureKind.Expectation => ProblemCodes.ExpectationNotMet,
        _ => ProblemCodes.DatabaseRefused,
    };

    // Messages of the runtime may hold anything; the type says as much as a stranger needs.
    private static Problem Defect(Exception exception, bool verbose) => new(
        ProblemCodes.Defect,
        verbose ? exception.ToString() : $"{exception.GetType().Name}: {exception.Message}",
        Remedy: verbose ? "Report this output. A run that was going on is resumable with `tandem resume`." : null);
}
