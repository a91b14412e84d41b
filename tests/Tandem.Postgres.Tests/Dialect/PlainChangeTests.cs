using Shouldly;
using Tandem.Differences;
using Tandem.Postgres.Differences;
using Tandem.Schema;
using Xunit;
using Index = Tandem.Schema.Index;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>Statements for what no operation says, without a server.</summary>
public sealed class PlainChangeTests
{
    private static readonly CompositeType Place = new("place", [new Column("x", "integer"), new Column("y", "integer")]);

    private static readonly DatabaseSchema Was = new("public", [new Table("people", [new Column("id", "bigint")])])
    {
        Objects = [Place],
        Roles = [new ServerRole("me", true, []) { Own = true }],
    };

    [Fact]
    public void Attributes_that_rows_hold_values_of_stay()
    {
        ObjectNeed By(string kind, string name, string? of = null) => new(new ObjectName(kind, name), of is null ? Place.Reference : new ObjectName("domain", of));
        var longer = With(Place with { Columns = [.. Place.Columns, new Column("z", "text") { Collation = "\"C\"" }] });
        Up(Was, longer).ShouldBe(["""ALTER TYPE "public"."place" ADD ATTRIBUTE "z" text COLLATE "C" """.Trim()]);
        Up(Was with { Needs = [By("table", "people")] }, longer).ShouldBeEmpty();
        Up(Was with { Needs = [By("domain", "spot"), By("table", "people", "spot")] }, longer).ShouldBeEmpty();
        Up(Was with { Needs = [By("view", "places")] }, longer).ShouldNotBeEmpty();
        Up(Was with { Needs = [By("function", "over(place)")] }, With(Place with { Columns = [Place.Columns[1]] })).ShouldNotBeEmpty();
        Up(Was with { Needs = [By("view", "places")] }, With(Place with { Columns = [Place.Columns[1]] })).ShouldBeEmpty();

        DatabaseSchema With(CompositeType type) => Was with { Objects = [type] };
    }

    [Fact]
    public void A_materialized_view_that_others_read_keeps_its_query()
    {
        static DatabaseSchema With(string query, params ReadOnlySpan<ObjectNeed> needs) => Was with { Views = [new View("m", query, true) { Indexes = [new Index("m_next", [new IndexKey("id")])] }], Needs = [.. needs] };
        Up(With("SELECT 1 AS id"), With("SELECT 2 AS id")).ShouldBe(
        [
            "CREATE MATERIALIZED VIEW \"public\".\"m_next2\" AS\nSELECT 2 AS id",
            "CREATE INDEX \"m_next_next\" ON \"public\".\"m_next2\" (\"id\")",
            "DROP MATERIALIZED VIEW \"public\".\"m\"",
            "ALTER MATERIALIZED VIEW \"public\".\"m_next2\" RENAME TO \"m\"",
            "ALTER INDEX \"public\".\"m_next_next\" RENAME TO \"m_next\"",
        ]);
        Up(With("SELECT 1 AS id", new ObjectNeed(new ObjectName("view", "over"), new ObjectName("materialized view", "m"))), With("SELECT 2 AS id")).ShouldBeEmpty();
    }

    [Fact]
    public void What_another_role_owned_goes_back_to_it()
    {
        var was = Was with
        {
            Views = [new View("m", "SELECT 1 AS id", true)],
            Access = [new ObjectAccess(new ObjectName("materialized view", "m"), "anna") { Grants = [new Grant("anna", "SELECT"), new Grant("bert", "SELECT")] }],
        };
        var change = PostgresPlainChanges.Between(was, was with { Views = [new View("m", "SELECT 2 AS id", true)] }).ShouldHaveSingleItem();
        change.Up.ShouldContain("ALTER MATERIALIZED VIEW \"public\".\"m\" OWNER TO \"anna\"");
        change.Down.ShouldContain("GRANT SELECT ON TABLE \"public\".\"m\" TO \"bert\"");
    }

    [Fact]
    public void What_belongs_to_someone_else_alone_is_no_change()
    {
        static DatabaseSchema By(string owner) => Was with
        {
            Objects = [new DefinedObject("===(integer, integer)", "operator", "OPERATOR public.=== (integer, integer)", ["CREATE OPERATOR public.=== ()", $"ALTER OPERATOR public.=== (integer, integer) OWNER TO {owner}"])],
        };
        SchemaDifference.Between(By("anna"), By("bert"), "postgres", new DifferenceOptions(), PostgresPlainChanges.Between).Stages.ShouldBeEmpty();
    }

    [Fact]
    public void Names_are_cut_by_letters()
    {
        static DatabaseSchema With(string query) => Was with { Views = [new View(new string('ä', 31), query, true)] };
        Up(With("SELECT 1 AS id"), With("SELECT 2 AS id"))[0].ShouldStartWith($"CREATE MATERIALIZED VIEW \"public\".\"{new string('ä', 27)}_");
    }

    private static ValueList<string> Up(DatabaseSchema from, DatabaseSchema to) => PostgresPlainChanges.Between(from, to).SelectMany(c => c.Up).ToValueList();
}
