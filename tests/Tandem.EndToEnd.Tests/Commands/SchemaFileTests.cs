using Shouldly;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>Schemas as YAML: printed, written by hand, and compared.</summary>
public sealed class SchemaFileTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_file_that_was_printed_and_changed_leads_to_a_migration(string engine)
    {
        await using var project = await ProjectAsync(engine);
        var printed = (await project.TandemAsync("schema", "--format", "yaml")).ShouldEndWith(0).Output;
        printed.ShouldStartWith($"engine: {engine}\nschema:\n  name: ");
        project.Write("was.yaml", printed);
        (await project.TandemAsync("diff", "was.yaml", project.Url)).ShouldEndWith(0).Output.ShouldContain("Nothing differs");

        const string Nick = "        - name: nick\n          type: integer\n";
        printed.ShouldContain(Nick);
        project.Write("wanted.yaml", printed.Replace(Nick, $"{Nick}        - {{ name: born, type: text }}\n", StringComparison.Ordinal));
        (await project.TandemAsync("diff", project.Url, "wanted.yaml", "--new", "born")).ShouldEndWith(0);
        project.Read("migrations/0001_born.yaml").ShouldContain("add_column:");
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        (await project.TandemAsync("complete", "--yes", "--force")).ShouldEndWith(0);
        (await project.TandemAsync("diff", project.Url, "wanted.yaml")).ShouldEndWith(0).Output.ShouldContain("Nothing differs");
        (await project.TandemAsync("diff", "was.yaml", "wanted.yaml")).ShouldEndWith(0).Output.ShouldContain("add_column:");

        var version = (await project.TandemAsync("schema", "base", "--format", "yaml", "--output", "json")).ShouldEndWith(0).Json();
        version.GetProperty("text").GetString()!.TrimEnd().ShouldBe(printed.TrimEnd());
        version.GetProperty("statements").GetArrayLength().ShouldBe(0);
    }

    [PostgresFact]
    public async Task What_a_person_spells_otherwise_than_the_server_is_compared_as_the_server_spells_it()
    {
        await using var project = await ProjectAsync("postgres");
        const string Served = "default: \"'none'::text\"";
        var printed = (await project.TandemAsync("schema", "--format", "yaml")).ShouldEndWith(0).Output;
        printed.ShouldContain(Served);
        project.Write("wanted.yaml", printed.Replace(Served, "default: CAST('none' AS text)", StringComparison.Ordinal));
        (await project.TandemAsync("diff", project.Url, "wanted.yaml")).ShouldEndWith(0).Output.ShouldContain("set_default:");
        (await project.TandemAsync("diff", project.Url, "wanted.yaml", "--sandbox", "here")).ShouldEndWith(0).Output.ShouldContain("Nothing differs");
        project.Write("wanted.yaml", printed.Replace(Served, "default: nothing()", StringComparison.Ordinal));
        (await project.TandemAsync("diff", project.Url, "wanted.yaml", "--sandbox", "here")).ShouldEndWith(1).All.ShouldContain("TDM1409");
    }

    [PostgresFact]
    public async Task What_is_needed_of_other_schemas_is_told()
    {
        await using var project = await Project.OnAsync(
            "postgres",
            "create schema other",
            "create table other.places (id integer primary key)",
            "create table other.news (id integer primary key)",
            "create publication abroad for table other.news",
            "create function other.stamp() returns trigger language plpgsql as 'begin return new; end'",
            "create table public.people (id integer primary key, place integer references other.places)",
            "create trigger stamped before insert on public.people for each row execute function other.stamp()");
        (await project.TandemAsync("schema")).ShouldEndWith(0).Output.ShouldStartWith("-- needs: function other.stamp()\n-- needs: table other.news\n-- needs: table other.places\nBEGIN;\n");
    }

    [Fact]
    public async Task What_does_not_fit_is_told_with_its_place()
    {
        await using var project = await ProjectAsync("sqlite");
        project.Write("wrong.yaml", "engine: sqlite\nschema:\n  name: main\n  tables:\n    - name: people\n      colums: []\n");
        var wrong = await project.TandemAsync("diff", project.Url, "wrong.yaml");
        wrong.ShouldEndWith(1).All.ShouldContain("TDM1011");
        wrong.All.ShouldContain("wrong.yaml:6:7");
        project.Write("other.yaml", "engine: postgres\nschema: { name: public, tables: [] }\n");
        (await project.TandemAsync("diff", project.Url, "other.yaml")).ShouldEndWith(2).All.ShouldContain("TDM1406");
        project.Write("0001_people.yaml", "title: People\noperations: [ { drop_table: { table: people } } ]\n");
        (await project.TandemAsync("diff", project.Url, "0001_people.yaml")).ShouldEndWith(1).All.ShouldContain("is not a key of a schema file");
        (await project.TandemAsync("schema", "--format", "xml")).ShouldEndWith(2);
    }

    private static Task<Project> ProjectAsync(string engine) => Project.OnAsync(
        engine,
        $"create table {(engine == "postgres" ? "public." : "")}people (id integer primary key, name text not null default 'none', nick integer, check (nick > 0))",
        $"create table {(engine == "postgres" ? "public." : "")}orders (id integer primary key, person integer, constraint orders_person_fkey foreign key (person) references {(engine == "postgres" ? "public." : "")}people (id))",
        $"create view {(engine == "postgres" ? "public." : "")}numbers as select id from {(engine == "postgres" ? "public." : "")}people");
}
