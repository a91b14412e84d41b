using System.ComponentModel;
using System.Globalization;
using Tandem.Cli.Output;
using Tandem.Problems;

namespace Tandem.Cli.Demo;

/// <summary>What the demo has shown.</summary>
internal sealed record DemoReport : CommandView
{
    [Description("The demo's database, without secrets.")]
    public required string Database { get; init; }

    [Description("Customers in the database at the beginning.")]
    public required int Customers { get; init; }

    [Description("What happened, with its duration.")]
    public required IReadOnlyList<DemoStepView> Steps { get; init; }

    [Description("What the applications of the old version met.")]
    public required DemoTrafficView Old { get; init; }

    [Description("What the applications of the new version met.")]
    public required DemoTrafficView New { get; init; }

    [Description("Writes of applications that the database acknowledged.")]
    public required long AcknowledgedWrites { get; init; }

    [Description("Rows that Tandem compared with what the migration's expressions say, over all verifications.")]
    public required long RowsVerified { get; init; }

    [Description("Rows that the demo compared with its own log of acknowledged writes, through both versions.")]
    public required long RowsCompared { get; init; }

    [Description("Of these, rows that were missing.")]
    public required long RowsLost { get; init; }

    [Description("Of these, rows that were there in a wrong form, and rows that must not be there.")]
    public required long RowsWrong { get; init; }

    [Description("The folder that was left (--keep), or null.")]
    public string? Kept { get; init; }

    /// <summary>The report, with a problem when anything in it is not as it was promised.</summary>
    public DemoReport Judged()
    {
        var (failed, wrong) = (Old.Failed + New.Failed, Old.Wrong + New.Wrong);
        if (failed + wrong + RowsLost + RowsWrong == 0)
        {
            return this;
        }

        var message = $"{Figures.Count(failed, "request")} failed, {Figures.Count(wrong, "answer")} were wrong, "
            + $"{Figures.Count(RowsLost, "row")} were lost, {Figures.Of(RowsWrong)} are in a wrong form.";
        return this with { ExitCode = ExitCodes.Refused, Problems = ProblemView.Of([new Problem(ProblemCodes.DemoNotClean, message)]) };
    }

    /// <inheritdoc />
    public override void Write(Screen screen)
    {
        screen.Gap();
        var grid = new Grid("", ">old applications", ">new applications");
        grid.Row("requests served", Figures.Of(Old.Requests), Figures.Of(New.Requests));
        grid.Row("failed requests", Zero(Old.Failed), Zero(New.Failed));
        grid.Row("wrong answers", Zero(Old.Wrong), Zero(New.Wrong));
        grid.Row("half of them within", Milliseconds(Old.MedianMs), Milliseconds(New.MedianMs));
        grid.Row("99 of 100 within", Milliseconds(Old.P99Ms), Milliseconds(New.P99Ms));
        grid.Row("longest request, with its waits for locks", Milliseconds(Old.LongestMs), Milliseconds(New.LongestMs));
        grid.Write(screen);
        screen.Gap();
        var rows = new Grid("", ">");
        rows.Row("acknowledged writes", Figures.Of(AcknowledgedWrites));
        rows.Row("rows verified by Tandem", Figures.Of(RowsVerified));
        rows.Row("rows compared with the log, through both versions", Figures.Of(RowsCompared));
        rows.Row("rows lost", Zero(RowsLost));
        rows.Row("rows in a wrong form", Zero(RowsWrong));
        rows.Write(screen);
        foreach (var failure in Old.Failures.Concat(New.Failures))
        {
            screen.Paragraph(failure, 4, Tone.Bad, "- ");
        }

        screen.Gap();
        screen.Paragraph(Kept is null ? "The demo's database is removed again." : $"The demo's folder is kept: {Kept}", 2, Tone.Faint);
    }

    private static Piece Zero(long count) => new(Figures.Of(count), count == 0 ? Tone.Good : Tone.Bad);

    private static string Milliseconds(double value) =>
        value.ToString(value < 10 ? "F1" : "F0", CultureInfo.InvariantCulture) + " ms";
}

/// <summary>A part of the demo.</summary>
/// <param name="Title">What was done.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record DemoStepView(
    [property: Description("What was done.")] string Title,
    [property: Description("How long it took.")] double Seconds);

/// <summary>What the applications of one version met.</summary>
internal sealed record DemoTrafficView
{
    [Description("Requests that were answered.")]
    public required long Requests { get; init; }

    [Description("Requests that ended with an exception of any kind.")]
    public required long Failed { get; init; }

    [Description("Answers that were not what had been written before.")]
    public required long Wrong { get; init; }

    [Description("Half of the requests were answered within this time, in milliseconds.")]
    public required double MedianMs { get; init; }

    [Description("99 of 100 requests were answered within this time, in milliseconds.")]
    public required double P99Ms { get; init; }

    [Description("The longest request with all its waits for locks, in milliseconds.")]
    public required double LongestMs { get; init; }

    [Description("The first failures, in the driver's words.")]
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>The view of a meter.</summary>
    public static DemoTrafficView Of(DemoMeter meter) => new()
    {
        Requests = meter.Served,
        Failed = meter.Failed,
        Wrong = meter.Wrong,
        MedianMs = Math.Round(meter.Within(0.5), 2),
        P99Ms = Math.Round(meter.Within(0.99), 2),
        LongestMs = Math.Round(meter.Within(1), 2),
        Failures = meter.Failures,
    };
}

/// <summary>A database that the demo has only made.</summary>
internal sealed record DemoSeedView : CommandView
{
    [Description("The database.")]
    public required string Database { get; init; }

    [Description("Customers in it.")]
    public required int Customers { get; init; }

    /// <inheritdoc />
    public override void Write(Screen screen) =>
        screen.Line(new Piece("Done", Tone.Good), $": {Figures.Of(Customers)} customers with orders and activities in {Database}");
}
