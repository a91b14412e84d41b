using System.ComponentModel;
using Tandem.Migrations.Imports;
using Tandem.Steps;

namespace Tandem.Cli.Output;

/// <summary>What <c>import</c> has written.</summary>
internal sealed record ImportView : CommandView
{
    [Description("What the history was taken for: the layout of an SQL history, or pgroll.")]
    public required string Layout { get; init; }

    [Description("The migrations in their order.")]
    public required IReadOnlyList<ImportedView> Migrations { get; init; }

    public override void Write(Screen screen)
    {
        screen.Line(new Piece($"{Figures.Count(Migrations.Count, "migration")} of {Layout}{WaysBack()}", Tone.Strong));
        var grid = new Grid("", "", "");
        foreach (var migration in Migrations)
        {
            grid.Row(new Piece(migration.File, Tone.Strong), new Piece($"from {migration.Origin}", Tone.Faint), migration.WayBackText);
        }

        grid.Write(screen);
    }

    private string WaysBack()
    {
        var said = Migrations.GroupBy(m => m.WayBackText.Text, StringComparer.Ordinal).Where(g => g.Key.Length > 0)
            .Select(g => $"{Figures.Of(g.Count())}: {g.Key}").ToList();
        return said.Count == 0 ? "" : $" ({string.Join("; ", said)})";
    }
}

/// <summary>A migration that was imported.</summary>
internal sealed record ImportedView
{
    [Description("The migration's id.")]
    public required string Id { get; init; }

    [Description("The file that was written.")]
    public required string File { get; init; }

    [Description("The files that it was made from.")]
    public required string Origin { get; init; }

    [Description("Whether it runs outside a transaction.")]
    public required bool OutsideTransaction { get; init; }

    [Description("What is known about the way back: restores, differs, fails, none, not_tried, or operations for a migration without SQL.")]
    public required string WayBack { get; init; }

    [Description("The codes of the findings that the file accepts.")]
    public IReadOnlyList<string> Accepted { get; init; } = [];

    internal Piece WayBackText => WayBack switch
    {
        "restores" => new Piece("the way back restores the schema", Tone.Good),
        "differs" => new Piece("the way back does not restore the schema", Tone.Warning),
        "fails" => new Piece("the way back fails", Tone.Bad),
        "none" => new Piece("no way back", Tone.Warning),
        "not_tried" => new Piece("the way back was not tried", Tone.Faint),
        _ => new Piece("", Tone.Faint),
    };

    public static ImportedView Of(ImportedMigration migration, string file, ScriptEffect? effect) => new()
    {
        Id = migration.Id,
        File = file,
        Origin = migration.Origin,
        OutsideTransaction = migration.Transaction == false,
        WayBack = migration.Up is null ? "operations"
            : migration.Down is null ? "none"
            : effect is null or { Failure: not null } ? "not_tried"
            : effect.DownFailure is not null ? "fails"
            : effect.NotRestored is { Count: > 0 } ? "differs" : "restores",
    };
}
