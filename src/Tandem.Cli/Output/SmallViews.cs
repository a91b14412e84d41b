using System.ComponentModel;
using Tandem.Databases;

namespace Tandem.Cli.Output;

/// <summary>A migration file that was written.</summary>
internal sealed record NewView : CommandView
{
    [Description("The migration's id.")]
    public required string Migration { get; init; }

    [Description("The file, relative to the current directory.")]
    public required string File { get; init; }

    [Description("The pattern it was made from.")]
    public required string Pattern { get; init; }

    public override void Write(Screen screen)
    {
        screen.Line(new Piece(File, Tone.Strong), " was written.");
        screen.Line(new Piece($"next: edit it, then tandem lint, tandem plan {Migration}", Tone.Faint));
    }
}

/// <summary>The lock file that was written.</summary>
internal sealed record LockView : CommandView
{
    [Description("The file, relative to the current directory.")]
    public required string File { get; init; }

    [Description("How many migrations are in it.")]
    public required int Migrations { get; init; }

    [Description("What was different in the file before, a sentence each.")]
    public required IReadOnlyList<string> Changes { get; init; }

    public override void Write(Screen screen)
    {
        screen.Line(new Piece(File, Tone.Strong), $" holds {Figures.Count(Migrations, "migration")}.");
        foreach (var change in Changes)
        {
            screen.Paragraph(change, 2, Tone.Plain, "- ");
        }
    }
}

/// <summary>How an application connects to a version.</summary>
internal sealed record ConnectView : CommandView
{
    [Description("The version.")]
    public required string Version { get; init; }

    [Description("Lines of SQL and of comments that say how.")]
    public required IReadOnlyList<string> Lines { get; init; }

    public override void Write(Screen screen)
    {
        foreach (var line in Lines)
        {
            screen.Verbatim(line);
        }
    }
}

/// <summary>What of Tandem's is in a target.</summary>
internal sealed record UninstallView : CommandView
{
    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("Whether the objects were removed; false for a dry run.")]
    public required bool Removed { get; init; }

    [Description("The objects in the order in which they are dropped: kind, name, and the statement.")]
    public required IReadOnlyList<OwnObject> Objects { get; init; }

    public override void Write(Screen screen)
    {
        if (Objects.Count == 0)
        {
            screen.Line($"Nothing of Tandem's is in {Database}.");
            return;
        }

        screen.Line(new Piece($"{Figures.Count(Objects.Count, "object")} of Tandem's {(Removed ? "removed from" : "in")} {Database}:", Tone.Strong));
        var grid = new Grid("", "");
        foreach (var item in Objects)
        {
            grid.Row(new Piece(item.Kind, Tone.Faint), item.Name);
        }

        grid.Write(screen);
    }
}
