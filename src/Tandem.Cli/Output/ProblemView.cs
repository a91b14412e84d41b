using System.ComponentModel;
using Tandem.Problems;

namespace Tandem.Cli.Output;

/// <summary>A problem as JSON and as text.</summary>
internal sealed record ProblemView
{
    /// <summary>The code.</summary>
    [Description("The stable code, for example TDM2001; its page is in reference/problems.")]
    public required string Code { get; init; }

    /// <summary>The weight.</summary>
    [Description("error, warning or note.")]
    public required string Severity { get; init; }

    /// <summary>What kind of thing is wrong.</summary>
    [Description("What kind of thing is wrong; the same for every problem of the code.")]
    public required string Title { get; init; }

    /// <summary>This very case.</summary>
    [Description("One sentence about this very case.")]
    public required string Message { get; init; }

    /// <summary>What to do.</summary>
    [Description("What a person does about it.")]
    public required string Remedy { get; init; }

    /// <summary>The file to blame.</summary>
    [Description("The file to blame, or null.")]
    public string? File { get; init; }

    /// <summary>The line in it.</summary>
    [Description("The line in the file, from 1, or null.")]
    public int? Line { get; init; }

    /// <summary>The column in it.</summary>
    [Description("The column in the line, from 1, or null.")]
    public int? Column { get; init; }

    /// <summary>The object concerned.</summary>
    [Description("The database object concerned, for example customers.name, or null.")]
    public string? Subject { get; init; }

    private static string[] Severities => ["error", "warning", "note"];

    /// <summary>The views of problems, worst first, else in the order in which they were found.</summary>
    public static IReadOnlyList<ProblemView> Of(IEnumerable<Problem> problems) =>
        problems.OrderByDescending(p => p.Severity).Select(Of).ToList();

    /// <summary>Writes problems: code and place, the sentence, what to do.</summary>
    public static void Write(Screen screen, IReadOnlyList<ProblemView> problems)
    {
        foreach (var problem in problems)
        {
            problem.Write(screen);
        }

        if (problems.Count > 1)
        {
            screen.Line(Counts(problems));
        }
    }

    private static ProblemView Of(Problem problem) => new()
    {
        Code = problem.Code.Id,
        Severity = Word(problem.Severity),
        Title = problem.Code.Title,
        Message = problem.Message,
        Remedy = problem.EffectiveRemedy,
        File = problem.Place?.File,
        Line = problem.Place is { Line: > 0 } line ? line.Line : null,
        Column = problem.Place is { Line: > 0, Column: > 0 } column ? column.Column : null,
        Subject = problem.Subject,
    };

    private static string Word(Severity severity) => severity switch
    {
        Tandem.Problems.Severity.Error => "error",
        Tandem.Problems.Severity.Warning => "warning",
        _ => "note",
    };

    private static string Counts(IReadOnlyList<ProblemView> problems) => string.Join(", ", Severities
        .Select(word => (word, count: problems.Count(p => p.Severity == word)))
        .Where(c => c.count > 0)
        .Select(c => Figures.Count(c.count, c.word))) + ".";

    private void Write(Screen screen)
    {
        var place = File is null ? "" : "  " + string.Join(':', new[] { File, $"{Line}", $"{Column}" }.Where(p => p.Length > 0));
        var tone = Severity switch { "error" => Tone.Bad, "warning" => Tone.Warning, _ => Tone.Faint };
        screen.Line(new Piece(Severity, tone), " ", new Piece(Code, Tone.Strong), new Piece(place, Tone.Faint));
        screen.Paragraph(Message, 2);
        screen.Paragraph(Remedy, 4, Tone.Faint, "→ ");
        screen.Gap();
    }
}
