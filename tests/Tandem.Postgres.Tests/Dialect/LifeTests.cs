using Shouldly;
using Tandem.Operations;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class LifeTests
{
    private const string Customers = "create table customers (id int generated always as identity primary key, name text not null, born date, note text default 'x')";

    [PostgresTheory]
    [EndMajors]
    public async Task A_renamed_column_is_served_under_both_names_its_whole_life(int major)
    {
        await using var life = await Life.CreateAsync(major, Customers);
        await life.BaseAsync("insert into customers (name) values ('Ann'), ('Bob')");
        var control = await life.CatalogueAsync();

        var plan = await life.StartAsync("0001_rename", new RenameColumn { Table = "customers", From = "name", To = "full_name" });
        (await life.AppAsync("0001_rename", "insert into customers (full_name) values ('Cid') returning id, full_name, note")).ShouldBe("3|Cid|x");
        (await life.BaseAsync("update customers set name = 'Anna' where id = 1 returning name")).ShouldBe("Anna");
        (await life.AppAsync("0001_rename", "select * from customers order by id")).ShouldBe("1|Anna|∅|x; 2|Bob|∅|x; 3|Cid|∅|x");

        await life.RollbackAsync("0001_rename");
        (await life.CatalogueAsync()).ShouldContain("schema public_base");
        await life.RestartAsync(plan);
        await life.CompleteAsync("0001_rename");
        (await life.BaseAsync("select full_name from customers order by id")).ShouldBe("Anna; Bob; Cid");
        await life.RollbackAsync("0001_rename");
        (await life.BaseAsync("select name from customers order by id")).ShouldBe("Anna; Bob; Cid");
        (await life.AppAsync("base", "select * from customers where id = 1")).ShouldBe("1|Anna|∅|x");
        await life.RestartAsync(plan);
        await life.CompleteAsync("0001_rename");
        await life.SunsetAsync("0001_rename");

        (await life.BaseAsync("select full_name from customers order by id")).ShouldBe("Anna; Bob; Cid");
        (await life.CatalogueAsync()).Replace("full_name", "name").Replace("full_name", "name").ShouldNotContain("_tandem_");
        control.ShouldNotContain("_tandem_");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_split_column_is_written_through_both_versions_its_whole_life(int major)
    {
        await using var life = await Life.CreateAsync(major, Customers);
        await life.BaseAsync("insert into customers (name) select 'First' || g || ' Last' || g from generate_series(1, 1000) g");

        var plan = await life.StartAsync("0001_split", Split());
        const string New = "0001_split";
        (await life.AppAsync(New, "select first, last from customers where id = 7")).ShouldBe("First7|Last7");
        (await life.AppAsync(New, "insert into customers (first, last) values ('Ann', 'Lee') returning id, first, last, note")).ShouldBe("1001|Ann|Lee|x");
        (await life.BaseAsync("select name from customers where id = 1001")).ShouldBe("Ann Lee");
        await life.BaseAsync("insert into customers (name) values ('Bob Ray')");
        (await life.AppAsync(New, "select first, last from customers where id = 1002")).ShouldBe("Bob|Ray");
        await life.AppAsync(New, "update customers set last = 'Roy' where id = 1002");
        (await life.BaseAsync("select name from customers where id = 1002")).ShouldBe("Bob Roy");
        await life.BaseAsync("update customers set name = 'Bobby Roy' where id = 1002");
        (await life.AppAsync(New, "select first, last from customers where id = 1002")).ShouldBe("Bobby|Roy");

        // An update of an unrelated column through the old version leaves what the new one wrote.
        await life.AppAsync(New, "update customers set first = 'B  b' where id = 1002");
        await life.BaseAsync("update customers set note = 'y' where id = 1002");
        (await life.AppAsync(New, "select first, last from customers where id = 1002")).ShouldBe("B  b|Roy");

        await life.RollbackAsync(New);
        await life.BaseAsync("update customers set name = 'Cid Kay' where id = 1001");
        await life.RestartAsync(plan);
        (await life.AppAsync(New, "select first, last from customers where id = 1001")).ShouldBe("Cid|Kay");
        await life.CompleteAsync(New, keep: true);
        (await life.BaseAsync("select first, last from customers where id = 1001")).ShouldBe("Cid|Kay");
        await life.BaseAsync("insert into customers (first, last) values ('Dan', 'May')");
        (await life.AppAsync("base", "select name from customers where id = 1003")).ShouldBe("Dan May");
        await life.AppAsync("base", "insert into customers (name) values ('Eve Poe')");
        (await life.BaseAsync("select first, last from customers where id = 1004")).ShouldBe("Eve|Poe");
        await life.AppAsync("base", "update customers set name = 'Eva Poe' where id = 1004");
        (await life.BaseAsync("select first, last from customers where id = 1004")).ShouldBe("Eva|Poe");

        await life.RollbackAsync(New);
        (await life.BaseAsync("select name from customers where id in (1003, 1004) order by id")).ShouldBe("Dan May; Eva Poe");
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        await life.SunsetAsync(New);
        (await life.BaseAsync("select first, last from customers where id = 1004")).ShouldBe("Eva|Poe");
        var end = await life.CatalogueAsync();
        end.ShouldNotContain("tandem");
        end.ShouldNotContain(".name ");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Going_back_and_dropping_what_was_hidden_leaves_the_table_as_it_was(int major)
    {
        await using var life = await Life.CreateAsync(major, Customers);
        await life.BaseAsync("insert into customers (name) values ('Ann Lee')");
        var control = await life.CatalogueAsync();

        await life.StartAsync("0001_split", Split());
        await life.CompleteAsync("0001_split");
        await life.RollbackAsync("0001_split");
        await life.SunsetAsync("0001_split");

        (await life.CatalogueAsync()).Replace("schema public_base\n", "", StringComparison.Ordinal)
            .Split('\n').Where(l => !l.Contains("public_base", StringComparison.Ordinal)).Count().ShouldBeGreaterThan(0);
        await life.BaseAsync("drop schema public_base cascade");
        (await life.CatalogueAsync()).ShouldBe(control);
    }

    private static SplitColumn Split() => new()
    {
        Table = "customers",
        Column = "name",
        Into =
        [
            new SplitTarget { Name = "first", Type = new("text"), Nullable = false, Up = new("split_part(name, ' ', 1)") },
            new SplitTarget { Name = "last", Type = new("varchar(40)"), Up = new("nullif(substr(customers.name, strpos(name || ' ', ' ') + 1), '')") },
        ],
        Down = new("first || coalesce(' ' || last, '')"),
    };
}
