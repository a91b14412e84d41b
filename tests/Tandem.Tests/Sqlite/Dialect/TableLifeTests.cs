using Shouldly;
using Tandem.Databases;
using Tandem.Planning;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

public sealed class TableLifeTests : IDisposable
{
    private static readonly Table Customers = new("customers", [Int("id"), new Column("name", "TEXT")]) { PrimaryKey = new(null, ["id"]) };

    private static readonly Table Orders = new("orders", [Int("id"), new Column("customer_id", "INTEGER")])
    {
        PrimaryKey = new(null, ["id"]),
        ForeignKeys = [new(null, ["customer_id"], "customers", ["id"]) { OnDelete = ReferentialAction.Cascade }],
        Indexes = [new("by_customer", [new("customer_id")])],
    };

    private readonly SqliteTestFile file = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id) ON DELETE CASCADE)",
        "CREATE INDEX by_customer ON orders (customer_id)",
        "CREATE TABLE log (t TEXT)",
        "CREATE TRIGGER logged AFTER INSERT ON orders BEGIN INSERT INTO log VALUES ('order ' || NEW.id); END",
        "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Bo')",
        "INSERT INTO orders VALUES (10, 1), (11, 2)");

    public void Dispose() => file.Dispose();

    [Theory]
    [InlineData("ON")]
    [InlineData("OFF")]
    public void A_table_is_renamed_with_its_children(string foreignKeys)
    {
        file.Run($"PRAGMA foreign_keys={foreignKeys}");
        var before = Schema();
        var key = Orders.ForeignKeys[0] with { ReferencedTable = "clients" };
        var renamed = Changes.Of(Customers, Customers with { Name = "clients" });
        var child = Changes.Of(Orders, Orders) with { After = Orders with { ForeignKeys = [key] }, ForeignKeys = [new(Orders.ForeignKeys[0], key)] };
        using var life = new Life(file, Draft(renamed, child));
        life.Start();
        file.Run("INSERT INTO \"clients__0007_next\" VALUES (3, 'Cy')");
        file.Run("INSERT INTO orders VALUES (12, 3)");
        life.Rollback();
        life.Restart();
        life.Complete();
        file.Run("INSERT INTO clients VALUES (4, 'Di')");
        file.Run("INSERT INTO orders VALUES (13, 4)");
        file.Run("DELETE FROM clients WHERE id = 3");
        file.Value("SELECT count(*) FROM orders").ShouldBe(foreignKeys == "ON" ? 3L : 4L);
        file.Run("DELETE FROM orders WHERE customer_id = 3");
        Should.Throw<DatabaseException>(() => file.Run("SELECT * FROM customers"));
        life.Revert();
        Schema().ShouldBe(before);
        file.Run("DELETE FROM customers WHERE id = 4");
        file.Run("DELETE FROM orders WHERE customer_id = 4");
        life.Restart();
        life.Complete();
        life.Sunset();
        Tables().ShouldBe(["clients", "log", "orders"]);
        file.Value("SELECT count(*) FROM log").ShouldBe(4L);
        file.Value("SELECT count(*) FROM orders JOIN clients ON clients.id = customer_id").ShouldBe(2L);
    }

    [Fact]
    public void A_table_is_created_hidden_by_a_rollback_and_comes_back_with_its_rows()
    {
        file.Run("PRAGMA foreign_keys=ON");
        var notes = new Table("notes", [Int("id") with { Identity = IdentityKind.AutoIncrement }, new Column("customer_id", "INTEGER", false), new Column("text", "TEXT")])
        {
            PrimaryKey = new(null, ["id"]),
            Uniques = [new(null, ["customer_id", "text"])],
            Checks = [new("some", "text <> ''", ["text"])],
            ForeignKeys = [new(null, ["customer_id"], "customers", ["id"])],
            Indexes = [new("by_text", [new("text")], Unique: true)],
        };
        var change = Created(notes);
        using var life = new Life(file, change);
        const string New = "\"notes__0007_next\"";
        life.Start();
        file.Run($"INSERT INTO {New} (customer_id, text) VALUES (1, 'a'), (2, 'b')");
        Should.Throw<DatabaseException>(() => file.Run($"INSERT INTO {New} (customer_id, text) VALUES (1, 'a')")).Message.ShouldContain("UNIQUE");
        Should.Throw<DatabaseException>(() => file.Run($"INSERT INTO {New} (customer_id, text) VALUES (99, 'x')")).Message.ShouldContain("FOREIGN KEY");
        life.Rollback();
        file.Run("UPDATE orders SET customer_id = 1");
        file.Run("DELETE FROM customers WHERE id = 2");
        Should.Throw<GateException>(life.Restart).Code.ShouldBe("TDM5211");
        file.Run("INSERT INTO customers VALUES (2, 'back')");

        // Hidden rows never stand in the way of the old application.
        file.Run("INSERT INTO customers VALUES (5, 'Eve')");
        life.Restart();
        file.Run($"INSERT INTO {New} (customer_id, text) VALUES (5, 'e')");
        life.Complete();
        file.Run("INSERT INTO notes (customer_id, text) VALUES (1, 'd') RETURNING id").Rows[0][0].ShouldBe(4L);
        Should.Throw<DatabaseException>(() => file.Run("INSERT INTO notes (customer_id, text) VALUES (99, 'd2')")).Message.ShouldContain("FOREIGN KEY");
        file.Run($"INSERT INTO {New} (customer_id, text) VALUES (1, 'through')");
        life.Revert();
        file.Value($"SELECT count(*) FROM {New}").ShouldBe(5L);
        file.Run("DELETE FROM customers WHERE id = 5");
        file.Run("INSERT INTO customers VALUES (5, 'Eve')");
        life.Restart();
        life.Complete();
        using (var control = new SqliteTestFile([.. ControlTables.Of(change)]))
        {
            const string Texts = "SELECT group_concat(type || name || tbl_name || coalesce(sql, '-')) FROM (SELECT * FROM sqlite_schema WHERE tbl_name = 'notes' ORDER BY name)";
            file.Value(Texts).ShouldBe(control.Value(Texts));
        }

        life.Sunset();
        Tables().ShouldBe(["customers", "log", "notes", "orders"]);
    }

    [Fact]
    public void A_table_that_was_created_is_discarded()
    {
        var before = Schema();
        using var life = new Life(file, Created(new Table("notes", [Int("id")]) { PrimaryKey = new(null, ["id"]) }));
        life.Start();
        life.Complete();
        life.Revert();
        life.Discard();
        Schema().ShouldBe(before);
        Tables().ShouldBe(["customers", "log", "orders"]);
    }

    [Theory]
    [InlineData("ON")]
    [InlineData("OFF")]
    public void A_table_is_dropped_at_sunset_only(string foreignKeys)
    {
        file.Run($"PRAGMA foreign_keys={foreignKeys}");
        var before = Schema();
        var change = new TableChange(Orders, null)
        {
            Columns = Orders.Columns.Select(c => new Pair<Column>(c, null)).ToValueList(),
            ForeignKeys = [new(Orders.ForeignKeys[0], null)],
            Indexes = [new(Orders.Indexes[0], null)],
        };
        using var life = new Life(file, change);
        life.Start();
        file.Run("INSERT INTO orders VALUES (20, 1)");
        life.Complete();
        Should.Throw<DatabaseException>(() => file.Run("SELECT * FROM orders"));
        file.Run("DELETE FROM customers WHERE id = 2");
        file.Value("SELECT count(*) FROM _tandem_7_old_orders").ShouldBe(3L);
        file.Run("INSERT INTO customers VALUES (2, 'again')");
        life.Revert();
        Schema().ShouldBe(before);
        file.Run("INSERT INTO orders VALUES (21, 1)");
        file.Value("SELECT count(*) FROM log WHERE t = 'order 21'").ShouldBe(1L);
        life.Restart();
        life.Complete();
        life.Sunset();
        Tables().ShouldBe(["customers", "log"]);
        file.Value("SELECT count(*) FROM customers").ShouldBe(2L);
    }

    [Fact]
    public void Parent_and_child_change_together_with_foreign_keys_on()
    {
        file.Run("PRAGMA foreign_keys=ON");
        using var life = new Life(file, Draft(Changes.Rename(Customers, "name", "full_name"), Changes.Rename(Orders, "customer_id", "client_id")));
        life.Start();
        file.Run("INSERT INTO \"customers__0007_next\" VALUES (3, 'Cy')");
        file.Run("INSERT INTO \"orders__0007_next\" VALUES (12, 3)");
        Should.Throw<DatabaseException>(() => file.Run("INSERT INTO \"orders__0007_next\" VALUES (13, 99)")).Message.ShouldContain("FOREIGN KEY");
        file.Run("DELETE FROM \"customers__0007_next\" WHERE id = 3");
        file.Value("SELECT count(*) FROM orders").ShouldBe(2L);
        life.Agree();
        life.Complete();
        file.Run("INSERT INTO orders (id, client_id) VALUES (14, 2)");
        file.Run("DELETE FROM customers WHERE id = 2");
        file.Value("SELECT count(*) FROM orders").ShouldBe(1L);
        life.Agree(Phase.Revert);
        life.Revert();
        life.Restart();
        life.Complete();
        life.Sunset();
        life.Repaired.ShouldBe(0);
    }

    [Fact]
    public void Triggers_and_views_of_the_users_go_on_with_the_plain_name_and_fire_once()
    {
        file.Run("CREATE TRIGGER upper_name AFTER UPDATE OF name ON customers BEGIN UPDATE customers SET name = upper(NEW.name) WHERE id = NEW.id; INSERT INTO log VALUES ('upd'); END");
        file.Run("CREATE TRIGGER fill AFTER INSERT ON customers WHEN NEW.name IS NULL BEGIN UPDATE customers SET name = 'none' WHERE id = NEW.id; END");
        file.Run("CREATE TRIGGER no_zero BEFORE DELETE ON customers WHEN OLD.id = 0 BEGIN SELECT RAISE(ABORT, 'zero stays'); END");
        file.Run("CREATE TRIGGER again AFTER DELETE ON customers WHEN OLD.id = 77 BEGIN INSERT INTO customers (id, name) VALUES (77, 'again'); END");
        file.Run("CREATE VIEW v AS SELECT id, name FROM customers");
        using var life = new Life(file, Changes.Of(Customers, Customers with { Columns = [.. Customers.Columns, new Column("extra", "TEXT", true, "'e'")] }));
        life.Start();
        foreach (var (table, phase) in new[] { ("customers", Phase.Complete), ("\"customers__0007_next\"", Phase.Complete), ("customers", Phase.Revert) })
        {
            if (phase == Phase.Revert)
            {
                life.Complete();
            }

            file.Run("DELETE FROM log");
            file.Run($"INSERT INTO {table} (id, name) VALUES (50, NULL), (77, 'x'), (0, 'zero')");
            file.Run($"UPDATE {table} SET name = 'abc' WHERE id = 50");
            file.Value("SELECT name FROM v WHERE id = 50").ShouldBe("ABC");
            file.Value($"SELECT name FROM {table} WHERE id = 50").ShouldBe("ABC");
            file.Value("SELECT count(*) FROM log WHERE t = 'upd'").ShouldBe(2L);
            Should.Throw<DatabaseException>(() => file.Run($"DELETE FROM {table} WHERE id = 0")).Message.ShouldContain("zero stays");
            file.Run($"DELETE FROM {table} WHERE id = 77");
            life.Agree(phase);
            file.Value("SELECT name FROM v WHERE id = 77").ShouldBe("again");
            file.Run("UPDATE customers SET id = 78 WHERE id = 77");
            file.Run("UPDATE customers SET id = 79 WHERE id = 0");
            file.Run($"DELETE FROM {table} WHERE id >= 50");
            life.Agree(phase);
        }

        life.Revert();
        life.Discard();
        file.Value("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'").ShouldBe(5L);
    }

    private static Column Int(string name) => new(name, "INTEGER", Nullable: false);

    private static MigrationDraft Draft(params ValueList<TableChange> changes) => new(changes, [], [], [], []);

    private static TableChange Created(Table table) => new(null, table)
    {
        Columns = table.Columns.Select(c => new Pair<Column>(null, c)).ToValueList(),
        Uniques = table.Uniques.Select(c => new Pair<UniqueConstraint>(null, c)).ToValueList(),
        Checks = table.Checks.Select(c => new Pair<CheckConstraint>(null, c)).ToValueList(),
        ForeignKeys = table.ForeignKeys.Select(c => new Pair<ForeignKey>(null, c)).ToValueList(),
        Indexes = table.Indexes.Select(c => new Pair<Tandem.Schema.Index>(null, c)).ToValueList(),
    };

    private IEnumerable<object?> Tables() =>
        file.Run("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'tandem*' AND name NOT GLOB 'sqlite*' ORDER BY name").Rows.Select(r => r[0]);

    private string Schema() => string.Join("\n", file.Run(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT GLOB '*tandem*' AND tbl_name NOT GLOB '*tandem*' AND tbl_name NOT GLOB '*0007*' AND name <> 'sqlite_sequence' ORDER BY type, name")
        .Rows.Select(r => string.Join("|", r)));
}
