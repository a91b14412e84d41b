namespace Tandem.Cli.Output;

/// <summary>Rows of cells in columns that are as wide as their widest cell; the last column is broken to fit a terminal.</summary>
/// <param name="headings">The columns' headings; one that begins with <c>&gt;</c> stands over numbers, to the right.</param>
internal sealed class Grid(params string[] headings)
{
    private const int LeastRoom = 20;

    private readonly List<Piece[]> rows = [];
    private int[]? widths;

    /// <summary>Whether there is any row.</summary>
    public bool IsEmpty => rows.Count == 0;

    /// <summary>Adds a row with a cell for each heading.</summary>
    public void Row(params Piece[] cells) => rows.Add(cells);

    /// <summary>Writes the grid, or the rows that came since it was written last, in columns at least as wide as before.</summary>
    public void Write(Screen screen, int indent = 2)
    {
        var titles = headings.Select(h => new Piece(h.TrimStart('>'), Tone.Faint)).ToArray();
        var all = widths is null && titles.Any(t => t.Text.Length > 0) ? rows.Prepend(titles).ToList() : rows;
        widths = headings.Select((_, i) => all.Select(r => Screen.Cells(Screen.Harmless(r[i].Text))).Append(widths?[i] ?? 0).Max()).ToArray();
        foreach (var row in all)
        {
            var before = indent + widths[..^1].Sum(w => w + 2);
            foreach (var line in Broken(screen, row, screen.Width - before))
            {
                screen.Line([new string(' ', indent), .. Line(line, widths)]);
            }
        }

        rows.Clear();
    }

    // Where there is hardly any room the terminal's own break is as good.
    private static IEnumerable<Piece[]> Broken(Screen screen, Piece[] row, int room)
    {
        var last = row[^1];
        if (!screen.IsTerminal || room < LeastRoom || Screen.Cells(Screen.Harmless(last.Text)) <= room)
        {
            return [row];
        }

        var blank = row[..^1].Select(_ => new Piece("", Tone.Plain)).ToArray();
        return Screen.Wrap(last.Text, room).Select((text, i) => (Piece[])[.. i == 0 ? row[..^1] : blank, last with { Text = text }]);
    }

    private IEnumerable<Piece> Line(Piece[] row, int[] to)
    {
        var last = Array.FindLastIndex(row, c => c.Text.Length > 0);
        for (var i = 0; i <= last; i++)
        {
            var gap = new string(' ', to[i] - Screen.Cells(Screen.Harmless(row[i].Text)));
            var right = headings[i].StartsWith('>');
            yield return right ? gap : "";
            yield return row[i];
            yield return i == last ? "" : right ? "  " : gap + "  ";
        }
    }
}
