using System.ComponentModel;
using Tandem.Migrations;
using Tandem.Running.Guards;

namespace Tandem.Cli.Output;

/// <summary>What minding a migration's conditions came to.</summary>
internal sealed record GuardView : CommandView
{
    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("The migration as the journal has it now.")]
    public required RunView Migration { get; init; }

    [Description("How often the conditions were measured.")]
    public required long Looks { get; init; }

    [Description("What the last look measured; empty where nothing was measured because a phase was under way, or the migration was held already.")]
    public required IReadOnlyList<ReadingView> Readings { get; init; }

    [Description("Columns that the migration gives which look otherwise than when it was started, as sentences; no value is told.")]
    public required IReadOnlyList<string> Quality { get; init; }

    public override void Write(Screen screen)
    {
        var grid = new Grid("condition", "is", ">value", "");
        foreach (var reading in Readings)
        {
            grid.Row(
                new Piece(reading.Name, Tone.Strong), reading.Is, reading.Shown,
                reading.Fired ? new Piece($"met: {reading.Then.ToString().ToLowerInvariant()}", Tone.Bad) : reading.Value is null ? new Piece($"cannot be measured{(reading.Why.Length > 0 ? $": {reading.Why}" : "")}", Tone.Warning) : "");
        }

        if (!grid.IsEmpty)
        {
            grid.Write(screen);
            screen.Gap();
        }

        foreach (var finding in Quality)
        {
            screen.Paragraph(finding, 2, Tone.Warning, "- ");
        }

        screen.Line(Migration.Guard is { } guard
            ? new Piece($"{Migration.Migration} is {RunView.Readable(Migration.State)}{(Migration.Paused ? " and held" : "")}: {guard}.", Tone.Warning)
            : new Piece($"{Migration.Migration} is {RunView.Readable(Migration.State)}; no condition was met in {Figures.Count(Looks, "look")}.", Tone.Good));
        if (Migration.NextCommands().ToList() is { Count: > 0 } next && Migration.Guard is not null)
        {
            screen.Paragraph(string.Join(", ", next.Select(n => $"tandem {n}")), 6, Tone.Faint, "next: ");
        }
    }
}

/// <summary>What one condition measured.</summary>
internal sealed record ReadingView
{
    [Description("The condition's name.")]
    public required string Name { get; init; }

    [Description("The condition.")]
    public required string Is { get; init; }

    [Description("The value: things, seconds, or a share from 0 to 1; null where it could not be measured.")]
    public required double? Value { get; init; }

    [Description("Why it could not be measured; empty where it was, or where nobody knows.")]
    public required string Why { get; init; }

    [Description("Whether the condition is met. One that could not be measured is not.")]
    public required bool Fired { get; init; }

    [Description("What is done when it is met: pause or rollback.")]
    public required GuardAction Then { get; init; }

    [Description("The value as text with its unit.")]
    public required string Shown { get; init; }

    public static ReadingView Of(GuardReading reading) => new()
    {
        Name = reading.Name,
        Is = reading.Is,
        Value = reading.Value is { } value && double.IsFinite(value) ? value : null,
        Why = reading.Why,
        Fired = reading.Fired,
        Then = reading.Then,
        Shown = reading.Shown,
    };
}
