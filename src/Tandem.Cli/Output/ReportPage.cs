using System.Net;
using System.Text;

namespace Tandem.Cli.Output;

/// <summary>What the pages have in common: one look, and that they need nothing beside them: no script, no font, no picture from elsewhere.</summary>
internal static class ReportPage
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1200px; padding: 0 1rem; color: #1c2430; background: #fff; }
        h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
        p { margin: .3rem 0; } .faint { color: #5d6878; }
        table { border-collapse: collapse; width: 100%; } th { text-align: left; color: #5d6878; font-weight: 500; }
        th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #e3e7ec; vertical-align: top; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .diagram { overflow: auto; border: 1px solid #e3e7ec; border-radius: 6px; }
        svg { display: block; font: 12px ui-monospace, monospace; } svg .box { fill: #fff; stroke: #8a97a8; } svg .head { fill: #e9eef5; stroke: #8a97a8; }
        svg .name { font-weight: 600; fill: #1c2430; } svg .key { fill: #1c2430; font-weight: 600; } svg .column { fill: #3d4858; } svg .more { fill: #5d6878; }
        svg .reference { fill: none; stroke: #4a78b5; stroke-width: 1.2; }
        .rating { font-size: 1.15rem; font-weight: 600; } .low { color: #1d7a3f; } .medium { color: #9a6700; } .high { color: #b3261e; }
        details { margin: .2rem 0; } summary { cursor: pointer; color: #5d6878; } pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f5f7fa; border: 1px solid #e3e7ec; border-radius: 6px; padding: .6rem .8rem; font: 13px/1.45 ui-monospace, monospace; }
        li { margin: .2rem 0; } .error { color: #b3261e; font-weight: 600; } .warning { color: #9a6700; font-weight: 600; } code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
        @media (prefers-color-scheme: dark) {
          body { color: #dde3ea; background: #14181f; } th, .faint { color: #97a3b3; } th, td, .diagram { border-color: #2b333f; }
          .low { color: #6cc48a; } .medium, .warning { color: #e0b252; } .high, .error { color: #f08a80; } summary { color: #97a3b3; } pre { background: #1a2029; border-color: #2b333f; }
          svg .box { fill: #1a2029; } svg .head { fill: #263040; } svg .name, svg .key { fill: #dde3ea; } svg .column { fill: #b9c4d2; } svg .more { fill: #97a3b3; } svg .reference { stroke: #7ba6df; }
        }
        @media print { .diagram { overflow: visible; border: none; } body { margin: 0; } }
        """;

    /// <summary>Everything up to the page's first heading.</summary>
    public static void Begin(StringBuilder page, string title) => page
        .Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
        .Append("<title>").Append(Text(title)).Append("</title>\n<style>\n").Append(Style).Append("\n</style>\n</head>\n<body>\n");

    /// <summary>The page, finished.</summary>
    public static string End(StringBuilder page) => page.Append("</body>\n</html>\n").ToString();

    /// <summary>Text as HTML shows it.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A row of a table; numbers stand to the right.</summary>
    public static void Row(StringBuilder page, params (string Value, bool Number)[] cells)
    {
        page.Append("<tr>");
        foreach (var (value, number) in cells)
        {
            page.Append(number ? "<td class=\"number\">" : "<td>").Append(Text(value)).Append("</td>");
        }

        page.Append("</tr>\n");
    }
}
