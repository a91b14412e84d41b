using System.ComponentModel;
using Tandem.Running;
using Tandem.Steps;

namespace Tandem.Cli.Output;

/// <summary>What a comparison of the two versions' rows found.</summary>
internal sealed record VerifyView : CommandView
{
    [Description("The migration's id.")]
    public required string Migration { get; init; }

    [Description("Whether all rows were compared, not a sample.")]
    public required bool Complete { get; init; }

    [Description("By table: step, table, rows, mismatched, quarantined, chunks (that were compared), chunksInAll (of a sample), wouldBeMet (the fewest chunks with a row that differs of which a clean sample would have met one with 95 % confidence), keys (of rows that do not agree, with --keys), and laws: over (old: down(up(x)) = x; new: up(down(y)) = y), columns, rows tried, broken, failed, untried, keys.")]
    public required IReadOnlyList<VerifiedTable> Tables { get; init; }

    public override void Write(Screen screen)
    {
        var grid = new Grid("table", ">rows", ">differ", ">quarantined", "");
        foreach (var table in Tables)
        {
            grid.Row(
                new Piece(table.Table, Tone.Strong),
                Figures.Of(table.Rows),
                new Piece(Figures.Of(table.Mismatched), table.Mismatched > 0 ? Tone.Bad : Tone.Plain),
                new Piece(Figures.Of(table.Quarantined), table.Quarantined > 0 ? Tone.Warning : Tone.Plain),
                "");
        }

        if (!grid.IsEmpty)
        {
            grid.Write(screen);
            screen.Gap();
        }

        WriteLaws(screen);
        var scope = Complete ? "Every row was compared" : "A sample was compared";
        screen.Line(
            Tables.Count == 0 ? new Piece($"{Migration} has no rows in two versions; there is nothing to compare.")
            : Ok ? new Piece($"{scope}: both versions of {Migration} agree.", Tone.Good)
            : new Piece($"{scope}: the versions of {Migration} do not agree.", Tone.Bad));
        foreach (var table in Tables)
        {
            if (table is { WouldBeMet: { } met, ChunksInAll: { } all })
            {
                screen.Line(new Piece(
                    $"{table.Table}: {Figures.Of(table.Chunks)} of {Figures.Count(all, "chunk")}; had {Figures.Of(met)} or more of them a row that differs, one would have been met with 95 % confidence.", Tone.Faint));
            }
        }
    }

    private void WriteLaws(Screen screen)
    {
        var grid = new Grid("law", "of", ">rows tried", ">another value", ">fails", "");
        foreach (var law in Tables.SelectMany(t => t.Laws))
        {
            grid.Row(
                law.Over == Side.Old ? "down(up(x)) = x" : "up(down(y)) = y",
                string.Join(", ", law.Columns),
                Figures.Of(law.Rows),
                new Piece(Figures.Of(law.Broken), law.Broken > 0 ? Tone.Warning : Tone.Plain),
                new Piece(Figures.Of(law.Failed), law.Failed > 0 ? Tone.Warning : Tone.Plain),
                "");
        }

        if (!grid.IsEmpty)
        {
            grid.Write(screen);
            screen.Gap();
        }
    }
}
