using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

public sealed class ImportTests
{
    [Fact]
    public async Task A_history_is_tried_written_and_can_be_started()
    {
        await using var project = await Project.OnSqliteAsync("create table other (id integer)");
        project.Write("history/1_people.up.sql", "BEGIN;\ncreate table people (id integer primary key, name text);\nCOMMIT;\n");
        project.Write("history/1_people.down.sql", "drop table people;");
        project.Write("history/2_pets.up.sql", "create table pets (id integer primary key);\ncreate view named as select name from people;");
        project.Write("history/2_pets.down.sql", "drop table pets;");
        project.Write("history/10_pack.up.sql", "vacuum;");

        var result = (await project.TandemAsync("import", "sql", "history", "--sandbox", "sqlite", "--output", "json")).ShouldEndWith(0);
        result.Codes().ShouldBe(["TDM1303", "TDM1304"], ignoreOrder: true);
        result.Output.ShouldContain("\"restores\"");
        result.Output.ShouldContain("view: named (left over)");
        project.Has("migrations/10_pack.yaml").ShouldBeTrue();
        File.ReadAllText(Path.Combine(project.Root, "migrations/10_pack.yaml")).ShouldContain("transaction: false");

        (await project.TandemAsync("import", "sql", "history")).ShouldEndWith(1);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        (await project.AskAsync("select count(*) from people")).ShouldBe("0");
        (await project.TandemAsync("complete", "--yes")).ShouldEndWith(0);
        (await project.TandemAsync("plan")).Output.ShouldContain("TDM2091");
        (await project.TandemAsync("rollback", "--yes")).ShouldEndWith(0);
        (await project.AskAsync("select count(*) from sqlite_master where name = 'people'")).ShouldBe("0");
    }

    [Fact]
    public async Task An_old_history_is_accepted_with_one_reason_and_carried_out()
    {
        await using var project = await Project.OnSqliteAsync("create table other (id integer)");
        project.Write("history/1_people.sql", "create table people (id integer primary key, name text);\ninsert into people values (1, 'Ada');");
        project.Write("history/2_pets.sql", "create table pets (id integer primary key, owner integer not null references people);");
        project.Write("history/2_pets.down.sql", "drop table no_pets;");

        var result = (await project.TandemAsync("import", "sql", "history", "--sandbox", "sqlite", "--accept", "Nobody ever went back")).ShouldEndWith(0);
        result.Output.ShouldContain("2 migrations of plain (1: no way back; 1: the way back fails)");
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        (await project.TandemAsync("complete", "--yes")).ShouldEndWith(0);
        (await project.TandemAsync("start", "--yes")).ShouldEndWith(0);
        (await project.AskAsync("select count(*) from pets")).ShouldBe("0");
    }

    [Fact]
    public async Task A_pgroll_history_says_what_has_no_equivalent()
    {
        await using var project = await Project.OnSqliteAsync();
        project.Write("pgroll/01_a.yaml", "operations:\n  - create_table: { name: t, columns: [ { name: id, type: int, pk: true } ] }\n  - reindex: { name: t }\n");
        var result = (await project.TandemAsync("import", "pgroll", "pgroll", "--output", "json")).ShouldEndWith(0);
        result.Codes().ShouldBe(["TDM1301"]);
        project.Has("migrations/01_a.yaml").ShouldBeTrue();
    }
}
