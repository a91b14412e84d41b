using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>What was changed past Tandem, and schemas as SQL.</summary>
public sealed class DriftTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_others_change_is_told_and_taken_over_with_a_reason(string engine)
    {
        await using var project = await Project.OnAsync(engine, "create table people (id integer primary key, name text)");
        (await project.TandemAsync("drift")).ShouldEndWith(1).All.ShouldContain("TDM4028");

        project.Write("migrations/0001_called.yaml", """
            title: People are called
            operations:
              - rename_column: { table: people, from: name, to: called }
            """);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        (await project.TandemAsync("drift")).ShouldEndWith(0).Output.ShouldContain("as it was recorded for base");
        (await project.TandemAsync("complete", "--yes", "--force")).ShouldEndWith(0);
        (await project.TandemAsync("drift")).ShouldEndWith(0).Output.ShouldContain("as it was recorded for 0001_called");

        // The servers' role has the name of Tandem's own schema, where tables would go otherwise.
        await project.SqlAsync($"create table {(engine == "postgres" ? "public." : "")}past (id integer)", "create index people_called on people (called)");
        var told = await project.TandemAsync("drift", "--output", "json");
        told.ShouldEndWith(1).Codes().ShouldBe(["TDM4027"]);
        told.Json().GetProperty("differences").EnumerateArray().Select(d => $"{d.GetProperty("kind")} {d.GetProperty("name")} {d.GetProperty("difference")}")
            .ShouldBe(["table past added", "table people changed"]);
        var text = (await project.TandemAsync("drift")).ShouldEndWith(1).Output;
        text.ShouldContain("index people_called was added");
        text.ShouldContain(engine == "postgres" ? "When it was changed is unknown; it belongs to tandem." : "When it was changed is unknown. SQLite keeps");

        project.Write("migrations/0002_born.yaml", """
            title: People are born
            operations:
              - add_column: { table: people, name: born, type: text }
            """);
        (await project.TandemAsync("plan")).ShouldEndWith(1).All.ShouldContain("The table past is not recorded for 0001_called.");
        var refused = await project.TandemAsync("start", "--output", "json");
        refused.ShouldEndWith(1).Codes().Count(c => c == "TDM4027").ShouldBe(2);
        refused.All.ShouldContain("tandem drift --accept");
        refused.All.ShouldContain("tandem drift --adopt");
        (await project.TandemAsync("history")).All.ShouldNotContain("0002_born");

        (await project.TandemAsync("drift", "--accept")).ShouldEndWith(2);
        (await project.TandemAsync("drift", "--reason", "x")).ShouldEndWith(2);
        (await project.TandemAsync("drift", "--accept", "--reason", "an index that was needed at once")).ShouldEndWith(0);
        (await project.TandemAsync("drift")).ShouldEndWith(0);
        (await project.TandemAsync("history")).ShouldEndWith(0).Output.ShouldContain("an index that was needed at once");
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        (await project.TandemAsync("drift")).ShouldEndWith(0);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_version_is_made_again_from_its_schema(string engine)
    {
        await using var project = await Project.OnAsync(
            engine, "create table people (id integer primary key, name text not null default 'it''s', constraint named check (name <> ''))",
            "create table orders (id integer primary key, person integer references people (id))", "create index by_person on orders (person)",
            "create view numbers as select id from people");
        project.Write("migrations/0001_called.yaml", """
            title: People are called
            operations:
              - rename_column: { table: people, from: name, to: called }
            """);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        (await project.TandemAsync("complete", "--yes", "--force")).ShouldEndWith(0);
        var before = (await project.TandemAsync("schema", "base")).ShouldEndWith(0).Output;
        var after = (await project.TandemAsync("schema", "0001_called")).ShouldEndWith(0).Output;
        before.ShouldNotContain("called");
        after.ShouldContain("called");
        // On PostgreSQL its settings hold for one transaction, and psql would make one of each statement.
        (after.StartsWith("BEGIN;\n", StringComparison.Ordinal), after.EndsWith("COMMIT;\n", StringComparison.Ordinal)).ShouldBe((engine == "postgres", engine == "postgres"));
        (await project.TandemAsync("schema")).ShouldEndWith(0).Output.ShouldBe(after);
        (await project.TandemAsync("schema", "0002")).ShouldEndWith(1).All.ShouldContain("the journal knows no version", Case.Insensitive);

        foreach (var (version, text) in new[] { ("base", before), ("0001_called", after) })
        {
            await using var copy = await Project.OnAsync(engine);
            await copy.SqlAsync(text);
            (await copy.TandemAsync("schema")).ShouldEndWith(0).Output.ShouldBe(text, version);
        }
    }
}
