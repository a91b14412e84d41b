using System.CommandLine;
using Tandem.Cli.Commands;
using Tandem.Cli.Demo;
using Tandem.Cli.Output;
using Tandem.Cli.Traffic;

namespace Tandem.Cli;

/// <summary>All commands, in the order in which they are shown. A command is made only when it is called or listed.</summary>
internal static class CommandTree
{
    /// <summary>What the tool is.</summary>
    public const string Description = "Changes schema and data of a live database while the old and the new version are both served.";

    private static readonly (string Name, Func<Command> Create, Type View)[] Commands =
    [
        ("inspect", InspectCommand.Create, typeof(InspectView)),
        ("impact", ImpactCommand.Create, typeof(ImpactView)),
        ("schema", SchemaCommand.Create, typeof(SchemaView)),
        ("diff", DiffCommand.Create, typeof(DiffView)),
        ("drift", DriftCommand.Create, typeof(DriftView)),
        ("new", NewCommand.Create, typeof(NewView)),
        ("import", ImportCommand.Create, typeof(ImportView)),
        ("lint", LintCommand.Create, typeof(LintView)),
        ("lock", LockCommand.Create, typeof(LockView)),
        ("plan", PlanCommand.Create, typeof(PlanView)),
        ("start", StartCommand.Create, typeof(OutcomeView)),
        ("status", StatusCommand.Create, typeof(StatusView)),
        ("watch", WatchCommand.Create, typeof(StatusView)),
        ("pause", PauseCommand.Create, typeof(OutcomeView)),
        ("resume", ResumeCommand.Create, typeof(OutcomeView)),
        ("retry", RetryCommand.Create, typeof(OutcomeView)),
        ("cancel", CancelCommand.Create, typeof(OutcomeView)),
        ("verify", VerifyCommand.Create, typeof(VerifyView)),
        ("reconcile", ReconcileCommand.Create, typeof(ReconcileView)),
        ("guard", GuardCommand.Create, typeof(GuardView)),
        ("complete", CompleteCommand.Create, typeof(OutcomeView)),
        ("rollback", RollbackCommand.Create, typeof(OutcomeView)),
        ("sunset", SunsetCommand.Create, typeof(OutcomeView)),
        ("patterns", PatternsCommand.Create, typeof(PatternsView)),
        ("history", HistoryCommand.Create, typeof(HistoryView)),
        ("ledger", LedgerCommand.Create, typeof(LedgerView)),
        ("connect-sql", ConnectSqlCommand.Create, typeof(ConnectView)),
        ("baseline", BaselineCommand.Create, typeof(OutcomeView)),
        ("uninstall", UninstallCommand.Create, typeof(UninstallView)),
        ("doctor", DoctorCommand.Create, typeof(DoctorView)),
        ("bench", BenchCommand.Create, typeof(TrafficReport)),
        ("demo", DemoCommand.Create, typeof(DemoReport)),
    ];

    /// <summary>Commands with an option that makes them answer with something else.</summary>
    private static readonly (string Name, Type View)[] Otherwise = [("ledger --rows", typeof(LedgerRowsView))];

    /// <summary>The names of all commands.</summary>
    public static IEnumerable<string> Names => Commands.Select(c => c.Name);

    /// <summary>What each command answers with when it is carried out; by the command's name, with the option behind it where that changes the answer.</summary>
    public static IEnumerable<(string Name, Type View)> Views =>
        Commands.SelectMany(c => Otherwise.Where(o => o.Name.StartsWith(c.Name + " ", StringComparison.Ordinal)).Prepend((c.Name, c.View)));

    /// <summary>The root with these commands below it.</summary>
    public static RootCommand Root(IEnumerable<string> names)
    {
        var root = new RootCommand(Description);
        foreach (var option in GlobalOptions.All)
        {
            root.Add(option);
        }

        var wanted = names.ToHashSet(StringComparer.Ordinal);
        foreach (var (_, create, _) in Commands.Where(c => wanted.Contains(c.Name)))
        {
            root.Add(create());
        }

        return root;
    }
}
