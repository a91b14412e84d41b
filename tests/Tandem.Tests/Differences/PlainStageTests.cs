using Shouldly;
using Tandem.Differences;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Xunit;

namespace Tandem.Tests.Differences;

/// <summary>SQL that an engine writes for what no operation says, among the operations.</summary>
public sealed class PlainStageTests
{
    private static readonly DifferenceOptions Drops = new() { AllowDrop = true };

    private static readonly Table People = new("people", [new Column("id", "bigint", Nullable: false), new Column("name", "text")]) { PrimaryKey = new PrimaryKey("people_pkey", ["id"]) };

    private static readonly DatabaseSchema Was = new("public", [People]);

    [Fact]
    public void It_stands_alone_where_nothing_else_differs()
    {
        var difference = Between(Was, Was with { Objects = [Log("people")] });
        difference.Problems.ShouldBeEmpty();
        difference.Stages.ShouldBe([[new Sql { Up = new("make log on people;"), Down = new("drop log on people;") }]]);
        Between(Was with { Objects = [Log("people")] }, Was).Stages.ShouldBe([[new Sql { Up = new("drop log on people;"), Down = new("make log on people;") }]]);
    }

    [Fact]
    public void It_comes_behind_what_the_operations_make()
    {
        var difference = Between(Was, Was.Replace(null, new Table("notes", [new Column("id", "bigint")])) with { Objects = [Log("notes")] });
        Kinds(difference).ShouldBe(["CreateTable", "Sql"]);
        var told = difference.Problems.ShouldHaveSingleItem();
        told.Code.ShouldBe(ProblemCodes.SeveralStages);
        told.Message.ShouldContain("SQL stands in a migration of its own");
    }

    [Fact]
    public void What_stands_in_the_way_goes_first_and_the_rest_last()
    {
        var ruled = People with { NotUnderstood = ["rule log"] };
        var from = Was.Replace("people", ruled).Replace(null, new Table("notes", [new Column("id", "bigint")])) with { Objects = [Log("notes"), Log("people")] };
        Kinds(Between(from, Was with { Tables = [from.Tables[0], People with { Columns = [.. People.Columns, new Column("age", "integer")] }] })).ShouldBe(["Sql", "AddColumn", "Sql"]);
        Kinds(Between(from, Was.Replace("people", ruled) with { Objects = [Log("people")] }, Drops)).ShouldBe(["Sql", "DropTable"]);
    }

    [Fact]
    public void What_others_are_made_of_comes_first()
    {
        var plain = new Collation("plain", "locale = 'C'");
        var to = Was.Replace("people", People with { Columns = [.. People.Columns, new Column("age", "integer")] }) with { Objects = [plain, Log("people")] };
        Kinds(Between(Was, to)).ShouldBe(["Sql", "AddColumn", "Sql"]);
        Kinds(Between(to, Was, Drops)).ShouldBe(["Sql", "DropColumn", "Sql"]);
    }

    [Fact]
    public void A_rule_follows_its_table_to_another_name()
    {
        var difference = Between(Was with { Objects = [Log("people")] }, new DatabaseSchema("public", [People with { Name = "persons" }]) { Objects = [Log("persons")] }, new() { Renames = ["people=persons"] });
        Kinds(difference).First().ShouldBe("RenameTable");
    }

    [Fact]
    public void A_publication_goes_with_consent_alone()
    {
        var from = Was with { Objects = [new Publication("all_of_it", "")] };
        var withheld = Between(from, Was);
        withheld.Stages.ShouldBeEmpty();
        withheld.Problems.ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.DropWithheld);
        Kinds(Between(from, Was, Drops)).ShouldBe(["Sql"]);
    }

    [Fact]
    public void Texts_of_a_schema_of_another_name_are_told()
    {
        var difference = Between(Was, Was with { Name = "other", Objects = [Log("people")] });
        difference.Stages.ShouldBeEmpty();
        Differ.Found(difference).ShouldBe(["TDM1404 log on people"]);
    }

    [Fact]
    public void A_rule_that_is_proved_need_not_become_one_that_is_not()
    {
        static DatabaseSchema With(bool validated) => Was.Replace("people", People with { Checks = [new CheckConstraint("named", "name <> ''", ["name"], validated)] });
        var difference = Between(With(true), With(false));
        difference.Stages.ShouldBeEmpty();
        difference.Problems.ShouldHaveSingleItem().Code.ShouldBe(ProblemCodes.TrifleStays);
        Kinds(Between(With(false), With(true))).ShouldBe(["DropCheck+AddCheck"]);
    }

    private static Rule Log(string table) => new("log", table, $"log on {table}");

    private static IEnumerable<string> Kinds(SchemaDifference difference) => difference.Stages.Select(s => string.Join('+', s.Select(o => o.GetType().Name)));

    private static SchemaDifference Between(DatabaseSchema from, DatabaseSchema to, DifferenceOptions? options = null) =>
        SchemaDifference.Between(from, to, "postgres", options ?? new DifferenceOptions(), Write);

    // Rules, publications and collations come and go.
    private static ValueList<PlainChange> Write(DatabaseSchema from, DatabaseSchema to)
    {
        static ValueList<string> Text(string verb, SchemaObject one) => [$"{verb} {(one is Rule rule ? rule.Definition : one.Name)}"];
        var gone = from.Objects.Where(o => to.Find(o.Kind, o.Identity) is null).Select(o => new PlainChange(o.Reference, DifferenceKind.Missing, Text("drop", o), Text("make", o)) { Carries = o is Collation });
        var come = to.Objects.Where(o => from.Find(o.Kind, o.Identity) is null).Select(o => new PlainChange(o.Reference, DifferenceKind.Added, Text("make", o), Text("drop", o)) { Carries = o is Collation });
        return [.. gone, .. come];
    }
}
