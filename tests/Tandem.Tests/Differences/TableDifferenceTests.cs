using Shouldly;
using Tandem.Differences;
using Tandem.Operations;
using Tandem.Schema;
using Xunit;
using Index = Tandem.Schema.Index;

namespace Tandem.Tests.Differences;

public sealed class TableDifferenceTests
{
    private static readonly DifferenceOptions Drops = new() { AllowDrop = true };

    private static readonly Table People = new("people",
    [
        new Column("id", "bigint", Nullable: false) { Identity = IdentityKind.ByDefault },
        new Column("name", "text", Nullable: false),
        new Column("age", "integer"),
    ])
    {
        PrimaryKey = new PrimaryKey("people_pkey", ["id"]),
        Checks = [new CheckConstraint("aged", "(age > 0)", ["age"])],
        Indexes = [new Index("people_name_idx", [new IndexKey("name")]) { Columns = ["name"] }],
    };

    private static readonly Table Orders = new("orders", [new Column("id", "bigint", Nullable: false), new Column("person", "bigint")])
    {
        PrimaryKey = new PrimaryKey("orders_pkey", ["id"]),
        ForeignKeys = [new ForeignKey("orders_person_fkey", ["person"], "people", ["id"])],
    };

    private static readonly DatabaseSchema Was = new("public", [Orders, People]);

    [Fact]
    public void Equal_schemas_need_nothing()
    {
        var difference = Differ.Between(Was, Was with { Tables = [Orders with { }, People with { }] });
        difference.Stages.ShouldBeEmpty();
        difference.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Texts_that_say_the_same_are_the_same() =>
        Differ.Between(Was, With(People with { Checks = [new CheckConstraint("aged", "age>0", ["age"])] })).Stages.ShouldBeEmpty();

    [Fact]
    public void A_list_of_values_is_the_same_once_it_went_through_a_dump()
    {
        DatabaseSchema Checked(string expression) => With(People with { Checks = [new CheckConstraint("aged", expression, ["name"])] });
        const string Made = "(name)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])";
        Differ.Between(Checked(Made), Checked("(name)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])")).Stages.ShouldBeEmpty();
        Differ.Between(Checked(Made), Checked("(name)::text = ANY (ARRAY[('a'::character varying)::text, ('c'::character varying)::text])")).Stages.ShouldNotBeEmpty();
    }

    [Fact]
    public void An_index_comes_with_its_comment() =>
        Differ.Operations(Was, With(People with { Indexes = [.. People.Indexes, new Index("aged", [new IndexKey("age")]) { Columns = ["age"], Comment = "For the report" }] }))
            .ShouldBe([new CreateIndex { Table = "people", Name = "aged", Columns = [new() { Name = "age" }], Comment = "For the report" }]);

    [Theory]
    [InlineData("text", "'x'", "'x'::text", true)]
    [InlineData("character varying(40)", "'x'", "('x'::character varying)", true)]
    [InlineData("text[]", "'{}'", "'{}'::text[]", true)]
    [InlineData("bigint", "-1", "'-1'::integer", true)]
    [InlineData("numeric(10,2)", "0.50", "'0.50'::numeric", true)]
    [InlineData("text", "1", "'1'::text", false)]
    [InlineData("text", "'x'", "'X'::text", false)]
    [InlineData("date", "'today'", "'today'::text", false)]
    [InlineData("character(10)", "'x'", "'x'::bpchar", true)]
    [InlineData("character varying(3)[]", "'{abcd}'", "'{abcd}'::character varying[]", true)]
    [InlineData("timestamp(0) without time zone", "'2026-01-01 10:00:00.75'", "'2026-01-01 10:00:00.75'::timestamp without time zone", true)]
    [InlineData("real", "-0.5", "'-0.5'::numeric", true)]
    [InlineData("numeric", "-5.0", "('-5.0'::numeric + 1.0)", false)]
    [InlineData("numeric", "('-5.0'::numeric + 1.0)", "('-5.0'::numeric + 2.0)", false)]
    [InlineData("bigint", "7", "'7'::numeric * 2", false)]
    [InlineData("double precision", "0.1", "'0.1'::real", false)]
    [InlineData("numeric(12,4)", "1.2345", "'1.2345'::numeric(12,1)", false)]
    [InlineData("character varying", "'abcdef'", "'abcdef'::character varying(3)", false)]
    [InlineData("timestamp without time zone", "'2026-01-01 10:00:00.75'", "'2026-01-01 10:00:00.75'::timestamp(0) without time zone", false)]
    [InlineData("integer", "EXTRACT(YEAR FROM now())", "extract('year' from now())", true)]
    [InlineData("integer", "EXTRACT(YEAR FROM now())", "extract('month' from now())", false)]
    public void A_default_is_the_same_however_the_server_writes_it(string type, string one, string other, bool same)
    {
        DatabaseSchema With(string text) => Was with { Tables = [new Table("t", [new Column("c", type, Default: text)])] };
        Differ.Between(With(one), With(other)).Stages.Count.ShouldBe(same ? 0 : 1);
    }

    [Fact]
    public void A_new_table_is_made_with_its_rules_and_its_foreign_keys_behind_all_tables()
    {
        var lines = new Table("lines", [new Column("order", "bigint", Nullable: false), new Column("place", "integer", Nullable: false, Default: "1"), new Column("code", "text")])
        {
            PrimaryKey = new PrimaryKey("lines_key", ["order", "place"]),
            Uniques = [new UniqueConstraint("lines_code_key", ["code"])],
            Checks = [new CheckConstraint("placed", "place > 0", ["place"])],
            ForeignKeys = [new ForeignKey("lines_order_fkey", ["order"], "orders", ["id"]) { OnDelete = ReferentialAction.Cascade }],
            Indexes = [new Index("lines_code_idx", [new IndexKey("code", Descending: true, Options: "COLLATE \"C\" text_pattern_ops") { Nulls = "NULLS LAST" }]) { Columns = ["code"], Options = "fillfactor='70'", Where = "code IS NOT NULL" }],
            Comment = "What is ordered",
        };

        Differ.Operations(Was, With(lines)).ShouldBe(
        [
            new CreateTable
            {
                Name = "lines",
                Columns = [new() { Name = "order", Type = new("bigint") , Nullable = true }, new() { Name = "place", Type = new("integer"), Nullable = true, Default = new("1") }, new() { Name = "code", Type = new("text") }],
                Uniques = [new() { Columns = ["code"] }],
                Checks = [new() { Name = "placed", Expression = new("place > 0") }],
                Comment = "What is ordered",
            },
            new AddPrimaryKey { Table = "lines", Columns = ["order", "place"], Name = "lines_key" },
            new CreateIndex
            {
                Table = "lines",
                Name = "lines_code_idx",
                Columns = [new() { Name = "code", Descending = true, Nulls = NullsPlace.Last, Collation = new("C"), OperatorClass = "text_pattern_ops" }],
                With = [new("fillfactor", "70")],
                Where = new("code IS NOT NULL"),
            },
            new AddForeignKey { Table = "lines", Columns = ["order"], References = new() { Table = "orders", Columns = ["id"] }, OnDelete = ReferentialAction.Cascade, Name = "lines_order_fkey" },
        ]);
    }

    [Fact]
    public void A_table_that_no_operation_makes_as_it_is_is_not_made_by_half()
    {
        var difference = Differ.Between(Was, With(new Table("scratch", [new Column("id", "bigint")]) { Unlogged = true }));
        difference.Stages.ShouldBeEmpty();
        Differ.Found(difference).ShouldBe(["TDM1404 scratch"]);
    }

    [Fact]
    public void A_table_that_goes_waits_for_consent()
    {
        var to = Was with { Tables = [People] };
        var difference = Differ.Between(Was, to);
        difference.Stages.ShouldBeEmpty();
        Differ.Found(difference).ShouldBe(["TDM1403 orders"]);
        Differ.Operations(Was, to, Drops).ShouldBe([new DropTable { Table = "orders" }]);
    }

    [Fact]
    public void What_refers_to_a_table_that_goes_goes_before_it()
    {
        var to = Was with { Tables = [Orders with { ForeignKeys = [] }] };
        Differ.Operations(Was, to, Drops).ShouldBe([new DropForeignKey { Table = "orders", Name = "orders_person_fkey" }, new DropTable { Table = "people" }]);
        Differ.Operations(Was, new DatabaseSchema("public", []), Drops)
            .ShouldBe([new DropForeignKey { Table = "orders", Name = "orders_person_fkey" }, new DropTable { Table = "orders" }, new DropTable { Table = "people" }]);
    }

    [Fact]
    public void A_rename_is_never_guessed()
    {
        var to = Was with { Tables = [Orders with { ForeignKeys = [Orders.ForeignKeys[0] with { ReferencedTable = "persons" }] }, Renamed("persons")] };
        var difference = Differ.Between(Was, to, Drops);
        difference.Stages.ShouldBeEmpty();
        difference.Questions.ShouldBe([new OpenQuestion("people", null, ["persons"])]);
        Differ.Found(difference).ShouldBe(["TDM1401 people"]);
        difference.Problems[0].EffectiveRemedy.ShouldContain("--rename people=persons");

        Differ.Operations(Was, to, new() { Renames = ["people=persons"] }).ShouldBe(
        [
            new RenameTable { From = "people", To = "persons" },
            new RenameIndex { Table = "persons", From = "people_name_idx", To = "persons_name_idx" },
            new RenameConstraint { Table = "persons", From = "people_pkey", To = "persons_pkey" },
        ], ignoreOrder: true);

        Differ.Operations(Was, to, Drops with { NotRenamed = ["people"] }).Select(o => o.GetType().Name)
            .ShouldBe(["DropForeignKey", "CreateTable", "CreateIndex", "AddForeignKey", "DropTable"]);
    }

    [Fact]
    public void A_column_is_asked_about_where_one_of_its_type_comes()
    {
        var called = People with { Columns = [People.Columns[0], new Column("called", "text", Nullable: false), People.Columns[2]], Indexes = [new Index("people_name_idx", [new IndexKey("called")]) { Columns = ["called"] }] };
        var difference = Differ.Between(Was, With(called), Drops);
        difference.Stages.ShouldBeEmpty();
        difference.Questions.ShouldBe([new OpenQuestion("people", "name", ["called"])]);

        Differ.Operations(Was, With(called), new() { Renames = ["people.name=called"] }).ShouldBe([new RenameColumn { Table = "people", From = "name", To = "called" }]);

        var apart = Differ.Between(Was, With(called), Drops with { NotRenamed = ["people.name"], IgnoreColumnOrder = true, Up = ["people.called='?'"], Down = ["people.name='?'"] });
        Differ.Found(apart).ShouldBeEmpty();
        apart.Stages.ShouldHaveSingleItem().ShouldBe(
        [
            new DropColumn { Table = "people", Column = "name", Down = new("'?'") },
            new AddColumn { Table = "people", Name = "called", Type = new("text"), Nullable = false, Up = new("'?'") },
            new CreateIndex { Table = "people", Name = "people_name_idx", Columns = [new() { Name = "called" }] },
        ]);
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("sqlite")]
    public void A_column_that_a_later_migration_drops_keeps_its_expression(string engine)
    {
        static DatabaseSchema Keyed(string table, string key) => new("public",
        [
            new Table(table, [new Column(key, "bigint", Nullable: false), new Column("name", "text")]) { PrimaryKey = new PrimaryKey("people_pkey", [key]) },
            Orders with { ForeignKeys = [new ForeignKey("orders_person_fkey", ["person"], table, [key])] },
        ]);
        var options = Drops with { Renames = ["folk=people"], NotRenamed = ["folk.id"], IgnoreColumnOrder = true, Up = ["people.number=id"], Down = ["folk.id=number"] };
        var difference = Differ.Between(Keyed("folk", "id"), Keyed("people", "number"), options, engine);
        Differ.Found(difference).Distinct().ShouldBe(["TDM1410 "]);
        difference.Stages.SelectMany(s => s).OfType<DropColumn>().ShouldBe([new DropColumn { Table = "people", Column = "id", Down = new("number") }]);
    }

    [Fact]
    public void Columns_of_different_types_are_two_things_and_a_drop_waits_for_consent()
    {
        var born = People with { Columns = [People.Columns[0], People.Columns[1], new Column("born", "date")], Checks = [] };
        var difference = Differ.Between(Was, With(born));
        Differ.Found(difference).ShouldBe(["TDM1403 people.age"]);
        difference.Stages.ShouldHaveSingleItem().ShouldBe([new AddColumn { Table = "people", Name = "born", Type = new("date") }]);

        Differ.Operations(Was, With(born), Drops).ShouldBe(
        [
            new DropColumn { Table = "people", Column = "age" },
            new AddColumn { Table = "people", Name = "born", Type = new("date") },
        ]);
    }

    [Fact]
    public void What_names_something_that_waits_for_an_answer_waits_too()
    {
        var from = Was with { Views = [new View("names", "SELECT people.name FROM people")] };
        var called = People with { Columns = [People.Columns[0], new Column("called", "text", Nullable: false), People.Columns[2]], Indexes = [] };
        var to = With(called) with { Views = [new View("names", "SELECT people.called AS name FROM people"), new View("new_names", "SELECT called FROM people"), new View("numbers", "SELECT people.id FROM people")] };
        Differ.Between(from, to).Stages.ShouldHaveSingleItem().ShouldBe([new CreateView { Name = "numbers", Query = new("SELECT people.id FROM people") }]);
    }

    [Fact]
    public void A_column_gets_its_type_default_and_rule()
    {
        var to = With(People with
        {
            Columns = [People.Columns[0], new Column("name", "text", Default: "'?'"), new Column("age", "smallint", Nullable: false, Default: "0") { Comment = "in years" }],
        });
        Differ.Operations(Was, to).ShouldBe(
        [
            new SetDefault { Table = "people", Column = "name", Default = new("'?'") },
            new DropNotNull { Table = "people", Column = "name" },
            new ChangeType { Table = "people", Column = "age", Type = new("smallint"), Nullable = false, Default = new("0") },
            new SetComment { Name = "people", Column = "age", Comment = "in years" },
        ]);
        Differ.Operations(Was, With(People with { Columns = [.. People.Columns.Take(2), new Column("age", "text")], Checks = [] }), new() { Up = ["people.age=age || ' y'"], Down = ["people.age=rtrim(age, ' y')::integer"] })
            .ShouldBe([new DropCheck { Table = "people", Name = "aged" }, new ChangeType { Table = "people", Column = "age", Type = new("text"), Up = new("age || ' y'"), Down = new("rtrim(age, ' y')::integer") }]);
    }

    [Fact]
    public void A_default_that_goes_with_the_type_is_dropped_in_words()
    {
        var from = With(People with { Columns = [.. People.Columns.Take(2), new Column("age", "integer", Default: "1")] });
        var to = With(People with { Columns = [.. People.Columns.Take(2), new Column("age", "bigint")] });
        Differ.Operations(from, to).ShouldBe([new AlterColumn { Table = "people", Column = "age", Type = new("bigint"), DropDefault = true }]);
    }

    [Fact]
    public void A_key_leads_what_refers_to_it_along()
    {
        var from = new DatabaseSchema("public", [Orders, People with { Columns = [new Column("id", "bigint", Nullable: false), .. People.Columns.Skip(1)] }]);
        var to = new DatabaseSchema("public",
        [
            Orders with { Columns = [Orders.Columns[0], new Column("person", "integer")] },
            People with { Columns = [new Column("id", "integer", Nullable: false), .. People.Columns.Skip(1)] },
        ]);
        var difference = Differ.Between(from, to, new() { IgnoreColumnOrder = true });
        difference.Stages.ShouldHaveSingleItem().ShouldBe([new ChangeType { Table = "people", Column = "id", Type = new("integer") }]);
    }

    [Theory]
    [InlineData("postgres", "\"C\"")]
    [InlineData("sqlite", "NOCASE")]
    public void A_new_table_keeps_what_is_said_about_its_columns(string engine, string collation)
    {
        var key = new PrimaryKey(engine == "sqlite" ? null : "labels_pkey", ["id"]);
        var labels = new Table("labels",
        [
            new Column("id", "integer", Nullable: false), new Column("label", "text") { Collation = collation },
            new Column("shown", "text", Nullable: false) { Generated = "upper(label)", GeneratedStored = true }, new Column("read", "text") { Generated = "lower(label)" },
        ])
        {
            PrimaryKey = key,
        };
        var made = Differ.Operations(new DatabaseSchema("s", []), new DatabaseSchema("s", [labels]), engine: engine).ShouldHaveSingleItem().ShouldBeOfType<CreateTable>();
        made.Columns.Skip(1).ShouldBe(
        [
            new() { Name = "label", Type = new("text"), Collation = new(collation) },
            new() { Name = "shown", Type = new("text"), Nullable = false, Generated = new("upper(label)"), Stored = true },
            new() { Name = "read", Type = new("text"), Generated = new("lower(label)") },
        ]);
    }

    [Fact]
    public void A_new_table_keeps_how_SQLite_stores_it()
    {
        var labels = new Table("labels", [new Column("id", "TEXT", Nullable: false), new Column("label", "ANY")]) { PrimaryKey = new PrimaryKey(null, ["id"]), Strict = true, WithoutRowId = true };
        var made = Differ.Operations(new DatabaseSchema("main", []), new DatabaseSchema("main", [labels]), engine: "sqlite").ShouldHaveSingleItem().ShouldBeOfType<CreateTable>();
        made.ShouldSatisfyAllConditions(t => t.Strict.ShouldBeTrue(), t => t.WithoutRowid.ShouldBeTrue());
    }

    [Fact]
    public void A_generated_column_that_is_computed_otherwise_is_made_again()
    {
        Table Shown(string expression) => People with { Columns = [.. People.Columns, new Column("shown", "text") { Generated = expression }] };
        var operations = Differ.Operations(With(Shown("upper(name)")), With(Shown("lower(name)")));
        operations.ShouldBe([new DropColumn { Table = "people", Column = "shown" }, new AddColumn { Table = "people", Name = "shown", Type = new("text"), Generated = new("lower(name)") }]);
    }

    [Fact]
    public void Rules_come_go_and_get_other_names()
    {
        var to = Was with
        {
            Tables =
            [
                Orders with { ForeignKeys = [Orders.ForeignKeys[0] with { OnDelete = ReferentialAction.SetNull }] },
                People with
                {
                    PrimaryKey = new PrimaryKey("key", ["id"]),
                    Uniques = [new UniqueConstraint("one", ["name", "age"])],
                    Checks = [new CheckConstraint("of_age", "age > 0", ["age"])],
                    Indexes = [new Index("by_age", [new IndexKey("age")]) { Columns = ["age"] }, new Index("by_name", [new IndexKey("name")]) { Columns = ["name"] }],
                },
            ],
        };
        Differ.Operations(Was, to).ShouldBe(
        [
            new DropForeignKey { Table = "orders", Name = "orders_person_fkey" },
            new RenameConstraint { Table = "people", From = "people_pkey", To = "key" },
            new RenameIndex { Table = "people", From = "people_name_idx", To = "by_name" },
            new RenameConstraint { Table = "people", From = "aged", To = "of_age" },
            new AddUnique { Table = "people", Columns = ["name", "age"], Name = "one" },
            new CreateIndex { Table = "people", Name = "by_age", Columns = [new() { Name = "age" }] },
            new AddForeignKey { Table = "orders", Columns = ["person"], References = new() { Table = "people", Columns = ["id"] }, OnDelete = ReferentialAction.SetNull, Name = "orders_person_fkey" },
        ]);
        Differ.Operations(Was, With(People with { Checks = [], Indexes = [] })).ShouldBe([new DropCheck { Table = "people", Name = "aged" }, new DropIndex { Table = "people", Name = "people_name_idx" }]);
    }

    [Fact]
    public void Rules_that_may_wait_are_made_so()
    {
        const string Late = "DEFERRABLE INITIALLY DEFERRED";
        var late = new ForeignKey("orders_person_fkey", ["person"], "people", ["id"]) { Deferrable = "DEFERRABLE INITIALLY IMMEDIATE" };
        var to = Was with
        {
            Tables =
            [
                Orders with { ForeignKeys = [late] }, People with { Uniques = [new UniqueConstraint("one", ["name"], NullsNotDistinct: true)] },
                new Table("lines", [new Column("code", "text")]) { Uniques = [new UniqueConstraint("lines_code_key", ["code"], Deferrable: Late)] },
            ],
        };
        Differ.Operations(Was, to).ShouldBe(
        [
            new DropForeignKey { Table = "orders", Name = "orders_person_fkey" },
            new CreateTable { Name = "lines", Columns = [new() { Name = "code", Type = new("text") }], Uniques = [new() { Columns = ["code"], Deferrable = Deferral.Deferred }] },
            new AddUnique { Table = "people", Columns = ["name"], Name = "one", NullsNotDistinct = true },
            new AddForeignKey
            {
                Table = "orders", Columns = ["person"], References = new() { Table = "people", Columns = ["id"] }, Name = "orders_person_fkey", Deferrable = Deferral.Immediate,
            },
        ]);
    }

    [Fact]
    public void A_rule_that_no_operation_makes_does_not_cost_the_one_that_is_there()
    {
        var from = With(People with { Uniques = [new UniqueConstraint("one", ["name"])] });
        var to = With(People with { Uniques = [new UniqueConstraint("one", ["name"]) { Definition = "UNIQUE (name) INCLUDE (age)" }], Indexes = [new Index("people_name_idx", [new IndexKey("name")], Unique: true) { Columns = ["name"] }] });
        var difference = Differ.Between(from, to);
        difference.Stages.ShouldHaveSingleItem().ShouldBe(
        [
            new DropIndex { Table = "people", Name = "people_name_idx" },
            new CreateIndex { Table = "people", Name = "people_name_idx", Columns = [new() { Name = "name" }], Unique = true },
        ]);
        difference.Problems.ShouldHaveSingleItem().Message.ShouldBe("The table people is not brought there: unique constraint one: definition was not set, is UNIQUE (name) INCLUDE (age). No operation says that.");
    }

    [Fact]
    public void Primary_keys_come_and_go()
    {
        var bare = With(Orders with { PrimaryKey = null });
        Differ.Operations(bare, Was).ShouldBe([new AddPrimaryKey { Table = "orders", Columns = ["id"] }]);
        Differ.Operations(Was, bare).ShouldBe([new DropPrimaryKey { Table = "orders" }]);
    }

    [Fact]
    public void A_rule_stays_where_the_key_that_takes_its_place_cannot_come()
    {
        var named = People with { Uniques = [new UniqueConstraint("people_name_key", ["name"])] };
        Differ.Between(With(named), With(People with { PrimaryKey = new PrimaryKey("people_pkey", ["name"]) })).Stages.SelectMany(s => s).ShouldBeEmpty();
    }

    [Fact]
    public void A_foreign_key_waits_until_no_older_rule_of_its_columns_goes()
    {
        var was = With(People with { Indexes = [new Index("people_name", [new IndexKey("name")]) { Columns = ["name"], Unique = true }] });
        var to = With(People with { Indexes = [], Uniques = [new UniqueConstraint("people_name", ["name"])] });
        to = to.Replace("orders", Orders with { Columns = [.. Orders.Columns, new Column("called", "text")], ForeignKeys = [.. Orders.ForeignKeys, new ForeignKey("named", ["called"], "people", ["name"])] });
        var stages = Differ.Between(was, to).Stages;
        stages.Count.ShouldBe(2);
        stages[1].ShouldBe([new AddForeignKey { Table = "orders", Name = "named", Columns = ["called"], References = new() { Table = "people", Columns = ["name"] } }]);
    }

    [Fact]
    public void A_foreign_key_into_another_schema_names_it()
    {
        var key = new ForeignKey("elsewhere", ["person"], "other.people", ["id"]) { ReferencedSchema = "other" };
        Differ.Operations(Was, Was.Replace("orders", Orders with { ForeignKeys = [.. Orders.ForeignKeys, key] })).ShouldBe(
            [new AddForeignKey { Table = "orders", Name = "elsewhere", Columns = ["person"], References = new() { Schema = "other", Table = "people", Columns = ["id"] } }]);
    }

    [Fact]
    public void Columns_in_another_order_are_told_or_left_out()
    {
        var to = With(People with { Columns = [People.Columns[0], People.Columns[2], People.Columns[1]] });
        Differ.Found(Differ.Between(Was, to)).ShouldBe(["TDM1405 people"]);
        Differ.Between(Was, to, new() { IgnoreColumnOrder = true }).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_set_on_a_table_is_set()
    {
        var to = With(People with { Comment = "Who", RowSecurity = true, ReplicaIdentity = "FULL" });
        Differ.Operations(Was, to).ShouldBe(
        [
            new SetReplicaIdentity { Table = "people", Identity = ReplicaIdentityKind.Full },
            new SetRowSecurity { Table = "people", Enabled = true },
            new SetComment { Name = "people", Comment = "Who" },
        ]);
        Differ.Operations(Was, to, new() { IgnoreAccess = true }).OfType<SetRowSecurity>().ShouldBeEmpty();
    }

    [Fact]
    public void Options_that_name_nothing_are_reported() =>
        Differ.Found(Differ.Between(Was, Was, new() { Renames = ["people.nam=called", "people=x", "people.name"], NotRenamed = ["y"], Up = ["people.name", "z=1"] }))
            .ShouldBe(["TDM1402 ", "TDM1402 ", "TDM1402 ", "TDM1402 ", "TDM1402 ", "TDM1402 "]);

    [Fact]
    public void SQLite_gives_names_to_rules_that_have_none_and_takes_them_for_the_same()
    {
        var bare = new Table("codes", [new Column("code", "TEXT"), new Column("rank", "INT")]) { PrimaryKey = new PrimaryKey(null, ["code"]) };
        var to = new DatabaseSchema("main",
        [
            bare with
            {
                Uniques = [new UniqueConstraint(null, ["rank"])],
                Checks = [new CheckConstraint(null, "rank > 0", ["rank"]), new CheckConstraint(null, "rank < 9", ["rank"])],
            },
        ]);
        var difference = Differ.Between(new DatabaseSchema("main", []), to, engine: "sqlite");
        Differ.Found(difference).ShouldBe(["TDM1408 codes.code"]);
        difference.Stages.ShouldHaveSingleItem().ShouldBe(
        [
            new CreateTable
            {
                Name = "codes",
                Columns = [new() { Name = "code", Type = new("TEXT") }, new() { Name = "rank", Type = new("INT") }],
                PrimaryKey = ["code"],
                Uniques = [new() { Columns = ["rank"] }],
                Checks = [new() { Name = "codes_rank_check", Expression = new("rank > 0") }, new() { Name = "codes_rank_check2", Expression = new("rank < 9") }],
            },
        ]);
    }

    private static DatabaseSchema With(Table table) => Was.Replace(table.Name, table);

    private static Table Renamed(string name) => People with { Name = name, PrimaryKey = new PrimaryKey($"{name}_pkey", ["id"]), Indexes = [new Index($"{name}_name_idx", [new IndexKey("name")]) { Columns = ["name"] }] };
}
