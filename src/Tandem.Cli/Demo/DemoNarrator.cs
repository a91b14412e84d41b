using System.Globalization;
using Tandem.Cli.Output;
using Tandem.Running;

namespace Tandem.Cli.Demo;

/// <summary>Tells what happens, a few plain lines for each step.</summary>
internal sealed class DemoNarrator(Screen screen, TimeProvider time) : IProgress<RunEvent>
{
    private const int Indent = 4;
    private readonly List<DemoStepView> steps = [];
    private readonly Lock gate = new();
    private long begun;
    private string title = "";

    /// <summary>The steps that are over.</summary>
    public IReadOnlyList<DemoStepView> Steps => steps;

    /// <summary>Begins a step.</summary>
    public void Begin(string stepTitle)
    {
        screen.Gap();
        screen.Line(new Piece($"{steps.Count + 1,2}  {stepTitle}", Tone.Strong));
        title = stepTitle;
        begun = time.GetTimestamp();
    }

    /// <summary>Says something about the step.</summary>
    public void Say(string text) => Write(text, Tone.Plain);

    /// <summary>Says that something is as it should be.</summary>
    public void Good(string text) => Write(text, Tone.Good);

    /// <summary>Says that something is not as it should be.</summary>
    public void Bad(string text) => Write(text, Tone.Bad);

    /// <summary>Shows a text as it is.</summary>
    public void Show(string text)
    {
        foreach (var line in text.TrimEnd().Split('\n'))
        {
            screen.Line(new Piece(new string(' ', Indent) + "| " + line, Tone.Faint));
        }
    }

    /// <summary>Ends the step and says how long it took.</summary>
    public void End(string result)
    {
        var taken = time.GetElapsedTime(begun);
        steps.Add(new DemoStepView(title, Math.Round(taken.TotalSeconds, 2)));
        Good($"{result} ({taken.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)}\u00a0s)");
    }

    /// <summary>Shows how far a run is, where somebody can look at it.</summary>
    public void Report(RunEvent value)
    {
        var line = value switch
        {
            StepStarted s => s.Title,
            BatchDone b => $"{Figures.Of(b.Rows)} of {Figures.Of(Math.Max(b.Rows, b.Total))} rows, {Figures.Of((long)b.Rate)} a second",
            Waiting w => $"waits: {w.Reason}",
            _ => null,
        };
        if (line is not null)
        {
            lock (gate)
            {
                screen.Rewrite(new string(' ', Indent) + line);
            }
        }
    }

    private void Write(string text, Tone tone)
    {
        lock (gate)
        {
            screen.Clear();
            screen.Paragraph(text, Indent, tone);
        }
    }
}
