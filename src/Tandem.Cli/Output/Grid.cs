namespace Tandem.Cli.Output;

/// <summary>Rows of cells in columns that are as wide as their widest cell; the last column is broken to fit a terminal.</summary>
/// <param name="headings">The columns' headings; one that begins with <c>&gt;</c> stands over numbers, to the right.</param>
internal sealed class Grid(params string[] headings)
{
    private readonly List<Piece[]> rows = [];

    /// <summary>Whether there is any row.</summary>
    public bool IsEmpty => rows.Count == 0;

    /// <summary>Adds a row with a cell for each heading.</summary>
    public void Row(params Piece[] cells) => rows.Add(cells);

    /// <summary>Writes the grid.</summary>
    public void Write(Screen screen, int indent = 2)
    {
        var titles = headings.Select(h => new Piece(h.TrimStart('>'), Tone.Faint)).ToArray();
        var all = titles.Any(t => t.Text.Length > 0) ? rows.Prepend(titles) : rows;
        var widths = headings.Select((_, i) => all.Max(r => Screen.Cells(Screen.Harmless(r[i].Text)))).ToArray();
        foreach (var row in all)
        {
            screen.Line([new string(' ', indent), .. Line(row, widths)]);
        }
    }

    private IEnumerable<Piece> Line(Piece[] row, int[] widths)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var gap = new string(' ', widths[i] - Screen.Cells(Screen.Harmless(row[i].Text)));
            if (headings[i].StartsWith('>'))
            {
                yield return gap;
                yield return row[i];
            }
            else
            {
                yield return row[i];
                yield return i == row.Length - 1 ? "" : gap;
            }

            yield return i == row.Length - 1 ? "" : "  ";
        }
    }
}
