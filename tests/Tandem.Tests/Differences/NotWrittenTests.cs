using Shouldly;
using Tandem.Differences;
using Tandem.Schema;
using Xunit;

namespace Tandem.Tests.Differences;

/// <summary>What is told of differences that nothing writes: why, and what a person does about it.</summary>
public sealed class NotWrittenTests
{
    private static readonly Table People = new("people", [new Column("id", "bigint", Nullable: false), new Column("at", "place")]);

    private static readonly DatabaseSchema Was = new("public", [People]) { Objects = [new CompositeType("place", [new Column("x", "integer")])] };

    [Fact]
    public void Values_that_go_need_others_and_their_order_another_type()
    {
        static DatabaseSchema With(params ReadOnlySpan<string> values) => Was with { Enums = [new EnumType("mood", [.. values])] };
        Told(With("good", "bad"), With("good")).ShouldBe(("Only you know what becomes of rows with bad.", "Write `alter_enum: { name: mood, remove: { bad: ANOTHER } }`, in ANOTHER's place the value that the new version sees instead; or say `--rename mood.bad=NEW` where it only has another name."));
        Told(With("good", "bad"), With("good", "odd")).Remedy.ShouldStartWith("Write `alter_enum: { name: mood, remove: { bad: ANOTHER }, add: [ { value: odd } ], down: { odd: FORMER } }`");
        Told(With("good", "bad"), With("bad", "good")).ShouldBe(("No statement gives values another order, by which rows are compared and indexes sorted.", "Make a type of another name with `create_enum`, lead the columns there with `change_type`, and drop mood with `drop_enum` in a migration behind it."));
    }

    [Fact]
    public void A_table_that_is_not_logged_would_be_written_anew()
    {
        var (reason, remedy) = Told(Was, Was.Replace("people", People with { Unlogged = true }));
        reason.ShouldBe("SET LOGGED and SET UNLOGGED write the whole table anew, and nobody reads or writes it meanwhile.");
        remedy.ShouldContain("""`sql: { up: alter table "people" set unlogged, down: alter table "people" set logged }`""");
    }

    [Fact]
    public void A_type_is_told_with_what_uses_it()
    {
        var used = Was with { Needs = [new ObjectNeed(new ObjectName("table", "people"), new ObjectName("composite type", "place"))] };
        var (reason, remedy) = Told(used, used with { Objects = [new CompositeType("place", [new Column("x", "integer"), new Column("y", "integer")])] });
        reason.ShouldBe("It is used by table people, and what is stored or reads there would not follow.");
        remedy.ShouldStartWith("Make a composite type of another name");
    }

    [Fact]
    public void Owners_are_for_the_roles_of_a_server()
    {
        static DatabaseSchema By(string owner) => Was with { Access = [new ObjectAccess(new ObjectName("composite type", "place"), owner)] };
        Told(By("anna"), By("bert")).Remedy.ShouldContain("`--ignore-access`");
    }

    [Fact]
    public void A_secret_that_is_another_is_told_without_it()
    {
        static DatabaseSchema With(params ReadOnlySpan<ForeignOption> options) =>
            Was with { Unmanaged = [new UnmanagedObject("foreign server", "far") { Target = "SERVER far", Definition = ["CREATE SERVER far"], Options = [.. options] }] };
        var told = Differ.Between(With(new ForeignOption(null, "password", null, "digest")), With(new ForeignOption(null, "password", null, "other"))).Problems.ShouldHaveSingleItem();
        told.Message.ShouldBe("The foreign server far is not brought there: option password was a secret, is another. An option of it looks like a secret, which no file of a migration is to hold.");
        told.EffectiveRemedy.ShouldBe("Set it with ALTER SERVER … OPTIONS by hand on each server.");
        Differ.Between(With(), With()).Problems.ShouldBeEmpty();
    }

    private static (string Reason, string Remedy) Told(DatabaseSchema from, DatabaseSchema to)
    {
        var difference = Differ.Between(from, to);
        difference.Stages.ShouldBeEmpty();
        var problem = difference.Problems.ShouldHaveSingleItem();
        return (problem.Message[(problem.Message.IndexOf(". ", StringComparison.Ordinal) + 2)..], problem.EffectiveRemedy);
    }
}
