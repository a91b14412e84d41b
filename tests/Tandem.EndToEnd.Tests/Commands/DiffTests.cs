using Shouldly;
using Tandem.EndToEnd.Tests.Docs;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

/// <summary>The operations from one schema to another, as people ask for them.</summary>
public sealed class DiffTests
{
    private const string Wanted =
        """
        create table people (id integer primary key, called text not null, born text);
        create index people_born on people (born);
        create table orders (id integer primary key, person integer, constraint orders_person_fkey foreign key (person) references people (id));
        create view numbers as select id from people;
        """;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_schema_is_brought_to_a_file_and_then_nothing_differs(string engine)
    {
        await using var project = await ProjectAsync(engine);
        project.Write("wanted.sql", Wanted);
        var open = await project.TandemAsync("diff", project.Url, "wanted.sql", "--sandbox", "here", "--output", "json");
        open.ShouldEndWith(1).Codes().ShouldBe(["TDM1401", "TDM1403"], ignoreOrder: true);
        open.Json().GetProperty("questions")[0].GetProperty("column").GetString().ShouldBe("name");
        open.Json().GetProperty("files")[0].GetProperty("text").GetString()!.ShouldNotContain("drop_");

        var told = await project.TandemAsync("diff", project.Url, "wanted.sql", "--sandbox", "here");
        told.ShouldEndWith(1).Output.ShouldStartWith("# Open: ");
        told.Output.ShouldNotContain("error TDM1401");
        told.Errors.ShouldContain("error TDM1401");

        string[] answered = ["diff", project.Url, "wanted.sql", "--sandbox", "here", "--rename", "people.name=called", "--allow-drop"];
        (await project.TandemAsync([.. answered, "--new", "wanted"])).ShouldEndWith(0).Output.ShouldContain("migrations/0001_wanted.yaml was written");
        project.Read("migrations/0001_wanted.yaml").ShouldStartWith("title: Wanted\n");
        (await project.TandemAsync([.. answered, "--out", "migrations/0001_wanted.yaml"])).ShouldEndWith(1).All.ShouldContain("TDM6008");
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        (await project.TandemAsync("complete", "--yes", "--force")).ShouldEndWith(0);
        (await project.TandemAsync("diff", project.Url, "wanted.sql", "--sandbox", "here")).ShouldEndWith(0).Output.ShouldContain("Nothing differs");
        (await project.AskAsync("select called from people")).ShouldBe("Ada");

        (await project.TandemAsync("diff", "0001_wanted", "wanted.sql", "--sandbox", "here")).ShouldEndWith(0).Output.ShouldContain("Nothing differs");
        (await project.TandemAsync("diff", "base", "0001_wanted", "--rename", "people.name=called", "--allow-drop")).ShouldEndWith(0).Output.ShouldContain("rename_column:");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_directory_is_carried_out_in_a_scratch_database(string engine)
    {
        await using var project = await Project.OnAsync(engine);
        project.Write("migrations/0001_people.yaml", """
            title: People
            operations:
              - create_table: { name: people, columns: [ { name: id, type: integer }, { name: name, type: text, nullable: false } ], primary_key: [ id ] }
            """);
        project.Write("migrations/0002_called.yaml", """
            title: People are called
            operations:
              - rename_column: { table: people, from: name, to: called }
              - create_view: { name: names, query: select called from people }
            """);
        var all = await project.TandemAsync("diff", project.Url, "migrations", "--sandbox", "here", "--output", "json");
        all.ShouldEndWith(0);
        all.Json().GetProperty("files")[0].GetProperty("operations").EnumerateArray().Select(o => o.GetString())
            .ShouldBe(["There is a new table people.", "There is a view names."]);
        foreach (var id in (string[])["0001_people", "0002_called"])
        {
            (await project.TandemAsync("start", id, "--yes")).ShouldEndWith(0);
            (await project.TandemAsync("complete", id, "--yes", "--force")).ShouldEndWith(0);
        }

        (await project.TandemAsync("diff", project.Url, "migrations", "--sandbox", "here")).ShouldEndWith(0).Output.ShouldContain("Nothing differs");
        project.Write("migrations/0003_wrong.yaml", "title: Wrong\noperations:\n  - drop_column: { table: people, column: nothing }\n");
        (await project.TandemAsync("diff", project.Url, "migrations", "--sandbox", "here")).ShouldEndWith(1).All.ShouldContain("TDM1409");
        project.Write("wrong.sql", "create table (;");
        (await project.TandemAsync("diff", project.Url, "wrong.sql", "--sandbox", "here")).ShouldEndWith(1).All.ShouldContain("TDM1409");
    }

    [Fact]
    public async Task The_difference_leads_from_each_version_of_the_tutorial_to_the_next()
    {
        const string Name = "migrations/0001_split_name.yaml";
        using var folder = new TemporaryFolder();
        Task<ToolResult> TandemAsync(params string[] arguments) => Tool.RunAsync(folder.Path, arguments);
        var file = DocPage.Read(await File.ReadAllTextAsync(Path.Combine(Tool.Repository, "docs", "start.md"))).OfType<WritesFile>().Single(f => f.Name == Name);
        Directory.CreateDirectory(Path.Combine(folder.Path, "migrations"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "differences"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, Name), file.Text);
        foreach (var database in (string[])["crm.db", "copy.db"])
        {
            (await TandemAsync("demo", "--seed-only", "--rows", "100", "--db", $"sqlite:{database}")).ShouldEndWith(0);
        }

        (await TandemAsync("start", "--yes", "--db", "sqlite:crm.db")).ShouldEndWith(0);
        (await TandemAsync("complete", "--yes", "--force", "--db", "sqlite:crm.db")).ShouldEndWith(0);
        var split = (SplitColumn)MigrationParser.Parse(Name, file.Text).Require().Operations.Single();
        string[] said =
        [
            "--no-rename", "customers.name", "--allow-drop", "--ignore-column-order", "--down", $"customers.name={split.Down.For("sqlite")}",
            .. split.Into.SelectMany(i => (string[])["--up", $"customers.{i.Name}={i.Up.For("sqlite")}"]),
        ];
        (await TandemAsync(["diff", "base", "0001_split_name", "--db", "sqlite:crm.db", "--out", "differences/0001_difference.yaml", .. said])).ShouldEndWith(0);

        (await TandemAsync("start", "--yes", "--dir", "differences", "--db", "sqlite:copy.db")).ShouldEndWith(0);
        (await TandemAsync("complete", "--yes", "--force", "--dir", "differences", "--db", "sqlite:copy.db")).ShouldEndWith(0);
        (await TandemAsync("diff", "sqlite:copy.db", "0001_split_name", "--db", "sqlite:crm.db", "--ignore-column-order")).ShouldEndWith(0).Output.ShouldContain("Nothing differs");
        (await TandemAsync("diff", "0001_split_name", "sqlite:copy.db", "--db", "sqlite:crm.db", "--ignore-column-order")).ShouldEndWith(0).Output.ShouldContain("Nothing differs");
    }

    [PostgresFact]
    public async Task Lines_of_a_procedure_are_none_of_a_dump_s_own()
    {
        const string Procedure = "create procedure p() language plpgsql as $$\nbegin\n  perform 1;\nCOMMIT;\nend\n$$;\n";
        await using var project = await Project.OnAsync("postgres", Procedure);
        project.Write("wanted.sql", $"BEGIN;\n{Procedure}COMMIT;\n\\echo done\n");
        (await project.TandemAsync("diff", project.Url, "wanted.sql", "--sandbox", "here")).ShouldEndWith(0).Output.ShouldContain("Nothing differs");
    }

    [PostgresFact]
    public async Task What_no_operation_says_is_written_as_sql_and_tried()
    {
        await using var project = await Project.OnAsync("postgres", "create table public.orders (id integer primary key)", "create view public.numbers as select id from public.orders");
        project.Write("wanted.sql", """
            create table orders (id integer primary key);
            create view numbers as select id from orders;
            create rule kept as on delete to orders do instead nothing;
            alter view numbers alter column id set default 7;
            """);
        (await project.TandemAsync("diff", project.Url, "wanted.sql", "--sandbox", "here", "--new", "kept")).ShouldEndWith(0);
        project.Read("migrations/0001_kept.yaml").ShouldContain("DROP RULE");
        (await project.TandemAsync("start", "--yes")).All.ShouldContain("TDM2086");
        (await project.TandemAsync("start", "--sandbox", "here", "--yes")).ShouldEndWith(0);
        (await project.TandemAsync("complete", "--yes", "--force")).ShouldEndWith(0);
        (await project.TandemAsync("diff", project.Url, "wanted.sql", "--sandbox", "here")).ShouldEndWith(0).Output.ShouldContain("Nothing differs");
    }

    [PostgresFact]
    public async Task No_database_is_made_on_a_server_unasked()
    {
        await using var project = await ProjectAsync("postgres");
        project.Write("wanted.sql", Wanted);
        (await project.TandemAsync("diff", project.Url, "wanted.sql")).ShouldEndWith(1).All.ShouldContain("TDM1407");
        (await project.AskAsync("select count(*) from pg_database where datname like 'tandem\\_sandbox\\_%' and shobj_description(oid, 'pg_database') like '%' || current_database() || '/%'")).ShouldBe("0");
        (await project.TandemAsync("diff", project.Url, "sqlite:other.db")).ShouldEndWith(2).All.ShouldContain("TDM1406");
    }

    [Fact]
    public async Task Words_that_mean_nothing_are_usage()
    {
        await using var project = await ProjectAsync("sqlite");
        project.Write("one.sql", Wanted);
        var result = await Tool.RunAsync(project.Root, ["diff", "one.sql", "one.sql"]);
        result.ShouldEndWith(2).All.ShouldContain("TDM1407");
        (await Tool.RunAsync(project.Root, ["diff", "one.sql", "one.sql", "--sandbox", "sqlite"])).ShouldEndWith(0);
        (await Tool.RunAsync(project.Root, ["diff", "one.sql", "nowhere", "--sandbox", "sqlite"])).ShouldEndWith(2);
        (await project.TandemAsync("diff", project.Url, "one.sql", "--out", "a.yaml", "--new", "a")).ShouldEndWith(2);
        (await project.TandemAsync("diff", project.Url, "one.sql", "--rename", "people.nothing=x")).ShouldEndWith(1).All.ShouldContain("TDM1402");
    }

    [Fact]
    public async Task A_person_at_a_terminal_is_asked()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // script takes other options elsewhere.
        }

        await using var project = await ProjectAsync("sqlite");
        project.Write("wanted.sql", Wanted);
        var (exitCode, written) = await new Terminal(project).TypeAsync("diff app.db wanted.sql --allow-drop --out wanted.yaml", "y\n");
        exitCode.ShouldBe(0, written);
        written.ShouldContain("Is called the new name of people.name?");
        project.Read("wanted.yaml").ShouldContain("rename_column:");
    }

    private static Task<Project> ProjectAsync(string engine) => Project.OnAsync(
        engine,
        $"create table {(engine == "postgres" ? "public." : "")}people (id integer primary key, name text not null, nick integer)",
        $"create table {(engine == "postgres" ? "public." : "")}orders (id integer primary key, person integer, constraint orders_person_fkey foreign key (person) references people (id))",
        "insert into people (id, name) values (1, 'Ada')");
}
