using System.ComponentModel;
using Tandem.Journal;

namespace Tandem.Cli.Output;

/// <summary>How a command that carries something out ended.</summary>
internal sealed record OutcomeView : CommandView
{
    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("The migration as the journal has it now, or null when there was nothing to do.")]
    public RunView? Migration { get; init; }

    [Description("What was done, as a sentence.")]
    public required string Message { get; init; }

    /// <summary>The outcome of a run; a run that was paused on its way waits.</summary>
    public static OutcomeView Of(string database, RunRecord run, string message)
    {
        var view = RunView.Of(run);
        return run is { UnderWay: true }
            ? new OutcomeView
            {
                Database = database,
                Migration = view,
                ExitCode = ExitCodes.Stopped,
                Message = run.Paused ? $"{run.Migration} was paused; it is {RunView.Readable(view.State)}." : $"{run.Migration} has stopped; it is {RunView.Readable(view.State)}.",
            }
            : new OutcomeView { Database = database, Migration = view, Message = message };
    }

    public override void Write(Screen screen)
    {
        screen.Line(new Piece(Message, Ok ? Tone.Good : Tone.Warning));
        var next = Migration?.NextCommands().ToList() ?? [];
        if (next.Count > 0)
        {
            screen.Paragraph(string.Join(", ", next.Select(n => $"tandem {n}")), 6, Tone.Faint, "next: ");
        }
    }
}
