using System.Globalization;
using System.Text;
using static Tandem.Cli.Output.ReportPage;

namespace Tandem.Cli.Output;

/// <summary>A plan as one page of HTML to attach to a review: what happens in plain words first, then the rating, the steps with their SQL, what a rollback could not keep, the hash.</summary>
internal static class PlanReport
{
    /// <summary>The page.</summary>
    /// <param name="view">The plan.</param>
    /// <param name="now">When it was made.</param>
    public static string Of(PlanView view, DateTimeOffset now)
    {
        var page = new StringBuilder();
        Begin(page, $"{view.Migration}: {view.Title}");
        page.Append("<h1>").Append(Text(view.Title)).Append("</h1>\n<p class=\"faint\">")
            .Append(Text($"{view.Migration} on {view.Database}, from version {view.OldVersion}; planned {Figures.Moment(now)}")).Append("</p>\n");
        List(page, view.Phases.Count > 0 ? "What happens" : "What was asked for", "summary", view.Summary);
        if (view.Phases.Count == 0)
        {
            page.Append("<p>No plan can be made of it; the findings say why.</p>\n");
        }

        Risk(page, view);
        Findings(page, view);
        Sizes(page, view);
        Queries(page, view);
        if (view.Suggestions.Count > 0)
        {
            List(page, "Suggestions", "suggestions", view.Suggestions.Select(s => $"{s.Setting}: {s.Value ?? (s.IsUnknown ? "unknown" : "as it is")}. {s.Why}").ToList());
        }

        var log = view.Phases.SelectMany(p => p.Steps).Any(s => s.Estimate?.WalBytes > 0);
        foreach (var phase in view.Phases.Where(p => p.Steps.Count > 0).OrderByDescending(p => p.IsUsual))
        {
            Steps(page, phase, log);
        }

        if (view.Phases.Count > 0)
        {
            Rollback(page, view);
            page.Append("<h2>Hash</h2>\n<p>plan <code>").Append(Text(view.PlanHash)).Append("</code></p>\n<p>change <code>").Append(Text(view.ChangeHash)).Append("</code></p>\n")
                .Append("<p class=\"faint\">").Append(Text($"What is carried out by `tandem start {view.Migration} --plan-hash {Figures.Short(view.PlanHash)}` is this plan and no other. Rows, sizes, times and the rating are measured and in no hash.")).Append("</p>\n");
        }

        return End(page);
    }

    private static void List(StringBuilder page, string heading, string name, IReadOnlyList<string> sentences)
    {
        page.Append("<h2>").Append(Text(heading)).Append("</h2>\n<ul class=\"").Append(name).Append("\">\n");
        foreach (var sentence in sentences)
        {
            page.Append("<li>").Append(Text(sentence)).Append("</li>\n");
        }

        page.Append("</ul>\n");
    }

    private static void Risk(StringBuilder page, PlanView view)
    {
        if (view.Risk is not { } risk)
        {
            return;
        }

        var tone = risk.Level switch { "low" => "low", "medium" => "medium", _ => "high" };
        page.Append("<h2>Risk</h2>\n<p class=\"rating ").Append(tone).Append("\">").Append(Text(string.Create(CultureInfo.InvariantCulture, $"{risk.Score} of 100, {risk.Level}"))).Append("</p>\n");
        if (risk.Reasons.Count > 0)
        {
            page.Append("<table class=\"risk\">\n");
            foreach (var reason in risk.Reasons)
            {
                Row(page, ($"+{Figures.Of(reason.Points)}", true), (reason.Fact, false));
            }

            page.Append("</table>\n");
        }
    }

    private static void Findings(StringBuilder page, PlanView view)
    {
        if (view.Problems.Count == 0)
        {
            return;
        }

        page.Append("<h2>Findings</h2>\n<table class=\"findings\">\n");
        foreach (var problem in view.Problems)
        {
            page.Append("<tr><td class=\"").Append(problem.Severity).Append("\">").Append(Text(problem.Severity)).Append("</td><td>").Append(Text(problem.Code))
                .Append("</td><td>").Append(Text(problem.Message)).Append("<br/><span class=\"faint\">").Append(Text(problem.Remedy)).Append("</span></td></tr>\n");
        }

        page.Append("</table>\n");
    }

    private static void Sizes(StringBuilder page, PlanView view)
    {
        if (view.Sizes.Count == 0)
        {
            return;
        }

        page.Append("<h2>Tables touched</h2>\n<table class=\"tables\">\n<tr><th>table</th><th class=\"number\">rows</th><th class=\"number\">size with indexes</th></tr>\n");
        foreach (var size in view.Sizes)
        {
            Row(page, (size.Table, false), ($"{(size.Counted ? "" : "about ")}{Figures.Of(size.Rows)}", true), (Figures.Bytes(size.Bytes), true));
        }

        page.Append("</table>\n");
    }

    private static void Queries(StringBuilder page, PlanView view)
    {
        if (view.Trial is not { } trial)
        {
            return;
        }

        page.Append("<h2>Query plans</h2>\n");
        if (trial.Queries.Count == 0)
        {
            page.Append("<p class=\"faint\">").Append(Text($"Unknown: {trial.Unknown ?? "No statement is watched."} {trial.Unseen}".TrimEnd())).Append("</p>\n");
            return;
        }

        page.Append("<table class=\"queries\">\n<tr><th>verdict</th><th>statement</th><th class=\"number\">cost before</th><th class=\"number\">live</th><th class=\"number\">after</th></tr>\n");
        foreach (var query in trial.Queries)
        {
            var tone = query.Verdict switch { "fails" or "worse" => "error", "unknown" => "warning", _ => "faint" };
            page.Append("<tr><td class=\"").Append(tone).Append("\">").Append(query.Verdict).Append("</td><td><code>").Append(Text(query.Text)).Append("</code><br/>").Append(Text(query.Why))
                .Append("<br/><span class=\"faint\">").Append(Text(query.Origin)).Append("</span>");
            page.Append("</td>").Append(string.Concat(new[] { query.Before, query.Live, query.After }.Select(p => $"<td class=\"number\">{Cost(p)}</td>"))).Append("</tr>\n");
        }

        page.Append("</table>\n");
        if ((trial.Unknown ?? trial.Unseen) is { } why)
        {
            page.Append("<p class=\"faint\">").Append(Text(why)).Append("</p>\n");
        }
    }

    private static string Cost(Databases.QueryPlan? plan) => plan?.Cost is { } cost ? cost.ToString("N0", CultureInfo.InvariantCulture) : "";

    private static void Steps(StringBuilder page, PhaseView phase, bool log)
    {
        page.Append("<h2>").Append(Text(phase.Heading)).Append("</h2>\n<table class=\"steps\">\n<tr><th>step</th><th>locks</th>");
        string[] headings = !phase.IsUsual ? [] : log ? ["rows", "disk", "WAL", "time"] : ["rows", "disk", "time"];
        page.Append(string.Concat(headings.Select(h => $"<th class=\"number\">{h}</th>"))).Append("</tr>\n");
        foreach (var (step, number) in phase.Steps.Select((s, i) => (s, i + 1)))
        {
            page.Append("<tr><td>").Append(Text(string.Create(CultureInfo.InvariantCulture, $"{number}. {step.Title}")));
            page.Append(step.Rewrites ? "<br/><span class=\"warning\">rewrites the table</span>" : step.Scans ? "<br/><span class=\"faint\">reads the whole table</span>" : "");
            page.Append(step.Way is { } way ? $"<br/><span class=\"faint\">{Text(way)}</span>" : "");
            page.Append(step.Inverse is { } inverse ? $"<br/><span class=\"faint\">{Text($"Taken back: {inverse}")}</span>" : "");
            Folded(page, "SQL", step.Sql.Select(s => s.Trim()).ToList());
            Folded(page, "Estimates", step.Estimate is { Matters: true } e ? [$"disk: {e.DiskWhy}", $"WAL: {e.WalWhy}", $"time: {e.SecondsWhy}"] : []);
            page.Append("</td><td>").Append(string.Join("<br/>", step.Locks.Select(l => Text($"{l.Level} on {l.Object}, {l.Held}, blocks {l.Blocks}")))).Append("</td>");
            var cells = step.Estimate?.Cells ?? ["", "", "", ""];
            string[] shown = !phase.IsUsual ? [] : log ? [.. cells] : [cells[0], cells[1], cells[3]];
            foreach (var cell in shown)
            {
                page.Append("<td class=\"number\">").Append(Text(cell)).Append("</td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</table>\n");
    }

    private static void Folded(StringBuilder page, string title, List<string> texts)
    {
        if (texts.Count > 0)
        {
            page.Append("<details><summary>").Append(Text(title)).Append("</summary><pre>").Append(Text(string.Join("\n\n", texts))).Append("</pre></details>");
        }
    }

    private static void Rollback(StringBuilder page, PlanView view)
    {
        page.Append("<h2>Rollback</h2>\n<p>").Append(Text($"Possible until sunset, at the earliest {Figures.Time(TimeSpan.FromSeconds(view.RetainSeconds))} after complete."))
            .Append(view.NotKept.Count == 0 ? " It keeps everything.</p>\n" : " What it could not keep, or hides:</p>\n<ul class=\"lost\">\n");
        foreach (var sentence in view.NotKept)
        {
            page.Append("<li>").Append(Text(sentence)).Append("</li>\n");
        }

        page.Append(view.NotKept.Count == 0 ? "" : "</ul>\n");
    }
}
