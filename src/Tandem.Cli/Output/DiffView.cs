using System.ComponentModel;
using System.Text.Json.Serialization;
using Tandem.Differences;
using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Cli.Output;

/// <summary>How one schema leads to another.</summary>
internal sealed record DiffView : CommandView
{
    [Description("The schema as it is: the database without secrets, the directory, the file or the version.")]
    public required string From { get; init; }

    [Description("The schema as it is to be.")]
    public required string To { get; init; }

    [Description("Whether the operations lead all the way: no question is open, nothing is withheld, and nothing is without an operation.")]
    public required bool Complete { get; init; }

    [Description("The migrations, in the order in which they are to be completed; most often one, none where nothing differs.")]
    public required IReadOnlyList<DiffFileView> Files { get; init; }

    [Description("What may have been renamed, and is in no operation until somebody says so.")]
    public required IReadOnlyList<DiffQuestionView> Questions { get; init; }

    [JsonIgnore]
    public override bool IsFile => Files.Count > 0 && Files[0].File is null;

    public static DiffView Of(string from, string to, SchemaDifference difference, IReadOnlyList<MigrationFile> files, bool written)
    {
        var complete = difference.Problems.All(p => p.Severity != Severity.Error);
        return new DiffView
        {
            From = from,
            To = to,
            Complete = complete,
            Files = files.Zip(difference.Stages, (f, s) => new DiffFileView
            {
                File = written ? f.Name : null,
                Text = f.Text,
                Operations = s.Select(o => o.Summarize()).ToList(),
            }).ToList(),
            Questions = difference.Questions.Select(q => new DiffQuestionView { Table = q.Table, Column = q.Column, Candidates = q.Candidates }).ToList(),
            ExitCode = complete ? ExitCodes.Done : ExitCodes.Refused,
            Problems = ProblemView.Of(difference.Problems),
        };
    }

    public override void Write(Screen screen)
    {
        if (Files.Count == 0)
        {
            screen.Line(Complete ? new Piece($"Nothing differs between {From} and {To}.", Tone.Good) : $"No operation can be written that leads from {From} to {To}.");
            return;
        }

        foreach (var (file, number) in Files.Select((f, i) => (f, i + 1)))
        {
            file.Write(screen, number);
        }
    }
}

/// <summary>A migration of a difference.</summary>
internal sealed record DiffFileView
{
    [Description("The file that was written, relative to the current directory; null when the text is only shown.")]
    public required string? File { get; init; }

    [Description("The migration's text.")]
    public required string Text { get; init; }

    [Description("What each operation does, a sentence each.")]
    public required IReadOnlyList<string> Operations { get; init; }

    public void Write(Screen screen, int number)
    {
        if (File is null)
        {
            screen.Verbatim((number > 1 ? "---\n# A file of its own, which needs the one above completed.\n" : "") + Text.TrimEnd('\n'));
            return;
        }

        screen.Line(new Piece(File, Tone.Strong), " was written:");
        foreach (var operation in Operations)
        {
            screen.Paragraph(operation, 4, Tone.Plain, "- ");
        }
    }
}

/// <summary>What may have been renamed.</summary>
internal sealed record DiffQuestionView
{
    [Description("The table that goes, or whose column goes.")]
    public required string Table { get; init; }

    [Description("The column that goes; null when the table does.")]
    public required string? Column { get; init; }

    [Description("What comes and may be it under another name.")]
    public required IReadOnlyList<string> Candidates { get; init; }
}
