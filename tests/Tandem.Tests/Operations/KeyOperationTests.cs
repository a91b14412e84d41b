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

public sealed class KeyOperationTests
{
    [Fact]
    public void What_refers_to_a_key_gets_the_same_lens()
    {
        var draft = Of(new ChangeType { Table = "orders", Column = "id", Type = Sql("text"), Up = Sql("'O' || id::text"), Down = Sql("substr(id, 2)::bigint") });

        draft.Problems.Select(p => p.Code).ShouldBe([ProblemCodes.KeyOutgrows]);
        var change = draft.Changes.Single();
        change.Lenses.Single().Outgrows.ShouldBeTrue();
        change.PrimaryKeys.Select(k => (k.Added, k.Dropped, k.EnforceLive)).ShouldBe([(false, true, false), (true, false, true)]);
    }

    [Fact]
    public void A_key_goes_with_all_that_refers_to_it_and_with_its_sequence()
    {
        var draft = Of(new ChangePrimaryKey { Table = "customers", Type = Sql("integer"), Up = Sql("-id::integer"), Down = Sql("-cast(\"id\" as bigint)") });

        draft.Problems.Select(p => (p.Code, p.Message)).ShouldBe(
        [
            (ProblemCodes.ForeignKeysFollow, "With customers.id, orders.customer_id becomes integer."),
            (ProblemCodes.KeyOutgrows, "From complete on, customers may hold keys that do not fit bigint; rows with such a key cannot go back."),
        ]);
        draft.Changes.Select(c => c.Name).ShouldBe(["customers", "orders"]);
        draft.Changes[0].After!.Column("id").ShouldBe(new Column("id", "integer", Nullable: false) { Identity = IdentityKind.ByDefault });
        var orders = draft.Changes[1];
        orders.Lenses.Single().Up.Single().Sql.ShouldBe("-\"customer_id\"::integer");
        orders.Lenses.Single().Down.Single().Sql.ShouldBe("-cast(\"customer_id\" as bigint)");
        orders.ForeignKeys.Select(f => (f.Added, f.Dropped)).ShouldBe([(false, true), (true, false)]);
        orders.PrimaryKeys.Single().Kept.ShouldBeTrue();
    }

    [Fact]
    public void A_key_that_is_only_renamed_is_the_same_key()
    {
        var change = Of(new RenameColumn { Table = "customers", From = "id", To = "number" }).Changes.Single(c => c.Name == "customers");

        change.PrimaryKeys.Single().Kept.ShouldBeTrue();
    }

    [Theory]
    [InlineData("id + length(name)")]
    [InlineData("customers.id::integer")]
    [InlineData("(select id)")]
    public void An_expression_that_those_who_refer_cannot_follow_is_refused(string up) =>
        Of(new ChangePrimaryKey { Table = "customers", Type = Sql("integer"), Up = Sql(up), Down = Sql("id") })
            .Problems.Select(p => p.Code).ShouldBe([ProblemCodes.KeyExpression]);

    [Fact]
    public void A_column_that_refers_to_a_key_is_changed_from_there()
    {
        var draft = Of(
            new AddUnique { Table = "orders", Columns = ["customer_id"] },
            new DropPrimaryKey { Table = "orders" },
            new AddPrimaryKey { Table = "orders", Columns = ["customer_id"] },
            new ChangeType { Table = "orders", Column = "customer_id", Type = Sql("integer") });

        draft.Problems.Select(p => p.Code).ShouldBe([ProblemCodes.KeyRefersElsewhere]);
    }

    [Theory]
    [InlineData(null, "'0'::integer", "0", "0")]
    [InlineData("'7'", "1", "'7'", "1")]
    [InlineData(null, "f()", null, null)]
    public void Literal_defaults_of_a_key_and_of_what_refers_to_it_stay(string? given, string had, string? root, string? follower)
    {
        var schema = new DatabaseSchema("public",
        [
            new Table("a", [new Column("id", "integer", false, had)]) { PrimaryKey = new("a_pkey", ["id"]) },
            new Table("b", [new Column("a", "integer", false, had)]) { ForeignKeys = [new("b_fkey", ["a"], "a", ["id"])] },
        ]);
        var draft = MigrationDraft.Of(
            new Migration { Id = "0001_test", Title = "test", Operations = [new ChangeType { Table = "a", Column = "id", Type = Sql("numeric"), Default = given is null ? null : Sql(given) }] }, schema, "postgres");
        draft.Problems.Any(p => p.Code == ProblemCodes.Incomplete).ShouldBe(follower is null);
        draft.Changes.Select(c => c.After!.Columns[0].Default).ShouldBe(follower is null ? [] : [root, follower]);
    }

    [Fact]
    public void A_sequence_gives_whole_numbers_only() =>
        Of(new ChangePrimaryKey { Table = "customers", Type = Sql("uuid"), Up = Sql("gen_random_uuid()"), Down = Sql("0") })
            .Problems.Select(p => p.Code).ShouldContain(ProblemCodes.SequenceNeedsInteger);

    [Fact]
    public void A_key_that_nothing_refers_to_is_drawn_anew()
    {
        var schema = Crm with { Tables = [Crm.Table("customers")!] };
        MigrationDraft Of(Operation operation) => MigrationDraft.Of(new Migration { Id = "0001_test", Title = "test", Operations = [operation] }, schema, "postgres");

        var draft = Of(new ChangePrimaryKey { Table = "customers", Type = Sql("UUID") });
        draft.Problems.ShouldBeEmpty();
        var change = draft.Changes.Single();
        change.Lenses.ShouldBeEmpty();
        change.PlainAdded.ShouldBe([new Column("id", "uuid", Nullable: false, "gen_random_uuid()")]);
        change.PlainDropped.Single().Identity.ShouldBe(IdentityKind.ByDefault);
        change.PrimaryKeys.Select(k => (k.Added, k.Dropped, k.EnforceLive)).ShouldBe([(false, true, false), (true, false, true)]);
        Of(new ChangePrimaryKey { Table = "customers", Type = Sql("uuid"), Default = Sql("uuidv7()") }).Changes.Single().PlainAdded.Single().Default.ShouldBe("uuidv7()");
    }

    [Fact]
    public void What_refers_to_a_drawn_key_looks_it_up()
    {
        var draft = Of(new ChangePrimaryKey { Table = "customers", Type = Sql("uuid") });

        draft.Problems.Select(p => p.Code).ShouldBe([ProblemCodes.ForeignKeysFollow, ProblemCodes.DrawnKeyIsFixed]);
        var key = draft.Changes.Single(c => c.Name == "customers").DrawnKey.ShouldNotBeNull();
        (key.Old, key.New, key.OldType, key.NewType).ShouldBe(("id", "id", "bigint", "uuid"));
        var orders = draft.Changes.Single(c => c.Name == "orders");
        orders.After!.Column("customer_id")!.Type.ShouldBe("uuid");
        var lens = orders.Lenses.Single();
        (lens.LooksUp, lens.CanBeTried, lens.Outgrows).ShouldBe((true, false, true));
        lens.Up.Single().Sql.ShouldBe(key.Follow(Side.New, "customer_id", "uuid"));
        lens.Down.Single().Sql.ShouldBe(key.Follow(Side.Old, "customer_id", "bigint"));
        orders.ForeignKeys.Select(f => (f.Added, f.Dropped)).ShouldBe([(false, true), (true, false)]);
    }

    [Fact]
    public void A_table_that_looks_its_own_key_up_has_it_in_all_rows_before_its_rows_are_kept_in_agreement()
    {
        var schema = Crm with
        {
            Tables = Crm.Tables.Select(t => t.Name != "customers" ? t : t with
            {
                Columns = [.. t.Columns, new Column("parent", "bigint")], ForeignKeys = [new ForeignKey("fk", ["parent"], "customers", ["id"])],
            }).ToValueList(),
        };
        var draft = MigrationDraft.Of(new Migration { Id = "0001_test", Title = "test", Operations = [new ChangePrimaryKey { Table = "customers", Type = Sql("uuid") }] }, schema, "postgres");
        draft.Fails.ShouldBeFalse();
        var change = draft.Changes.Single(c => c.Name == "customers");
        change.LooksItselfUp.ShouldBeTrue();
        draft.Changes.Single(c => c.Name == "orders").LooksItselfUp.ShouldBeFalse();
        var lens = change.Lenses.Single();
        lens.Up.Single().Sql.ShouldBe(change.DrawnKey!.Follow(Side.New, "parent", "uuid"));

        var keys = change.WithoutLenses();
        keys.Columns.Where(c => !c.Kept).Select(c => (c.Before?.Name, c.After?.Name)).ShouldBe([("id", null), (null, "id")], ignoreOrder: true);
        keys.After!.Column("parent").ShouldBe(change.Before!.Column("parent"));
        PhaseSteps.All(draft).First().Steps.Select(s => s switch
        {
            Expand e => $"expand {e.Change.Name} {e.KeysFirst}",
            Backfill b => $"backfill {b.Change.Name} {b.KeysFirst}",
            _ => null,
        }).OfType<string>().ShouldBe(
        [
            "expand customers True", "backfill customers True", "expand customers False", "expand orders False", "backfill customers False", "backfill orders False",
        ]);
    }

    [Theory]
    [InlineData("DEFERRABLE", true, "orders", false)]
    [InlineData(null, false, "orders", false)]
    [InlineData(null, true, "orders", true)]
    public void What_may_be_there_before_the_key_or_not_see_it_cannot_look_it_up(string? deferrable, bool validated, string table, bool forced)
    {
        var schema = Crm with
        {
            Tables = Crm.Tables.Select(t => t with { RowSecurityForced = forced && t.Name == "customers" }).Select(t => t.Name != table ? t with { ForeignKeys = [] } : t with
            {
                Columns = table == "orders" ? t.Columns : [.. t.Columns, new Column("parent", "bigint")],
                ForeignKeys = [new ForeignKey("fk", [table == "orders" ? "customer_id" : "parent"], "customers", ["id"]) { Deferrable = deferrable, Validated = validated }],
            }).ToValueList(),
        };
        MigrationDraft.Of(new Migration { Id = "0001_test", Title = "test", Operations = [new ChangePrimaryKey { Table = "customers", Type = Sql("uuid") }] }, schema, "postgres")
            .Problems.Select(p => p.Code).ShouldBe([ProblemCodes.KeyNotFound]);
    }

    [Fact]
    public void Two_keys_that_may_need_one_another_are_not_drawn_by_one_migration()
    {
        var id = new Column("id", "bigint", Nullable: false) { Identity = IdentityKind.ByDefault };
        Table Referring(string name, string column, string other) => new(name, [id, new Column(column, "bigint")])
        {
            PrimaryKey = new PrimaryKey($"{name}_pkey", ["id"]),
            ForeignKeys = [new ForeignKey($"{name}_fkey", [column], other, ["id"])],
        };
        var schema = Crm with { Tables = [Referring("accounts", "user_id", "users"), Referring("users", "account_id", "accounts")] };
        MigrationDraft.Of(
            new Migration
            {
                Id = "0001_test", Title = "test",
                Operations = [new ChangePrimaryKey { Table = "accounts", Type = Sql("uuid") }, new ChangePrimaryKey { Table = "users", Type = Sql("uuid") }],
            },
            schema, "postgres").Problems.Select(p => p.Code).ShouldContain(ProblemCodes.KeyNotFound);
    }

    [Fact]
    public void A_key_is_dropped_and_another_added()
    {
        var draft = Of(
            new DropPrimaryKey { Table = "orders" },
            new AddPrimaryKey { Table = "orders", Columns = ["customer_id", "total"], Enforce = Enforcement.Live });

        draft.Problems.ShouldBeEmpty();
        var change = draft.Changes.Single();
        change.PrimaryKeys.ShouldBe(
            [new(new PrimaryKey("orders_pkey", ["id"]), null), new(null, new PrimaryKey("orders_pkey", ["customer_id", "total"]), EnforceLive: true)]);
        SideRule.Of([change], Side.New).Single(r => r.Kind == ConstraintKind.NotNull).Live.ShouldBeTrue();
        change.ShapeDiffers.ShouldBeFalse();
    }

    [Fact]
    public void A_key_that_is_referred_to_stays() =>
        Of(new DropPrimaryKey { Table = "customers" }).Problems.Select(p => p.Code).ShouldBe([ProblemCodes.Referenced]);

    [Fact]
    public void There_is_one_primary_key_at_most()
    {
        Of(new AddPrimaryKey { Table = "orders", Columns = ["total"] }).Problems.Select(p => p.Code).ShouldBe([ProblemCodes.HasPrimaryKey]);
        Of(new DropPrimaryKey { Table = "orders" }, new DropPrimaryKey { Table = "orders" }).Problems.Select(p => p.Code).ShouldBe([ProblemCodes.NoPrimaryKey]);
        Of(new DropPrimaryKey { Table = "orders" }, new ChangePrimaryKey { Table = "orders", Type = Sql("text") })
            .Problems.Select(p => p.Code).ShouldBe([ProblemCodes.NoPrimaryKey]);
    }
}
