using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class RuleTests
{
    private const string Shop =
        """
        create table regions (code text primary key);
        insert into regions values ('n'), ('s');
        create table accounts (id serial primary key, code text not null constraint accounts_code_key unique, region text, amount text, note text default 'x');
        create index accounts_amount on accounts (amount desc) include (note);
        insert into accounts (code, region, amount) select g::text, 'n', g::text from generate_series(1, 200) g;
        """;

    /// <summary>From 18 on a rule against NULL has a name, which a renamed table leaves as it was, and may have a comment.</summary>
    [PostgresTheory(18)]
    [InlineData(18)]
    public async Task A_rule_against_null_comes_back_under_its_name(int major)
    {
        await using var life = await Life.CreateAsync(
            major, "create table a (id int primary key, word text constraint there not null, other text not null); comment on constraint there on a is 'why'; alter table a rename to b");
        var before = await life.InspectAsync();
        await life.StartAsync("0001_null", new DropNotNull { Table = "b", Column = "word" }, new DropNotNull { Table = "b", Column = "other" });
        await life.CompleteAsync("0001_null");
        await life.BaseAsync("insert into b (id) values (1); delete from b");
        await life.RollbackAsync("0001_null");
        (await life.InspectAsync()).Tables.ShouldBe(before.Tables);
        (await life.BaseAsync("select string_agg(conname, ' ' order by conname) from pg_constraint where conrelid = 'b'::regclass and contype = 'n'")).ShouldBe("a_id_not_null a_other_not_null there");
    }

    [PostgresTheory(18)]
    [InlineData(18)]
    public async Task A_table_may_be_called_as_an_alias_of_the_examination(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table v (id int primary key, x text check (x <> '')); create index on v (lower(x)); insert into v values (1, '1')");
        var plan = await life.ReviewAsync(Life.Migration("0001_new", new ChangeType { Table = "v", Column = "x", Type = new("character varying"), Up = new("x"), Down = new("x") }));
        plan.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
    }

    [PostgresTheory(18)]
    [InlineData(18)]
    public async Task An_index_comes_with_its_comment(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        const string New = "0001_new";
        await life.StartAsync(
            New,
            new CreateTable { Name = "seats", Columns = [new() { Name = "id", Type = new("integer") }], PrimaryKey = ["id"] },
            new CreateIndex { Table = "seats", Name = "seats_id", Columns = [new() { Name = "id" }], Comment = "of the new table" },
            new CreateIndex { Table = "accounts", Name = "accounts_note", Columns = [new() { Name = "note" }], Comment = "of the old table" });
        await life.CompleteAsync(New);
        (await life.BaseAsync("select obj_description('seats_id'::regclass, 'pg_class'), obj_description('accounts_note'::regclass, 'pg_class')")).ShouldBe("of the new table|of the old table");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Tables_that_go_together_come_back_with_the_foreign_key_between_them(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table pages (id serial primary key, parent int references pages);
            create table sites (id int primary key, page int not null references pages deferrable initially deferred);
            insert into pages values (7); insert into sites values (1, 7);
            """);
        var before = await life.InspectAsync();
        const string New = "0001_gone";
        var plan = await life.StartAsync(New, new DropForeignKey { Table = "sites", Name = "sites_page_fkey" }, new DropTable { Table = "pages" }, new DropTable { Table = "sites" });
        await life.CompleteAsync(New);
        await life.RollbackAsync(New);
        (await life.InspectAsync()).Tables.ShouldBe(before.Tables);
        (await life.BaseAsync("select p.id, s.id from pages p join sites s on s.page = p.id")).ShouldBe("7|1");
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        await life.SunsetAsync(New);
        (await life.BaseAsync("select to_regclass('pages'), to_regclass('sites')")).ShouldBe("∅|∅");
    }

    /// <summary>Which of two indexes over the same columns a foreign key hangs on shows in the catalogue alone.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task An_index_by_which_a_foreign_key_refers_does_not_go(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table places (id int primary key, code text not null);
            create unique index places_code on places (code);
            create table visits (id int primary key, code text references places (code));
            create unique index places_code_2 on places (code);
            alter table places add constraint places_rule unique (code);
            """);
        const string New = "0001_new";
        async Task<IEnumerable<string>> RefusedAsync(params Operation[] operations) =>
            (await life.PlanAsync(Life.Migration(New, operations))).Findings.Where(f => f.Severity == Severity.Error).Select(f => $"{f.Code.Id} {f.Message}");
        var drop = new DropIndex { Table = "places", Name = "places_code" };
        (await RefusedAsync(drop)).ShouldBe(["TDM2119 visits_code_fkey of visits refers to places by the index places_code."]);
        (await RefusedAsync(drop with { Name = "places_code_2" })).ShouldBeEmpty();
        (await RefusedAsync(new DropUnique { Table = "places", Name = "places_rule" })).ShouldBeEmpty();
        var again = new AddForeignKey { Table = "visits", Columns = ["code"], Name = "again", References = new ForeignKeyTarget { Table = "places", Columns = ["code"] } };
        (await RefusedAsync(new DropUnique { Table = "places", Name = "places_rule" }, again)).ShouldBe(["TDM2119 again of visits refers to places by the unique rule places_rule."]);

        await life.StartAsync(New, new DropForeignKey { Table = "visits", Name = "visits_code_fkey" }, drop);
        await life.CompleteAsync(New);
        await life.RollbackAsync(New);
        (await life.BaseAsync("select convalidated from pg_constraint where conname = 'visits_code_fkey'")).ShouldBe("t");
    }

    /// <summary>One that refers to a partition hangs on the partition's part of the rule.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task A_foreign_key_to_a_partition_is_seen_in_the_plan(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table places (id int not null, code text not null, constraint places_key primary key (id), constraint places_rule unique (id, code)) partition by range (id);
            create table places_1 partition of places for values from (0) to (100);
            create table visits (id int primary key, place int, code text, constraint visits_place foreign key (place, code) references places_1 (id, code));
            """);
        async Task<IEnumerable<string>> RefusedAsync(params Operation[] operations) =>
            (await life.PlanAsync(Life.Migration("0001_new", operations))).Findings.Where(f => f.Severity == Severity.Error).Select(f => $"{f.Code.Id} {f.Message}");
        var drop = new DropUnique { Table = "places", Name = "places_rule" };
        (await RefusedAsync(drop)).ShouldBe(["TDM2119 visits_place of visits (to the partition places_1) refers to places by the unique rule places_rule."]);
        (await RefusedAsync(new DropPrimaryKey { Table = "places" })).ShouldBeEmpty();
    }

    /// <summary>On the way back it would hang on the rule that came, which goes in the same switch.</summary>
    [PostgresFact]
    public async Task A_foreign_key_does_not_go_together_with_a_rule_that_another_takes_the_place_of()
    {
        await using var life = await Life.CreateAsync(
            PostgresVersions.Newest,
            """
            create table places (id int not null, code text not null, constraint places_rule unique (code));
            create table visits (id int primary key, code text constraint visits_code references places (code));
            insert into places values (1, 'a'); insert into visits values (1, 'a');
            """);
        const string New = "0001_new";
        async Task<IEnumerable<string>> RefusedAsync(params Operation[] operations) =>
            (await life.PlanAsync(Life.Migration(New, operations))).Findings.Where(f => f.Severity == Severity.Error).Select(f => $"{f.Code.Id} {f.Message}");
        const string Refused = "TDM2119 On a rollback visits_code of visits would come back before the rule of places that it refers to, and hang on the one that takes its place.";
        var (drop, rule) = (new DropForeignKey { Table = "visits", Name = "visits_code" }, new DropUnique { Table = "places", Name = "places_rule" });
        Operation key = new AddPrimaryKey { Table = "places", Columns = ["code"] };
        (await RefusedAsync(drop, rule, key)).ShouldBe([Refused]);
        (await RefusedAsync(drop, rule, new AddUnique { Table = "places", Columns = ["code"], Name = "places_other" })).ShouldBe([Refused]);

        await life.StartAsync(New, drop, key);
        await life.CompleteAsync(New);
        await life.RollbackAsync(New);
        (await life.BaseAsync("select i.relname from pg_constraint c join pg_class i on i.oid = c.conindid where c.conname = 'visits_code'")).ShouldBe("places_rule");
    }

    /// <summary>What hangs on a rule that goes is looked for before anything else is enforced, and once more at the switch.</summary>
    [PostgresTheory]
    [EndMajors]
    public async Task A_foreign_key_that_comes_while_its_rule_is_about_to_go_stands_in_the_way(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table places (id int not null, code text not null, town text, constraint places_key primary key (id), constraint places_rule unique (code));
            create unique index places_town on places (town);
            create table visits (id int primary key, place int, code text, town text);
            insert into places values (1, 'a', 'x'); insert into visits values (1, 1, 'a', 'x')
            """);
        const string New = "0001_new";
        var plan = await life.StartAsync(
            New,
            new DropPrimaryKey { Table = "places" }, new DropUnique { Table = "places", Name = "places_rule" }, new DropIndex { Table = "places", Name = "places_town" },
            new SetNotNull { Table = "visits", Column = "code" }, new AddUnique { Table = "visits", Columns = ["place"], Name = "visits_place" });
        await RefusedAsync("place", "id", "places_key");
        await RefusedAsync("code", "code", "places_rule");
        await RefusedAsync("town", "town", "places_town");
        await life.CompleteAsync(New);
        await life.BaseAsync("create table stars (place int references visits (place))");
        (await Should.ThrowAsync<TandemException>(() => life.RollbackAsync(New))).Problems[0].Message
            .ShouldBe("1 foreign keys that were made meanwhile refer to visits by visits_place, which goes.");
        await life.BaseAsync("drop table stars");
        await life.RollbackAsync(New);
        await life.RestartAsync(plan);
        await RefusedAsync("code", "code", "places_rule");
        await life.CompleteAsync(New);

        async Task RefusedAsync(string column, string referenced, string rule)
        {
            await life.BaseAsync($"alter table visits add constraint late foreign key ({column}) references places ({referenced})");
            var refused = (await Should.ThrowAsync<TandemException>(() => life.CompleteAsync(New))).Problems[0];
            (refused.Code, refused.Message).ShouldBe((ProblemCodes.ReferencedUnique, $"1 foreign keys that were made meanwhile refer to places by {rule}, which goes."));
            (await life.BaseAsync("select count(*) from pg_constraint where conrelid = 'visits'::regclass and contype = 'c'")).ShouldBe("0");
            await life.BaseAsync("alter table visits drop constraint late");
        }
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_rule_may_wait_for_the_end_of_the_transaction(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        var control = await life.CatalogueAsync();
        const string New = "0001_late";
        await life.StartAsync(
            New,
            new AddForeignKey { Table = "accounts", Name = "late_region", Columns = ["region"], References = new ForeignKeyTarget { Table = "regions", Columns = ["code"] }, Deferrable = Deferral.Deferred },
            new AddUnique { Table = "accounts", Name = "late_amount", Columns = ["amount"], Deferrable = Deferral.Immediate },
            new DropUnique { Table = "accounts", Name = "accounts_code_key" },
            new AddUnique { Table = "accounts", Name = "accounts_code_key", Columns = ["code"], Deferrable = Deferral.Deferred },
            new CreateTable
            {
                Name = "seats",
                Columns = [new() { Name = "id", Type = new("integer") }, new() { Name = "place", Type = new("integer") }, new() { Name = "region", Type = new("text") }],
                PrimaryKey = ["id"],
                Uniques = [new() { Columns = ["place"], Deferrable = Deferral.Deferred }],
                ForeignKeys = [new() { Columns = ["region"], References = new() { Table = "regions", Columns = ["code"] }, Deferrable = Deferral.Immediate }],
            });
        await life.CompleteAsync(New);

        var completed = await life.CatalogueAsync();
        completed.ShouldContain("late_region true FOREIGN KEY (region) REFERENCES regions(code) DEFERRABLE INITIALLY DEFERRED");
        completed.ShouldContain("late_amount true UNIQUE (amount) DEFERRABLE\n");
        completed.ShouldContain("accounts_code_key true UNIQUE (code) DEFERRABLE INITIALLY DEFERRED");
        completed.ShouldContain("seats_place_key true UNIQUE (place) DEFERRABLE INITIALLY DEFERRED");
        completed.ShouldContain("seats_region_fkey true FOREIGN KEY (region) REFERENCES regions(code) DEFERRABLE\n");
        await life.AppAsync(New, "begin; insert into accounts (code, region, amount) values ('w', 'west', 'w'); insert into regions values ('west'); commit");
        await life.AppAsync(New, "insert into seats values (1, 1), (2, 2); update seats set place = 3 - place");
        (await Should.ThrowAsync<Npgsql.PostgresException>(life.AppAsync(New, "insert into accounts (code, region) values ('v', 'none')"))).SqlState.ShouldBe("23503");

        await life.RollbackAsync(New);
        await life.BaseAsync("delete from accounts where code = 'w'; delete from regions where code = 'west'");
        await life.SunsetAsync(New);
        await life.BaseAsync("drop schema if exists public_base cascade");
        (await life.CatalogueAsync()).ShouldBe(control);
    }

    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.Ends), MemberType = typeof(PostgresVersions))]
    public async Task Rows_without_a_value_may_collide_from_15_on(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        var migration = Life.Migration(
            "0001_one", new AddUnique { Table = "accounts", Name = "one_note", Columns = ["note", "region"], NullsNotDistinct = true });
        var plan = await life.PlanAsync(migration);
        if (major < 15)
        {
            plan.Findings.ShouldContain(f => f.Code == ProblemCodes.NotOnThisEngine && f.Message.Contains("The unique rule one_note"));
            return;
        }

        await life.BaseAsync("update accounts set note = id::text, region = null; insert into accounts (code, note) values ('a', '7')");
        await life.RestartAsync(plan);
        (await Should.ThrowAsync<TandemException>(() => life.CompleteAsync("0001_one"))).Message.ShouldContain("1 values of accounts are there more than once");
        await life.BaseAsync("delete from accounts where code = 'a'");
        await life.CompleteAsync("0001_one");
        (await Should.ThrowAsync<Npgsql.PostgresException>(life.BaseAsync("insert into accounts (code, note) values ('a', '7')"))).SqlState.ShouldBe("23505");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Rules_and_indexes_follow_the_base_there_and_back(int major)
    {
        await using var life = await Life.CreateAsync(major, Shop);
        var control = await life.CatalogueAsync();
        const string New = "0001_rules";
        var plan = await life.StartAsync(
            New,
            new ChangeType { Table = "accounts", Column = "code", Type = new("integer"), Up = new("code::integer"), Down = new("code::text") },
            new ChangeType { Table = "accounts", Column = "amount", Type = new("numeric(10,2)"), Up = new("amount::numeric"), Down = new("amount::text") },
            new SetNotNull { Table = "accounts", Column = "region" },
            new AddCheck { Table = "accounts", Name = "amount_positive", Expression = new("amount > 0") },
            new AddForeignKey { Table = "accounts", Name = "accounts_region", Columns = ["region"], References = new ForeignKeyTarget { Table = "regions", Columns = ["code"] } },
            new AddUnique { Table = "accounts", Name = "accounts_amount_key", Columns = ["amount"] });
        (await life.BaseAsync("insert into accounts (code, region, amount) values ('201', 'zzz', '1') returning id")).ShouldBe("201");

        (await Should.ThrowAsync<TandemException>(() => life.CompleteAsync(New))).Message.ShouldContain("TDM23");
        await life.BaseAsync("update accounts set amount = '201' where id = 201");
        (await Should.ThrowAsync<TandemException>(() => life.CompleteAsync(New))).Message.ShouldContain("1 rows of accounts refer to rows of regions");
        await life.BaseAsync("update accounts set region = 's' where id = 201");
        await life.CompleteAsync(New);

        var completed = await life.CatalogueAsync();
        completed.ShouldContain("constraint accounts amount_positive true CHECK ((amount > (0)::numeric))");
        completed.ShouldContain("constraint accounts accounts_code_key true UNIQUE (code)");
        completed.ShouldContain("constraint accounts accounts_region true");
        completed.ShouldContain("relation i accounts_amount\n");
        await life.BaseAsync("update accounts set amount = 500 where id = 1");

        await life.RollbackAsync(New);
        (await life.BaseAsync("select amount from accounts where id = 1")).ShouldBe("500.00");
        (await life.CatalogueAsync()).ShouldContain("constraint accounts accounts_code_key true UNIQUE (code)");
        await life.BaseAsync("update accounts set region = 'zzz', amount = '-1' where id = 1");
        (await Should.ThrowAsync<TandemException>(async () => { await life.RestartAsync(plan); await life.CompleteAsync(New); })).Message.ShouldContain("TDM23");
        await life.RollbackAsync(New);
        await life.BaseAsync("update accounts set region = null, amount = '-2' where id = 1");
        await life.SunsetAsync(New);
        await life.BaseAsync("drop schema if exists public_base cascade");
        (await life.CatalogueAsync()).ShouldBe(control);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task Tables_come_and_go_and_come_back(int major)
    {
        await using var life = await Life.CreateAsync(
            major,
            """
            create table parents (id int primary key);
            create table olds (id serial primary key, parent int constraint olds_parent references parents, name text constraint olds_name unique);
            create index olds_by_name on olds (name);
            insert into parents values (1), (2);
            insert into olds (parent, name) values (1, 'a');
            """);
        var control = await life.CatalogueAsync();
        const string New = "0001_tables";
        var plan = await life.StartAsync(
            New,
            new DropTable { Table = "olds" },
            new CreateTable
            {
                Name = "news",
                Columns =
                [
                    new NewColumn { Name = "id", Type = new("integer"), Nullable = false },
                    new NewColumn { Name = "parent", Type = new("integer") },
                    new NewColumn { Name = "name", Type = new("text"), Default = new("'none'") },
                ],
                PrimaryKey = ["id"],
                Uniques = [new NewUnique { Name = "news_name", Columns = ["name"] }],
                ForeignKeys = [new NewForeignKey { Name = "news_parent", Columns = ["parent"], References = new ForeignKeyTarget { Table = "parents", Columns = ["id"] } }],
            });
        (await life.AppAsync(New, "insert into news (id, parent) values (1, 2) returning id, parent, name")).ShouldBe("1|2|none");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => life.AppAsync(New, "insert into news (id, parent, name) values (2, 9, 'x')"));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => life.BaseAsync("select * from news"));

        await life.RollbackAsync(New);
        await life.BaseAsync("delete from parents where id = 2");
        await life.BaseAsync("insert into parents values (2)");
        await life.RestartAsync(plan);
        (await life.AppAsync(New, "select * from news")).ShouldBe("1|2|none");
        await life.CompleteAsync(New);
        (await life.BaseAsync("select * from news")).ShouldBe("1|2|none");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => life.BaseAsync("select * from olds"));
        await life.BaseAsync("delete from parents where id = 1");
        (await life.CatalogueAsync()).ShouldContain("constraint news news_parent true");

        // The dropped table's foreign key held nobody up; now its rows stand in the way of coming back.
        (await Should.ThrowAsync<TandemException>(() => life.RollbackAsync(New))).Message.ShouldContain("refer");
        await life.BaseAsync("insert into parents values (1)");
        (await life.CatalogueAsync()).ShouldContain("_tandem_1_old_olds");
        await life.RollbackAsync(New);
        (await life.BaseAsync("select id, parent, name from olds")).ShouldBe("1|1|a");
        (await life.BaseAsync("insert into olds (parent, name) values (2, 'b') returning id")).ShouldBe("2");
        await life.SunsetAsync(New);
        await life.BaseAsync("drop schema if exists public_base cascade");
        (await life.CatalogueAsync()).ShouldBe(control);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_renamed_table_keeps_its_sync(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table people (id int primary key, name text not null)");
        await life.BaseAsync("insert into people values (1, 'Ann Lee')");
        var control = await life.CatalogueAsync();
        const string New = "0001_rename";
        var plan = await life.StartAsync(New, new RenameTable { From = "people", To = "persons" }, SyncTests.Split("persons", "name"));

        (await life.AppAsync(New, "select * from persons")).ShouldBe("1|Ann|Lee");
        await life.AppAsync(New, "insert into persons (id, first, last) values (2, 'Bob', 'Ray')");
        (await life.BaseAsync("select name from people where id = 2")).ShouldBe("Bob Ray");
        await life.CompleteAsync(New, keep: true);
        await life.AppAsync("base", "update people set name = 'Bo Ray' where id = 2");
        (await life.BaseAsync("select first from persons where id = 2")).ShouldBe("Bo");
        await life.RollbackAsync(New);
        await life.BaseAsync("update people set name = 'Bob Roy' where id = 2");
        await life.RestartAsync(plan);
        (await life.AppAsync(New, "select last from persons where id = 2")).ShouldBe("Roy");
        await life.RollbackAsync(New);
        await life.SunsetAsync(New);
        await life.BaseAsync("drop schema if exists public_base cascade");
        (await life.CatalogueAsync()).ShouldBe(control);
    }
}
