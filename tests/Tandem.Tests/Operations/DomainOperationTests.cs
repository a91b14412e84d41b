using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Schema;
using Xunit;

namespace Tandem.Tests.Operations;

public sealed class DomainOperationTests
{
    private static readonly DatabaseSchema WithDomain = Drafts.Crm with
    {
        Objects = [new Domain("price", "numeric(10,2)"), new Domain("label", "text")],
        Tables = [.. Drafts.Crm.Tables.Where(t => t.Name != "orders"), Drafts.Crm.Table("orders")! with { Columns = [.. Drafts.Crm.Table("orders")!.Columns, new Column("price", "price")] }],
        Dependents = [new Dependent(DependentKind.TypeUse, "function f(label)", "label")],
    };

    [Fact]
    public void What_cannot_be_is_said()
    {
        Codes(new CreateDomain { Name = "price", Type = "text" }).ShouldBe(["TDM2004"]);
        Codes(new CreateDomain { Name = "orders", Type = "text" }).ShouldBe(["TDM2004"]);
        Codes(new CreateDomain { Name = "kind", Type = "text", Checks = [Rule("one"), Rule("one")] }).ShouldBe(["TDM2004"]);
        Codes(new DropDomain { Name = "kind" }).ShouldBe(["TDM2031"]);
        Codes(new DropDomain { Name = "price" }).ShouldBe(["TDM2032"]);
        Codes(new DropDomain { Name = "label" }).ShouldBe(["TDM2032"]);
        Codes(new CreateDomain { Name = "kind", Type = "text", Checks = [Rule("one")] }).ShouldBeEmpty();
        Codes(new AlterDomain { Name = "kind", Nullable = false }).ShouldBe(["TDM2031"]);
        Codes(new AlterDomain { Name = "price", Nullable = true }).ShouldBe(["TDM2012"]);
        Codes(new AlterDomain { Name = "price", DropChecks = ["none"] }).ShouldBe(["TDM2007"]);
        Codes(new AlterDomain { Name = "price", AddChecks = [Rule("one"), Rule("one")] }).ShouldBe(["TDM2004"]);
        Codes(new AlterDomain { Name = "price", Default = new("1"), DropDefault = true }).ShouldBe(["TDM2014"]);
        Codes(new AlterDomain { Name = "label", Nullable = false }).ShouldBe(["TDM2032"]);
        Codes(new AlterDomain { Name = "label", Default = new("'x'") }).ShouldBe(["TDM2034"]);
    }

    [Fact]
    public void A_domain_goes_with_the_columns_that_had_it()
    {
        var draft = MigrationDraft.Of(Migration(new DropColumn { Table = "orders", Column = "price" }, new DropDomain { Name = "price" }), WithDomain, "postgres");
        draft.Problems.ShouldNotContain(p => p.Code.Id == "TDM2032");
        draft.Objects.Single().Before.ShouldBe(WithDomain.Objects[0]);
    }

    [Fact]
    public void A_domain_gets_another_name_with_the_columns_that_have_it()
    {
        var draft = MigrationDraft.Of(Migration(Rename("price", "Price of one")), WithDomain, "postgres");
        draft.Problems.Select(p => p.Code.Id).ShouldBe(["TDM2034"]);
        var change = draft.Objects.ShouldHaveSingleItem();
        (change.Before, change.After).ShouldBe((WithDomain.Objects[0], new Domain("Price of one", "numeric(10,2)")));
        change.On.ShouldBe(["orders", "price"]);
        var table = draft.Changes.ShouldHaveSingleItem();
        table.ShapeDiffers.ShouldBeFalse();
        table.After.ShouldBe(table.Before! with { Columns = [.. Drafts.Crm.Table("orders")!.Columns, new Column("price", "\"Price of one\"")] });
    }

    [Fact]
    public void A_domain_that_gets_another_name_is_all_that_its_migration_changes()
    {
        Codes(Rename("kind", "sort")).ShouldBe(["TDM2031"]);
        Codes(Rename("price", "orders")).ShouldBe(["TDM2004"]);
        Codes(Rename("price", "label")).ShouldBe(["TDM2004"]);
        Codes(Rename("label", "tag")).ShouldBe(["TDM2032"]);
        Codes(Rename("price", "cost"), new AlterDomain { Name = "price", DropDefault = true }).ShouldBe(["TDM2034", "TDM2033"]);
        Codes(Rename("price", "cost"), new AlterDomain { Name = "cost", DropDefault = true }).ShouldBe(["TDM2034", "TDM2033"]);
        Codes(Rename("price", "cost"), new AddColumn { Table = "orders", Name = "more", Type = new("text") }).ShouldBe(["TDM2034", "TDM2033"]);
        Codes(Rename("price", "cost"), new CreateDomain { Name = "kind", Type = "text" }).ShouldBe(["TDM2034", "TDM2033"]);
        Codes(new CreateTable { Name = "items", Columns = [new NewColumn { Name = "cost", Type = new("cost") }] }, Rename("price", "cost")).ShouldBe(["TDM2034", "TDM2033"]);
        Codes(Rename("price", "cost"), new SetComment { Kind = "domain", Name = "price", Comment = "why" }).ShouldBe(["TDM2034", "TDM2033"]);
        Codes(Rename("price", "cost"), new AddColumn { Table = "customers", Name = "more", Type = new("text") }).ShouldBe(["TDM2034"]);
    }

    [Fact]
    public void SQLite_has_none()
    {
        foreach (var operation in new Operation[] { new CreateDomain { Name = "d", Type = "text" }, new DropDomain { Name = "d" }, new AlterDomain { Name = "d", Nullable = true }, Rename("d", "e") })
        {
            var problem = MigrationDraft.Of(Migration(operation), WithDomain, "sqlite").Problems.ShouldHaveSingleItem();
            problem.Code.Id.ShouldBe("TDM2030");
            problem.Message.ShouldBe("SQLite has no domains.");
            problem.Remedy.ShouldBe("Give the column the type under it with `add_check` and a default of its own, or write a file of its own for SQLite.");
        }
    }

    private static RenameDomain Rename(string from, string to) => new() { From = from, To = to };

    private static DomainRule Rule(string name) => new() { Name = name, Expression = new SqlText("value <> ''") };

    private static Migration Migration(params Operation[] operations) => new() { Id = "0001_test", Title = "test", Operations = operations.ToValueList() };

    private static string[] Codes(params Operation[] operations) => [.. MigrationDraft.Of(Migration(operations), WithDomain, "postgres").Problems.Select(p => p.Code.Id)];
}
