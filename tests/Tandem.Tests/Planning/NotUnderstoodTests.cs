using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;
using Tandem.Tests.Operations;
using Xunit;

namespace Tandem.Tests.Planning;

/// <summary>Tables of which the model does not know everything: what any operation makes of one.</summary>
public sealed class NotUnderstoodTests
{
    private static readonly Table Odd = Drafts.Crm.Table("customers")! with
    {
        NotUnderstood = ["it inherits from people"],
        Triggers = [new Trigger("touch", "create trigger touch") { Table = "customers" }],
    };

    private static readonly DatabaseSchema Schema = Drafts.Crm with { Tables = [Odd, Drafts.Crm.Table("orders")!] };

    public static TheoryData<Operation> Refused =>
    [
        new AddColumn { Table = "customers", Name = "more", Type = new("text") },
        new AlterColumn { Table = "customers", Column = "note", Name = "remark" },
        new ChangeType { Table = "customers", Column = "note", Type = new("varchar(10)") },
        new CopyColumn { Table = "customers", Column = "note", To = "remark" },
        new DropColumn { Table = "customers", Column = "note" },
        new RenameColumn { Table = "customers", From = "note", To = "remark" },
        new SetDefault { Table = "customers", Column = "note", Default = new("'x'") },
        new SetNotNull { Table = "customers", Column = "note" },
        new DropNotNull { Table = "customers", Column = "name" },
        new AddCheck { Table = "customers", Name = "some", Expression = new("id > 0") },
        new DropCheck { Table = "customers", Name = "note_short" },
        new AddUnique { Table = "customers", Columns = ["note"] },
        new DropUnique { Table = "customers", Name = "customers_email_key" },
        new DropPrimaryKey { Table = "customers" },
        new ChangePrimaryKey { Table = "customers", Type = new("uuid") },
        new RenameConstraint { Table = "customers", From = "note_short", To = "short_note" },
        new CreateIndex { Table = "customers", Name = "one", Unique = true, Columns = [new IndexColumn { Name = "note" }] },
        new RenameTable { From = "customers", To = "clients" },
        new DropTable { Table = "customers" },
        new UpdateRows { Table = "customers", Set = [new RowValue { Column = "note", Value = new("'x'") }], Where = new("true") },
        new DeleteRows { Table = "customers", Where = new("true") },
        new ArchiveRows { Table = "customers", Into = "old_customers", Where = new("true") },
    ];

    public static TheoryData<Operation> Allowed =>
    [
        new CreateIndex { Table = "customers", Name = "by_note", Columns = [new IndexColumn { Name = "note" }] },
        new DropIndex { Table = "customers", Name = "customers_status_idx" },
        new RenameIndex { Table = "customers", From = "customers_status_idx", To = "by_status" },
        new SetComment { Name = "customers", Comment = "Who buys" },
        new SetComment { Name = "customers", Column = "note", Comment = "Anything" },
        new SetRowSecurity { Table = "customers", Enabled = true },
        new DropTrigger { Name = "touch", Table = "customers" },
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_could_be_lost_is_refused_when_it_is_planned(Operation operation) =>
        Codes("postgres", operation).ShouldContain(ProblemCodes.NotUnderstood);

    [Theory]
    [MemberData(nameof(Allowed))]
    public void What_needs_to_understand_nothing_is_not(Operation operation) =>
        Codes("postgres", operation).ShouldNotContain(ProblemCodes.NotUnderstood);

    [Fact]
    public void A_table_is_not_divided_either()
    {
        var schema = Schema with { Tables = [Odd with { Uniques = [] }] };
        var divide = new PartitionTable { Table = "customers", By = PartitionStrategy.Range, Columns = ["id"], Partitions = [new NewPartition { Name = "customers_1", From = "1", To = "9" }] };
        Of(schema, "postgres", divide).ShouldContain(ProblemCodes.NotUnderstood);
    }

    [Fact]
    public void An_index_beside_another_change_in_partitions_or_on_SQLite_does_need_to()
    {
        var index = new CreateIndex { Table = "customers", Name = "by_note", Columns = [new IndexColumn { Name = "note" }] };
        Codes("postgres", index, new SetNotNull { Table = "customers", Column = "note" }).ShouldContain(ProblemCodes.NotUnderstood);
        Codes("postgres", index, new DeleteRows { Table = "customers", Where = new("true") }).ShouldContain(ProblemCodes.NotUnderstood);
        Codes("postgres", index, new SetComment { Name = "customers", Column = "note", Comment = "Anything" }).ShouldNotContain(ProblemCodes.NotUnderstood);
        Codes("sqlite", index).ShouldContain(ProblemCodes.NotUnderstood);
        var parted = Schema with { Tables = [Odd with { PartitionKey = "RANGE (id)" }] };
        Of(parted, "postgres", index).ShouldContain(ProblemCodes.NotUnderstood);
    }

    private static IEnumerable<ProblemCode> Codes(string engine, params Operation[] operations) => Of(Schema, engine, operations);

    private static IEnumerable<ProblemCode> Of(DatabaseSchema schema, string engine, params Operation[] operations) =>
        MigrationDraft.Of(new Migration { Id = "0001_test", Title = "test", Operations = operations.ToValueList() }, schema, engine).Problems.Select(p => p.Code);
}
