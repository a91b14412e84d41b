using System.Globalization;
using System.Text;
using Tandem.Schema;

namespace Tandem.Cli.Output;

/// <summary>
/// Tables and their foreign keys as a picture: what others refer to stands to the left of what refers to it, and each line goes
/// from the foreign key to the table that it names.
/// </summary>
internal static class TableDiagram
{
    private const int Line = 18;
    private const int Letter = 8;
    private const int Gap = 90;
    private const int Between = 24;
    private const int Margin = 16;
    private const int MostColumns = 12;
    private const int Tallest = 2400;

    /// <summary>The picture.</summary>
    public static string Of(IReadOnlyList<TableView> tables)
    {
        var boxes = Place(tables);
        var (width, height) = (boxes.Values.Max(b => b.X + b.Width) + Margin, boxes.Values.Max(b => b.Y + b.Height) + Margin);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Tables and their foreign keys\">\n");
        foreach (var table in tables)
        {
            foreach (var key in table.ForeignKeys.Where(k => boxes.ContainsKey(k.ReferencedTable)))
            {
                Connect(svg, boxes[table.Name], key, boxes[key.ReferencedTable]);
            }
        }

        foreach (var box in boxes.Values)
        {
            Draw(svg, box);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static Dictionary<string, Box> Place(IReadOnlyList<TableView> tables)
    {
        var boxes = new Dictionary<string, Box>(StringComparer.Ordinal);
        var (x, y, widest, rank) = (Margin, Margin, 0, -1);
        foreach (var (table, depth) in Depths(tables).OrderBy(t => t.Depth).ThenBy(t => t.Table.Name, StringComparer.Ordinal))
        {
            var box = Box.Of(table);
            if (rank >= 0 && (depth != rank || y + box.Height > Tallest))
            {
                (x, y, widest) = (x + widest + Gap, Margin, 0);
            }

            rank = depth;
            boxes[table.Name] = box with { X = x, Y = y };
            (y, widest) = (y + box.Height + Between, Math.Max(widest, box.Width));
        }

        return boxes;
    }

    // How many foreign keys lead from a table to one that refers to nothing; a circle ends where it closes.
    private static IEnumerable<(TableView Table, int Depth)> Depths(IReadOnlyList<TableView> tables)
    {
        var named = tables.ToDictionary(t => t.Name, StringComparer.Ordinal);
        var depths = new Dictionary<string, int>(StringComparer.Ordinal);
        return tables.Select(t => (t, Depth(t.Name, [])));

        int Depth(string name, HashSet<string> above)
        {
            if (depths.TryGetValue(name, out var known))
            {
                return known;
            }

            if (!named.TryGetValue(name, out var table) || !above.Add(name))
            {
                return -1;
            }

            var depth = table.ForeignKeys.Where(k => k.ReferencedTable != name).Select(k => Depth(k.ReferencedTable, above)).DefaultIfEmpty(-1).Max() + 1;
            _ = above.Remove(name);
            depths[name] = depth;
            return depth;
        }
    }

    private static void Connect(StringBuilder svg, Box from, ForeignKey key, Box to)
    {
        var start = from.Middle(key.Columns[0]);
        var end = to.Middle(key.ReferencedColumns is [var column, ..] ? column : "");
        var right = to.X + to.Width;
        var bend = from.X > right ? (from.X - right) / 2 : Gap / 2;

        // Within one column of boxes the line goes round on the right, where there is room between the columns.
        var (edge, turn) = from.X == to.X ? (from.X + from.Width, from.X + from.Width + bend) : (from.X, from.X - bend);
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"reference\" d=\"M {edge} {start} C {turn} {start}, {right + bend} {end}, {right} {end}\"><title>")
            .Append(ReportPage.Text($"{from.Table.Name} ({string.Join(", ", key.Columns)}) → {key.ReferencedTable}")).Append("</title></path>\n");
    }

    private static void Draw(StringBuilder svg, Box box)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<g class=\"table\" transform=\"translate({box.X} {box.Y})\">")
            .Append(CultureInfo.InvariantCulture, $"<rect class=\"box\" width=\"{box.Width}\" height=\"{box.Height}\" rx=\"4\"/><rect class=\"head\" width=\"{box.Width}\" height=\"{Line + 6}\" rx=\"4\"/>");
        Write(svg, "name", Line - 2, box.Table.Name);
        for (var i = 0; i < box.Columns.Count; i++)
        {
            var column = box.Columns[i];
            Write(svg, box.Table.PrimaryKey.Contains(column.Name) ? "key" : "column", ((i + 2) * Line) + 4, $"{column.Name} {column.Type}");
        }

        if (box.Hidden > 0)
        {
            Write(svg, "more", ((box.Columns.Count + 2) * Line) + 4, $"… {Figures.Count(box.Hidden, "more column")}");
        }

        svg.Append("</g>\n");
    }

    private static void Write(StringBuilder svg, string kind, int y, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"8\" y=\"{y}\">").Append(ReportPage.Text(text)).Append("</text>");

    /// <summary>A table in its place: keys are always shown, of the other columns as many as there is room for.</summary>
    private sealed record Box(TableView Table, IReadOnlyList<Column> Columns, int Width, int Height)
    {
        public int X { get; init; }

        public int Y { get; init; }

        public int Hidden => Table.Columns.Count - Columns.Count;

        public static Box Of(TableView table)
        {
            var keys = table.PrimaryKey.Concat(table.ForeignKeys.SelectMany(k => k.Columns)).ToHashSet(StringComparer.Ordinal);
            var room = Math.Max(0, MostColumns - keys.Count);
            var shown = table.Columns.Where(c => keys.Contains(c.Name) || room-- > 0).ToList();
            var longest = shown.Select(c => c.Name.Length + c.Type.Length + 1).Append(table.Name.Length + 2).Max();
            return new Box(table, shown, (longest * Letter) + 16, ((shown.Count + (shown.Count < table.Columns.Count ? 2 : 1)) * Line) + 12);
        }

        public int Middle(string column)
        {
            var at = Columns.Select(c => c.Name).ToList().IndexOf(column);
            return Y + ((at + 2) * Line);
        }
    }
}
