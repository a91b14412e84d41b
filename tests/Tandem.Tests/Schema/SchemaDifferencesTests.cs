using Shouldly;
using Tandem.Schema;
using Xunit;
using Index = Tandem.Schema.Index;

namespace Tandem.Tests.Schema;

public sealed class SchemaDifferencesTests
{
    private static readonly Table People = new("people", [new Column("id", "integer", Nullable: false), new Column("name", "text")])
    {
        PrimaryKey = new PrimaryKey("people_pkey", ["id"]),
        Checks = [new CheckConstraint("named", "name <> ''", ["name"])],
        Triggers = [new Trigger("stamp", "CREATE TRIGGER stamp …") { Table = "people" }],
    };

    private static readonly DatabaseSchema Was = new("public", [People])
    {
        Enums = [new EnumType("mood", ["good", "bad"])],
        Access = [new ObjectAccess(new ObjectName("table", "people"), "owner") { Grants = [new Grant("reader", "SELECT")] }],
    };

    [Fact]
    public void A_schema_does_not_differ_from_itself() => SchemaDifferences.Of(Was, Was with { Tables = [People with { }] }).ShouldBeEmpty();

    [Fact]
    public void What_is_other_in_a_table_is_said_with_both_values()
    {
        var now = People with
        {
            Columns = [new Column("name", "varchar(40)", Nullable: false, Default: "''"), new Column("id", "integer", Nullable: false), new Column("born", "date")],
            PrimaryKey = null,
            Checks = [],
            Indexes = [new Index("people_name", [new IndexKey("name")])],
            Comment = "Who",
        };

        Differences(Was with { Tables = [now] }).ShouldBe(
        [
            "table people Changed",
            "- column name: type was text, is varchar(40)",
            "- column name: nullable was true, is false",
            "- column name: default was not set, is ''",
            "- column born was added",
            "- columns stand in another order: name, id, born",
            "- primary key was {\"name\":\"people_pkey\",\"columns\":[\"id\"]}, is not set",
            "- check named is missing",
            "- index people_name was added",
            "- comment was not set, is Who",
        ], ignoreOrder: true);
    }

    [Fact]
    public void Objects_are_found_by_kind_and_name()
    {
        var now = Was with
        {
            Tables = [People with { Triggers = [] }, new Table("orders", [new Column("id", "integer")])],
            Enums = [new EnumType("mood", ["good", "fair", "bad"])],
            Unmanaged = [new UnmanagedObject("foreign table", "far")],
        };

        Differences(now).ShouldBe(
        [
            "enum mood Changed",
            "- value fair was added",
            "foreign table far Added",
            "table orders Added",
            "trigger stamp on people Missing",
        ]);
    }

    [Fact]
    public void Rights_and_owners_belong_to_their_object()
    {
        var now = Was with
        {
            Access = [new ObjectAccess(new ObjectName("table", "people"), "other") { Grants = [new Grant("reader", "SELECT", "name"), new Grant("", "SELECT")] }],
        };

        Differences(now).ShouldBe(
        [
            "table people Changed",
            "- owner was owner, is other",
            "- grant SELECT to reader is missing",
            "- grant SELECT (name) to reader was added",
            "- grant SELECT to everybody was added",
        ], ignoreOrder: true);
    }

    [Fact]
    public void Constraints_without_names_are_told_by_what_they_say()
    {
        var before = Was with { Tables = [People with { Checks = [new CheckConstraint(null, "id > 0", ["id"]), new CheckConstraint(null, "id > 0", ["id"])] }] };
        var after = Was with { Tables = [People with { Checks = [new CheckConstraint(null, "id > 0", ["id"]), new CheckConstraint(null, "id > 1", ["id"])] }] };

        var parts = SchemaDifferences.Of(before, after).ShouldHaveSingleItem().Parts;

        parts.Count.ShouldBe(2);
        parts.ShouldContain(p => p.Contains("id > 0", StringComparison.Ordinal) && p.EndsWith("is missing", StringComparison.Ordinal));
        parts.ShouldContain(p => p.Contains("id > 1", StringComparison.Ordinal) && p.EndsWith("was added", StringComparison.Ordinal));
    }

    private static List<string> Differences(DatabaseSchema now) => SchemaDifferences.Of(Was, now)
        .SelectMany(d => d.Parts.Select(p => $"- {p}").Prepend($"{d.Object} {d.Kind}")).ToList();
}
