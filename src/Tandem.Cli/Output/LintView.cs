using System.ComponentModel;

namespace Tandem.Cli.Output;

/// <summary>What is wrong with migration files.</summary>
internal sealed record LintView : CommandView
{
    [Description("The files that were read, relative to the current directory.")]
    public required IReadOnlyList<string> Files { get; init; }

    [Description("The database that pending migrations were tried against, without secrets, or null.")]
    public string? Database { get; init; }

    public override void Write(Screen screen)
    {
        var against = Database is null ? "" : $" against {Database}";
        screen.Line(
            new Piece($"{Figures.Count(Files.Count, "file")} read{against}", Tone.Strong),
            Problems.Count == 0 ? new Piece(", no problems.", Tone.Good) : ":");
    }
}
