using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Tables of which the model does not know everything: inheritance, rules, composite types.</summary>
public sealed class OddTableTests
{
    private const string New = "0001_new";

    private const string Schema =
        """
        create table base (id int primary key, a text);
        create table heir (b text) inherits (base);
        create index heir_b on heir (b);
        create table ruled (id int primary key, a text);
        create index ruled_a on ruled (a);
        create rule quiet as on delete to ruled do instead nothing;
        create type kind as (id int, a text);
        create table typed of kind (id with options primary key);
        insert into base values (1, 'x'); insert into heir values (1, 'x', 'y'); insert into ruled values (1, 'x'); insert into typed values (1, 'x')
        """;

    [PostgresTheory]
    [EndMajors]
    public async Task Indexes_and_comments_come_and_go_on_each_of_them(int major)
    {
        await using var life = await Life.CreateAsync(major, Schema);
        var before = await life.CatalogueAsync();
        var plan = await life.StartAsync(
            New,
            On("base"), On("heir"), On("ruled"), On("typed"),
            new DropIndex { Table = "heir", Name = "heir_b" }, new RenameIndex { Table = "ruled", From = "ruled_a", To = "by_a" },
            new SetComment { Name = "heir", Column = "a", Comment = "What else" }, new SetComment { Name = "ruled", Comment = "Kept" });
        await life.CompleteAsync(New);
        (await Indexes()).ShouldBe("base base_by_a; heir heir_by_a; ruled by_a; ruled ruled_by_a; typed typed_by_a");
        (await life.BaseAsync("select col_description('heir'::regclass, 2), col_description('base'::regclass, 2), obj_description('ruled'::regclass)")).ShouldBe("What else|∅|Kept");
        await life.RollbackAsync(New);
        (await life.CatalogueAsync()).Split('\n').Where(l => !l.Contains("_tandem_1_new", StringComparison.Ordinal) && l != "schema public_base").ShouldBe(before.Split('\n'));
        await life.RestartAsync(plan);
        await life.CompleteAsync(New);
        await life.SunsetAsync(New);
        (await Indexes()).ShouldBe("base base_by_a; heir heir_by_a; ruled by_a; ruled ruled_by_a; typed typed_by_a");
        (await life.BaseAsync("delete from ruled; select (select count(*) from ruled), (select count(*) from base), (select count(*) from only base)")).ShouldBe("1|2|1");

        static CreateIndex On(string table) => new() { Table = table, Name = $"{table}_by_a", Columns = [new IndexColumn { Name = "a" }] };
        Task<string> Indexes() => life.BaseAsync(
            "select i.indrelid::regclass || ' ' || c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid in ('base'::regclass, 'heir'::regclass, 'ruled'::regclass, 'typed'::regclass)"
            + " and not i.indisprimary and not starts_with(c.relname::text, '_tandem_') order by 1");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_table_without_columns_is_not_served(int major)
    {
        await using var life = await Life.CreateAsync(major, "create table counted (); create table lines (text text)");
        foreach (Operation operation in (Operation[])[new DropColumn { Table = "lines", Column = "text" }, new DropTable { Table = "counted" }])
        {
            (await life.PlanAsync(Life.Migration(New, operation))).Findings.Single(f => f.Severity == Severity.Error).Code.ShouldBe(ProblemCodes.NoColumns);
        }

        await life.StartAsync(New, new AddColumn { Table = "lines", Name = "note", Type = new("text") });
        await life.CompleteAsync(New);
        await life.RollbackAsync(New);

        // Were it served, this is what its applications would get.
        await life.BaseAsync("create view served as select from counted");
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => life.BaseAsync("insert into served default values"))).SqlState.ShouldBe("55000");
    }

    [PostgresFact]
    public async Task Rows_are_not_moved_into_an_archive_that_may_leave_them_out()
    {
        await using var life = await Life.CreateAsync(
            PostgresVersions.Newest,
            """
            create table orders (id int primary key, a text);
            create table gone (id int primary key, a text, archived_at timestamptz);
            create rule picky as on insert to gone where new.a = 'x' do instead nothing;
            insert into orders values (1, 'x'), (2, 'y')
            """);
        (await life.PlanAsync(Life.Migration(New, new ArchiveRows { Table = "orders", Into = "gone", Where = new("true") }))).Findings
            .Single(f => f.Severity == Severity.Error).ShouldSatisfyAllConditions(f => f.Code.ShouldBe(ProblemCodes.NotUnderstood), f => f.Message.ShouldBe("gone: rule picky."));
    }
}
