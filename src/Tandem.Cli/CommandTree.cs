using System.CommandLine;
using Tandem.Cli.Commands;

namespace Tandem.Cli;

/// <summary>All commands, in the order in which they are shown. A command is made only when it is called or listed.</summary>
internal static class CommandTree
{
    /// <summary>What the tool is.</summary>
    public const string Description = "Changes schema and data of a live database while the old and the new version are both served.";

    private static readonly (string Name, Func<Command> Create)[] Commands =
    [
        ("inspect", InspectCommand.Create),
        ("new", NewCommand.Create),
        ("lint", LintCommand.Create),
        ("plan", PlanCommand.Create),
        ("start", StartCommand.Create),
        ("status", StatusCommand.Create),
        ("watch", WatchCommand.Create),
        ("pause", PauseCommand.Create),
        ("resume", ResumeCommand.Create),
        ("retry", RetryCommand.Create),
        ("cancel", CancelCommand.Create),
        ("verify", VerifyCommand.Create),
        ("complete", CompleteCommand.Create),
        ("rollback", RollbackCommand.Create),
        ("sunset", SunsetCommand.Create),
        ("history", HistoryCommand.Create),
        ("connect-sql", ConnectSqlCommand.Create),
        ("baseline", BaselineCommand.Create),
        ("uninstall", UninstallCommand.Create),
        ("doctor", DoctorCommand.Create),
        ("demo", DemoCommand.Create),
    ];

    /// <summary>The names of all commands.</summary>
    public static IEnumerable<string> Names => Commands.Select(c => c.Name);

    /// <summary>The root with these commands below it.</summary>
    public static RootCommand Root(IEnumerable<string> names)
    {
        var root = new RootCommand(Description);
        foreach (var option in GlobalOptions.All)
        {
            root.Add(option);
        }

        var wanted = names.ToHashSet(StringComparer.Ordinal);
        foreach (var (_, create) in Commands.Where(c => wanted.Contains(c.Name)))
        {
            root.Add(create());
        }

        return root;
    }
}
