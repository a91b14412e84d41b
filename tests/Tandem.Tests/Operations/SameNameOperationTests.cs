using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;
using Index = Tandem.Schema.Index;

namespace Tandem.Tests.Operations;

/// <summary>What goes and comes again under its name in one migration, and what else may take a name that becomes free.</summary>
public sealed class SameNameOperationTests
{
    private static readonly DatabaseSchema Was = new("public",
    [
        new Table("pets", [new Column("id", "integer", Nullable: false), new Column("age", "integer")])
        {
            PrimaryKey = new PrimaryKey("pets_pkey", ["id"]),
            Indexes = [new Index("by_age", [new IndexKey("age")]) { Columns = ["age"] }, new Index("other", [new IndexKey("age"), new IndexKey("id")]) { Columns = ["age", "id"] }],
            Triggers = [new Trigger("noted", "CREATE TRIGGER noted AFTER INSERT ON pets FOR EACH ROW EXECUTE FUNCTION note()") { Table = "pets" }],
        },
        new Table("toys", [new Column("id", "integer", Nullable: false)]) { PrimaryKey = new PrimaryKey("toys_pkey", ["id"]) },
    ])
    {
        Objects = [new RowPolicy("own", "pets") { Using = "true" }],
        Views = [new View("listed", "select 1")],
    };

    [Fact]
    public void An_index_takes_the_name_of_one_that_goes()
    {
        var draft = Of(Drop("by_age"), Create("pets", "by_age", "id"));
        draft.Problems.ShouldBeEmpty();
        draft.Changes.Single().Indexes.Select(i => (i.Before?.Name, i.After?.Name)).ShouldBe([("by_age", null), ("other", "other"), (null, "by_age")]);
        Codes(Drop("by_age"), Create("toys", "by_age", "id")).ShouldBeEmpty();
        Codes(new RenameIndex { Table = "pets", From = "by_age", To = "older" }, Create("pets", "by_age", "id")).ShouldBeEmpty();
    }

    [Fact]
    public void A_name_that_another_has_is_taken()
    {
        Codes(Create("pets", "by_age", "id")).ShouldBe(["TDM2004"]);
        Codes(Create("toys", "by_age", "id")).ShouldBe(["TDM2004"]);
        Codes(Create("pets", "new", "id"), Create("toys", "new", "id")).ShouldBe(["TDM2004"]);
        Codes(Create("pets", "listed", "id")).ShouldBe(["TDM2004"]);
        Codes(new RenameIndex { Table = "pets", From = "by_age", To = "older" }, Create("toys", "by_age", "id")).ShouldBe(["TDM2004"], "tables take their names one after the other");
    }

    [Fact]
    public void A_rule_without_an_index_may_have_the_name_of_one()
    {
        Codes(new AddForeignKey { Table = "pets", Name = "by_age", Columns = ["age"], References = new() { Table = "toys", Columns = ["id"] } }).ShouldBeEmpty();
        Codes(new AddCheck { Table = "pets", Name = "by_age", Expression = new("age > 0") }).ShouldBeEmpty();
        Codes(new AddUnique { Table = "pets", Name = "by_age", Columns = ["age"] }).ShouldBe(["TDM2004"]);
        Codes(new AddCheck { Table = "pets", Name = "pets_pkey", Expression = new("age > 0") }).ShouldBe(["TDM2004"]);
    }

    [Fact]
    public void A_trigger_and_a_policy_become_others()
    {
        var draft = Of(
            new DropTrigger { Table = "pets", Name = "noted" }, Noted() with { Fires = TriggerSessions.Always, Comment = "Why" },
            new DropPolicy { Table = "pets", Name = "own" }, new CreatePolicy { Table = "pets", Name = "own", Restrictive = true, Using = new("false") });
        draft.Problems.Select(p => p.Code.Id).Distinct().ShouldBe(["TDM2034"]);
        draft.Objects.Count.ShouldBe(2);
        draft.Objects[0].ShouldSatisfyAllConditions(c => c.Before.ShouldBe(Was.Tables[0].Triggers[0]), c => ((Trigger)c.After!).Firing.ShouldBe("ALWAYS"));
        ((RowPolicy)draft.Objects[1].After!).Permissive.ShouldBeFalse();
        Codes(Noted()).ShouldBe(["TDM2004"]);
    }

    [Fact]
    public void A_trigger_is_said_as_the_server_knows_it()
    {
        static string Text(CreateTrigger trigger) => ((Trigger)Of(new DropTrigger { Table = "pets", Name = "noted" }, trigger).Objects.Single().After!).Definition;
        Text(Noted() with { Constraint = true, Deferrable = Deferral.Deferred }).ShouldBe(
            "CREATE CONSTRAINT TRIGGER \"noted\" AFTER insert ON \"pets\" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()");
        Text(Noted() with { Each = TriggerFor.Statement, Events = new("update"), OldRows = "o", NewRows = "n" }).ShouldBe(
            "CREATE TRIGGER \"noted\" AFTER update ON \"pets\" REFERENCING OLD TABLE AS \"o\" NEW TABLE AS \"n\" FOR EACH STATEMENT EXECUTE FUNCTION note()");
        Codes(Noted() with { Name = "new", Deferrable = Deferral.Deferred }).ShouldBe(["TDM2014"]);
        Codes(Noted() with { Name = "new", Constraint = true, Timing = TriggerTiming.Before }).ShouldBe(["TDM2014"]);
        Codes("sqlite", Noted() with { Name = "new", Fires = TriggerSessions.None }).ShouldBe(["TDM2030"]);
    }

    private static CreateTrigger Noted() => new() { Table = "pets", Name = "noted", Events = new("insert"), Execute = new("note()") };

    private static DropIndex Drop(string name) => new() { Table = "pets", Name = name };

    private static CreateIndex Create(string table, string name, string column) => new() { Table = table, Name = name, Columns = [new() { Name = column }] };

    private static IEnumerable<string> Codes(params Operation[] operations) => Codes("postgres", operations);

    private static IEnumerable<string> Codes(string engine, params Operation[] operations) =>
        MigrationDraft.Of(new Migration { Title = "t", Operations = operations.ToValueList() }, Was, engine).Problems.Where(p => p.Severity == Problems.Severity.Error).Select(p => p.Code.Id);

    private static MigrationDraft Of(params Operation[] operations) => MigrationDraft.Of(new Migration { Title = "t", Operations = operations.ToValueList() }, Was, "postgres");
}
