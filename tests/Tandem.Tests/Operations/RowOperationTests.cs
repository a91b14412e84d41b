using Shouldly;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;
using static Tandem.Tests.Operations.Drafts;

namespace Tandem.Tests.Operations;

public sealed class RowOperationTests
{
    [Fact]
    public void A_row_gives_its_key_and_what_is_required()
    {
        Codes(Row(("name", CellKind.Text, "x"))).ShouldBe(["TDM2014"]);
        Codes(Row(("id", CellKind.Number, "1"))).ShouldBe(["TDM2003"]);
        Codes(Row(("id", CellKind.Null, ""), ("name", CellKind.Null, ""))).ShouldBe(["TDM2014", "TDM2003"]);
        Codes(Row(("id", CellKind.Number, "1"), ("name", CellKind.Text, "x"), ("nam", CellKind.Text, "x"))).ShouldBe(["TDM2002"]);
        Codes(Row(("id", CellKind.Number, "1"), ("name", CellKind.Text, "x"))).ShouldBe(["TDM2016"]);
    }

    [Fact]
    public void Two_rows_with_one_key_are_refused()
    {
        var row = Row(("id", CellKind.Number, "1"), ("name", CellKind.Text, "x")).Rows[0];
        Codes(new InsertRows { Table = "customers", Rows = [row, row] }).ShouldBe(["TDM2004"]);
    }

    [Fact]
    public void A_partitioned_table_keeps_its_rows_elsewhere()
    {
        var parted = Crm.Table("orders")! with { NotUnderstood = ["it is unlogged"] };
        var schema = Crm with { Tables = [Crm.Table("customers")!, parted] };
        var migration = new Tandem.Migrations.Migration { Id = "0001_x", Title = "x", Operations = [new DeleteRows { Table = "orders", Where = Sql("true") }] };
        MigrationDraft.Of(migration, schema, "postgres").Problems.Select(p => p.Code).ShouldContain(ProblemCodes.NotUnderstood);
    }

    [Fact]
    public void An_archive_must_be_able_to_take_the_rows()
    {
        Of(new ArchiveRows { Table = "orders", Into = "customers", Where = Sql("true") }).Problems.Select(p => p.Code).ShouldContain(ProblemCodes.ArchiveDiffers);
        Of(new ArchiveRows { Table = "orders", Into = "gone", When = "total", Where = Sql("true") }).Problems.Select(p => p.Code).ShouldBe([ProblemCodes.AlreadyExists]);
        var made = Of(new ArchiveRows { Table = "orders", Into = "gone", Where = Sql("true") });
        made.Changes.Single().After!.Columns.Select(c => c.Name).ShouldBe(["id", "customer_id", "total", "archived_at"]);
        made.Rows.Single().Archive.ShouldBe(new ArchivePlace("gone", "archived_at", IsNew: true));
    }

    [Fact]
    public void An_archive_that_may_leave_rows_out_is_refused()
    {
        var orders = Crm.Table("orders")!;
        var archive = orders with { Name = "gone", ForeignKeys = [], Columns = [.. orders.Columns, new Column("archived_at", "timestamptz")] };
        Codes(archive).ShouldBe([]);
        Codes(archive with { NotUnderstood = ["rule quiet"] }).ShouldBe([ProblemCodes.NotUnderstood]);
        Codes(archive with { Triggers = [new Trigger("pick", "") { Before = true, OnInsert = true }] }).ShouldBe([ProblemCodes.ArchiveDiffers]);
        Codes(archive with { Triggers = [new Trigger("pick", "") { Before = true, OnUpdate = true }, new Trigger("tell", "") { OnInsert = true }] }).ShouldBe([]);

        static ProblemCode[] Codes(Table archive) =>
        [
            .. MigrationDraft.Of(
                new Tandem.Migrations.Migration { Id = "0001_x", Title = "x", Operations = [new ArchiveRows { Table = "orders", Into = "gone", Where = Sql("true") }] },
                Crm with { Tables = [.. Crm.Tables, archive] }, "postgres").Problems.Where(p => p.Severity == Severity.Error).Select(p => p.Code),
        ];
    }

    [Fact]
    public void A_table_that_gets_rows_is_not_changed_after_that()
    {
        var rows = Of(
            new CreateTable { Name = "kinds", Columns = [new NewColumn { Name = "id", Type = Sql("int") }], PrimaryKey = ["id"] },
            Row("kinds", ("id", CellKind.Number, "1")),
            new RenameTable { From = "kinds", To = "sorts" });
        rows.Problems.Select(p => p.Code).ShouldContain(ProblemCodes.ChangedTwice);
    }

    private static string[] Codes(Operation operation) => [.. Of(operation).Problems.Select(p => p.Code.Id)];

    private static InsertRows Row(params (string Column, CellKind Kind, string Text)[] cells) => Row("customers", cells);

    private static InsertRows Row(string table, params (string Column, CellKind Kind, string Text)[] cells) =>
        new() { Table = table, Rows = [cells.Select(c => new NewCell(c.Column, new CellValue(c.Kind, c.Text))).ToValueList()] };
}
