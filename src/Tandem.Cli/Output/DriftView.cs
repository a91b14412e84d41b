using System.ComponentModel;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Running;
using Tandem.Schema;

namespace Tandem.Cli.Output;

/// <summary>What somebody changed past Tandem.</summary>
internal sealed record DriftView : CommandView
{
    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("The version whose recorded schema was compared.")]
    public required string Version { get; init; }

    [Description("The objects that are not as recorded, by kind and name.")]
    public required IReadOnlyList<DifferenceView> Differences { get; init; }

    [Description("The migrations that were written, relative to the current directory.")]
    public required IReadOnlyList<string> Files { get; init; }

    public override void Write(Screen screen)
    {
        foreach (var file in Files)
        {
            screen.Line(new Piece(file, Tone.Strong), " was written.");
        }

        if (Differences.Count == 0)
        {
            screen.Line(new Piece($"{Database} is as it was recorded for {Version}.", Tone.Good));
            return;
        }

        screen.Line(new Piece(Database, Tone.Strong), $" is not as it was recorded for {Version}:");
        foreach (var difference in Differences)
        {
            difference.Write(screen);
        }
    }
}

/// <summary>An object that is not as it was or as it should be.</summary>
internal sealed record DifferenceView
{
    [Description("What it is: table, view, function, index…")]
    public required string Kind { get; init; }

    [Description("Its name; a function's with its arguments, a trigger's with its table.")]
    public required string Name { get; init; }

    [Description("added: it was not there; missing: it is not there any more; changed: it is not the same.")]
    public required string Difference { get; init; }

    [Description("For one that changed, what is other: a sentence each, with both values.")]
    public required IReadOnlyList<string> Parts { get; init; }

    [Description("When the newest of the rows that describe the object was written; what was dropped from it later leaves none. Null for unknown.")]
    public required DateTimeOffset? ChangedAt { get; init; }

    [Description("The role that owns the object, which need not be who changed it; null for unknown.")]
    public required string? Owner { get; init; }

    [Description("How far that goes, or why it is unknown.")]
    public required string Known { get; init; }

    [Description("ignore or revert, as somebody decided for the object as it is now; null while nobody has.")]
    public required DriftDecision? Choice { get; init; }

    [Description("The migration that leads back; null for others.")]
    public required string? Migration { get; init; }

    [Description("Why it was decided; null without a choice.")]
    public required string? Reason { get; init; }

    [Description("Who decided; null without a choice.")]
    public required string? DecidedBy { get; init; }

    [Description("When it was decided; null without a choice.")]
    public required DateTimeOffset? DecidedAt { get; init; }

    public static DifferenceView Of(DriftedObject drifted, ObjectTrace trace) => new()
    {
        Kind = drifted.Difference.Object.Kind,
        Name = drifted.Difference.Object.Identity,
        Difference = drifted.Difference.Kind switch
        {
            DifferenceKind.Added => "added",
            DifferenceKind.Missing => "missing",
            _ => "changed",
        },
        Parts = drifted.Difference.Parts,
        ChangedAt = trace.ChangedAt,
        Owner = trace.Owner,
        Known = trace.Why,
        Choice = drifted.Choice?.Decision,
        Migration = drifted.Choice?.Migration,
        Reason = drifted.Choice?.Reason,
        DecidedBy = drifted.Choice?.Actor,
        DecidedAt = drifted.Choice?.At,
    };

    public void Write(Screen screen)
    {
        screen.Line($"  {Kind} ", new Piece(Name, Tone.Strong), Difference switch
        {
            "added" => " was added",
            "missing" => " is missing",
            _ => " is not the same",
        });
        foreach (var part in Parts)
        {
            screen.Paragraph(part, 4, Tone.Plain, "- ");
        }

        var when = ChangedAt is { } at ? $"Written last {Figures.Moment(at)}" : "When it was changed is unknown";
        screen.Paragraph($"{when}{(Owner is { } role ? $"; it belongs to {role}" : "")}. {Known}", 4, Tone.Faint);
        if (Choice is { } choice)
        {
            var what = choice == DriftDecision.Ignore ? "It stays as it is" : $"{Migration} leads it back";
            screen.Paragraph($"{what}: {Reason} ({DecidedBy}, {Figures.Moment(DecidedAt!.Value)})", 4, Tone.Faint, "→ ");
        }
    }
}
