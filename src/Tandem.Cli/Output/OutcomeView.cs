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

    /// <summary>The outcome of a run: what was wanted, or where it stopped on its way.</summary>
    /// <param name="database">The database.</param>
    /// <param name="run">The run now.</param>
    /// <param name="wanted">The state that was wanted; null when any end will do.</param>
    /// <param name="message">What to say when it was reached.</param>
    public static OutcomeView Of(string database, RunRecord run, RunState? wanted, string message)
    {
        var view = RunView.Of(run);
        var state = RunView.Readable(view.State);
        return !run.UnderWay && (wanted is null || run.State == wanted)
            ? new OutcomeView { Database = database, Migration = view, Message = message }
            : new OutcomeView
            {
                Database = database,
                Migration = view,
                ExitCode = ExitCodes.Stopped,
                Message = view.Guard is { } guard ? $"{run.Migration} is {state}: {guard}."
                    : run.Paused ? $"{run.Migration} was paused; it is {state}."
                    : run.UnderWay ? $"{run.Migration} has stopped; it is {state}."
                    : $"{run.Migration} was cancelled; it is {state}.",
            };
    }

    public override void Write(Screen screen)
    {
        screen.Line(new Piece(Message, Ok ? Tone.Good : Tone.Warning));
        var next = Migration is { Request: not RunRequest.None } ? ["watch"] : Migration?.NextCommands().ToList() ?? [];
        if (next.Count > 0)
        {
            screen.Paragraph(string.Join(", ", next.Select(n => $"tandem {n}")), 6, Tone.Faint, "next: ");
        }
    }
}
