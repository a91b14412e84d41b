using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;
using static Tandem.Tests.Operations.Drafts;

namespace Tandem.Tests.Operations;

public sealed class LinkOperationTests
{
    private static readonly Table Customers = new("customers",
    [
        new Column("id", "bigint", Nullable: false),
        new Column("name", "text", Nullable: false),
        new Column("street", "text"),
        new Column("city", "text", Nullable: false, Default: "''::text"),
        new Column("since", "date", Default: "CURRENT_DATE"),
        new Column("cc", "text"),
    ])
    {
        PrimaryKey = new PrimaryKey("customers_pkey", ["id"]),
        Uniques = [new UniqueConstraint("one_street", ["street", "city"]), new UniqueConstraint("mixed", ["name", "cc"])],
        Checks = [new CheckConstraint("street_there", "street <> ''", ["street"])],
        ForeignKeys = [new ForeignKey("customers_cc_fkey", ["cc"], "countries", ["code"])],
        Indexes = [new Tandem.Schema.Index("customers_city", [new IndexKey("city")]) { Columns = ["city"] }],
    };

    private static readonly Table Countries = new("countries", [new Column("code", "text", Nullable: false)]) { PrimaryKey = new PrimaryKey("countries_pkey", ["code"]) };

    private static readonly Table Profiles = new("profiles",
    [
        new Column("customer_id", "bigint", Nullable: false),
        new Column("email", "text", Nullable: false),
        new Column("bio", "text", Default: "'none'"),
    ])
    {
        PrimaryKey = new PrimaryKey("profiles_pkey", ["customer_id"]),
        Checks = [new CheckConstraint("has_at", "email ~ '@'", ["email"])],
        ForeignKeys = [Own],
    };

    private static ForeignKey Own => new("profiles_fkey", ["customer_id"], "customers", ["id"]) { OnDelete = ReferentialAction.Cascade };

    [Fact]
    public void Columns_go_with_the_rules_that_concern_them_alone()
    {
        var draft = Planned([Customers, Countries], Extract("street", "city", "cc"));

        draft.Problems.Where(p => p.Severity == Severity.Error).ShouldBeEmpty();
        var addresses = draft.Changes.Single(c => c.Name == "addresses").After!;
        addresses.Columns.Select(c => c.Name).ShouldBe(["customer_id", "street", "city", "cc"]);
        addresses.PrimaryKey!.Columns.ShouldBe(["customer_id"]);
        addresses.Uniques.Select(u => u.Name).ShouldBe(["one_street"]);
        addresses.Checks.Select(c => c.Name).ShouldBe(["street_there"]);
        addresses.Indexes.Select(i => i.Name).ShouldBe(["customers_city"]);
        addresses.ForeignKeys.Select(f => f.ReferencedTable).ShouldBe(["countries", "customers"]);
        var link = draft.Changes.Single(c => c.Name == "customers").Links.Single();
        link.ShouldBe(new TableLink("customers", "addresses", Side.New)
        {
            Key = [new LinkedColumn("id", "customer_id")],
            Columns = [new("street", "street"), new("city", "city", "''::text"), new("cc", "cc")],
        });
        draft.Problems.Single().Code.ShouldBe(ProblemCodes.GoesAlong);
    }

    [Theory]
    [InlineData("since", "TDM2072")]
    [InlineData("name", "TDM2072")]
    [InlineData("id", "TDM2005")]
    [InlineData("zip", "TDM2002")]
    public void A_column_without_a_value_for_absence_stays(string column, string code) =>
        Planned([Customers with { Uniques = [] }, Countries], Extract(column)).Problems.Select(p => p.Code.Id).ShouldContain(code);

    [Fact]
    public void A_table_without_a_primary_key_is_not_divided() =>
        Planned([Customers with { PrimaryKey = null }, Countries], Extract("street", "city")).Problems.Select(p => p.Code).ShouldContain(ProblemCodes.LinkNeedsKey);

    [Fact]
    public void What_another_operation_changes_does_not_move()
    {
        Planned([Customers, Countries], new RenameColumn { Table = "customers", From = "street", To = "road" }, Extract("road"))
            .Problems.Select(p => p.Code).ShouldContain(ProblemCodes.ChangedTwice);
        Planned([Customers, Countries], Extract("street", "city"), new DropColumn { Table = "addresses", Column = "street" })
            .Problems.Where(p => p.Severity == Severity.Error).ShouldNotBeEmpty();
    }

    [Fact]
    public void A_part_comes_into_its_row_with_its_rules()
    {
        var draft = Planned([Customers, Countries, Profiles], new InlineTable { Table = "profiles", Into = "customers" });

        draft.Problems.ShouldBeEmpty();
        var customers = draft.Changes.Single(c => c.Name == "customers");
        customers.PlainAdded.Select(c => (c.Name, c.Nullable, c.Default)).ShouldBe([("email", true, null), ("bio", true, null)]);
        customers.After!.Checks.Select(c => c.Expression).ShouldBe(
        [
            "street <> ''",
            "(\"email\" IS NOT NULL) OR (\"email\" IS NULL AND \"bio\" IS NULL)",
            "(email ~ '@') OR (\"email\" IS NULL AND \"bio\" IS NULL)",
        ]);
        draft.Changes.Single(c => c.Name == "profiles").After.ShouldBeNull();
        customers.Links.Single().PartSide.ShouldBe(Side.Old);
    }

    [Fact]
    public void A_table_whose_rows_are_no_parts_is_not_inlined()
    {
        string[] Codes(Table profiles, params Table[] others) =>
            [.. Planned([Customers, Countries, profiles, .. others], new InlineTable { Table = "profiles", Into = "customers" }).Problems.Select(p => p.Code.Id)];

        Codes(Profiles with { ForeignKeys = [Own with { OnDelete = ReferentialAction.NoAction }] }).ShouldBe(["TDM2073"]);
        Codes(Profiles with { ForeignKeys = [Own with { Deferrable = "DEFERRABLE" }] }).ShouldBe(["TDM2073"]);
        Codes(Profiles with { ForeignKeys = [] }).ShouldBe(["TDM2073"]);
        Codes(Profiles with { Columns = [.. Profiles.Columns.Select(c => c.Name == "customer_id" ? c with { Identity = IdentityKind.Always } : c)] }).ShouldBe(["TDM2005"]);
        Codes(Profiles with { PrimaryKey = new PrimaryKey("p", ["email"]) }).ShouldBe(["TDM2073"]);
        Codes(Profiles with { Triggers = [new Trigger("audit", "create trigger audit …")] }).ShouldBe(["TDM2073"]);
        Codes(Profiles with { Checks = [new CheckConstraint("own", "customer_id > 0", ["customer_id"])] }).ShouldBe(["TDM2008"]);
        Codes(Profiles, new Table("pictures", [new Column("of", "bigint")]) { ForeignKeys = [new ForeignKey("f", ["of"], "profiles", ["customer_id"])] }).ShouldBe(["TDM2009"]);
    }

    [Theory]
    [InlineData("bigint", null, IdentityKind.ByDefault, true)]
    [InlineData("uuid", "gen_random_uuid()", IdentityKind.None, true)]
    [InlineData("bigint", null, IdentityKind.None, false)]
    [InlineData("bigint", "0", IdentityKind.None, false)]
    public void A_key_of_its_own_is_drawn_by_the_database(string type, string? value, IdentityKind identity, bool drawn)
    {
        var own = new NewColumn { Name = "id", Type = new(type), Default = value is null ? null : new(value), Identity = identity };
        var extract = Planned([Customers, Countries], Extract("street", "city", "cc") with { OwnKey = own });
        extract.Problems.Where(p => p.Severity == Severity.Error).Select(p => p.Code).ShouldBe(drawn ? [] : [ProblemCodes.OwnKeyNotDrawn]);
        if (drawn)
        {
            var addresses = extract.Changes.Single(c => c.Name == "addresses").After!;
            addresses.Columns.Select(c => c.Name).ShouldBe(["id", "customer_id", "street", "city", "cc"]);
            addresses.PrimaryKey!.Columns.ShouldBe(["id"]);
            addresses.Uniques.Select(u => u.Columns).ShouldContain(["customer_id"]);
        }

        var keyed = Profiles with
        {
            Columns = Profiles.Columns.Prepend(new Column("id", type, Nullable: false, value) { Identity = identity }).ToValueList(),
            PrimaryKey = new PrimaryKey("profiles_pkey", ["id"]),
            Uniques = [new UniqueConstraint("profiles_customer", ["customer_id"])],
        };
        var inline = Planned([Customers, Countries, keyed], new InlineTable { Table = "profiles", Into = "customers" });
        inline.Problems.Where(p => p.Severity == Severity.Error).Select(p => p.Code).ShouldBe(drawn ? [] : [ProblemCodes.OwnKeyNotDrawn]);
        Planned([Customers, Countries, keyed with { Uniques = [] }], new InlineTable { Table = "profiles", Into = "customers" })
            .Problems.Select(p => p.Code).ShouldBe([ProblemCodes.NotOneToOne]);
        Planned([Customers, Countries, keyed with { ForeignKeys = [Own, new ForeignKey("of_same", ["bio"], "profiles", ["email"])] }], new InlineTable { Table = "profiles", Into = "customers" })
            .Problems.Select(p => p.Code).ShouldContain(drawn ? ProblemCodes.UsedByConstraint : ProblemCodes.OwnKeyNotDrawn);
    }

    [Fact]
    public void A_column_moves_with_the_rules_that_concern_it_alone()
    {
        var draft = Planned(
            [Customers, Countries, Bound with { Indexes = [new Tandem.Schema.Index("by_mail", [new IndexKey("email")]) { Columns = ["email"] }] }], Move("email"));

        draft.Problems.ShouldBeEmpty();
        var customers = draft.Changes.Single(c => c.Name == "customers");
        customers.PlainAdded.Single().ShouldBe(new Column("email", "text"));
        customers.After!.Checks[^1].Expression.ShouldBe("(email ~ '@') OR (\"email\" IS NULL)");
        customers.After.Indexes.Select(i => i.Name).ShouldContain("by_mail");
        customers.Links.Single().ShouldBe(new TableLink("customers", "profiles", Side.Old) { Key = [new("id", "customer_id")], Columns = [new("email", "email")], Moves = true });
        var profiles = draft.Changes.Single(c => c.Name == "profiles").After!;
        profiles.Columns.Select(c => c.Name).ShouldBe(["customer_id", "bio"]);
        (profiles.Checks.Count + profiles.Indexes.Count).ShouldBe(0);
    }

    [Fact]
    public void A_column_whose_value_could_be_lost_does_not_move()
    {
        string[] Codes(Table profiles, params string[] columns) => [.. Planned([Customers, Countries, profiles], Move(columns)).Problems.Select(p => p.Code.Id)];

        Codes(Bound, "bio").ShouldBe(["TDM2082"]);
        Codes(Bound with { Columns = [Bound.Columns[0], new Column("email", "text", Nullable: false, Default: "'none'")], Checks = [] }, "email").ShouldBe(["TDM2082"]);
        Codes(Bound with { Uniques = [new UniqueConstraint("one", ["email"])] }, "email").ShouldBe(["TDM2082"]);
        Codes(Bound with { Indexes = [new Tandem.Schema.Index("one", [new IndexKey("email")], Unique: true) { Columns = ["email"] }] }, "email").ShouldBe(["TDM2082"]);
        Codes(Bound with { ForeignKeys = [Own, new ForeignKey("f", ["email"], "countries", ["code"])] }, "email").ShouldBe(["TDM2082"]);
        Codes(Bound with { Triggers = [new Trigger("audit", "create trigger audit …")] }, "email").ShouldBe(["TDM2082"]);
        Codes(Bound with { Checks = [new CheckConstraint("both", "email <> bio", ["email", "bio"])] }, "email").ShouldBe(["TDM2008"]);
        Codes(Bound, "customer_id").ShouldContain("TDM2082");
    }

    [Fact]
    public void Rows_that_share_one_of_the_other_table_do_not_give_it_a_column()
    {
        string[] Codes(Table profiles) => [.. Planned([Customers, Countries, profiles], Move("email")).Problems.Select(p => p.Code.Id)];

        Codes(Bound with { PrimaryKey = null }).ShouldBe(["TDM2073"]);
        Codes(Bound with { PrimaryKey = Bound.PrimaryKey! with { Definition = "PRIMARY KEY (customer_id) DEFERRABLE" } }).ShouldBe(["TDM2073"]);
        Codes(Bound with { PrimaryKey = null, Uniques = [new UniqueConstraint("u", ["customer_id"])] }).ShouldBeEmpty();
        Codes(Bound with { PrimaryKey = null, Uniques = [new UniqueConstraint("u", ["customer_id"], Deferrable: "DEFERRABLE")] }).ShouldBe(["TDM2073"]);
        Codes(Bound with { ForeignKeys = [] }).ShouldBe(["TDM2073"]);
        Codes(Bound with { ForeignKeys = [Own, Own with { Name = "again" }] }).ShouldBe(["TDM2073"]);
        Codes(Bound with { ForeignKeys = [Own with { Validated = false }] }).ShouldBe(["TDM2073"]);
        Codes(Bound with { ForeignKeys = [Own with { OnDelete = ReferentialAction.SetDefault }] }).ShouldBe(["TDM2073"]);
        Planned([Customers, Countries, Bound], new MoveColumn { Table = "customers", Columns = ["street"], Into = "profiles" }).Problems.Single().Message.ShouldContain("refers to customers");
    }

    [Fact]
    public void What_ties_the_tables_stays_as_it_is_in_the_migration_that_moves_a_column()
    {
        foreach (var other in new Operation[]
        {
            new RenameColumn { Table = "customers", From = "id", To = "no" }, new RenameColumn { Table = "profiles", From = "bio", To = "life" }, new DropForeignKey { Table = "profiles", Name = "profiles_fkey" },
            new RenameTable { From = "profiles", To = "people" },
        })
        {
            Planned([Customers, Countries, Bound], Move("email"), other).Problems.Select(p => p.Code).ShouldContain(ProblemCodes.ChangedTwice);
            Planned([Customers, Countries, Bound], other, Move("email")).Problems.Where(p => p.Severity == Severity.Error).ShouldNotBeEmpty();
        }
    }

    private static Table Bound => Profiles with { Columns = [.. Profiles.Columns.Select(c => c with { Default = null })] };

    private static MoveColumn Move(params string[] columns) => new() { Table = "profiles", Columns = [.. columns], Into = "customers" };

    private static ExtractTable Extract(params string[] columns) =>
        new() { Table = "customers", Columns = [.. columns], Into = "addresses", Key = ["customer_id"] };

    private static MigrationDraft Planned(ValueList<Table> tables, params Operation[] operations) =>
        MigrationDraft.Of(new Migration { Id = "0001_test", Title = "test", Operations = operations.ToValueList() }, new DatabaseSchema("public", tables), "postgres");
}
