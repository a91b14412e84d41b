using System.ComponentModel;
using Tandem.Consumers;

namespace Tandem.Cli.Output;

/// <summary>What uses a table or column, and what becomes of it.</summary>
internal sealed record ImpactView : CommandView
{
    private const int LongestName = 100;

    [Description("The database, without secrets.")]
    public required string Database { get; init; }

    [Description("The migration whose changes are meant, or null when a table or column was named.")]
    public string? Migration { get; init; }

    [Description("What is changed.")]
    public required IReadOnlyList<SubjectView> Subjects { get; init; }

    [Description("How many uses break.")]
    public required int Breaks { get; init; }

    [Description("Of how many uses nobody can say what becomes of them.")]
    public required int Unknown { get; init; }

    [Description("How many uses go on with less.")]
    public required int Degrades { get; init; }

    [Description("How many uses go on as before.")]
    public required int Safe { get; init; }

    [Description("Everything that uses one of the subjects, worst first.")]
    public required IReadOnlyList<UseView> Uses { get; init; }

    [Description("How many statements that the server keeps count of were looked at; null when it keeps none.")]
    public required long? Statements { get; init; }

    [Description("Why no statements, or not all, could be looked at; or null.")]
    public required string? Unseen { get; init; }

    public static ImpactView Of(string database, string? migration, Impact impact) => new()
    {
        Database = database,
        Migration = migration,
        Subjects = impact.Subjects.Select(s => new SubjectView { Table = s.Table, Kind = s.Kind, Column = s.Column, Change = Change(s.Fate) }).ToList(),
        Breaks = impact.Lines.Count(l => l.Verdict == ImpactVerdict.Breaks),
        Unknown = impact.Lines.Count(l => l.Verdict == ImpactVerdict.Unknown),
        Degrades = impact.Lines.Count(l => l.Verdict == ImpactVerdict.Degrades),
        Safe = impact.Lines.Count(l => l.Verdict == ImpactVerdict.Safe),
        Uses = impact.Lines.Select(UseView.Of).ToList(),
        Statements = impact.Statements,
        Unseen = impact.Unseen,
    };

    public override void Write(Screen screen)
    {
        screen.Line(new Piece(Migration ?? string.Join(", ", Subjects.Select(s => s.Name)), Tone.Strong), $" in {Database}");
        foreach (var subject in Subjects)
        {
            screen.Line($"  {subject.Name} {subject.Words}");
        }

        if (Subjects.Count == 0)
        {
            screen.Line("  takes nothing away that others use: no table or column is dropped, renamed or given another type.");
        }

        WriteUses(screen, "breaks", "Breaks", Tone.Bad);
        WriteUses(screen, "unknown", "Unknown", Tone.Warning);
        WriteUses(screen, "degrades", "Goes on with less", Tone.Warning);
        WriteUses(screen, "safe", "Safe", Tone.Good);
        if (Uses.Count == 0 && Subjects.Count > 0)
        {
            screen.Gap();
            screen.Line(new Piece("Nothing in the database uses it.", Tone.Good));
        }

        if (Statements is { } count)
        {
            screen.Gap();
            screen.Line(new Piece($"{Figures.Count((int)count, "statement")} that the server keeps count of were looked at.", Tone.Faint));
        }

        if (Unseen is not null && Subjects.Count > 0)
        {
            screen.Gap();
            screen.Paragraph(Unseen, 0, Tone.Faint);
        }
    }

    private void WriteUses(Screen screen, string verdict, string heading, Tone tone)
    {
        var uses = Uses.Where(u => u.Verdict == verdict).ToList();
        if (uses.Count == 0)
        {
            return;
        }

        screen.Gap();
        screen.Line(new Piece($"{heading} ({uses.Count})", tone));
        foreach (var use in uses)
        {
            var name = use.Name.Length > LongestName ? use.Name[..LongestName] + "…" : use.Name;
            screen.Line($"  {use.Kind} ", new Piece(name, Tone.Strong), use.Calls is { } calls ? $", {Figures.Of(calls)} calls" : "", Subjects.Count > 1 ? new Piece($"  {use.Subject}", Tone.Faint) : "");
            screen.Paragraph(use.Reason, 4, Tone.Faint);
        }
    }

    private static string Change(Fate fate) => fate switch
    {
        Fate.Dropped => "drop",
        Fate.Renamed => "rename",
        _ => "type",
    };
}

/// <summary>A table or column that is changed.</summary>
internal sealed record SubjectView
{
    [Description("The table or view.")]
    public required string Table { get; init; }

    [Description("What that is: table, view or materialized view.")]
    public required string Kind { get; init; }

    [Description("The column, or null for the table or view as a whole.")]
    public required string? Column { get; init; }

    [Description("What becomes of it: drop, rename or type.")]
    public required string Change { get; init; }

    internal string Name => Column is null ? Table : $"{Table}.{Column}";

    internal string Words => Change switch
    {
        "drop" => "is dropped",
        "rename" => "gets another name",
        _ => "gets another type",
    };
}

/// <summary>Something that uses a table or column.</summary>
internal sealed record UseView
{
    [Description("What it is: view, function, index, statement, …")]
    public required string Kind { get; init; }

    [Description("Its name; a statement's text, with places for its values.")]
    public required string Name { get; init; }

    [Description("The table or column that it uses.")]
    public required string Subject { get; init; }

    [Description("What becomes of it: breaks, unknown, degrades or safe.")]
    public required string Verdict { get; init; }

    [Description("Why, as a sentence.")]
    public required string Reason { get; init; }

    [Description("How that is known: catalogue (the database's own records), analysis (the database analysed it without carrying it out) or text (a name in a text).")]
    public required string By { get; init; }

    [Description("The object that stands between, or null.")]
    public required string? Via { get; init; }

    [Description("For a statement, how often it was called since the server began to count; else null.")]
    public required long? Calls { get; init; }

    public static UseView Of(ImpactLine line) => new()
    {
        Kind = line.Use.Kind,
        Name = line.Use.Name,
        Subject = $"{line.Use.Subject}",
        Verdict = line.Verdict.ToString().ToLowerInvariant(),
        Reason = line.Reason,
        By = line.Use.Evidence.ToString().ToLowerInvariant(),
        Via = line.Use.Via,
        Calls = line.Use.Calls,
    };
}
