using System.Text;
using static Tandem.Cli.Output.ReportPage;

namespace Tandem.Cli.Output;

/// <summary>What is in a database as one page of HTML that needs nothing beside it: no script, no font, no picture from elsewhere.</summary>
internal static class InspectReport
{
    /// <summary>The page.</summary>
    public static string Of(InspectView view)
    {
        var page = new StringBuilder();
        ReportPage.Begin(page, view.Database);
        page.Append("<h1>").Append(Text(view.Database)).Append("</h1>\n<p class=\"faint\">")
            .Append(Text($"{view.Server}, schema {view.Schema}, platform: {view.Platform}")).Append("</p>\n");
        Risks(page, view);
        if (view.Tables.Count > 0)
        {
            page.Append("<h2>Diagram</h2>\n<div class=\"diagram\">\n").Append(TableDiagram.Of(view.Tables)).Append("</div>\n");
        }

        Tables(page, view);
        Others(page, view);
        return ReportPage.End(page);
    }

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
}
