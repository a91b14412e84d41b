using Shouldly;
using Tandem.Differences;
using Tandem.Operations;
using Tandem.Schema;
using Xunit;
using Index = Tandem.Schema.Index;

namespace Tandem.Tests.Differences;

/// <summary>What hangs on something that is not there yet, or that no operation makes.</summary>
public sealed class FoundationTests
{
    private static readonly DifferenceOptions Drops = new() { AllowDrop = true };

    private static readonly Table People = new("people", [new Column("id", "bigint", Nullable: false), new Column("name", "text")]) { PrimaryKey = new PrimaryKey("people_pkey", ["id"]) };

    private static readonly DatabaseSchema Was = new("public", [People]);

    [Fact]
    public void A_materialized_view_of_a_new_table_or_column_needs_a_second_migration()
    {
        DatabaseSchema Counted(string column, Table table) => Was.Replace(table.Name == "people" ? "people" : null, table) with { Views = [new View("counts", $"SELECT {column} FROM {table.Name}", true)] };
        Kinds(Was, Counted("id", new Table("log", [new Column("id", "bigint")]))).ShouldBe(["CreateTable", "CreateView"]);
        Kinds(Was, Counted("age", People with { Columns = [.. People.Columns, new Column("age", "integer")] })).ShouldBe(["AddColumn", "CreateView"]);
        Kinds(Was, Counted("name", People with { Columns = [.. People.Columns, new Column("age", "integer")] })).ShouldBe(["AddColumn+CreateView"]);
    }

    [Fact]
    public void A_view_waits_for_a_table_that_waits()
    {
        var code = new Routine("code", "", "CREATE OR REPLACE FUNCTION public.code()\n RETURNS text\n LANGUAGE sql\nAS $function$ select 'x' $function$") { Language = "sql", Returns = "text" };
        var to = Was.Replace(null, new Table("log", [new Column("id", "bigint"), new Column("mark", "text", Default: "code()")])) with { Objects = [code], Views = [new View("marks", "SELECT mark FROM log")] };
        Kinds(Was, to).ShouldBe(["CreateFunction", "CreateTable+CreateView"]);

        // And the way back: the old version's default calls the function as long as a rollback may serve it.
        var back = to with { Needs = [new ObjectNeed(new ObjectName("table", "log"), code.Reference) { Part = "default mark" }] };
        Kinds(back, Was, Drops).ShouldBe(["DropView+DropTable", "DropFunction"]);
    }

    [Fact]
    public void What_no_operation_makes_carries_nothing()
    {
        var range = Was with { Objects = [new Domain("span", "float8") { NotNullName = "filled", Nullable = false }] };
        var difference = Differ.Between(Was, range.Replace("people", People with { Columns = [.. People.Columns, new Column("lasts", "span")] }).Replace(null, new Table("log", [new Column("lasts", "span[]")])));
        difference.Stages.ShouldBeEmpty();
        Differ.Found(difference).ShouldBe(["TDM1404 span", "TDM1404 log", "TDM1404 people"], ignoreOrder: true);

        var numbered = Was.Replace("people", People with { Columns = [.. People.Columns, new Column("number", "integer", Nullable: false) { Identity = IdentityKind.Always, Inherited = true }] });
        var kept = Differ.Between(Was, numbered with { Objects = [new RowPolicy("few", "people") { Using = "(number < 9)" }, new RowPolicy("named", "people") { Using = "(name <> '')" }] });
        kept.Stages.ShouldHaveSingleItem().ShouldHaveSingleItem().ShouldBeOfType<CreatePolicy>().Name.ShouldBe("named");
        Differ.Found(kept).ShouldContain("TDM1404 people");
    }

    [Fact]
    public void A_column_gets_a_type_that_the_migration_before_it_makes()
    {
        var old = Was.Replace("people", People with { Columns = [People.Columns[0], new Column("name", "title")] }) with { Objects = [new Domain("title", "text")] };
        var to = Was.Replace("people", People with { Columns = [People.Columns[0], new Column("name", "caption")] }) with { Objects = [new Domain("caption", "text")] };
        Kinds(old, to).ShouldBe(["CreateDomain", "ChangeType+DropDomain"]);
    }

    [Fact]
    public void What_a_file_cannot_say_is_told()
    {
        var bare = Differ.Between(Was, Was.Replace(null, new Table("bare", [])));
        bare.Stages.ShouldBeEmpty();
        bare.Problems.ShouldHaveSingleItem().Message.ShouldContain("create_table.columns");
        var untyped = Differ.Between(Was, Was.Replace("people", People with { Columns = [.. People.Columns, new Column("any", "")] }), engine: "sqlite");
        untyped.Stages.ShouldBeEmpty();
        untyped.Problems.ShouldHaveSingleItem().Message.ShouldContain("add_column.type");
    }

    [Fact]
    public void What_hangs_on_a_view_that_goes_does_not_keep_its_function()
    {
        var code = new Routine("put", "", "CREATE OR REPLACE FUNCTION public.put()\n RETURNS trigger\n LANGUAGE plpgsql\nAS $function$ begin return new; end $function$") { Language = "plpgsql", Returns = "trigger" };
        var trigger = new Trigger("puts", "CREATE TRIGGER puts INSTEAD OF INSERT ON public.names FOR EACH ROW EXECUTE FUNCTION put()") { Table = "names" };
        var from = Was with { Objects = [code], Views = [new View("names", "SELECT name FROM people") { Triggers = [trigger] }], Needs = [new ObjectNeed(trigger.Reference, code.Reference)] };
        Kinds(from, Was).ShouldBe(["DropView", "DropFunction"]);
    }

    [Fact]
    public void A_column_comes_with_its_collation() => Differ.Operations(Was, Was.Replace("people", People with { Columns = [.. People.Columns, new Column("code", "text") { Collation = "\"C\"" }] }))
        .ShouldBe([new AddColumn { Table = "people", Name = "code", Type = new("text"), Collation = new("\"C\"") }]);

    [Fact]
    public void An_index_tells_rows_apart_however_its_name_is_written()
    {
        Table By(string identity) => People with { Indexes = [new Index("people_key", [new IndexKey("id")]) { Columns = ["id"], Unique = true }], ReplicaIdentity = identity };
        Differ.Between(Was.Replace("people", By("USING INDEX \"people_key\"")), Was.Replace("people", By("USING INDEX people_key"))).Problems.ShouldBeEmpty();
        Differ.Operations(Was.Replace("people", By("FULL")), Was.Replace("people", By("USING INDEX people_key"))).ShouldBe([new SetReplicaIdentity { Table = "people", Identity = ReplicaIdentityKind.Index, Index = "people_key" }]);
    }

    [Fact]
    public void A_sequence_behind_a_column_may_bear_the_name_of_the_table_as_it_was()
    {
        Table Numbered(string table, string sequence, Sequence? unusual = null) => new(table, [new Column("id", "integer", Nullable: false) { Identity = IdentityKind.Serial, Default = $"nextval('{sequence}'::regclass)", Sequence = unusual }]);
        var difference = Differ.Between(new DatabaseSchema("public", [Numbered("man", "man_id_seq")]), new DatabaseSchema("public", [Numbered("person", "person_id_seq")]), new() { Renames = ["man=person"] });
        difference.Stages.ShouldHaveSingleItem().ShouldBe([new RenameTable { From = "man", To = "person" }]);
        difference.Problems.ShouldBeEmpty();
    }

    private static IEnumerable<string> Kinds(DatabaseSchema from, DatabaseSchema to, DifferenceOptions? options = null) =>
        Differ.Between(from, to, options).Stages.Select(s => string.Join("+", s.Select(o => o.GetType().Name)));
}
