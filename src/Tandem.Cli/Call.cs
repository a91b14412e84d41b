using Microsoft.Win32.SafeHandles;
using Tandem.Cli.Output;
using Tandem.Cli.Targets;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Policy;
using Tandem.Problems;
using Tandem.Running;

namespace Tandem.Cli;

/// <summary>One call of a command: its options, and what it talks to.</summary>
internal sealed class Call(GlobalOptions options, Answer answer, Interruption interruption) : IAsyncDisposable
{
    private IDatabase? database;

    /// <summary>The options that every command takes.</summary>
    public GlobalOptions Options => options;

    /// <summary>Where progress and questions go.</summary>
    public Screen Notes => answer.Notes;

    /// <summary>Where lines go that are written before the answer is complete.</summary>
    public Screen Lines => answer.Lines;

    /// <summary>Ctrl-C.</summary>
    public Interruption Interruption => interruption;

    /// <summary>Is cancelled by Ctrl-C.</summary>
    public CancellationToken Cancellation => interruption.Token;

    /// <summary>Takes what a run tells as log records, where a collector for them is named.</summary>
    public EventRecords? Records { get; init; }

    /// <summary>How long old applications must have been quiet, when the command line says it.</summary>
    public TimeSpan? OldQuiet { get; set; }

    /// <summary>How many sessions fill or compare a table at once, when the command line says it.</summary>
    public int? Workers { get; set; }

    /// <summary>Whether the command line asks for keys of rows.</summary>
    public bool ShowKeys { get; set; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = TimeProvider.System;

    /// <summary>The target that is meant; nothing is opened yet.</summary>
    public Target Target => field ??= TargetResolver.Resolve(options);

    /// <summary>Whether a target is named at all.</summary>
    public bool HasTarget => TargetResolver.IsNamed(options);

    /// <summary>The directory of migrations as given, or from the file of targets, or the usual one.</summary>
    public string MigrationsDirectory => field ??= TargetResolver.MigrationsDirectory(options);

    /// <summary>The directory of watched statements, from the file of targets or the usual one.</summary>
    public string QueriesDirectory => field ??= TargetResolver.QueriesDirectory(options);

    /// <summary>What is asked of migrations.</summary>
    public LintPolicy Policy => field ??= TargetResolver.Policy(options);

    /// <summary>Talks to this database from here on; before anything was opened.</summary>
    public void At(string named) => options = options with { Database = named };

    /// <summary>The target's database.</summary>
    public IDatabase Database => database ??= Target.Open();

    /// <summary>Where the command line says that SQL of a migration's own is tried; null when it says nothing.</summary>
    public string? SandboxPlace { get; set; }

    /// <summary>Whether somebody said that a database may be made for a trial: the command line, or the file of targets.</summary>
    public bool MayMakeSandbox => (SandboxPlace ?? Target.SandboxPlace) is not null;

    /// <summary>Where SQL of a migration's own is tried, or null.</summary>
    public ISandbox? Sandbox => field ??= Target.Sandbox(Database, SandboxPlace);

    /// <summary>The front door of the library.</summary>
    public Workspace Workspace => field ??= new Workspace(Database, RunnerOptions(), Sandbox);

    /// <summary>The migrations of the directory, with everything that is wrong with them.</summary>
    public History ReadHistory() => Directory.Exists(MigrationsDirectory)
        ? History.Read(Environment.CurrentDirectory, MigrationsDirectory)
        : throw new TandemException(ProblemCodes.NoMigrationsDirectory, $"There is no directory {MigrationsDirectory}.");

    /// <summary>The plan of a migration with what the target says about it.</summary>
    public Task<Plan> PlanAsync(Migration migration) => Workspace.PlanAsync(Target.Settings?.Over(migration) ?? migration, Cancellation);

    /// <summary>Says what is being done.</summary>
    public void Announce(string text) => Notes.Line(new Piece(text, Tone.Strong));

    /// <summary>From here on, Ctrl-C stops a run.</summary>
    public void ExplainInterruption() =>
        interruption.Message = "Stopping behind the present batch; Ctrl-C once more ends the process at once. Either way `tandem resume` goes on.";

    /// <summary>
    /// Says what will happen and asks whether to go on. Where nobody can be asked, <c>--yes</c> is needed; without it
    /// nothing is done.
    /// </summary>
    /// <param name="announcement">What will happen and what it costs.</param>
    /// <param name="question">The question.</param>
    public async Task ConfirmAsync(IReadOnlyList<string> announcement, string question)
    {
        foreach (var line in announcement)
        {
            Notes.Paragraph(line, 2, Tone.Plain, "- ");
        }

        if (options.Yes)
        {
            return;
        }

        if (!answer.CanAsk)
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.NotConfirmed, $"{question} Nobody is there to answer.");
        }

        Notes.Line();
        await Console.Error.WriteAsync($"{question} [y/N] ");
        var reply = await Task.Run(ReadReply).WaitAsync(Cancellation);
        if (reply is null)
        {
            Notes.Line(); // The end of the input leaves the cursor behind the question.
        }

        if (reply?.Trim().ToUpperInvariant() is not ("Y" or "YES"))
        {
            throw new CommandException(ExitCodes.Usage, ProblemCodes.NotConfirmed, "The answer was no; nothing was done.");
        }
    }

    /// <summary>Whether somebody is there to answer a question; an answer that is read by a program asks nobody.</summary>
    public bool CanAsk => answer.CanAsk && !options.Json;

    /// <summary>Asks something of which <c>--yes</c> knows no answer.</summary>
    public async Task<bool> AskAsync(string question)
    {
        await Console.Error.WriteAsync($"{Screen.Harmless(question)} [y/N] ");
        return (await Task.Run(ReadReply).WaitAsync(Cancellation))?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    // The runtime's own reader of a terminal takes Ctrl-D for a letter and waits on; the terminal itself knows better.
    private static string? ReadReply()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.In.ReadLine();
        }

        using var handle = new SafeFileHandle(0, ownsHandle: false);
        using var terminal = new StreamReader(new FileStream(handle, FileAccess.Read, bufferSize: 0), Console.InputEncoding);
        return terminal.ReadLine();
    }

    private RunnerOptions RunnerOptions()
    {
        IProgress<RunEvent> progress = answer.Events is { } events ? events : new Progress(Notes, Time);
        return new RunnerOptions
        {
            Time = Time,
            Progress = Records is { } records ? new Listeners(progress, records) : progress,
            OldQuiet = OldQuiet,
            Workers = Workers,
            ShowKeys = ShowKeys,
            SettingsOf = Target.Settings is { } settings ? settings.RunsOf : null,
            RunHook = Hooks.RunAsync,
            AskAddress = HealthAddress.AskAsync,
            OpenBackup = name => Backups.Open(Target.BackupDirectory, name),
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }
}
