using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>What is in a database, asked with nothing but a URL, and as a page.</summary>
public sealed class InspectTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_page_shows_it_and_needs_nothing_beside_it(string engine)
    {
        var place = engine == "postgres" ? "public." : "";
        await using var project = await Project.OnAsync(
            engine,
            $"create table {place}people (id integer primary key, name text)",
            $"create table {place}orders (id integer primary key, person integer references {place}people (id), parent integer references {place}orders (id))",
            $"create table {place}\"<script>alert(1)</script>\" (\"a & b\" integer references {place}orders (id), {string.Join(", ", Enumerable.Range(1, 20).Select(n => $"c{n} integer"))})",
            $"create index by_person on {place}orders (person)", $"create index by_person_too on {place}orders (person)",
            $"create index by_both on {place}orders (person, parent)", $"create view {place}named as select name from {place}people");
        var result = await Tool.RunAsync(project.Root, ["inspect", project.Url, "--html", "report.html"]);
        result.ShouldEndWith(0).Output.ShouldContain("The report is in report.html.");
        Flat(result.Output).ShouldContain("by_person: The index is the beginning of by_both, which serves the same reads.");

        var page = project.Read("report.html");
        page.ShouldStartWith("<!doctype html>");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("http");
        page.ShouldNotContain("url(");
        page.ShouldNotContain("@import");
        var body = XDocument.Parse(page["<!doctype html>".Length..]).Root!;
        var svg = body.Descendants("svg").ShouldHaveSingleItem();
        svg.Elements("g").Select(g => g.Elements("text").First().Value).ShouldBe(["people", "orders", "<script>alert(1)</script>"]);
        svg.Elements("path").Count().ShouldBe(3);
        svg.Descendants("text").ShouldContain(t => t.Value == "… 9 more columns");
        body.Descendants("table").Single(t => (string?)t.Attribute("class") == "tables").Elements("tr").Count().ShouldBe(4);
        body.Descendants("table").ShouldContain(t => (string?)t.Attribute("class") == "risks");
        body.Descendants("td").ShouldContain(t => t.Value == "named");

        // No box lies on another, and none lies outside the picture.
        var boxes = svg.Elements("g").Select(Rectangle).ToList();
        boxes.ShouldAllBe(b => b.X + b.Width <= Number(svg, "width") && b.Y + b.Height <= Number(svg, "height"));
        boxes.SelectMany((a, i) => boxes.Skip(i + 1).Select(b => (a, b))).ShouldAllBe(p => p.a.X + p.a.Width <= p.b.X || p.b.X + p.b.Width <= p.a.X || p.a.Y + p.a.Height <= p.b.Y || p.b.Y + p.b.Height <= p.a.Y);

        (await Tool.RunAsync(project.Root, ["inspect", project.Url, "people"])).ShouldEndWith(0).Output.ShouldContain("primary key");
        (await project.TandemAsync("inspect", "--html", "nowhere/report.html")).ShouldEndWith(2).All.ShouldContain("cannot be written");
    }

    [Fact]
    public async Task A_policy_is_told_once_and_an_index_whole()
    {
        await using var project = await Project.OnAsync(
            "postgres",
            "create table public.notes (id integer primary key, owner text, body text, tags text[])",
            "alter table public.notes enable row level security", "create policy own on public.notes using (owner = current_user and body is not null) with check (owner = current_user)",
            "create index by_owner on public.notes (owner, lower(body) desc) include (id) where (body is not null)", "create index by_tags on public.notes using gin (tags)");

        var text = Flat((await Tool.RunAsync(project.Root, ["inspect", project.Url, "notes"])).ShouldEndWith(0).Output);

        text.Split("own on notes guards rows of the table.").Length.ShouldBe(2, text);
        text.Contains("by_owner: owner, lower(body) desc, include (id), where body IS NOT NULL", StringComparison.Ordinal).ShouldBeTrue(text);
        text.Contains("by_tags: tags, gin", StringComparison.Ordinal).ShouldBeTrue(text);
    }

    [Fact]
    public async Task A_platform_is_recognised_by_its_tables()
    {
        await using var project = await Project.OnSqliteAsync("create table directus_collections (a)", "create table directus_fields (a)", "create table directus_users (a)");
        (await project.TandemAsync("inspect", "--output", "json")).ShouldEndWith(0).Json().GetProperty("platform").GetString().ShouldBe("Directus");
        await project.SqlAsync("drop table directus_users");
        (await project.TandemAsync("inspect", "--output", "json")).ShouldEndWith(0).Json().GetProperty("platform").GetString().ShouldBe("plain");
    }

    private static string Flat(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static (int X, int Y, int Width, int Height) Rectangle(XElement group)
    {
        var place = ((string)group.Attribute("transform")!)["translate(".Length..^1].Split(' ');
        var box = group.Element("rect")!;
        return (int.Parse(place[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(place[1], System.Globalization.CultureInfo.InvariantCulture), Number(box, "width"), Number(box, "height"));
    }

    private static int Number(XElement element, string attribute) => (int)element.Attribute(attribute)!;
}
