using Shouldly;
using Tandem.Migrations;
using Tandem.Migrations.Imports;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;
using Xunit;

namespace Tandem.Tests.Migrations.Imports;

public sealed class PgrollHistoryTests
{
    private const string Shop = """
        operations:
          - create_table:
              name: shelves
              comment: where books stand
              columns:
                - { name: id, type: bigserial, pk: true }
                - { name: label, type: text, unique: true }
                - name: room
                  type: int
                  nullable: true
                  check: { name: room_positive, constraint: room > 0 }
              constraints:
                - { name: label_room, type: unique, columns: [ label, room ] }
                - { name: no_overlap, type: exclude, exclude: { index_method: gist, elements: "label WITH =" } }
          - create_table:
              name: books
              columns:
                - { name: id, type: int, pk: true, generated: { identity: { user_specified_values: BY DEFAULT } } }
                - { name: title, type: varchar(100), default: "'untitled'", comment: as printed }
                - { name: shelf, type: bigint, nullable: true, references: { name: fk_shelf, table: shelves, column: id, on_delete: SET NULL } }
        """;

    [Fact]
    public void A_table_comes_with_its_rules()
    {
        var history = Read(("01_shop.yaml", Shop));
        history.Problems.ShouldBeEmpty();
        history.Migrations.Select(m => m.Id).ShouldBe(["01_shop", "01_shop_2", "01_shop_3"]);
        var shelves = Operations(history, 0).OfType<CreateTable>().Single();
        shelves.PrimaryKey.ShouldBe(["id"]);
        shelves.Columns[0].ShouldSatisfyAllConditions(c => c.Identity.ShouldBe(IdentityKind.Serial), c => c.Type.Any.ShouldBe("bigint"));
        shelves.Columns[1].Nullable.ShouldBeFalse();
        shelves.Uniques!.Select(u => string.Join(',', u.Columns)).ShouldBe(["label", "label,room"]);
        shelves.Checks!.Single().Expression.Any.ShouldBe("room > 0");
        Operations(history, 1).OfType<Sql>().Single().Up.Any.ShouldBe("ALTER TABLE \"shelves\" ADD CONSTRAINT \"no_overlap\" EXCLUDE USING gist (label WITH =)");
        var books = Operations(history, 2).OfType<CreateTable>().Single();
        books.Columns[0].Identity.ShouldBe(IdentityKind.ByDefault);
        books.ForeignKeys!.Single().OnDelete.ShouldBe(ReferentialAction.SetNull);
        books.Columns[1].Comment.ShouldBe("as printed");
    }

    [Fact]
    public void A_primary_key_comes_and_goes_as_one()
    {
        var history = Read(
            ("01_tasks.yaml", "operations:\n  - create_table:\n      name: tasks\n      columns: [ { name: id, type: serial }, { name: title, type: text } ]\n  - create_constraint: { name: tasks_pkey, table: tasks, columns: [ id ], type: primary_key, up: { id: id }, down: { id: id } }\n"),
            ("02_drop.json", """{ "operations": [ { "drop_constraint": { "table": "tasks", "name": "tasks_pkey", "up": "id", "down": "id" } } ] }"""));
        history.Problems.Where(p => p.Severity != Severity.Note).ShouldBeEmpty();
        Operations(history, 0).OfType<AddPrimaryKey>().Single().ShouldSatisfyAllConditions(k => k.Columns.ShouldBe(["id"]), k => k.Name.ShouldBe("tasks_pkey"));
        Operations(history, 1).Single().ShouldBeOfType<DropPrimaryKey>().Table.ShouldBe("tasks");
    }

    [Fact]
    public void Every_operation_has_its_own()
    {
        var history = Read(("01_shop.yaml", Shop), ("02_rest.yaml", """
            operations:
              - add_column: { table: books, up: "SELECT upper(title)", column: { name: loud, type: text, unique: true, check: { name: loud_set, constraint: "loud <> ''" } } }
              - rename_column: { table: books, from: loud, to: noisy }
              - drop_column: { table: books, column: shelf, down: "1" }
              - create_index: { name: by_title, table: books, columns: { title: { sort: DESC } }, predicate: "title <> ''" }
              - create_index: { name: by_id, table: books, columns: [ id ], method: hash }
              - create_constraint: { name: title_noisy, table: books, type: unique, columns: [ title, noisy ], up: { title: title }, down: { title: title } }
              - create_constraint: { name: title_long, table: books, type: check, columns: [ title ], check: length(title) > 3, up: { title: "title || '...'" }, down: { title: title } }
              - drop_index: { name: by_id }
              - drop_table: { name: shelves }
              - rename_table: { from: books, to: volumes }
              - alter_column: { table: volumes, column: id, type: bigint, up: "SELECT max(b.id) FROM volumes b WHERE b.id = id", down: "SELECT (id, 1)::int" }
              - alter_column: { table: volumes, column: noisy, nullable: true, up: noisy, down: noisy }
              - drop_constraint: { table: volumes, name: title_noisy, up: title, down: title }
              - drop_multicolumn_constraint: { table: volumes, name: title_long, up: { title: title }, down: { title: title } }
            """));
        history.Migrations.Count.ShouldBe(5);
        List<Operation> operations = [.. Operations(history, 3), .. Operations(history, 4)];
        operations.Select(o => o.GetType().Name).ShouldBe(
        [
            "AddColumn", "AddUnique", "AddCheck", "RenameColumn", "DropColumn", "CreateIndex", "CreateIndex", "AddUnique", "AlterColumn", "AddCheck", "DropIndex",
            "DropTable", "RenameTable", "ChangeType", "DropNotNull", "DropUnique", "DropCheck",
        ]);
        ((AddColumn)operations[0]).Up!.Any.ShouldBe("upper(title)");
        ((ChangeType)operations[13]).ShouldSatisfyAllConditions(c => c.Up!.Any.ShouldBe("(SELECT max(b.id) FROM \"books\" b WHERE b.id = id)"), c => c.Down!.Any.ShouldBe("(id, 1)::int"));
        ((CreateIndex)operations[5]).Columns[0].Descending.ShouldBeTrue();
        ((DropIndex)operations[10]).Table.ShouldBe("books");
        ((AlterColumn)operations[8]).Up!.Any.ShouldBe("title || '...'");
        history.Problems.ShouldAllBe(p => p.Code == ProblemCodes.ImportedDifferently);
    }

    [Fact]
    public void What_has_sql_only_becomes_sql_with_its_way_back()
    {
        var history = Read(("01_shop.yaml", Shop), ("02_sql.json", """
            {
              "name": "02_sql",
              "operations": [
                { "sql": { "up": "create view v as select 1", "down": "drop view v" } },
                { "sql": { "up": "vacuum", "onComplete": true } },
                { "rename_constraint": { "table": "books", "from": "fk_shelf", "to": "fk \"s\"" } },
                { "set_replica_identity": { "table": "books", "identity": { "type": "index", "index": "books_pkey" } } },
                { "alter_column": { "table": "books", "column": "title", "comment": null, "up": "title", "down": "title" } },
                { "create_index": { "name": "fancy", "table": "books", "unique": true, "storage_parameters": "fillfactor = 70",
                  "columns": [ { "column": "title", "collate": "C", "opclass": { "name": "text_pattern_ops" }, "nulls": "FIRST" } ] } }
              ]
            }
            """));
        history.Migrations.Count.ShouldBe(5);
        history.Accept("old", []).Migrations.Select(m => m.Accepts.Count).ShouldBe([0, 0, 0, 1, 0]);
        Operations(history, 3).Cast<Sql>().Select(s => s.Up.Any).ShouldBe(["create view v as select 1", "vacuum"]);
        var typed = Operations(history, 4);
        typed[0].ShouldBeOfType<RenameConstraint>().To.ShouldBe("fk \"s\"");
        typed[1].ShouldBeOfType<SetReplicaIdentity>().ShouldSatisfyAllConditions(s => s.Identity.ShouldBe(ReplicaIdentityKind.Index), s => s.Index.ShouldBe("books_pkey"));
        typed[2].ShouldBeOfType<SetComment>().ShouldSatisfyAllConditions(s => s.Column.ShouldBe("title"), s => s.Comment.ShouldBeNull());
        var index = typed[3].ShouldBeOfType<CreateIndex>();
        index.Unique.ShouldBeTrue();
        index.With.ShouldBe([new StorageParameter("fillfactor", "70")]);
        index.Columns.Single().ShouldSatisfyAllConditions(
            c => c.Collation!.Any.ShouldBe("C"), c => c.OperatorClass.ShouldBe("text_pattern_ops"), c => c.Nulls.ShouldBe(NullsPlace.First), c => c.Descending.ShouldBeFalse());
        history.Problems.Count(p => p.Code == ProblemCodes.ImportedDifferently).ShouldBe(1);
    }

    [Fact]
    public void A_column_of_an_index_is_called_column_or_name()
    {
        var history = Read(("01_shop.yaml", Shop), ("02_index.yaml", "operations:\n  - create_index: { name: both, table: books, columns: [ { name: title }, { name: shelf, sort: DESC } ] }\n"));
        history.Problems.ShouldBeEmpty();
        var index = Operations(history, 3).OfType<CreateIndex>().Single();
        index.Columns.Select(c => (c.Name, c.Descending)).ShouldBe([("title", false), ("shelf", true)]);
    }

    [Fact]
    public void Parameters_and_names_of_an_index_are_read_as_sql_has_them()
    {
        var history = Read(("01_shop.yaml", Shop), ("02_index.yaml", """
            operations:
              - create_index:
                  name: words
                  table: books
                  method: gist
                  columns:
                    title: { collate: '"de_DE"', opclass: { name: ext.gist_trgm_ops, params: [ siglen=32 ] } }
                  storage_parameters: fillfactor = '80', buffering
            """));
        history.Problems.Single().ShouldSatisfyAllConditions(p => p.Code.ShouldBe(ProblemCodes.ImportedDifferently), p => p.Message.ShouldStartWith("ext.gist_trgm_ops"));
        var index = Operations(history, 3).OfType<CreateIndex>().Single();
        index.With.ShouldBe([new StorageParameter("fillfactor", "80"), new StorageParameter("buffering", "true")]);
        index.Columns.Single().ShouldSatisfyAllConditions(
            c => c.Collation!.Any.ShouldBe("de_DE"), c => c.OperatorClass.ShouldBe("gist_trgm_ops"), c => c.OperatorClassOptions.ShouldBe([new StorageParameter("siglen", "32")]));
    }

    /// <summary>Pgroll serves the old version what it makes of values that the dropped rule would not take.</summary>
    [Fact]
    public void A_rule_that_goes_may_leave_values_behind_that_the_old_version_reads_otherwise()
    {
        var history = Read(("01_shop.yaml", Shop), ("02_free.yaml", """
            operations:
              - rename_column: { table: shelves, from: room, to: hall }
              - drop_constraint: { table: shelves, name: room_positive, up: hall, down: "greatest(hall, 1)" }
              - drop_multicolumn_constraint: { table: shelves, name: label_room, up: { label: label, hall: hall }, down: { label: "label || id", hall: hall } }
              - drop_constraint: { table: shelves, name: no_overlap, up: label, down: label }
              - alter_column: { table: books, column: title, nullable: true, up: title, down: "coalesce(title, '')" }
            """));
        history.Problems.ShouldBeEmpty();
        var operations = Operations(history, 3);
        operations.Select(o => o.GetType().Name).ShouldBe(["RenameColumn", "DropCheck", "AlterColumn", "DropUnique", "AlterColumn"]);
        ((AlterColumn)operations[2]).ShouldSatisfyAllConditions(a => a.Column.ShouldBe("hall"), a => a.Down!.Any.ShouldBe("greatest(hall, 1)"));
        ((AlterColumn)operations[4]).ShouldSatisfyAllConditions(a => a.Column.ShouldBe("label"), a => a.Down!.Any.ShouldBe("label || id"));
        Operations(history, 4).Single().ShouldBeOfType<Sql>().ShouldSatisfyAllConditions(
            s => s.Up.Any.ShouldBe("ALTER TABLE \"shelves\" DROP CONSTRAINT \"no_overlap\""), s => s.Down!.Any!.ShouldContain("EXCLUDE USING gist (label WITH =)"));
        Operations(history, 5).Single().ShouldBeOfType<AlterColumn>().Nullable.ShouldBe(true);
    }

    /// <summary>What an operation says is one; SQL adds the rest as pgroll does, while applications go on.</summary>
    [Fact]
    public void Rules_keep_their_options()
    {
        var history = Read(("01_shop.yaml", Shop), ("02_rules.yaml", """
            operations:
              - create_table:
                  name: seats
                  columns:
                    - { name: id, type: bigint, generated: { identity: { user_specified_values: ALWAYS, sequence_options: START WITH 10 } } }
                    - { name: twice, type: bigint, nullable: true, generated: { expression: id * 2 } }
                    - { name: book, type: int, references: { name: seat_book, table: books, column: id, deferrable: true } }
                    - { name: other, type: int, references: { name: seat_other, table: books, column: id, match_type: FULL, on_delete: SET NULL } }
                  constraints:
                    - { name: seat_key, type: primary_key, columns: [ id ] }
                    - { name: seat_twice, type: unique, columns: [ twice ], nulls_not_distinct: true, deferrable: true, initially_deferred: true }
              - create_constraint: { name: seat_one, table: seats, type: unique, columns: [ book ], index_parameters: { include_columns: [ id ], storage_parameters: fillfactor = 70 }, up: { book: book }, down: { book: book } }
              - create_constraint: { name: seat_own, table: seats, type: check, columns: [ book ], check: book > 0, no_inherit: true, up: { book: book }, down: { book: book } }
              - create_constraint: { name: seat_ref, table: seats, type: foreign_key, columns: [ other ], references: { name: ignored, table: books, columns: [ id ] }, initially_deferred: true, up: { other: other }, down: { other: other } }
              - add_column: { table: seats, column: { name: no, type: serial4 } }
              - add_column: { table: seats, column: { name: half, type: int, generated: { expression: id / 2 } } }
            """));
        history.Problems.ShouldAllBe(p => p.Code == ProblemCodes.ImportedDifferently);
        history.Problems.Count.ShouldBe(2);
        var made = Operations(history, 3);
        var seats = made[0].ShouldBeOfType<CreateTable>();
        seats.PrimaryKey.ShouldBeNull();
        seats.Columns[1].ShouldSatisfyAllConditions(c => c.Generated!.Any.ShouldBe("id * 2"), c => c.Stored.ShouldBeTrue());
        seats.Uniques!.Single().ShouldSatisfyAllConditions(u => u.NullsNotDistinct.ShouldBeTrue(), u => u.Deferrable.ShouldBe(Deferral.Deferred));
        seats.ForeignKeys!.Single().Deferrable.ShouldBe(Deferral.Immediate);
        made[1].ShouldBeOfType<AddPrimaryKey>().Name.ShouldBe("seat_key");
        var scripts = Operations(history, 4).Cast<Sql>().ToList();
        scripts.Select(s => s.Up.Any).ShouldBe(
        [
            "ALTER TABLE \"seats\" ADD CONSTRAINT \"seat_other\" FOREIGN KEY (\"other\") REFERENCES \"books\" (\"id\") MATCH FULL ON DELETE SET NULL",
            "ALTER SEQUENCE \"seats_id_seq\" START WITH 10 RESTART",
            "CREATE UNIQUE INDEX CONCURRENTLY \"seat_one\" ON \"seats\" (\"book\") INCLUDE (\"id\") WITH (fillfactor = 70)",
            "ALTER TABLE \"seats\" ADD CONSTRAINT \"seat_one\" UNIQUE USING INDEX \"seat_one\"",
            "ALTER TABLE \"seats\" ADD CONSTRAINT \"seat_own\" CHECK (book > 0) NO INHERIT NOT VALID",
            "ALTER TABLE \"seats\" VALIDATE CONSTRAINT \"seat_own\"",
        ]);
        scripts[2].Transaction.ShouldBe(false);
        var typed = Operations(history, 5);
        typed[0].ShouldBeOfType<AddForeignKey>().Deferrable.ShouldBe(Deferral.Deferred);
        typed[1].ShouldBeOfType<AddColumn>().ShouldSatisfyAllConditions(c => c.Identity.ShouldBe(IdentityKind.ByDefault), c => c.Type.Any.ShouldBe("integer"));
        typed[2].ShouldBeOfType<AddColumn>().ShouldSatisfyAllConditions(c => c.Generated!.Any.ShouldBe("id / 2"), c => c.Nullable.ShouldBeTrue());
    }

    [Fact]
    public void Alterations_without_values_are_plain()
    {
        var history = Read(("01_shop.yaml", Shop), ("02_alter.yaml", """
            operations:
              - alter_column: { table: books, column: title, default: "'none'", nullable: false, unique: { name: one_title }, check: { name: c, constraint: "title <> 'x'" }, up: title, down: title }
              - alter_column: { table: books, column: shelf, nullable: false, up: "coalesce(shelf, 1)", down: shelf, references: { name: r, table: shelves, column: id } }
              - alter_column: { table: books, column: title, default: null, up: title, down: title }
              - alter_column: { table: books, column: title, name: heading }
            """));
        var operations = Operations(history, 3);
        operations.Select(o => o.GetType().Name).ShouldBe(
            ["SetNotNull", "SetDefault", "AddCheck", "AddUnique", "AlterColumn", "AddForeignKey", "SetDefault", "RenameColumn"], string.Join('\n', history.Problems));
        ((SetDefault)operations[1]).Default!.Any.ShouldBe("'none'");
        ((SetDefault)operations[6]).Default.ShouldBeNull();
        ((AlterColumn)operations[4]).ShouldSatisfyAllConditions(i => i.Nullable.ShouldBe(false), i => i.Up!.Any.ShouldBe("coalesce(shelf, 1)"));
    }

    [Fact]
    public void Rules_hold_from_the_start_on()
    {
        var history = Read(("01_shop.yaml", Shop), ("02_rules.yaml", """
            operations:
              - add_column: { table: books, column: { name: code, type: text, nullable: true, unique: true, check: { name: c, constraint: "code <> ''" } } }
              - create_constraint: { name: later, table: books, type: unique, columns: [ title ], deferrable: true, up: { title: title }, down: { title: title } }
              - create_index: { name: i, table: books, columns: [ title ], unique: true }
              - alter_column: { table: books, column: shelf, nullable: false, up: shelf, down: shelf }
            """));
        var operations = Operations(history, 3);
        operations.OfType<AddUnique>().Select(u => u.Enforce).ShouldBe([Enforcement.Live, Enforcement.Complete]);
        operations.OfType<AddCheck>().Single().Enforce.ShouldBe(Enforcement.Live);
        operations.OfType<CreateIndex>().Single().Enforce.ShouldBe(Enforcement.Live);
        operations.OfType<SetNotNull>().Single().Enforce.ShouldBe(Enforcement.Live);
    }

    [Fact]
    public void Up_has_the_names_from_before_the_migration()
    {
        var history = Read(("01_shop.yaml", Shop), ("02_names.yaml", """
            operations:
              - rename_table: { from: books, to: volumes }
              - rename_column: { table: volumes, from: title, to: heading }
              - rename_column: { table: volumes, from: heading, to: "Main Title" }
              - add_column: { table: volumes, up: "upper(volumes.\"Main Title\") || shelf || other.\"Main Title\"", column: { name: loud, type: text } }
              - alter_column: { table: volumes, column: shelf, name: place, up: "coalesce(shelf, 1)", down: "nullif(shelf, 1)", check: { name: c, constraint: "shelf > 0" }, nullable: false }
            """));
        var operations = Operations(history, 3);
        operations[3].ShouldBeOfType<AddColumn>().Up!.Any.ShouldBe("upper(\"books\".\"title\") || shelf || other.\"Main Title\"");
        operations[4].ShouldBeOfType<RenameColumn>().To.ShouldBe("place");
        operations[5].ShouldBeOfType<AlterColumn>().ShouldSatisfyAllConditions(
            a => a.Column.ShouldBe("place"), a => a.Up!.Any.ShouldBe("coalesce(shelf, 1)"), a => a.Down!.Any.ShouldBe("nullif(\"place\", 1)"));
        operations[6].ShouldBeOfType<AddCheck>().Expression.Any.ShouldBe("\"place\" > 0");
    }

    [Fact]
    public void A_default_that_the_new_type_does_not_take_is_left_out()
    {
        var history = Read(
            ("01_t.yaml", "operations:\n  - create_table: { name: t, columns: [ { name: a, type: text, default: \"'none'\" }, { name: b, type: text, default: \"'7'\" } ] }\n"),
            ("02_t.yaml", "operations:\n  - alter_column: { table: t, column: a, type: int, up: '1', down: a::text }\n  - alter_column: { table: t, column: b, type: int, up: b::int, down: b::text }\n"));
        Operations(history, 1).Cast<ChangeType>().Select(c => c.Default!.Any).ShouldBe(["NULL", "7"]);
        history.Problems.ShouldHaveSingleItem().Message.ShouldContain("'none'");
    }

    [Fact]
    public void What_is_not_in_the_history_is_dropped_by_SQL()
    {
        var history = Read(("01_drop.yaml", """
            operations:
              - drop_index: { name: unknown }
              - drop_constraint: { table: t, name: unknown, up: a, down: a }
              - drop_multicolumn_constraint: { table: t, name: other, up: { a: a, b: b }, down: { a: a + 1, b: b } }
            """));
        history.Migrations.Count.ShouldBe(2);
        Operations(history, 0).Cast<Sql>().Select(s => s.Up.Any).ShouldBe(
            ["DROP INDEX CONCURRENTLY IF EXISTS \"unknown\"", "ALTER TABLE \"t\" DROP CONSTRAINT \"unknown\"", "ALTER TABLE \"t\" DROP CONSTRAINT \"other\""]);
        Operations(history, 1).ShouldHaveSingleItem().ShouldBeOfType<AlterColumn>().Column.ShouldBe("a");
        history.Problems.ShouldAllBe(p => p.Code == ProblemCodes.ImportedDifferently);
    }

    [Fact]
    public void The_name_that_pgroll_once_gave_a_constraint_of_a_new_table_is_known()
    {
        var history = Read(
            ("01_t.yaml", "operations:\n  - create_table: { name: t, columns: [ { name: a, type: text, unique: true } ] }\n"),
            ("02_t.yaml", "operations:\n  - drop_constraint: { table: t, name: _pgroll_new_t_a_key, up: a, down: a }\n"));
        Operations(history, 1).ShouldHaveSingleItem().ShouldBeOfType<DropUnique>().Name.ShouldBe("t_a_key");
    }

    [Fact]
    public void What_has_no_equivalent_is_named_with_its_place()
    {
        var history = Read(("01_odd.yaml", """
            version_schema: my_version
            operations:
              - create_table:
                  name: t
                  colour: red
                  columns:
                    - { name: id, type: int, pk: true }
                    - { name: g, type: int, shape: round }
                    - { name: r, type: int }
              - alter_column: { table: far, column: c, unique: { name: u }, up: "c + 1", down: c }
              - create_constraint: { name: pk, table: t, type: nobody_knows, columns: [ id ], up: {}, down: {} }
              - reindex_table: { name: t }
            """));
        var found = history.Problems.Where(p => p.Code == ProblemCodes.NotImported).ToList();
        found.ShouldAllBe(p => p.Place!.File == "01_odd.yaml");
        foreach (var (part, line) in new[]
        {
            ("version_schema", 1), ("create_table.colour", 5), ("columns.shape", 8), ("nobody_knows", 11), ("reindex_table", 12),
        })
        {
            found.ShouldContain(p => p.Message.Contains(part, StringComparison.Ordinal) && p.Place!.Line == line, $"{part} in line {line}:\n{string.Join('\n', found)}");
        }
    }

    [Fact]
    public void A_file_that_is_none_is_an_error() =>
        Read(("01_bad.json", "{ \"operations\": [ { \"sql\": { \"down\": [ 1 ] } } ] }")).Problems
            .Count(p => p.Code == ProblemCodes.HistoryMalformed).ShouldBe(2);

    [Fact]
    public void The_migrations_can_be_planned_one_behind_the_other()
    {
        var schema = new DatabaseSchema("public", []);
        var history = Read(("01_shop.yaml", Shop), ("02_more.yaml", """
            operations:
              - add_column: { table: books, up: "upper(title)", column: { name: loud, type: text, nullable: true } }
              - alter_column: { table: books, column: title, nullable: false, up: "title || '!'", down: title }
            """));
        foreach (var file in history.Files("m"))
        {
            var migration = MigrationParser.Parse(file).Require();
            var draft = MigrationDraft.Of(migration, schema, "postgres");
            draft.Problems.Where(p => p is { Severity: Severity.Error, NeedsConsent: false }).ShouldBeEmpty();
            schema = draft.Changes.Aggregate(schema, (s, c) => s.Replace(c.Before?.Name, c.After));
        }

        schema.Table("books")!.Columns.Select(c => c.Name).ShouldBe(["id", "title", "shelf", "loud"]);
    }

    private static ImportedHistory Read(params (string Name, string Text)[] files) =>
        PgrollHistory.Read([.. files.Select(f => new MigrationFile(f.Name, f.Text))]);

    private static IReadOnlyList<Operation> Operations(ImportedHistory history, int index) =>
        [.. MigrationParser.Parse(history.Files("m").ElementAt(index)).Require().Operations];
}
