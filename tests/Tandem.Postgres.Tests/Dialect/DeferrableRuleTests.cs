using Shouldly;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

/// <summary>What a rule that may wait for the end of a transaction cannot do on PostgreSQL; no server is asked.</summary>
public sealed class DeferrableRuleTests
{
    private const string Deferred = "DEFERRABLE INITIALLY DEFERRED";

    private static readonly UniqueConstraint Plain = new("places_code_key", ["code"]);

    private static AddUnique Late => new() { Table = "places", Name = "late", Columns = ["code"], Deferrable = Deferral.Deferred };

    private static AddForeignKey Refer => new() { Table = "visits", Columns = ["place"], References = new() { Table = "places", Columns = ["code"] } };

    private static CreateTable Places(Deferral? deferrable) => new()
    {
        Name = "rooms",
        Columns = [new() { Name = "id", Type = new("integer") }, new() { Name = "code", Type = new("text") }, new() { Name = "within", Type = new("text") }],
        PrimaryKey = ["id"],
        Uniques = [new() { Columns = ["code"], Deferrable = deferrable }],
        ForeignKeys = [new() { Columns = ["within"], References = new() { Table = "rooms", Columns = ["code"] } }],
    };

    [Fact]
    public void A_foreign_key_refers_to_no_rule_that_becomes_deferrable_with_it()
    {
        Findings(Shop([]), Late, Refer).ShouldHaveSingleItem().Message.ShouldBe("visits_place_fkey of visits refers to places by columns that only late makes unique, which is deferrable.");
        Findings(Shop([Plain]), Late, Refer).ShouldBeEmpty();
        Findings(Shop([Plain]), new DropUnique { Table = "places", Name = Plain.Name }, Late, Refer).Count.ShouldBe(1);
    }

    [Fact]
    public void A_foreign_key_refers_to_no_deferrable_rule_of_the_database()
    {
        Findings(Shop([new("late", ["code"], Deferrable: Deferred)]), Refer).Count.ShouldBe(1);
        Findings(Shop([new("late", ["code"], Deferrable: Deferred), Plain]), Refer).ShouldBeEmpty();
        Findings(Shop([]) with { Indexes = [ByCode], Uniques = [new("late", ["code"], Deferrable: Deferred)] }, Refer).ShouldBeEmpty();
        Findings(Shop([]) with { PrimaryKey = new("places_pkey", ["code"]) { Definition = "PRIMARY KEY (code) DEFERRABLE" } }, Refer).Count.ShouldBe(1);
    }

    [Fact]
    public void A_new_table_s_foreign_key_refers_to_no_deferrable_rule()
    {
        Findings(Shop([]), Places(Deferral.Immediate)).ShouldHaveSingleItem().Subject.ShouldBe("rooms");
        Findings(Shop([]), Places(null)).ShouldBeEmpty();
        Findings(Shop([]), Places(null) with { ForeignKeys = [new() { Columns = ["within"], References = new() { Table = "places", Columns = ["code"] } }] }, Late).Count.ShouldBe(1);
    }

    /// <summary>It could not be made again in a rollback.</summary>
    [Fact]
    public void A_foreign_key_under_which_a_rule_became_deferrable_does_not_go()
    {
        var key = new ForeignKey("visits_place_fkey", ["place"], "places", ["code"]);
        var late = Shop([new("late", ["code"], Deferrable: Deferred)]);
        Findings(late, [key], new DropForeignKey { Table = "visits", Name = key.Name }).Count.ShouldBe(1);
        Findings(late, [key], new AddColumn { Table = "places", Name = "note", Type = new("text") }).ShouldBeEmpty();
    }

    [Fact]
    public void The_rule_behind_a_foreign_key_does_not_become_deferrable()
    {
        var key = new ForeignKey("visits_place_fkey", ["place"], "places", ["code"]);
        Findings(Shop([]) with { Indexes = [ByCode] }, [key], new DropIndex { Table = "places", Name = ByCode.Name }, Late).Count.ShouldBe(1);
        Findings(Shop([]) with { Indexes = [ByCode] }, [key], Late).ShouldBeEmpty();
    }

    [Fact]
    public void A_deferrable_rule_is_not_enforced_before_complete()
    {
        Plan(Shop([]), [], Late with { Enforce = Enforcement.Live }).Findings.ShouldContain(f => f.Code == ProblemCodes.DeferrableLive);
        Plan(Shop([]), [], Late).HasErrors.ShouldBeFalse();
        Plan(Shop([]) with { PartitionKey = "LIST (code)", PrimaryKey = new("places_pkey", ["id", "code"]) }, [], Late with { Enforce = Enforcement.Live }).Findings.ShouldNotContain(f => f.Code == ProblemCodes.DeferrableLive);
    }

    private static Tandem.Schema.Index ByCode => new("by_code", [new IndexKey("code")], Unique: true) { Columns = ["code"] };

    private static Table Shop(ValueList<UniqueConstraint> rules) => new("places", [new Column("id", "integer", Nullable: false), new Column("code", "text", Nullable: false)])
    {
        PrimaryKey = new("places_pkey", ["id"]),
        Uniques = rules,
    };

    private static List<Problem> Findings(Table places, params Operation[] operations) => Findings(places, [], operations);

    private static List<Problem> Findings(Table places, ValueList<ForeignKey> keys, params Operation[] operations) =>
        Plan(places, keys, operations).Findings.Where(f => f.Code == ProblemCodes.ReferencedDeferrable).ToList();

    private static Plan Plan(Table places, ValueList<ForeignKey> keys, params Operation[] operations)
    {
        var visits = new Table("visits", [new Column("id", "integer", Nullable: false), new Column("place", "text")]) { PrimaryKey = new("visits_pkey", ["id"]), ForeignKeys = keys };
        var schema = new DatabaseSchema("public", [places, visits]);
        var migration = Life.Migration("0001_new", operations);
        var draft = MigrationDraft.Of(migration, schema, "postgres");
        draft.Fails.ShouldBeFalse();
        return Planner.Make(migration, draft, new PlanRequest(new RenderContext(schema, migration.Id, 1, "base"), new PostgresDialect(PostgresCapabilities.Of(new Version(18, 0))), null));
    }
}
