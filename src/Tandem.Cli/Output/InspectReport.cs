using System.Net;
using System.Text;

namespace Tandem.Cli.Output;

/// <summary>What is in a database as one page of HTML that needs nothing beside it: no script, no font, no picture from elsewhere.</summary>
internal static class InspectReport
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1200px; padding: 0 1rem; color: #1c2430; background: #fff; }
        h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
        p { margin: .3rem 0; } .faint { color: #5d6878; }
        table { border-collapse: collapse; width: 100%; } th { text-align: left; color: #5d6878; font-weight: 500; }
        th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #e3e7ec; vertical-align: top; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
        .diagram { overflow: auto; border: 1px solid #e3e7ec; border-radius: 6px; }
        svg { display: block; font: 12px ui-monospace, monospace; } svg .box { fill: #fff; stroke: #8a97a8; } svg .head { fill: #e9eef5; stroke: #8a97a8; }
        svg .name { font-weight: 600; fill: #1c2430; } svg .key { fill: #1c2430; font-weight: 600; } svg .column { fill: #3d4858; } svg .more { fill: #5d6878; }
        svg .reference { fill: none; stroke: #4a78b5; stroke-width: 1.2; }
        @media (prefers-color-scheme: dark) {
          body { color: #dde3ea; background: #14181f; } th, .faint { color: #97a3b3; } th, td, .diagram { border-color: #2b333f; }
          svg .box { fill: #1a2029; } svg .head { fill: #263040; } svg .name, svg .key { fill: #dde3ea; } svg .column { fill: #b9c4d2; } svg .more { fill: #97a3b3; } svg .reference { stroke: #7ba6df; }
        }
        @media print { .diagram { overflow: visible; border: none; } }
        """;

    /// <summary>The page.</summary>
    public static string Of(InspectView view)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
            .Append("<title>").Append(Text(view.Database)).Append("</title>\n<style>\n").Append(Style).Append("\n</style>\n</head>\n<body>\n")
            .Append("<h1>").Append(Text(view.Database)).Append("</h1>\n<p class=\"faint\">")
            .Append(Text($"{view.Server}, schema {view.Schema}, platform: {view.Platform}")).Append("</p>\n");
        Risks(page, view);
        if (view.Tables.Count > 0)
        {
            page.Append("<h2>Diagram</h2>\n<div class=\"diagram\">\n").Append(TableDiagram.Of(view.Tables)).Append("</div>\n");
        }

        Tables(page, view);
        Others(page, view);
        return page.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>Text as HTML shows it.</summary>
    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void Risks(StringBuilder page, InspectView view)
    {
        if (view.Risks.Count == 0)
        {
            return;
        }

        page.Append("<h2>Worth knowing before a change</h2>\n<table class=\"risks\">\n");
        foreach (var risk in view.Risks)
        {
            Row(page, (risk.Subject, false), (risk.Text, false));
        }

        page.Append("</table>\n");
    }

    private static void Tables(StringBuilder page, InspectView view)
    {
        page.Append("<h2>Tables</h2>\n<table class=\"tables\">\n<tr><th>table</th><th class=\"number\">rows</th><th class=\"number\">size</th><th class=\"number\">rows a day</th><th>columns</th></tr>\n");
        foreach (var table in view.Tables)
        {
            Row(
                page, (table.Name, false), (table.Rows is { } rows ? Figures.Of(rows) : "?", true), (table.Bytes is { } bytes ? Figures.Bytes(bytes) : "?", true),
                (table.RowsPerDay is { } daily ? Figures.Of(daily) : "?", true), (string.Join(", ", table.Columns.Select(c => $"{c.Name} {c.Type}{(c.Nullable ? "" : " not null")}")), false));
        }

        page.Append("</table>\n");
    }

    private static void Others(StringBuilder page, InspectView view)
    {
        var others = view.Views.Select(v => (Kind: v.Kind, v.Name))
            .Concat(view.Enums.Select(e => (Kind: "enum", e.Name)))
            .Concat(view.Sequences.Select(s => (Kind: "sequence", s.Name)))
            .Concat(view.Objects.Select(o => (o.Kind, o.Name)))
            .Concat(view.Unmanaged.Select(u => (Kind: $"left alone: {u.Kind}", u.Name)))
            .GroupBy(o => o.Kind).ToList();
        if (others.Count == 0)
        {
            return;
        }

        page.Append("<h2>Other objects</h2>\n<table class=\"others\">\n");
        foreach (var kind in others)
        {
            Row(page, (kind.Key, false), (string.Join(", ", kind.Select(o => o.Name)), false));
        }

        page.Append("</table>\n");
    }

    private static void Row(StringBuilder page, params (string Value, bool Number)[] cells)
    {
        page.Append("<tr>");
        foreach (var (value, number) in cells)
        {
            page.Append(number ? "<td class=\"number\">" : "<td>").Append(Text(value)).Append("</td>");
        }

        page.Append("</tr>\n");
    }
}
