using System.ComponentModel;
using System.Globalization;
using Tandem.Journal;
using Tandem.Migrations;

namespace Tandem.Cli.Output;

/// <summary>The patterns, and how they went here.</summary>
internal sealed record PatternsView : CommandView
{
    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("The patterns of `tandem new`, and others that migrations name, by name.")]
    public required IReadOnlyList<PatternView> Patterns { get; init; }

    public override void Write(Screen screen)
    {
        var grid = new Grid("pattern", ">started", ">completed", ">rolled back", ">failed", "");
        foreach (var pattern in Patterns)
        {
            grid.Row(
                new Piece(pattern.Name, Tone.Strong), Count(pattern.Started), Count(pattern.Completed), Count(pattern.RolledBack), Count(pattern.Failed),
                new Piece(pattern.Purpose ?? "", Tone.Faint));
        }

        grid.Write(screen, indent: 0);
    }

    private static Piece Count(int number) => new(number.ToString(CultureInfo.InvariantCulture), number == 0 ? Tone.Faint : Tone.Plain);
}

/// <summary>A pattern, and how its migrations went.</summary>
internal sealed record PatternView
{
    [Description("Its name.")]
    public required string Name { get; init; }

    [Description("What it is for, or null where only migrations name it.")]
    public string? Purpose { get; init; }

    [Description("How often a start was begun.")]
    public required int Started { get; init; }

    [Description("How often a migration was completed.")]
    public required int Completed { get; init; }

    [Description("How often one was rolled back, before or after complete.")]
    public required int RolledBack { get; init; }

    [Description("How many phases stopped at a step that failed, however they ended.")]
    public required int Failed { get; init; }

    public static PatternView Of(PatternUse use) => new()
    {
        Name = use.Pattern,
        Purpose = MigrationTemplate.Purpose(use.Pattern),
        Started = use.Started,
        Completed = use.Completed,
        RolledBack = use.RolledBack,
        Failed = use.Failed,
    };
}
