using Shouldly;
using Xunit;

namespace Tandem.EndToEnd.Tests.Commands;

public sealed class LockTests
{
    private const string Rename = "title: Rename\nwhy: w\nowner: o\noperations:\n  - rename_column: { table: customers, from: name, to: full_name }\n";

    [Fact]
    public async Task The_lock_follows_the_migrations_and_stops_what_was_edited()
    {
        await using var project = await Project.OnSqliteAsync("create table customers (id integer primary key, name text)");
        project.Write("migrations/0001_rename.yaml", Rename);
        (await project.TypeAsync("lint")).ShouldEndWith(0);
        (await project.TypeAsync("lock")).ShouldEndWith(0).Output.ShouldContain("1 migration");
        (await project.TypeAsync("lint")).ShouldEndWith(0);
        (await project.TypeAsync("plan")).ShouldEndWith(0);

        project.Write("migrations/0001_rename.yaml", Rename.Replace("why: w", "why: v", StringComparison.Ordinal));
        (await project.TypeAsync("lint --output json")).ShouldEndWith(1).Codes().ShouldBe(["TDM1109"]);
        var refused = await project.TypeAsync("start --yes --output json");
        refused.ShouldEndWith(1).Codes().ShouldBe(["TDM1109"]);
        refused.Errors.ShouldContain("0001_rename was edited");

        (await project.TypeAsync("lock")).ShouldEndWith(0).Output.ShouldContain("0001_rename was edited");
        (await project.TypeAsync("start --yes")).ShouldEndWith(0);

        // What was applied is not locked with another text.
        project.Write("migrations/0001_rename.yaml", Rename);
        (await project.TypeAsync($"lock --db {project.Url} --output json")).ShouldEndWith(1).Codes().ShouldBe(["TDM1104"]);
    }

    [Fact]
    public async Task A_new_migration_is_a_draft_until_it_is_locked()
    {
        await using var project = await Project.OnSqliteAsync("create table customers (id integer primary key, name text)");
        project.Write("migrations/0001_rename.yaml", Rename);
        (await project.TypeAsync("lock")).ShouldEndWith(0);
        (await project.TypeAsync("new second -p safe-rename")).ShouldEndWith(0);
        project.Read("migrations/tandem.lock").ShouldContain("0002_second after 0001_rename text draft seal ");
        (await project.TypeAsync("lint --output json")).Codes().ShouldContain("TDM1110");
        (await project.TypeAsync("lock")).ShouldEndWith(0);
        (await project.TypeAsync("lint --output json")).Codes().ShouldNotContain("TDM1110");
    }

    [Fact]
    public async Task A_conflict_of_Gits_is_named()
    {
        await using var project = await Project.OnSqliteAsync("create table customers (id integer primary key, name text)");
        project.Write("migrations/0001_rename.yaml", Rename);
        project.Write("migrations/tandem.lock", "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> theirs\n");
        (await project.TypeAsync("lint --output json")).ShouldEndWith(1).Codes().ShouldBe(["TDM1108"]);
        (await project.TypeAsync("new another --output json")).ShouldEndWith(1).Codes().ShouldBe(["TDM1108"]);
        project.Has("migrations/0002_another.yaml").ShouldBeFalse();
        (await project.TypeAsync("lock")).ShouldEndWith(0);
        (await project.TypeAsync("lint")).ShouldEndWith(0);
    }
}
