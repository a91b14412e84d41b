using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Tandem.Cli.Output;

/// <summary>
/// Where text for people goes: a terminal, with colours where it has them and lines that fit, or a file or pipe, plain
/// and not broken. Nothing that is written is read as markup or as a terminal's command.
/// </summary>
internal sealed class Screen
{
    /// <summary>The width that text is laid out for where there is no terminal.</summary>
    public const int UsualWidth = 80;

    private readonly TextWriter writer;
    private readonly IAnsiConsole? colours;
    private bool isRewriting;

    private Screen(TextWriter writer, IAnsiConsole? colours, bool isTerminal, bool canRewrite, int width)
    {
        this.writer = writer;
        this.colours = colours;
        IsTerminal = isTerminal;
        CanRewrite = canRewrite;
        Width = width;
    }

    /// <summary>Whether a person looks at it as it is written.</summary>
    public bool IsTerminal { get; }

    /// <summary>Whether a line that was written can be written over: not on a terminal that is no more than a printer.</summary>
    public bool CanRewrite { get; }

    /// <summary>How many cells a line has.</summary>
    public int Width { get; }

    /// <summary>A screen for a standard stream.</summary>
    /// <param name="writer">The stream.</param>
    /// <param name="redirected">Whether it goes to a file or pipe.</param>
    public static Screen Of(TextWriter writer, bool redirected)
    {
        if (redirected)
        {
            return new Screen(writer, null, isTerminal: false, canRewrite: false, UsualWidth);
        }

        var dumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        var plain = dumb || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        return new Screen(writer, plain ? null : Coloured(writer), isTerminal: true, canRewrite: !dumb, TerminalWidth());
    }

    /// <summary>How many cells a text takes.</summary>
    public static int Cells(string text) => text.All(char.IsAscii) ? text.Length : new Segment(text).CellCount();

    /// <summary>A text with everything that a terminal would take for a command written out.</summary>
    public static string Harmless(string text)
    {
        if (!text.Any(IsCommand))
        {
            return text;
        }

        var safe = new StringBuilder();
        foreach (var c in text)
        {
            _ = IsCommand(c) ? safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : safe.Append(c);
        }

        return safe.ToString();
    }

    /// <summary>Writes a line that is not broken.</summary>
    public void Line(params ReadOnlySpan<Piece> pieces)
    {
        foreach (var piece in pieces)
        {
            Put(piece);
        }

        writer.WriteLine();
    }

    /// <summary>Writes a paragraph, broken between words so that it fits; a line end in the text is kept.</summary>
    /// <param name="text">The text.</param>
    /// <param name="indent">How far it stands in.</param>
    /// <param name="tone">What it is.</param>
    /// <param name="mark">What stands in the indentation of the first line, for example <c>- </c>.</param>
    public void Paragraph(string text, int indent = 0, Tone tone = Tone.Plain, string mark = "")
    {
        var first = mark.PadLeft(indent);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').SelectMany(l => Wrap(l, Width - indent)))
        {
            Line(first, new Piece(line, tone));
            first = new string(' ', indent);
        }
    }

    /// <summary>Writes an empty line.</summary>
    public void Gap() => writer.WriteLine();

    /// <summary>Writes a heading.</summary>
    public void Heading(string text) => Line(new Piece(text, Tone.Strong));

    /// <summary>Writes a text exactly as it is, for what is meant to be copied (SQL, a file's text).</summary>
    public void Verbatim(string text) => writer.WriteLine(IsTerminal ? string.Join('\n', text.Split('\n').Select(Harmless)) : text);

    /// <summary>Replaces the line that is being written, where that can be done.</summary>
    public void Rewrite(string text)
    {
        if (CanRewrite)
        {
            isRewriting = true;
            var line = Harmless(text);
            writer.Write('\r');
            writer.Write(Cells(line) >= Width ? line[..Math.Min(line.Length, Width - 1)] : line.PadRight(Width - 1 - (Cells(line) - line.Length)));
            writer.Flush();
        }
    }

    /// <summary>Takes the line away that was written by <see cref="Rewrite"/>, if one is there.</summary>
    public void Clear()
    {
        if (isRewriting)
        {
            isRewriting = false;
            writer.Write('\r' + new string(' ', Width - 1) + '\r');
            writer.Flush();
        }
    }

    /// <summary>A text in lines of this width, broken between words; a word that is longer is not broken.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && Cells(line.ToString()) + 1 + Cells(word) > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            _ = line.Length > 0 ? line.Append(' ').Append(word) : line.Append(word);
        }

        yield return line.ToString();
    }

    private void Put(Piece piece)
    {
        var text = Harmless(piece.Text);
        if (colours is null || piece.Tone == Tone.Plain)
        {
            writer.Write(text);
        }
        else if (text.Length > 0)
        {
            colours.Write(new Text(text, StyleOf(piece.Tone)));
        }
    }

    private static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Strong => new Style(decoration: Decoration.Bold),
        Tone.Faint => new Style(decoration: Decoration.Dim),
        Tone.Good => new Style(Color.Green),
        Tone.Warning => new Style(Color.Yellow),
        Tone.Bad => new Style(Color.Red),
        _ => Style.Plain,
    };

    private static IAnsiConsole? Coloured(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Capabilities.Ansi)
        {
            return null;
        }

        // Lines are broken here, not there.
        console.Profile.Width = int.MaxValue / 4;
        return console;
    }

    private static int TerminalWidth()
    {
        try
        {
            return Math.Clamp(Console.WindowWidth, 40, 160);
        }
        catch (IOException)
        {
            return UsualWidth; // A terminal that does not know its size.
        }
    }

    // Control characters, and those that turn the direction of what follows.
    private static bool IsCommand(char c) =>
        (char.IsControl(c) && c != '\t') || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069' or '\u200e' or '\u200f';
}
