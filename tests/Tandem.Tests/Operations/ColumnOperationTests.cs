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

public sealed class ColumnOperationTests
{
    [Fact]
    public void A_rename_shares_the_storage_and_follows_into_keys_and_foreign_keys_of_other_tables()
    {
        var draft = Of(new RenameColumn { Table = "customers", From = "id", To = "number" });

        draft.Problems.ShouldBeEmpty();
        var customers = draft.Changes.Single(c => c.Name == "customers");
        customers.Carried.Single(c => c.Before!.Name == "id").After!.Name.ShouldBe("number");
        customers.After!.PrimaryKey!.Columns.ShouldBe(["number"]);
        customers.Lenses.ShouldBeEmpty();
        var orders = draft.Changes.Single(c => c.Name == "orders");
        orders.ForeignKeys.Single().After!.ReferencedColumns.ShouldBe(["number"]);
        orders.ShapeDiffers.ShouldBeFalse();
    }

    [Fact]
    public void A_type_change_is_a_lens_that_rebuilds_what_hangs_on_the_column()
    {
        var draft = Of(new ChangeType { Table = "customers", Column = "email", Type = Sql("citext") });

        draft.Problems.ShouldBeEmpty();
        var change = draft.Changes.Single();
        change.Lenses.Single().ShouldBe(new Lens(
            ["email"], ["email"],
            [new LensExpression("email", "CAST(\"email\" AS citext)")],
            [new LensExpression("email", "CAST(\"email\" AS text)")]));
        change.Uniques.Select(u => (u.Before is null, u.After is null)).ShouldBe([(false, true), (true, false)]);
        change.After!.Columns.Select(c => c.Name).ShouldBe(["id", "name", "status", "email", "note"]);
    }

    [Fact]
    public void A_split_puts_the_new_columns_where_the_old_one_stood()
    {
        var draft = Of(
            new DropIndex { Table = "customers", Name = "customers_lower_name" },
            new SplitColumn
            {
                Table = "customers",
                Column = "name",
                Into =
                [
                    new SplitTarget { Name = "first_name", Type = Sql("text"), Nullable = false, Up = Sql("split_part(name, ' ', 1)") },
                    new SplitTarget { Name = "last_name", Type = Sql("text"), Up = Sql("split_part(name, ' ', 2)") },
                ],
                Down = Sql("first_name || ' ' || last_name"),
            });

        draft.Problems.ShouldBeEmpty();
        var change = draft.Changes.Single();
        change.After!.Columns.Select(c => c.Name).ShouldBe(["id", "first_name", "last_name", "status", "email", "note"]);
        change.Lenses.Single().Old.ShouldBe(["name"]);
        change.Lenses.Single().New.ShouldBe(["first_name", "last_name"]);
        change.Indexes.Single(i => i.Before!.Name == "customers_lower_name").Dropped.ShouldBeTrue();
    }

    [Fact]
    public void A_merge_names_every_source_with_its_way_back()
    {
        var draft = Of(new MergeColumns
        {
            Table = "customers",
            From = [new MergeSource { Name = "status", Down = Sql("'a'") }, new MergeSource { Name = "email", Down = Sql("'b'") }],
            Into = new MergeTarget { Name = "both", Type = Sql("text") },
            Up = Sql("status || email"),
        });

        draft.Problems.ShouldAllBe(p => p.Code == ProblemCodes.GoesAlong);
        var lens = draft.Changes.Single().Lenses.Single();
        lens.Old.ShouldBe(["status", "email"]);
        lens.Down.Select(d => d.Column).ShouldBe(["status", "email"]);
    }

    [Fact]
    public void A_required_column_without_value_is_refused_with_a_remedy()
    {
        var draft = Of(new AddColumn { Table = "customers", Name = "vat", Type = Sql("text"), Nullable = false });

        draft.Problems.Single().Code.ShouldBe(ProblemCodes.RequiredWithoutValue);
    }

    [Fact]
    public void A_new_column_with_an_expression_is_a_lens_without_an_old_side()
    {
        var draft = Of(new AddColumn { Table = "customers", Name = "upper_name", Type = Sql("text"), Up = Sql("upper(name)") });

        var lens = draft.Changes.Single().Lenses.Single();
        lens.Old.ShouldBeEmpty();
        lens.Down.ShouldBeEmpty();
        draft.Changes.Single().PlainAdded.ShouldBeEmpty();
    }

    [Fact]
    public void A_numbered_column_is_required_and_takes_no_lens()
    {
        var draft = Of(new AddColumn { Table = "customers", Name = "no", Type = Sql("int8"), Identity = IdentityKind.Always });

        draft.Problems.ShouldBeEmpty();
        draft.Changes.Single().PlainAdded.Single().ShouldBe(new Column("no", "int8", Nullable: false) { Identity = IdentityKind.Always });
    }

    [Fact]
    public void A_generated_column_keeps_its_expression()
    {
        var draft = Of("sqlite", new AddColumn { Table = "customers", Name = "n", Type = Sql("integer"), Generated = Sql("length(name)"), Stored = true });

        draft.Problems.ShouldBeEmpty();
        draft.Changes.Single().PlainAdded.Single().ShouldBe(new Column("n", "integer") { Generated = "length(name)", GeneratedStored = true });
    }

    [Fact]
    public void What_the_database_fills_is_refused_where_it_cannot_be()
    {
        var column = new AddColumn { Table = "customers", Name = "no", Type = Sql("integer") };
        var numbered = column with { Identity = IdentityKind.ByDefault };
        var computed = column with { Generated = Sql("length(name)") };

        string Refused(string engine, AddColumn operation) => string.Join(", ", Of(engine, operation).Problems.Select(p => p.Code.Id));
        Refused("postgres", numbered with { Up = Sql("1") }).ShouldBe("TDM2014");
        Refused("postgres", numbered with { Default = Sql("1") }).ShouldBe("TDM2014");
        Refused("postgres", numbered with { Generated = Sql("1") }).ShouldBe("TDM2014");
        Refused("postgres", computed with { Up = Sql("1") }).ShouldBe("TDM2014");
        Refused("postgres", computed with { Nullable = false }).ShouldBe("TDM2014");
        Refused("postgres", column with { Stored = true }).ShouldBe("TDM2014");
        Refused("postgres", numbered with { Identity = IdentityKind.Serial }).ShouldBe("TDM2116");
        Refused("postgres", numbered with { Type = Sql("text") }).ShouldBe("TDM2063");
        Refused("sqlite", numbered).ShouldBe("TDM2030");
        Refused("postgres", column with { Default = Sql("1"), Up = Sql("2") }).ShouldBe("");
    }

    [Theory]
    [InlineData("name", "TDM2011")]
    [InlineData("id", "TDM2005")]
    [InlineData("nothing", "TDM2002")]
    public void Dropping_a_column_is_refused_where_it_would_lose_or_break_something(string column, string code)
    {
        var draft = Of(new DropColumn { Table = "customers", Column = column });

        draft.Problems.ShouldContain(p => p.Code.Id == code);
    }

    [Fact]
    public void Dropping_a_required_column_without_default_asks_for_the_way_back()
    {
        var draft = Of(
            new DropIndex { Table = "customers", Name = "customers_lower_name" },
            new DropColumn { Table = "customers", Column = "name" });

        draft.Problems.Single().Code.ShouldBe(ProblemCodes.DroppedRequired);
    }

    [Fact]
    public void Rules_over_a_column_of_another_type_are_made_again_in_the_names_that_come_after()
    {
        var draft = Of(
            new RenameColumn { Table = "customers", From = "note", To = "remark" },
            new ChangeType { Table = "customers", Column = "remark", Type = Sql("varchar(200)") },
            new ChangeType { Table = "customers", Column = "name", Type = Sql("varchar(80)") });

        draft.Problems.Select(p => p.Code.Id).ShouldBe(["TDM2020", "TDM2020"]);
        var change = draft.Changes.Single();
        change.Checks.Select(c => (c.Before?.Expression, c.After?.Expression)).ShouldBe([("length(note) < 100", null), (null, "length(\"remark\") < 100")]);
        change.Indexes.Where(i => !i.Kept).Select(i => (i.Before?.Keys[0].Expression, i.After?.Keys[0].Expression)).ShouldBe([("lower(name)", null), (null, "lower(name)")]);
    }

    [Fact]
    public void A_rule_that_a_migration_adds_follows_a_name_that_it_gives_later()
    {
        var draft = Of(
            new AddCheck { Table = "customers", Name = "fits", Expression = Sql("note <> email") },
            new RenameColumn { Table = "customers", From = "note", To = "the \"note\"" });

        draft.Changes.Single().Checks.Single(c => c.Added).After!.Expression.ShouldBe("\"the \"\"note\"\"\" <> email");
    }

    [Fact]
    public void Rules_over_a_column_alone_go_with_it_and_others_are_asked_for()
    {
        var draft = Of(new AddCheck { Table = "customers", Name = "fits", Expression = Sql("note <> email") }, new DropColumn { Table = "customers", Column = "note" });

        draft.Problems.Select(p => p.Code.Id).ShouldBe(["TDM2008"]);
        Of(new DropColumn { Table = "customers", Column = "note" }).Problems.Select(p => p.Code.Id).ShouldBe(["TDM2015"]);
    }

    [Fact]
    public void A_generated_column_goes_without_a_way_back_of_its_own()
    {
        var table = new Table("sums", [new Column("id", "integer", Nullable: false), new Column("twice", "integer", Nullable: false) { Generated = "id * 2" }]) { PrimaryKey = new PrimaryKey("sums_pkey", ["id"]) };
        string Codes(DropColumn drop) => string.Join(", ", MigrationDraft.Of(
            new Migration { Id = "0001_test", Title = "test", Operations = [drop] }, new DatabaseSchema("public", [table]), "postgres").Problems.Select(p => p.Code.Id));
        var drop = new DropColumn { Table = "sums", Column = "twice" };
        Codes(drop).ShouldBe("");
        Codes(drop with { Down = Sql("id * 2") }).ShouldBe("TDM2005");
    }

    [Theory]
    [InlineData("NULL::text", true)]
    [InlineData("null", true)]
    [InlineData("CAST(NULL AS character varying)", true)]
    [InlineData("(NULL::character varying(3)[])", true)]
    [InlineData("NULL::text || 'a'", false)]
    [InlineData("'NULL'::text", false)]
    public void A_default_that_is_null_fits_every_type(string text, bool isNull) =>
        new Column("a", "text", Default: text).DefaultValue.ShouldBe(isNull ? null : text);

    [Fact]
    public void A_column_cannot_be_changed_by_two_lenses_of_one_migration()
    {
        var draft = Of(
            new ChangeType { Table = "customers", Column = "email", Type = Sql("citext") },
            new ChangeType { Table = "customers", Column = "email", Type = Sql("varchar(20)") });

        draft.Problems.Single().Code.ShouldBe(ProblemCodes.ChangedTwice);
    }

    [Fact]
    public void All_problems_are_reported_at_once()
    {
        var draft = Of(
            new RenameColumn { Table = "nowhere", From = "a", To = "b" },
            new RenameColumn { Table = "customers", From = "nothing", To = "b" },
            new RenameColumn { Table = "customers", From = "name", To = "status" });

        draft.Problems.Select(p => p.Code.Id).ShouldBe(["TDM2001", "TDM2002", "TDM2004"]);
    }

    [Fact]
    public void An_expression_for_the_other_engine_only_is_refused()
    {
        var draft = Of("sqlite", new AddColumn
        {
            Table = "customers", Name = "x", Type = Sql("text"), Up = new SqlText(null, Postgres: "split_part(name, ' ', 1)"),
        });

        draft.Problems.ShouldContain(p => p.Code == ProblemCodes.NoExpression);
    }

    [Fact]
    public void A_default_that_may_not_fit_the_new_type_must_be_given_anew()
    {
        var draft = Of(new ChangeType { Table = "customers", Column = "status", Type = Sql("integer"), Up = Sql("1"), Down = Sql("'x'") });

        draft.Problems.Single().Code.ShouldBe(ProblemCodes.Incomplete);
        Of(new ChangeType { Table = "customers", Column = "status", Type = Sql("varchar(20)"), Up = Sql("status::text || 'x'") })
            .Problems.Single().Code.ShouldBe(ProblemCodes.Incomplete);
    }

    [Theory]
    [InlineData("0", "integer", "bigint", "0")]
    [InlineData("'-1'::integer", "integer", "numeric", "-1")]
    [InlineData("70000", "integer", "smallint", null)]
    [InlineData("0.5", "numeric(5,2)", "double precision", "0.5")]
    [InlineData("0.5", "numeric(5,2)", "integer", null)]
    [InlineData("4.99", "numeric(4,2)", "numeric(8, 2)", "4.99")]
    [InlineData("4.99", "numeric(4,2)", "numeric(8,1)", null)]
    [InlineData("-100", "integer", "numeric(4,2)", null)]
    [InlineData("'-099'::text", "text", "smallint", "-99")]
    [InlineData("'x'::text", "text", "integer", null)]
    [InlineData("70000", "integer", "text", "'70000'")]
    [InlineData("70000", "integer", "varchar(4)", null)]
    [InlineData("0.50", "numeric(5,2)", "text", null)]
    [InlineData("'new''s'::character varying", "varchar(20)", "text", "'new''s'")]
    [InlineData("'new'::text", "text", "varchar(2)", null)]
    [InlineData("'{}'::json", "json", "jsonb", "'{}'")]
    [InlineData("now()", "timestamp without time zone", "timestamptz", "now()")]
    [InlineData("nextval('s'::regclass)", "integer", "bigint", null)]
    [InlineData("'new'::text", "text", "state", null)]
    public void A_default_that_fits_the_new_type_is_kept(string value, string from, string to, string? expected) =>
        FittingDefault.Of(value, from, to, cast: true).ShouldBe(expected);

    [Theory]
    [InlineData(null)]
    [InlineData("status")]
    [InlineData("\"status\"::character varying(20)")]
    public void A_type_changes_with_its_default(string? up)
    {
        var draft = Of(new ChangeType { Table = "customers", Column = "status", Type = Sql("varchar(20)"), Up = up is null ? null : Sql(up) });

        draft.Problems.ShouldBeEmpty();
        draft.Changes.Single().After!.Columns.Single(c => c.Name == "status").Default.ShouldBe("'new'");
    }
}
