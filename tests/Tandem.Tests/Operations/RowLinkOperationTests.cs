using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Operations;

public sealed class RowLinkOperationTests
{
    private static readonly Table Customers = new("customers",
    [
        new Column("id", "bigint", Nullable: false),
        new Column("name", "text", Nullable: false, Default: "'?'"),
        new Column("closed", "boolean", Nullable: false),
        new Column("long", "text") { Generated = "upper(name)", GeneratedStored = true },
    ])
    {
        PrimaryKey = new PrimaryKey("customers_pkey", ["id"]),
        Uniques = [new UniqueConstraint("one_name", ["name"])],
        Checks = [new CheckConstraint("named", "name <> ''", ["name"])],
        ForeignKeys = [new ForeignKey("customers_name_fkey", ["name"], "names", ["name"])],
        Indexes = [new Tandem.Schema.Index("by_name", [new IndexKey("name")], Unique: true) { Columns = ["name"] }],
    };

    private static readonly Table Names = new("names", [new Column("name", "text", Nullable: false)]) { PrimaryKey = new PrimaryKey("names_pkey", ["name"]) };

    private static readonly SplitTable Split = new() { Table = "customers", Into = [Target("active", "not closed"), Target("archived", "closed")] };

    private static readonly MergeTables Merge = new()
    {
        From = [new RowSource { Name = "customers", Value = new SqlText("'c'") }, new RowSource { Name = "suppliers", Value = new SqlText("'s'") }],
        Into = "parties",
        Discriminator = new Discriminator { Column = "kind", Type = new SqlText("text"), InKey = true },
    };

    [Fact]
    public void Each_part_has_the_tables_shape_and_holds_what_its_condition_says()
    {
        var draft = Planned([Customers, Names], Split);

        draft.Problems.Select(p => p.Code).ShouldBe([ProblemCodes.OldRowsWait]);
        draft.Changes.Single(c => c.Name == "customers").After.ShouldBeNull();
        var active = draft.Changes.Single(c => c.Name == "active").After!;
        active.Columns.ShouldBe(Customers.Columns);
        active.PrimaryKey.ShouldBe(new PrimaryKey("active_pkey", ["id"]));
        active.Uniques.Single().Name.ShouldBe("active_name_key");
        active.Indexes.Single().Name.ShouldBe("active_by_name");
        active.ForeignKeys.Single().Name.ShouldBe("active_name_fkey");
        active.Checks.ShouldBe([.. Customers.Checks, new CheckConstraint("active_rows", "(not closed) IS TRUE", ["closed"])]);
        var links = draft.Changes.SelectMany(c => c.Links).ToList();
        links.Select(l => (l.Whole, l.Part, l.PartSide, l.Rows!.Where)).ShouldBe([("customers", "active", Side.New, "not closed"), ("customers", "archived", Side.New, "closed")]);
        links[0].Columns.Select(c => c.Whole).ShouldBe(["name", "closed"]);
    }

    [Fact]
    public void A_deferrable_key_and_a_foreign_key_that_writes_what_a_condition_reads_are_refused()
    {
        string[] Codes(SplitTable split, Func<ForeignKey, ForeignKey> acts) => [.. Planned([Customers with { ForeignKeys = [.. Customers.ForeignKeys.Select(acts)] }, Names], split).Problems.Select(p => p.Code.Id)];
        var named = Split with { Into = [Target("named", "name <> '?'"), Target("nameless", "(name <> '?') is not true")] };
        var computed = Split with { Into = [Target("named", "\"long\" <> '?'"), Target("nameless", "(\"long\" <> '?') is not true")] };

        Planned([Customers with { PrimaryKey = new PrimaryKey("p", ["id"]) { Definition = "PRIMARY KEY (id) DEFERRABLE" } }, Names], Split).Problems.Select(p => p.Code.Id).ShouldBe(["TDM2079"]);
        Codes(named, f => f).ShouldBe(["TDM2081"]);
        Codes(named, f => f with { OnDelete = ReferentialAction.Cascade }).ShouldBe(["TDM2081"]);
        Codes(Split, f => f with { OnDelete = ReferentialAction.SetNull }).ShouldBe(["TDM2081"]);
        Codes(named, f => f with { OnDelete = ReferentialAction.SetNull }).Distinct().ShouldBe(["TDM2079"]);
        Codes(named, f => f with { OnUpdate = ReferentialAction.Cascade }).Distinct().ShouldBe(["TDM2079"]);
        Codes(computed, f => f with { OnDelete = ReferentialAction.SetDefault }).Distinct().ShouldBe(["TDM2079"]);
    }

    [Fact]
    public void One_table_says_of_each_row_where_it_came_from()
    {
        var draft = Planned([Customers, Suppliers(), Names], Merge);

        draft.Problems.ShouldBeEmpty();
        var parties = draft.Changes.Single(c => c.Name == "parties").After!;
        parties.Columns.Select(c => c.Name).ShouldBe(["id", "name", "closed", "long", "kind"]);
        parties.PrimaryKey!.Columns.ShouldBe(["kind", "id"]);
        parties.Uniques.Single().Columns.ShouldBe(["kind", "name"]);
        parties.Indexes.Single().Columns.ShouldBe(["kind", "name"]);
        draft.Changes.SelectMany(c => c.Links).Select(l => (l.Part, l.Rows!.Constants.Single().Value)).ShouldBe([("customers", "'c'"), ("suppliers", "'s'")]);
        Planned([Customers, Suppliers(), Names], Merge with { Discriminator = Merge.Discriminator with { InKey = false } })
            .Problems.Select(p => p.Code).ShouldBe([ProblemCodes.OldRowsWait]);
    }

    [Fact]
    public void What_no_two_tables_can_share_keeps_a_table_whole()
    {
        string[] Codes(Table customers, params Table[] others) => [.. Errors(Planned([customers, Names, .. others], Split))];

        Codes(Customers with { PrimaryKey = null }).ShouldContain("TDM2071");
        Codes(Customers with { Triggers = [new Trigger("audit", "create trigger …")] }).ShouldBe(["TDM2079"]);
        Codes(Customers with { Exclusions = [new ExclusionConstraint("x", "EXCLUDE …", ["id"])] }).ShouldBe(["TDM2079"]);
        Codes(Customers with { Inherits = [new TableName("parent")] }).ShouldBe(["TDM2079"]);
        Codes(Customers with { ForeignKeys = [new ForeignKey("f", ["id"], "names", ["name"]) { Deferrable = "DEFERRABLE" }] }).ShouldBe(["TDM2079"]);
        Codes(Customers, new Table("orders", [new Column("of", "bigint")]) { ForeignKeys = [new ForeignKey("f", ["of"], "customers", ["id"])] }).ShouldBe(["TDM2009"]);
        Codes(Customers with { ForeignKeys = [new ForeignKey("f", ["id"], "customers", ["id"])] }).ShouldBe(["TDM2009"]);
        Codes(Customers, new Table("active", [])).ShouldBe(["TDM2004"]);
    }

    [Fact]
    public void Conditions_are_about_one_row_and_tables_are_two()
    {
        Errors(Planned([Customers, Names], Split with { Into = [Target("a", "exists (select 1 from names)"), Target("b", "closed")] })).ShouldBe(["TDM2076"]);
        Errors(Planned([Customers, Names], Split with { Into = [Target("a", "true")] })).ShouldNotBeEmpty();
        Errors(Planned([Customers, Names], Split with { Into = [Target("a", "closed"), Target("a", "not closed")] })).ShouldBe(["TDM2004"]);
        Errors(Planned([Customers, Suppliers(), Names], Merge with { From = [Merge.From[0], Merge.From[1] with { Value = new SqlText("now()") }] })).ShouldBe(["TDM2076"]);
        Errors(Planned([Customers, Suppliers(), Names], Merge with { From = [Merge.From[0], Merge.From[0]] })).ShouldNotBeEmpty();
        Errors(Planned([Customers, Suppliers(), Names], Merge with { Discriminator = Merge.Discriminator with { Column = "closed" } })).ShouldBe(["TDM2004"]);
    }

    [Fact]
    public void Tables_of_different_shapes_do_not_become_one()
    {
        string[] Codes(Table suppliers) => [.. Errors(Planned([Customers, suppliers, Names], Merge))];

        Codes(Suppliers() with { Columns = [.. Customers.Columns.Take(3)] }).ShouldBe(["TDM2078"]);
        Codes(Suppliers() with { Columns = [Customers.Columns[0], Customers.Columns[1] with { Type = "varchar" }, .. Customers.Columns.Skip(2)] }).ShouldBe(["TDM2078"]);
        Codes(Suppliers() with { Checks = [] }).ShouldBe(["TDM2078"]);
        Codes(Suppliers() with { ForeignKeys = [] }).ShouldBe(["TDM2078"]);
        Codes(Suppliers() with { Uniques = [] }).ShouldBe(["TDM2078"]);
        Codes(Suppliers() with { PrimaryKey = new PrimaryKey("p", ["name"]) }).ShouldBe(["TDM2078"]);
    }

    [Fact]
    public void What_another_operation_changes_does_not_move()
    {
        Errors(Planned([Customers, Names], new RenameColumn { Table = "customers", From = "name", To = "title" }, Split)).ShouldBe(["TDM2006"]);
        Errors(Planned([Customers, Names], Split, new DropColumn { Table = "active", Column = "closed" })).ShouldNotBeEmpty();
    }

    [Fact]
    public void Keys_that_the_database_gives_are_given_by_new_applications()
    {
        var table = Customers with { Columns = [Customers.Columns[0] with { Identity = IdentityKind.Always }, .. Customers.Columns.Skip(1)] };

        var draft = Planned([table, Names], Split);

        draft.Problems.Select(p => p.Code).ShouldContain(ProblemCodes.KeysNotGiven);
        draft.Changes.Single(c => c.Name == "active").After!.Column("id")!.Identity.ShouldBe(IdentityKind.None);
        Errors(Planned([table with { PrimaryKey = new PrimaryKey("p", ["name"]) }, Names], Split)).ShouldNotBeEmpty();
    }

    private static Table Suppliers() => Customers with { Name = "suppliers", PrimaryKey = new PrimaryKey("suppliers_pkey", ["id"]), Uniques = [new UniqueConstraint("other_name", ["name"])] };

    private static RowTarget Target(string name, string where) => new() { Name = name, Where = new SqlText(where) };

    private static IEnumerable<string> Errors(MigrationDraft draft) => draft.Problems.Where(p => p.Severity == Severity.Error).Select(p => p.Code.Id);

    private static MigrationDraft Planned(ValueList<Table> tables, params Operation[] operations) =>
        MigrationDraft.Of(new Migration { Id = "0001_test", Title = "test", Operations = operations.ToValueList() }, new DatabaseSchema("public", tables), "postgres");
}
