using Shouldly;
using Tandem.Consumers;
using Tandem.Problems;
using Tandem.Tests.Conformance.History;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Sqlite;

/// <summary>What uses a column, as SQLite itself says by compiling it.</summary>
public sealed class SqliteImpactTests
{
    private static readonly string[] Schema =
    [
        """
        create table people (id integer primary key, name text not null default 'name', born text, note text,
            upper_name text as (upper(name)), check (name <> ''), check (note <> 'name'), unique (name, born))
        """,
        "create table orders (id integer primary key, person integer references people (id))",
        "create index by_lower on people (lower(name))",
        "create index by_born on people (born) where name is not null",
        "create index by_note on people (note)",
        "create view named as select id, name from people",
        "create view named_twice as select n.name from named n",
        "create view whole as select * from people",
        "create view of_whole as select name from whole",
        "create view beside as select note from people",
        "create view other as select 'name' as name, id from orders",
        "create trigger stamp after update of name on people begin update people set note = 'changed' where id = new.id; end",
        "create trigger copied after insert on orders begin insert into people (id, name) values (new.id, 'x'); end",
        "create trigger unrelated after insert on orders begin update people set note = 'name' where id = new.id; end",
    ];

    [Fact]
    public async Task A_view_is_looked_at_like_a_table()
    {
        await using var target = new SqliteTarget();
        foreach (var sql in (string[])[.. Schema, "create trigger put instead of insert on named begin select 1; end", "create trigger counted after insert on orders begin update people set note = (select count(*) from named); end"])
        {
            await target.ExecuteAsync(sql);
        }

        (await LinesAsync(target, "named", Fate.Dropped)).ShouldBe(["Breaks trigger counted on orders", "Breaks view named_twice", "Safe trigger put on named"]);
        (await LinesAsync(target, "named", Fate.Renamed)).ShouldBe(["Breaks trigger counted on orders", "Breaks trigger put on named", "Breaks view named_twice"]);
        (await LinesAsync(target, "whole", Fate.Dropped)).ShouldBe(["Breaks view of_whole"]);
        (await LinesAsync(target, "of_whole", Fate.Dropped)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_column_of_a_view_is_looked_at_like_that_of_a_table()
    {
        await using var target = new SqliteTarget();
        foreach (var sql in (string[])
        [
            .. Schema, "create view ids as select id from named", "create view all_of as select * from named", "create view listed (a, b) as select id, name from named",
            "create trigger put instead of insert on named begin insert into people (id, name) values (new.id, new.name); end",
            "create trigger gone instead of delete on named begin delete from people where id = old.id; end",
            "create trigger counted after insert on orders begin update people set note = (select n.name from named n) where id = 1; end",
        ])
        {
            await target.ExecuteAsync(sql);
        }

        (await LinesAsync(target, "named.name", Fate.Dropped)).ShouldBe(
            ["Breaks trigger counted on orders", "Breaks trigger put on named", "Breaks view listed", "Breaks view named_twice", "Degrades view all_of", "Safe trigger gone on named", "Safe view ids"]);
        (await LinesAsync(target, "named.name", Fate.Renamed)).ShouldContain("Breaks view named_twice");
        (await LinesAsync(target, "listed.b", Fate.Dropped)).ShouldBeEmpty();
        (await LinesAsync(target, "whole.name", Fate.Dropped)).ShouldBe(["Breaks view of_whole"]);
        var missing = (await Should.ThrowAsync<TandemException>(() => LinesAsync(target, "named.nam", Fate.Dropped))).Problems[0];
        (missing.Code, missing.Message, missing.EffectiveRemedy).ShouldBe((ProblemCodes.NoSuchColumn, "named has no column nam.", "Did you mean name?"));
    }

    [Fact]
    public async Task Each_kind_of_use_is_found_by_column()
    {
        await using var target = new SqliteTarget();
        foreach (var sql in Schema)
        {
            await target.ExecuteAsync(sql);
        }

        (await LinesAsync(target, "people.name", Fate.Dropped)).ShouldBe(
        [
            "Breaks generated column people.upper_name",
            "Breaks trigger copied on orders",
            "Breaks trigger stamp on people",
            "Breaks view named",
            "Breaks view named_twice by way of view named",
            "Breaks view of_whole by way of view whole",
            "Degrades check number 1 on people",
            "Degrades index by_born",
            "Degrades index by_lower",
            "Degrades unique constraint (name, born) on people",
            "Degrades view whole",
            "Safe default people.name",
            "Safe trigger unrelated on orders",
            "Safe view beside",
        ], ignoreOrder: true);
        (await LinesAsync(target, "people.id", Fate.Dropped)).ShouldContain("Breaks foreign key (person) of orders");
        (await LinesAsync(target, "people.id", Fate.Dropped)).ShouldContain("Breaks primary key (id) of people");
        (await LinesAsync(target, "people", Fate.Dropped)).Where(l => l.StartsWith("Breaks", StringComparison.Ordinal)).ShouldBe(
        [
            "Breaks foreign key (person) of orders", "Breaks trigger copied on orders", "Breaks trigger unrelated on orders",
            "Breaks view beside", "Breaks view named", "Breaks view named_twice by way of view named", "Breaks view of_whole by way of view whole", "Breaks view whole",
        ], ignoreOrder: true);
    }

    [Fact]
    public async Task What_does_not_work_as_it_is_is_unknown()
    {
        await using var target = new SqliteTarget();
        await target.ExecuteAsync("create table people (id integer primary key, name text)");
        await target.ExecuteAsync("create view was as select gone, name from people");
        (await LinesAsync(target, "people.name", Fate.Dropped)).ShouldBe(["Unknown view was"]);
    }

    [Fact]
    public async Task What_is_not_there_is_said_with_what_may_be_meant()
    {
        await using var target = new SqliteTarget();
        await target.ExecuteAsync("create table \"a.b\" (\"c.d\" text)");
        (await LinesAsync(target, "a.b.c.d", Fate.Dropped)).ShouldBeEmpty();
        (await LinesAsync(target, "main.a.b", Fate.Dropped)).ShouldBeEmpty();
        (await Should.ThrowAsync<TandemException>(() => LinesAsync(target, "a.b.c.e", Fate.Dropped))).Problems[0].ShouldSatisfyAllConditions(
            p => p.Code.ShouldBe(ProblemCodes.NoSuchColumn), p => p.Remedy.ShouldBe("Did you mean c.d?"));
        (await Should.ThrowAsync<TandemException>(() => LinesAsync(target, "none.x", Fate.Dropped))).Problems[0].Code.ShouldBe(ProblemCodes.NoSuchTable);
    }

    [CorporaFact]
    public async Task Chinook()
    {
        await using var target = new SqliteTarget();
        foreach (var statement in Corpora.Read("chinook/Chinook_Sqlite.sql").TrimStart('\uFEFF').Split(";\n", StringSplitOptions.RemoveEmptyEntries).Where(s => s.Contains("CREATE ", StringComparison.Ordinal)))
        {
            await target.ExecuteAsync(statement);
        }

        (await LinesAsync(target, "Track.AlbumId", Fate.Dropped)).ShouldBe(["Degrades foreign key (AlbumId) of Track", "Degrades index IFK_TrackAlbumId"]);
        (await LinesAsync(target, "Artist.ArtistId", Fate.Dropped)).ShouldBe(["Breaks foreign key (ArtistId) of Album", "Breaks primary key (ArtistId) of Artist"]);
        (await LinesAsync(target, "Artist.Name", Fate.Dropped)).ShouldBeEmpty();
        (await LinesAsync(target, "Employee.EmployeeId", Fate.Renamed)).ShouldBe(
            ["Safe foreign key (ReportsTo) of Employee", "Safe foreign key (SupportRepId) of Customer", "Safe primary key (EmployeeId) of Employee"], ignoreOrder: true);
    }

    private static async Task<List<string>> LinesAsync(SqliteTarget target, string what, Fate fate) =>
        (await new Workspace(target.Database).ImpactAsync(what, fate, default)).Lines
            .Select(l => $"{l.Verdict} {l.Use.Kind} {l.Use.Name}{(l.Use.Via is null ? "" : $" by way of {l.Use.Via}")}").ToList();
}
