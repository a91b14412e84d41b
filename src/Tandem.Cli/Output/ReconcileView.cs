using System.ComponentModel;
using Tandem.Running;
using Tandem.Steps;

namespace Tandem.Cli.Output;

/// <summary>What a reconciliation found and did.</summary>
internal sealed record ReconcileView : CommandView
{
    [Description("The migration's id.")]
    public required string Migration { get; init; }

    [Description("The version whose values were taken for right: old or new; null where it cannot be known and was not said.")]
    public Side? From { get; init; }

    [Description("Why it was that version.")]
    public required string Why { get; init; }

    [Description("Whether rows were written; else this is what would be done.")]
    public required bool Applied { get; init; }

    [Description("By table: table, rows, mismatched, repaired, refused (why its rows cannot be repaired from that version, or null).")]
    public required IReadOnlyList<ReconciledTable> Tables { get; init; }

    [Description("The number under which the journal's images keep what the repaired rows held; null when there are none.")]
    public long? Images { get; init; }

    public override void Write(Screen screen)
    {
        var grid = new Grid("table", ">rows", ">differed", ">repaired", "");
        foreach (var table in Tables)
        {
            grid.Row(
                new Piece(table.Table, Tone.Strong),
                Figures.Of(table.Rows),
                new Piece(Figures.Of(table.Mismatched), table.Mismatched > 0 ? Tone.Warning : Tone.Plain),
                Figures.Of(table.Repaired),
                table.Refused ?? "");
        }

        if (!grid.IsEmpty)
        {
            grid.Write(screen);
            screen.Gap();
        }

        var from = From is { } side ? $"From the {side.ToString().ToLowerInvariant()} version. {Why}" : $"From which version? {Why} Say --from old or --from new.";
        screen.Line(
            Tables.All(t => t.Mismatched == 0) ? new Piece($"Both versions of {Migration} agree; there is nothing to repair.", Tone.Good)
            : Applied && Ok ? new Piece($"All rows of {Migration} agree now. {from}", Tone.Good)
            : Applied ? new Piece($"Some rows of {Migration} still do not agree. {from}", Tone.Bad)
            : new Piece($"Nothing was written. {from}", Tone.Warning));
        if (Images is { } images)
        {
            screen.Line(new Piece(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"What the rows held is kept in the journal's images under number {images}."), Tone.Faint));
        }
    }
}
