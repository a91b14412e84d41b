using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>What uses a column, asked with nothing but a URL.</summary>
public sealed class ImpactCommandTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task It_is_asked_by_column_by_table_and_by_migration(string engine)
    {
        await using var project = await Project.OnAsync(
            engine, $"create table {Place(engine)}people (id integer primary key, name text, note text)", $"create view {Place(engine)}named as select id, name from {Place(engine)}people",
            $"create index by_note on {Place(engine)}people (note)");
        var text = await Tool.RunAsync(project.Root, ["impact", project.Url, "people.name"]);
        text.ShouldEndWith(0).Output.ShouldContain("Breaks (1)");
        text.Output.ShouldContain("view named");

        var json = (await project.TandemAsync("impact", "people.note", "--output", "json")).ShouldEndWith(0).Json();
        json.GetProperty("degrades").GetInt32().ShouldBe(1);
        json.GetProperty("uses")[0].GetProperty("name").GetString().ShouldBe("by_note");
        json.GetProperty("uses")[0].GetProperty("verdict").GetString().ShouldBe("degrades");
        (await project.TandemAsync("impact", "people", "--change", "rename")).ShouldEndWith(0).Output.ShouldContain("gets another name");

        project.Write("migrations/0001_called.yaml", "title: Called\noperations:\n  - rename_column: { table: people, from: name, to: called }\n");
        // On SQLite a view does not follow the new name that a migration gives: its plan is refused, and this says so.
        var plan = (await project.TandemAsync("impact", "0001")).ShouldEndWith(engine == "sqlite" ? 1 : 0);
        plan.Output.ShouldContain("people.name gets another name");
        plan.Output.ShouldContain(engine == "sqlite" ? "Breaks (1)" : "Safe (");

        (await project.TandemAsync("impact", "people.none")).ShouldEndWith(1).All.ShouldContain("TDM2002");
        (await project.TandemAsync("impact", "none")).ShouldEndWith(1).All.ShouldContain("TDM2001");
        (await Tool.RunAsync(project.Root, ["impact", project.Url])).ShouldEndWith(2);
        (await project.TandemAsync("impact", project.Url, "people", "--db", project.Url)).ShouldEndWith(2).All.ShouldContain("named twice");
    }

    // The servers' role has the name of Tandem's own schema, where tables would go otherwise.
    private static string Place(string engine) => engine == "postgres" ? "public." : "";
}
