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

public sealed class TableAndConstraintOperationTests
{
    [Fact]
    public void A_renamed_table_takes_the_foreign_keys_of_others_along()
    {
        var draft = Of(new RenameTable { From = "customers", To = "clients" });

        draft.Problems.ShouldBeEmpty();
        draft.Changes.Single(c => c.Name == "customers").After!.Name.ShouldBe("clients");
        draft.Changes.Single(c => c.Name == "orders").ForeignKeys.Single().After!.ReferencedTable.ShouldBe("clients");
    }

    [Fact]
    public void A_trigger_is_made_on_the_name_that_its_table_ends_with()
    {
        var make = new CreateTrigger { Table = "customers", Name = "noted", Events = new SqlText("insert"), Execute = new SqlText("noted()") };
        Of(make, new RenameTable { From = "customers", To = "clients" })
            .Problems.Single(p => p.Severity == Severity.Error).Code.ShouldBe(ProblemCodes.NotInPlace);
        Of(new RenameTable { From = "customers", To = "clients" }, make with { Table = "clients" }).Problems.ShouldAllBe(p => p.Severity != Severity.Error);
    }

    [Fact]
    public void A_trigger_is_not_made_on_a_table_that_goes()
    {
        var make = new CreateTrigger { Table = "orders", Name = "noted", Events = new SqlText("insert"), Execute = new SqlText("noted()") };
        Of(make, new DropTable { Table = "orders" }).Problems.Single(p => p.Severity == Severity.Error).Code.ShouldBe(ProblemCodes.NotInPlace);
    }

    /// <summary>Operations that code makes have no place in a file, by which what is said of one could be told from another's.</summary>
    [Fact]
    public void What_is_said_of_an_operation_keeps_no_table_from_being_made()
    {
        var schema = Drafts.Crm with { Enums = [new EnumType("mood", ["good", "bad"])] };
        var draft = MigrationDraft.Of(
            new Migration
            {
                Id = "0001_test", Title = "test",
                Operations =
                [
                    new AlterEnum { Name = "mood", Add = [new() { Value = "worst" }] },
                    new CreateTable { Name = "pets", Columns = [new() { Name = "id", Type = new("int"), Nullable = false }], PrimaryKey = ["id"] },
                ],
            },
            schema, "postgres");
        draft.Problems.ShouldNotBeEmpty();
        draft.Changes.Single(c => c.Name == "pets").After!.PrimaryKey!.Columns.ShouldBe(["id"]);
    }

    [Fact]
    public void A_table_that_others_refer_to_is_not_dropped()
    {
        Of(new DropTable { Table = "customers" }).Problems.Single().Code.ShouldBe(ProblemCodes.Referenced);
        Of(new DropForeignKey { Table = "orders", Name = "orders_customer_fkey" }, new DropTable { Table = "customers" })
            .Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Everything_of_a_dropped_table_is_on_the_old_side_only()
    {
        var change = Of(new DropTable { Table = "orders" }).Changes.Single();

        change.After.ShouldBeNull();
        change.Columns.ShouldAllBe(c => c.Dropped);
        change.ForeignKeys.ShouldAllBe(f => f.Dropped);
    }

    [Fact]
    public void A_new_table_may_refer_to_itself_and_to_others()
    {
        var draft = Of(new CreateTable
        {
            Name = "contacts",
            Columns =
            [
                new NewColumn { Name = "id", Type = Sql("bigint"), Identity = IdentityKind.ByDefault },
                new NewColumn { Name = "parent", Type = Sql("bigint") },
                new NewColumn { Name = "customer_id", Type = Sql("bigint") },
            ],
            PrimaryKey = ["id"],
            ForeignKeys =
            [
                new NewForeignKey { Columns = ["parent"], References = new ForeignKeyTarget { Table = "contacts", Columns = ["id"] } },
                new NewForeignKey { Columns = ["customer_id"], References = new ForeignKeyTarget { Table = "customers", Columns = ["id"] } },
            ],
        });

        draft.Problems.ShouldBeEmpty();
        var change = draft.Changes.Single();
        change.Before.ShouldBeNull();
        change.After!.ForeignKeys.Select(f => f.Name).ShouldBe(["contacts_parent_fkey", "contacts_customer_id_fkey"]);
        change.After.Column("id")!.Nullable.ShouldBeFalse();
    }

    [Fact]
    public void A_new_table_with_columns_that_are_not_there_is_refused()
    {
        var draft = Of(new CreateTable
        {
            Name = "contacts", Columns = [new NewColumn { Name = "id", Type = Sql("bigint") }], PrimaryKey = ["nothing"],
        });

        draft.Problems.Single().Code.ShouldBe(ProblemCodes.NoSuchColumn);
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("sqlite")]
    public void A_version_of_a_table_has_a_column(string engine)
    {
        var schema = new DatabaseSchema("public",
        [
            new Table("lines", [new Column("text", "text"), new Column("size", "integer")]),
            new Table("marks", [new Column("text", "text"), new Column("five", "integer") { Generated = "5", GeneratedStored = true }]),
            .. engine == "postgres" ? [new Table("empty", [])] : Array.Empty<Table>(),
        ]);
        string[] Refused(params Operation[] operations) =>
        [
            .. MigrationDraft.Of(new Migration { Id = "0001_test", Title = "test", Operations = operations.ToValueList() }, schema, engine).Problems
                .Where(p => p.Severity == Severity.Error).Select(p => $"{p.Place} {p.Code.Id} {p.Message}"),
        ];
        DropColumn Drop(string table, string column, int line) => new() { Table = table, Column = column, Place = new SourceSpan("f.yaml", line) };

        Refused(Drop("lines", "text", 3), Drop("lines", "size", 4)).ShouldBe(["f.yaml:4 TDM2021 lines would have no column in the new version."]);
        Refused(Drop("lines", "text", 3), Drop("lines", "size", 4), new AddColumn { Table = "lines", Name = "more", Type = Sql("text") }).ShouldBeEmpty();
        Refused(Drop("lines", "text", 3)).ShouldBeEmpty();
        Refused(new CreateTable { Name = "none", Columns = [] }).ShouldBe([" TDM2021 none would have no column in the new version."]);
        Refused(Drop("marks", "text", 3)).ShouldBe(engine == "postgres" ? [] : ["f.yaml:3 TDM2021 marks would have no column in the new version that is stored."]);
        if (engine == "postgres")
        {
            Refused(new AddColumn { Table = "empty", Name = "more", Type = Sql("text") })
                .ShouldBe([" TDM2021 empty has no column: it cannot be served to old applications as it is."]);
            Refused(new SetComment { Name = "empty", Comment = "none" }).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Tightening_waits_for_complete_unless_the_file_says_live()
    {
        var draft = Of(
            new SetNotNull { Table = "customers", Column = "email" },
            new AddUnique { Table = "customers", Columns = ["name"], Enforce = Enforcement.Live },
            new AddCheck { Table = "orders", Name = "positive", Expression = Sql("total > 0") });

        draft.Problems.ShouldBeEmpty();
        var customers = draft.Changes.Single(c => c.Name == "customers");
        SideRule.Of([customers], Side.New).Single(r => r.Kind == ConstraintKind.NotNull).Name.ShouldBe("email");
        customers.Uniques.Single(u => u.Added).EnforceLive.ShouldBeTrue();
        customers.ShapeDiffers.ShouldBeFalse();
        draft.Changes.Single(c => c.Name == "orders").Checks.Single().After!.Columns.ShouldBe(["total"]);
    }

    [Fact]
    public void Constraints_are_dropped_by_name_or_by_columns()
    {
        Of(new DropUnique { Table = "customers", Name = "customers_email_key" }).Changes.Single().Uniques.Single().Dropped.ShouldBeTrue();
        Of(new DropUnique { Table = "customers", Columns = ["email"] }).Changes.Single().Uniques.Single().Dropped.ShouldBeTrue();
        Of(new DropCheck { Table = "customers", Name = "no_such" }).Problems.Single().Code.ShouldBe(ProblemCodes.NoSuchConstraint);
        Of(new DropCheck { Table = "customers" }).Problems.Single().Code.ShouldBe(ProblemCodes.Incomplete);
    }

    [Theory]
    [InlineData("postgres", "COLLATE \"C\" \"gist_trgm_ops\" (\"siglen\"='32')", "NULLS FIRST", "\"fillfactor\"='70'", "fast")]
    [InlineData("sqlite", "COLLATE \"C\"", null, null, null)]
    public void An_index_is_told_all_that_its_engine_knows(string engine, string options, string? nulls, string? storage, string? space)
    {
        var key = new IndexColumn { Name = "name", Nulls = NullsPlace.First, Collation = Sql("C"), OperatorClass = "gist_trgm_ops", OperatorClassOptions = [new("siglen", "32")] };
        var draft = Of(engine, new CreateIndex { Table = "customers", Name = "wide", Columns = [key], Include = ["note"], With = [new("fillfactor", "70")], Tablespace = "fast" });

        draft.Problems.ShouldBeEmpty();
        var index = draft.Changes.Single().Indexes.Single(i => i.Added).After!;
        index.Keys.Single().ShouldBe(new IndexKey("name", Options: options) { Nulls = nulls });
        (index.Options, index.Tablespace).ShouldBe((storage, space));
        index.Include.ShouldBe(engine == "postgres" ? ["note"] : []);
    }

    [Fact]
    public void An_index_that_cannot_be_is_refused()
    {
        var index = new CreateIndex { Table = "customers", Name = "wide", Columns = [new IndexColumn { Name = "name" }] };
        string Codes(string engine, CreateIndex operation) => string.Join(", ", Of(engine, operation).Problems.Select(p => p.Code.Id));
        Codes("sqlite", index with { Unique = true, NullsNotDistinct = true }).ShouldBe("TDM2030");
        Codes("postgres", index with { NullsNotDistinct = true }).ShouldBe("TDM2014");
        Codes("postgres", index with { Unique = true, Method = "gin" }).ShouldBe("TDM2030");
        Codes("postgres", index with { Include = ["nothing"] }).ShouldBe("TDM2002");
        Codes("postgres", index with { Columns = [new IndexColumn { Name = "name", OperatorClassOptions = [new("siglen", "32")] }] }).ShouldBe("TDM2014");
        Codes("postgres", index with { Unique = true, NullsNotDistinct = true, Method = "btree" }).ShouldBe("");
    }

    [Fact]
    public void An_index_names_the_columns_of_its_keys_and_condition()
    {
        var draft = Of(new CreateIndex
        {
            Table = "orders", Name = "orders_big", Columns = [new IndexColumn { Name = "customer_id", Descending = true }], Where = Sql("total > 100"),
        });

        draft.Changes.Single().Indexes.Single().After!.Columns.ShouldBe(["customer_id", "total"]);
    }

    [Fact]
    public void Row_updates_need_a_key_and_say_that_both_versions_see_them()
    {
        var draft = Of(new UpdateRows { Table = "orders", Set = [new RowValue { Column = "total", Value = Sql("total * 2") }] });

        draft.Problems.Single().Code.ShouldBe(ProblemCodes.SingleVersion);
        draft.Rows.Single().Number.ShouldBe(1);
        Of(new UpdateRows { Table = "orders", Set = [new RowValue { Column = "id", Value = Sql("1") }] })
            .Problems.Single().Code.ShouldBe(ProblemCodes.KeyColumn);
    }

    [Fact]
    public void Changes_come_in_one_order_so_that_locks_do()
    {
        var forward = Of(
            new SetNotNull { Table = "orders", Column = "total" }, new SetNotNull { Table = "customers", Column = "email" });
        var backward = Of(
            new SetNotNull { Table = "customers", Column = "email" }, new SetNotNull { Table = "orders", Column = "total" });

        forward.Changes.ShouldBe(backward.Changes);
        Fingerprint.Of(forward.Changes).ShouldBe(Fingerprint.Of(backward.Changes));
    }

    [Theory]
    [InlineData("customers_id_seq")]
    [InlineData("customers_pkey")]
    [InlineData("customers_email_key")]
    [InlineData("customers_status_idx")]
    public void A_name_is_taken_that_stands_behind_a_table(string name)
    {
        Drafts.Of(new CreateSequence { Name = name }).Problems.ShouldContain(p => p.Code == ProblemCodes.AlreadyExists);
        Drafts.Of(new CreateTable { Name = name, Columns = [new NewColumn { Name = "id", Type = Drafts.Sql("bigint") }] }).Problems.ShouldContain(p => p.Code == ProblemCodes.AlreadyExists);
    }

    [Fact]
    public void A_value_that_is_there_already_needs_nothing()
    {
        var schema = Drafts.Crm with { Enums = [new EnumType("mood", ["good", "bad"])] };
        var draft = MigrationDraft.Of(new Migration { Title = "test", Operations = [new AlterEnum { Name = "mood", Add = [new NewValue { Value = "bad" }] }] }, schema, "postgres");
        draft.Objects.ShouldBeEmpty();
        draft.Problems.ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.ValueStays);
        var more = MigrationDraft.Of(new Migration { Title = "test", Operations = [new AlterEnum { Name = "mood", Add = [new NewValue { Value = "bad" }, new NewValue { Value = "worst" }] }] }, schema, "postgres");
        more.Objects.ShouldHaveSingleItem().After.ShouldBe(new EnumType("mood", ["good", "bad", "worst"]));
    }

    [Fact]
    public void What_only_complete_gives_its_name_is_not_found_by_the_name_of_the_schema()
    {
        var table = new CreateTable { Name = "logs", Columns = [new NewColumn { Name = "id", Type = Drafts.Sql("bigint") }] };
        bool Refused(Operation operation) => Drafts.Of(table, operation).Problems.Any(p => p.Code == ProblemCodes.NotInPlace);
        Refused(new CreateView { Name = "all_logs", Query = Drafts.Sql("select id from public.logs") }).ShouldBeTrue();
        Refused(new CreateView { Name = "all_logs", Query = Drafts.Sql("select id from logs") }).ShouldBeFalse();
        Refused(new CreateView { Name = "all_orders", Query = Drafts.Sql("select id from public.orders") }).ShouldBeFalse();
        Refused(new CreateFunction { Name = "logged", Returns = "bigint", Language = "sql", Body = "select count(*) from public.logs" }).ShouldBeTrue();
    }
}
