using System.Globalization;
using Tandem.Running;
using Tandem.Running.Health;

namespace Tandem.Cli.Output;

/// <summary>
/// Shows what a runner does: on a terminal a bar with rate and the time left, elsewhere a line now and then. A step that
/// is done leaves one line.
/// </summary>
internal sealed class Progress(Screen screen, TimeProvider time) : IProgress<RunEvent>
{
    private const int WidestBar = 24;
    private const int NarrowestBar = 6;
    private static readonly TimeSpan TerminalEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FileEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WaitInFileEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WorthTelling = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly HashSet<string> blind = new(StringComparer.Ordinal);
    private StepStarted? step;
    private BatchDone? batch;
    private string waitingFor = "";
    private long begun;
    private long shown;
    private long waitBegun;
    private long? waitShown;
    private bool isolated;

    public void Report(RunEvent value)
    {
        lock (gate)
        {
            Show(value);
        }
    }

    /// <summary>The bar, for a part of a whole, and a blank behind it; nothing where there is no room for a bar.</summary>
    /// <param name="part">From 0 to 1.</param>
    /// <param name="room">The cells that are left for it.</param>
    public static string Bar(double part, int room)
    {
        var width = Math.Min(WidestBar, room - 1);
        if (width < NarrowestBar)
        {
            return "";
        }

        var full = (int)Math.Round(Math.Clamp(part, 0, 1) * width);
        return new string('█', full) + new string('░', width - full) + " ";
    }

    /// <summary><c>52 %  52,000 of 100,000 rows, 18,400 rows/s, 3 s left</c>.</summary>
    public static string Text(long rows, long total, double rate, TimeSpan? left)
    {
        // The total is an estimate made at the start; rows that came since make more than all of it.
        var known = Math.Max(total, rows);
        var percent = known == 0 ? 100 : (int)(rows * 100 / known);
        var speed = rate > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Figures.Of((long)rate)} rows/s") : "";
        var rest = left is { } eta && rows < known ? $", {Figures.Time(eta)} left" : "";
        return $"{percent,3} %  {Figures.Of(rows)} of {Figures.Count(known, "row")}{speed}{rest}";
    }

    private void Show(RunEvent value)
    {
        if (value is not (Waiting or Paced))
        {
            EndWait();
        }

        switch (value)
        {
            case StepStarted started:
                (step, batch, begun, waitShown, isolated) = (started, null, time.GetTimestamp(), null, false);
                screen.Rewrite($"{Head(started)}{started.Title}");
                break;
            case BatchDone done:
                batch = done;
                ShowBatch(done);
                break;
            case StepDone:
                Leave();
                break;
            case Waiting waiting:
                ShowWait(waiting.Reason);
                break;
            case Paced { Level: < HealthLevel.Hold } paced:
                Line(new Piece($"       slows down: {paced.Why}", Tone.Faint));
                break;
            case Locked { Cost: { Blocked: { Ticks: > 0 } blocked } cost }:
                Line(new Piece($"       {Figures.Count(cost.Waits, "session")} waited for {Figures.Time(blocked)} in all", Tone.Faint));
                break;
            case GuardLooked look:
                ShowGuard(look);
                break;
            case Reconnected:
                Line(new Piece("       connected again", Tone.Faint));
                break;
            case VerifyMismatch mismatch:
                Line(new Piece($"       {Figures.Count(mismatch.Rows, "row")} did not agree{(mismatch.Repaired ? " and were repaired; the table is verified again" : "")}", Tone.Warning));
                break;
            case ChunkIsolated when !isolated:
                isolated = true; // Told once: where one batch has such rows, many have.
                Line(new Piece("       rows that the expression fails for go into quarantine", Tone.Warning));
                break;
            default:
                break;
        }
    }

    // The reason holds a figure that is another one each second: it is written over where that can be done, and told now and then where it cannot.
    private void ShowWait(string reason)
    {
        waitBegun = waitingFor.Length == 0 ? time.GetTimestamp() : waitBegun;
        waitingFor = reason;
        var text = $"       waits: {reason}";
        if (screen.CanRewrite)
        {
            screen.Rewrite(text);
        }
        else if (waitShown is not { } last || time.GetElapsedTime(last) >= WaitInFileEvery)
        {
            waitShown = time.GetTimestamp();
            Line(new Piece(text, Tone.Warning));
        }
    }

    private void EndWait()
    {
        if (waitingFor.Length > 0 && time.GetElapsedTime(waitBegun) is var span && span >= WorthTelling)
        {
            Line(new Piece($"       waited {Figures.Time(span)}: {waitingFor}", Tone.Warning));
        }

        waitingFor = "";
    }

    private void ShowGuard(GuardLooked look)
    {
        foreach (var reading in look.Readings.Where(r => r.Fired || (r.Value is null && blind.Add(r.Name))))
        {
            Line(new Piece($"       {reading.Words}{(reading.Fired ? $": {reading.Then.ToString().ToLowerInvariant()}" : "")}", Tone.Warning));
        }
    }

    private void ShowBatch(BatchDone done)
    {
        if (shown != 0 && time.GetElapsedTime(shown) < (screen.CanRewrite ? TerminalEvery : FileEvery))
        {
            return;
        }

        // The first batch says nothing about the speed; a file gets its first line after the first interval.
        var first = shown == 0;
        shown = time.GetTimestamp();
        if (screen.CanRewrite)
        {
            var head = step is null ? "  " : Head(step);
            var room = screen.Width - 1 - head.Length;
            var text = Fitting(done, room);
            screen.Rewrite(head + Bar(done.Total == 0 ? 1 : (double)done.Rows / done.Total, room - text.Length) + text);
        }
        else if (!first)
        {
            screen.Line(new Piece($"       {Text(done.Rows, done.Total, done.Rate, done.Eta)}", Tone.Faint));
        }
    }

    // Figures that are cut off at their end are wrong ones: what does not fit is left out, the least wanted first.
    private static string Fitting(BatchDone done, int room)
    {
        string[] texts = [Text(done.Rows, done.Total, done.Rate, done.Eta), Text(done.Rows, done.Total, 0, done.Eta), Text(done.Rows, done.Total, 0, null)];
        return texts.FirstOrDefault(t => t.Length <= room) ?? texts[^1];
    }

    private void Leave()
    {
        if (step is not null)
        {
            var rows = batch is { Rows: > 0 } ? $"{Figures.Count(batch.Rows, "row")}, " : "";
            Line(
                new Piece(Head(step), Tone.Faint),
                step.Title,
                new Piece($"  {rows}{Figures.Time(time.GetElapsedTime(begun))}", Tone.Faint));
        }

        (step, batch) = (null, null);
    }

    // As wide for each step, so that titles stand below each other.
    private static string Head(StepStarted step) =>
        string.Create(CultureInfo.InvariantCulture, $"  {step.Number}/{step.Count}  ").PadRight(5 + (2 * step.Count.ToString(CultureInfo.InvariantCulture).Length));

    private void Line(params ReadOnlySpan<Piece> pieces)
    {
        screen.Clear();
        screen.Line(pieces);
    }
}
