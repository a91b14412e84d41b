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
              - alter_column: { table: volumes, column: id, type: bigint, up: id, down: "id::int" }
              - alter_column: { table: volumes, column: noisy, nullable: true, up: noisy, down: "coalesce(noisy, '')" }
              - drop_constraint: { table: volumes, name: title_noisy, up: title, down: title }
              - drop_multicolumn_constraint: { table: volumes, name: title_long, up: { title: title }, down: { title: title } }
            """));
        var operations = Operations(history, 3);
        operations.Select(o => o.GetType().Name).ShouldBe(
        [
            "AddColumn", "AddUnique", "AddCheck", "RenameColumn", "DropColumn", "CreateIndex", "CreateIndex", "AddUnique", "AlterColumn", "AddCheck", "DropIndex",
            "DropTable", "RenameTable", "ChangeType", "DropNotNull", "DropUnique", "DropCheck",
        ]);
        ((AddColumn)operations[0]).Up!.Any.ShouldBe("(SELECT upper(title))");
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
        history.Migrations.Count.ShouldBe(6);
        var scripts = new[] { 3, 5 }.SelectMany(i => Operations(history, i)).Cast<Sql>().ToList();
        scripts.Select(s => s.Up.Any).ShouldBe(
        [
            "create view v as select 1",
            "vacuum",
            "CREATE UNIQUE INDEX CONCURRENTLY \"fancy\" ON \"books\" USING btree (\"title\" COLLATE \"C\" text_pattern_ops NULLS FIRST) WITH (fillfactor = 70)",
        ]);
        scripts[2].Transaction.ShouldBe(false);
        scripts[2].Done.ShouldNotBeNull();
        var typed = Operations(history, 4);
        typed[0].ShouldBeOfType<RenameConstraint>().To.ShouldBe("fk \"s\"");
        typed[1].ShouldBeOfType<SetReplicaIdentity>().ShouldSatisfyAllConditions(s => s.Identity.ShouldBe(ReplicaIdentityKind.Index), s => s.Index.ShouldBe("books_pkey"));
        typed[2].ShouldBeOfType<SetComment>().ShouldSatisfyAllConditions(s => s.Column.ShouldBe("title"), s => s.Comment.ShouldBeNull());
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
            ["SetNotNull", "SetDefault", "AddCheck", "AddUnique", "AlterColumn", "AddForeignKey", "SetDefault", "RenameColumn"]);
        ((SetDefault)operations[1]).Default!.Any.ShouldBe("'none'");
        ((SetDefault)operations[6]).Default.ShouldBeNull();
        ((AlterColumn)operations[4]).ShouldSatisfyAllConditions(i => i.Nullable.ShouldBe(false), i => i.Up!.Any.ShouldBe("coalesce(shelf, 1)"));
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
                    - { name: g, type: int, generated: { expression: "id * 2" } }
                    - { name: r, type: int, references: { name: f, table: t, column: id, match_type: FULL, deferrable: true } }
              - drop_index: { name: unknown }
              - drop_constraint: { table: t, name: unknown, up: a, down: a }
              - alter_column: { table: far, column: c, unique: { name: u }, up: "c + 1", down: c }
              - create_constraint: { name: pk, table: t, type: nobody_knows, columns: [ id ], up: {}, down: {} }
              - reindex_table: { name: t }
            """));
        var found = history.Problems.Where(p => p.Code == ProblemCodes.NotImported).ToList();
        found.ShouldAllBe(p => p.Place!.File == "01_odd.yaml");
        foreach (var (part, line) in new[]
        {
            ("version_schema", 1), ("create_table.colour", 5), ("id * 2", 8), ("MATCH FULL", 9), ("DEFERRABLE", 9), ("unknown", 10), ("unknown", 11),
            ("nobody_knows", 13), ("reindex_table", 14),
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
