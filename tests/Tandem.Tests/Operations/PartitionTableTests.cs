using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Operations;

public sealed class PartitionTableTests
{
    private static readonly Table Orders = new("orders", [new Column("id", "bigint", Nullable: false), new Column("placed", "date", Nullable: false), new Column("code", "text")])
    {
        PrimaryKey = new PrimaryKey("orders_pkey", ["id", "placed"]),
        Uniques = [new UniqueConstraint("orders_code_key", ["placed", "code"])],
        Indexes = [new Tandem.Schema.Index("by_code", [new IndexKey("code")]) { Columns = ["code"] }],
    };

    private static readonly PartitionTable ByRange = new()
    {
        Table = "orders", By = PartitionStrategy.Range, Columns = ["placed"], Partitions = [Range("old", null, "2024-01-01"), Range("new", "2024-01-01", null)], Default = "rest",
    };

    private static readonly CreateTable Made = new()
    {
        Name = "orders",
        Columns =
        [
            new NewColumn { Name = "id", Type = new SqlText("bigint"), Nullable = false },
            new NewColumn { Name = "placed", Type = new SqlText("date"), Nullable = false },
            new NewColumn { Name = "code", Type = new SqlText("text") },
        ],
        PrimaryKey = ["id", "placed"],
    };

    [Fact]
    public void The_table_stays_what_it_is_but_for_its_partitions()
    {
        var draft = Planned([Orders], ByRange);

        draft.Problems.ShouldBeEmpty();
        var change = draft.Changes.ShouldHaveSingleItem();
        change.After.ShouldBe(Orders with { PartitionKey = "RANGE (\"placed\")" });
        change.ShapeDiffers.ShouldBeFalse();
        change.Partitioning!.Names.ShouldBe(["old", "new", "rest"]);
        change.Partitioning.Partitions.ShouldBe([new TablePartition("old") { To = "2024-01-01" }, new TablePartition("new") { From = "2024-01-01" }]);
        change.Partitioning.TakesAll.ShouldBeTrue();
        (change.Partitioning with { Default = null }).TakesAll.ShouldBeFalse();
    }

    [Fact]
    public void A_file_says_it_in_few_words()
    {
        var migration = MigrationParser.Parse(
            "0001_parts.yaml",
            """
            title: Parts
            operations:
              - partition_table:
                  table: orders
                  by: list
                  columns: [ id ]
                  partitions:
                    - { name: few, values: [ 1, 2 ] }
                    - { name: more, values: [ "3" ] }
                  default: rest
            """).Require();

        var operation = migration.Operations.Single().ShouldBeOfType<PartitionTable>();
        operation.Summarize().ShouldBe("The rows of orders are divided by list of id among few, more, rest.");
        Planned([Orders with { Uniques = [] }], operation).Changes.Single().Partitioning!.Partitions.SelectMany(p => p.Values).ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public void A_table_that_the_migration_makes_is_divided_from_the_first_on()
    {
        var draft = Planned([], Made, ByRange, new CreateIndex { Table = "orders", Name = "by_code", Columns = [new IndexColumn { Name = "code" }] });

        draft.Problems.ShouldBeEmpty();
        var change = draft.Changes.ShouldHaveSingleItem();
        change.Partitioning.ShouldBeNull();
        change.MadePartitions!.Names.ShouldBe(["old", "new", "rest"]);
        change.After!.PartitionKey.ShouldBe("RANGE (\"placed\")");
    }

    [Fact]
    public void What_follows_must_fit_the_partitions_of_a_new_table()
    {
        Errors([], Made, ByRange, new AddUnique { Table = "orders", Columns = ["code"] }).ShouldBe([ProblemCodes.PartitioningNeedsKey]);
        Errors([], Made with { PrimaryKey = ["id"] }, ByRange).ShouldBe([ProblemCodes.PartitioningNeedsKey]);
        Errors([], Made, ByRange, new RenameColumn { Table = "orders", From = "placed", To = "at" }).ShouldBe([ProblemCodes.CannotPartition]);
        Errors([], Made, ByRange, ByRange).ShouldBe([ProblemCodes.CannotPartition]);
        Errors([], Made with { Checks = [new NewCheck { Name = "c", Expression = new SqlText("code <> ''"), NoInherit = true }] }, ByRange).ShouldBe([ProblemCodes.CannotPartition]);
        Errors([], Made with { PrimaryKey = null }, ByRange).ShouldBeEmpty();
    }

    [Fact]
    public void Keys_must_contain_what_decides()
    {
        Errors([Orders with { PrimaryKey = null }], ByRange).ShouldBe([ProblemCodes.PartitioningNeedsKey]);
        Errors([Orders with { PrimaryKey = new PrimaryKey("orders_pkey", ["id"]) }], ByRange).ShouldBe([ProblemCodes.PartitioningNeedsKey]);
        Errors([Orders with { Uniques = [new UniqueConstraint("u", ["code"])] }], ByRange).ShouldBe([ProblemCodes.PartitioningNeedsKey]);
        Errors([Orders with { Indexes = [new Tandem.Schema.Index("u", [new IndexKey(null, "lower(code)"), new IndexKey("placed")], Unique: true)] }], ByRange).ShouldBeEmpty();
        Errors([Orders with { Indexes = [new Tandem.Schema.Index("u", [new IndexKey(null, "placed + 1")], Unique: true)] }], ByRange).ShouldBe([ProblemCodes.PartitioningNeedsKey]);
    }

    [Fact]
    public void What_is_not_whole_or_not_done_is_refused()
    {
        var columns = Orders.Columns.Select(c => c.Name == "placed" ? c with { Generated = "current_date", GeneratedStored = true } : c).ToValueList();
        Errors([Orders with { Columns = columns }], ByRange).ShouldBe([ProblemCodes.CannotPartition]);
        Errors([Orders with { PartitionKey = "HASH (id)" }], ByRange).ShouldBe([ProblemCodes.CannotPartition]);
        Errors([Orders], ByRange with { Columns = ["id", "placed"] }).ShouldBe([ProblemCodes.PartitioningNeedsKey, ProblemCodes.CannotPartition]);
        Errors([Orders], ByRange with { Columns = ["gone"] }).ShouldBe([ProblemCodes.NoSuchColumn]);
        Errors([Orders], ByRange with { Partitions = [] }).ShouldBe([ProblemCodes.Incomplete]);
        Errors([Orders], ByRange with { Partitions = [new NewPartition { Name = "a" }] }).ShouldBe([ProblemCodes.Incomplete]);
        Errors([Orders], ByRange with { Partitions = [Range("a", null, "x") with { Values = ["1"] }] }).ShouldBe([ProblemCodes.Incomplete]);
        Errors([Orders], ByRange with { Partitions = [Range("a", null, "x"), Range("a", "x", null)] }).ShouldBe([ProblemCodes.AlreadyExists]);
        Errors([Orders], ByRange with { Partitions = [Range("orders", null, "x")] }).ShouldBe([ProblemCodes.AlreadyExists]);
        Errors([Orders], ByRange with { By = PartitionStrategy.List }).ShouldBe([ProblemCodes.Incomplete, ProblemCodes.Incomplete]);
        Errors([Orders], ByRange with { By = PartitionStrategy.Hash, Partitions = [new NewPartition { Name = "a" }] }).ShouldBe([ProblemCodes.Incomplete]);
        Errors([Orders], new RenameColumn { Table = "orders", From = "code", To = "slip" }, ByRange).ShouldBe([ProblemCodes.ChangedTwice]);
    }

    [Fact]
    public void SQLite_has_none() =>
        MigrationDraft.Of(new Migration { Id = "0001_test", Title = "test", Operations = [ByRange] }, new DatabaseSchema("main", [Orders]), "sqlite")
            .Problems.Single().ShouldSatisfyAllConditions(p => p.Code.ShouldBe(ProblemCodes.NotOnThisEngine), p => p.Message.ShouldBe("SQLite has no partitions."));

    private static NewPartition Range(string name, string? from, string? to) =>
        new() { Name = name, From = from, To = to };

    private static IEnumerable<ProblemCode> Errors(ValueList<Table> tables, params Operation[] operations) =>
        Planned(tables, operations).Problems.Where(p => p.Severity == Severity.Error).Select(p => p.Code);

    private static MigrationDraft Planned(ValueList<Table> tables, params Operation[] operations) =>
        MigrationDraft.Of(new Migration { Id = "0001_test", Title = "test", Operations = operations.ToValueList() }, new DatabaseSchema("public", tables), "postgres");
}
