using System.ComponentModel;
using Tandem.Journal;
using Tandem.Steps;

namespace Tandem.Cli.Output;

/// <summary>The journal, readable.</summary>
internal sealed record HistoryView : CommandView
{
    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("The entries, oldest first.")]
    public required IReadOnlyList<EntryView> Entries { get; init; }

    public override void Write(Screen screen)
    {
        if (Entries.Count == 0)
        {
            screen.Line("The journal has no entries.");
            return;
        }

        var grid = new Grid("when", "migration", "what", "who", "");
        foreach (var entry in Entries)
        {
            grid.Row(
                new Piece(Figures.Moment(entry.At), Tone.Faint),
                entry.Migration,
                new Piece(entry.Kind.Replace('_', ' '), Tone.Strong),
                new Piece(entry.Actor, Tone.Faint),
                EntryWords.Of(entry));
        }

        grid.Write(screen, indent: 0);
    }
}

/// <summary>An entry of the journal.</summary>
internal sealed record EntryView
{
    [Description("Counts up in the target.")]
    public required long Id { get; init; }

    [Description("When.")]
    public required DateTimeOffset At { get; init; }

    [Description("Who.")]
    public required string Actor { get; init; }

    [Description("What, for example step_done.")]
    public required string Kind { get; init; }

    [Description("Of which migration, or empty.")]
    public required string Migration { get; init; }

    [Description("In which phase, or null.")]
    public Phase? Phase { get; init; }

    [Description("Of which step, or empty.")]
    public required string Step { get; init; }

    [Description("More about it, as JSON text; never values of users' rows.")]
    public required string Detail { get; init; }

    public static EntryView Of(JournalEntry entry) => new()
    {
        Id = entry.Id,
        At = entry.At,
        Actor = entry.Actor,
        Kind = entry.Kind,
        Migration = entry.Migration,
        Phase = entry.Phase,
        Step = entry.Step,
        Detail = entry.Detail,
    };
}
