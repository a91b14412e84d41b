using Shouldly;
using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;
using Index = Tandem.Schema.Index;

namespace Tandem.Tests.Sqlite.Dialect;

public sealed class ConstraintLifeTests : IDisposable
{
    private const string Original =
        "CREATE TABLE customers (email TEXT COLLATE NOCASE UNIQUE, /* mail */ id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL CHECK (length(name) > 0),"
        + " code TEXT UNIQUE, boss INT, UNIQUE (name, code), FOREIGN KEY (boss) REFERENCES customers (id) ON DELETE SET NULL, CHECK (boss <> id))";

    private static readonly Table Before = new("customers",
    [
        new Column("email", "TEXT") { Collation = "NOCASE" },
        new Column("id", "INTEGER", Nullable: false) { Identity = IdentityKind.AutoIncrement },
        new Column("name", "TEXT", Nullable: false),
        new Column("code", "TEXT"),
        new Column("boss", "INT"),
    ])
    {
        PrimaryKey = new PrimaryKey(null, ["id"]),
        Uniques = [new(null, ["email"]), new(null, ["code"]), new(null, ["name", "code"])],
        Checks = [new(null, "length(name) > 0", ["name"]), new(null, "boss <> id", ["boss", "id"])],
        ForeignKeys = [new(null, ["boss"], "customers", ["id"]) { OnDelete = ReferentialAction.SetNull }],
        Indexes =
        [
            new Index("by_name", [new IndexKey("name", Descending: true)]),
            new Index("by_lower", [new IndexKey(null, "lower(name)"), new IndexKey("email", Options: "COLLATE BINARY")], Unique: true) { Where = "name <> 'x'" },
            new Index("boss_once", [new IndexKey("boss")], Unique: true),
        ],
    };

    private readonly SqliteTestFile file = new(
        Original,
        "CREATE INDEX by_name ON customers (name DESC)",
        "CREATE UNIQUE INDEX by_lower ON customers (lower(name), email COLLATE BINARY) WHERE name <> 'x'",
        "CREATE UNIQUE INDEX boss_once ON customers (boss)",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers ON DELETE RESTRICT, code TEXT REFERENCES customers (code))",
        "CREATE TABLE log (what TEXT)",
        "CREATE TRIGGER audit AFTER INSERT ON customers BEGIN INSERT INTO log VALUES ('new ' || NEW.email); END",
        "CREATE VIEW mails AS SELECT email FROM customers",
        "INSERT INTO customers (id, email, name, code, boss) VALUES (1, 'a', 'Ada', 'A', NULL), (2, 'b', 'Bo', 'B', 1), (3, NULL, 'Cy', 'C', 2), (40, 'gone', 'x', NULL, NULL)",
        "DELETE FROM customers WHERE id = 40",
        "INSERT INTO orders (customer_id, code) VALUES (1, 'A'), (2, NULL)");

    public void Dispose() => file.Dispose();

    [Theory]
    [InlineData(true, "ON")]
    [InlineData(false, "ON")]
    [InlineData(true, "OFF")]
    [InlineData(false, "OFF")]
    public void Rules_of_both_versions_hold_when_they_should(bool renamed, string foreignKeys)
    {
        file.Run($"PRAGMA foreign_keys={foreignKeys}");
        var change = Change(renamed, live: false);
        var before = Schema(file);
        using var life = new Life(file, change);
        var young = renamed ? "\"customers__0007_next\"" : "customers";
        var name = renamed ? "full_name" : "name";
        life.Start();

        // Live: the old rules hold for both sides, the new ones for none.
        file.Run("INSERT INTO customers (email, name, code) VALUES ('c', 'bad', NULL)");
        file.Run($"INSERT INTO {young} (email, {name}, code, boss) VALUES ('d', 'Di', 'D', 3) RETURNING id").Rows[0][0].ShouldBe(42L);
        Breaks(young, "email, code, " + name, "'A', 'E', 'Eve'", "UNIQUE constraint failed: customers.email");
        Breaks("customers", "email, code, name", "'A', 'E', 'Eve'", "UNIQUE constraint failed: customers.email");
        Breaks(young, "boss, code, " + name, "1, 'E', 'Eve'", "UNIQUE constraint failed: customers.boss");
        Breaks(young, "code, " + name, "'E', ''", "CHECK constraint failed");
        Breaks(young, "code, " + name, "'E', NULL", "NOT NULL constraint failed");
        file.Run($"INSERT OR IGNORE INTO {young} ({name}, code) VALUES ('dup', 'A')");
        file.Value($"SELECT count(*) FROM {young} WHERE {name} = 'dup'").ShouldBe(0L);
        if (renamed)
        {
            // The twin alone knows nothing of a rule that only the old version has.
            Should.Throw<DatabaseException>(() => file.Run($"INSERT OR IGNORE INTO {young} ({name}, code, email) VALUES ('dup', 'Z', 'A')"))
                .Message.ShouldContain("does not take the row");
            life.Agree();
        }

        // Rows break the new rules: complete is refused, and nothing is enforced.
        file.Run("UPDATE customers SET email = 'x@' WHERE id = 2");
        Should.Throw<Exception>(life.Complete).Message.ShouldContain("NotNull code");
        file.Run("UPDATE customers SET code = 'ok' WHERE code IS NULL");
        Should.Throw<Exception>(life.Complete).Message.ShouldContain("Check nobad");
        life.Rollback();
        file.Run("INSERT INTO customers (email, name, code) VALUES ('n', 'null', NULL)");
        life.Restart();
        file.Run($"UPDATE customers SET code = 'N', name = 'fine' WHERE name IN ('null')");
        file.Run($"UPDATE {young} SET {name} = 'good' WHERE {name} = 'bad'");
        life.Complete();

        // Retired: the new rules hold, the old ones do not.
        young = "customers";
        Breaks(young, "code, " + name, "NULL, 'n'", "NOT NULL constraint failed: customers.code");
        Breaks(young, "code, " + name, "'nb', 'bad'", "CHECK constraint failed: nobad");
        Breaks(young, $"code, {name}, email", "'y', 'y', 'w'", null);
        Breaks(young, $"code, {name}, email", "'yy', 'y2', 'W'", null);
        Breaks(young, $"code, {name}, email", "'Y', 'z', 'once'", null);
        Breaks(young, $"code, {name}, email", "'Y', 'z2', 'once2'", "UNIQUE constraint failed: customers.code");
        Breaks(young, $"code, {name}, boss", "'q', 'Q', 3", null);
        file.Value("SELECT count(*) FROM log WHERE what = 'new once'").ShouldBe(1L);
        Control(life, change, renamed);
        if (renamed)
        {
            life.Agree(Phase.Revert);
        }

        // Rows stand in the way of a rollback: two with one mail, two under one boss.
        Should.Throw<Exception>(life.Revert).Message.ShouldContain("Unique unique (email)");
        file.Run("UPDATE customers SET email = 'other' WHERE email = 'W' COLLATE BINARY");
        Should.Throw<Exception>(life.Revert).Message.ShouldContain("Unique boss_once");
        file.Run("UPDATE customers SET boss = 42 WHERE code = 'q'");
        life.Revert();
        Schema(file).ShouldBe(before);
        Breaks("customers", "email, code, name", "'A', 'E', 'Eve'", "UNIQUE constraint failed: customers.email");
        Breaks("customers", "code, name", "NULL, 'bad'", null);
        file.Run("DELETE FROM customers WHERE name = 'bad'");
        life.Restart();
        life.Complete();
        life.Sunset();
        Schema(file, indexesOnly: true).ShouldBe(ControlSchema(change, indexesOnly: true));
        file.Value("SELECT count(*) FROM sqlite_schema WHERE name GLOB '_tandem*' OR name GLOB '*0007*'").ShouldBe(0L);
        file.Run($"INSERT INTO customers ({name}, code) VALUES ('last', 'L') RETURNING id").Rows[0][0].ShouldBe(file.Value("SELECT seq FROM sqlite_sequence WHERE name = 'customers'"));
        life.Repaired.ShouldBe(0);
    }

    [Theory]
    [InlineData("ON")]
    [InlineData("OFF")]
    public void Rows_that_are_replaced_by_a_rule_of_one_version_go_in_both(string recursive)
    {
        // Some builds of SQLite enforce foreign keys unless told otherwise; orders would keep their customers.
        file.Run("PRAGMA foreign_keys=OFF");
        file.Run($"PRAGMA recursive_triggers={recursive}");
        using var life = new Life(file, Change(renamed: true, live: false));
        life.Start();
        file.Run("INSERT OR REPLACE INTO customers (email, name, code) VALUES ('A', 'New', 'fresh'), ('q', 'Q', 'q')");
        file.Run("UPDATE OR REPLACE customers SET email = 'B' WHERE code = 'q'");
        file.Run("INSERT OR IGNORE INTO customers (email, name, code) VALUES ('B', 'N', 'n')");
        file.Run("REPLACE INTO customers (email, name, code, boss) VALUES ('z', 'Z', 'z', 900), ('y', 'Y', 'y', 900)");
        file.Value("SELECT count(*) FROM customers").ShouldBe(4L);
        life.Agree();
        file.Run("UPDATE customers SET boss = NULL");
        file.Run("DELETE FROM orders");
        life.Complete();
        file.Run("REPLACE INTO customers (email, full_name, code) VALUES ('p', 'Y', 'p')");
        file.Run("UPDATE OR REPLACE customers SET full_name = 'Q', email = 'o' WHERE code = 'p'");
        file.Value("SELECT count(*) FROM customers").ShouldBe(3L);
        life.Agree(Phase.Revert);
        life.Sunset();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_rule_can_hold_for_both_sides_at_once(bool renamed)
    {
        var change = Change(renamed, live: true);
        using var life = new Life(file, change);
        file.Run("UPDATE customers SET boss = NULL");
        life.Start();
        var young = renamed ? "\"customers__0007_next\"" : "customers";
        var name = renamed ? "full_name" : "name";
        foreach (var (table, column) in new[] { (young, name), ("customers", "name") })
        {
            Breaks(table, $"{column}", "'n'", "NOT NULL constraint failed: customers.code");
            Breaks(table, $"{column}, code", "'bad', 'f'", "CHECK constraint failed: nobad");
            Breaks(table, $"{column}, code", "'Ada', 'f'", "UNIQUE constraint failed: customers." + name);
            Should.Throw<DatabaseException>(() => file.Run($"UPDATE OR IGNORE {table} SET code = NULL WHERE id = 1")).Message.ShouldContain("code");
        }

        life.Rollback();
        Breaks("customers", "name, code", "'bad', 'f'", null);
        file.Run("UPDATE customers SET name = 'fine' WHERE name = 'bad'");
        life.Restart();
        life.Complete();
        Breaks("customers", $"{name}, code", "'Ada', 'f'", "UNIQUE constraint failed: customers." + name);
        life.Sunset();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_foreign_key_is_added_and_dropped(bool renamed)
    {
        file.Run("PRAGMA foreign_keys=ON");
        var orders = new Table("orders",
        [
            new Column("id", "INTEGER", Nullable: false), new Column("customer_id", "INTEGER", Nullable: false), new Column("code", "TEXT"),
        ])
        {
            PrimaryKey = new PrimaryKey(null, ["id"]),
            ForeignKeys = [new(null, ["customer_id"], "customers", []) { OnDelete = ReferentialAction.Restrict }, new(null, ["code"], "customers", ["code"])],
        };
        var start = renamed ? Changes.Rename(orders, "code", "customer_code") : Changes.Of(orders, orders);
        var added = new ForeignKey("own_order", ["id"], "customers", ["id"]);
        var change = start with
        {
            After = start.After! with { ForeignKeys = [start.After.ForeignKeys[0], added] },
            ForeignKeys = [start.ForeignKeys[0], new(start.ForeignKeys[1].Before, null), new(null, added)],
        };
        using var life = new Life(file, change);
        var young = renamed ? "\"orders__0007_next\"" : "orders";
        life.Start();
        Breaks(young, renamed ? "customer_id, customer_code" : "customer_id, code", "1, 'none'", "FOREIGN KEY constraint failed");
        file.Run($"INSERT INTO {young} (id, customer_id) VALUES (77, 1)");
        Should.Throw<Exception>(life.Complete).Message.ShouldContain("ForeignKey own_order");
        file.Run("DELETE FROM orders WHERE id = 77");
        life.Run(Phase.Complete, s => !s.Id.StartsWith("switch", StringComparison.Ordinal));
        Breaks("orders", "id, customer_id", "77, 1", "FOREIGN KEY constraint failed");
        file.Run("UPDATE orders SET customer_id = 3");
        Should.Throw<DatabaseException>(() => file.Run("DELETE FROM customers WHERE id = 2")).Message.ShouldContain("FOREIGN KEY");
        Should.Throw<DatabaseException>(() => file.Run("UPDATE customers SET id = 99 WHERE id = 2")).Message.ShouldContain("FOREIGN KEY");
        life.Complete();
        Breaks("orders", "id, customer_id", "77, 1", "FOREIGN KEY constraint failed");
        file.Run($"INSERT INTO orders (id, customer_id, {(renamed ? "customer_code" : "code")}) VALUES (3, 1, 'free')");
        Should.Throw<Exception>(life.Revert).Message.ShouldContain("ForeignKey foreign key (code)");
        file.Run("DELETE FROM orders WHERE id = 3");
        life.Revert();
        Breaks("orders", "customer_id, code", "1, 'none'", "FOREIGN KEY constraint failed");
        file.Run("INSERT INTO orders (id, customer_id) VALUES (78, 1)");
        life.Discard();
    }

    private static TableChange Change(bool renamed, bool live)
    {
        var start = renamed ? Changes.Rename(Before, "name", "full_name") : Changes.Of(Before, Before);
        var name = renamed ? "full_name" : "name";
        var unique = new UniqueConstraint("one_name", [name]);
        var check = new CheckConstraint("nobad", $"{name} <> 'bad'", [name]);
        var index = new Index("by_boss", [new IndexKey("boss"), new IndexKey(name)]);
        var uniqueIndex = new Index("mail_name", [new IndexKey("email"), new IndexKey(name)], Unique: true);
        var after = start.After!;
        var code = after.Column("code")! with { Nullable = false };
        return start with
        {
            After = after with
            {
                Columns = after.Columns.Select(c => c.Name == "code" ? code : c).ToValueList(),
                Uniques = [after.Uniques[1], after.Uniques[2], unique],
                Checks = [.. after.Checks, check],
                Indexes = [after.Indexes[0], after.Indexes[1], index, uniqueIndex],
            },
            Columns = start.Columns.Select(c => c.After!.Name == "code" ? new Pair<Column>(c.Before, code, live) : c).ToValueList(),
            Uniques = [new(start.Uniques[0].Before, null), start.Uniques[1], start.Uniques[2], new(null, unique, live)],
            Checks = [.. start.Checks, new(null, check, live)],
            Indexes = [start.Indexes[0], start.Indexes[1], new(start.Indexes[2].Before, null), new(null, index), new(null, uniqueIndex, live)],
        };
    }

    private void Breaks(string table, string columns, string values, string? message)
    {
        var statement = $"INSERT INTO {table} ({columns}) VALUES ({values})";
        if (message is null)
        {
            file.Run(statement);
        }
        else if (message != "FOREIGN KEY constraint failed" || Equals(file.Value("PRAGMA foreign_keys"), 1L))
        {
            Should.Throw<DatabaseException>(() => file.Run(statement), statement).Message.ShouldContain(message);
        }
    }

    private void Control(Life life, TableChange change, bool renamed)
    {
        _ = life;
        Schema(file, indexesOnly: true).Split('\n').Where(l => renamed || !l.Contains("_tandem", StringComparison.Ordinal))
            .ShouldBe(ControlSchema(change, indexesOnly: true).Split('\n'));
    }

    private static string ControlSchema(TableChange change, bool indexesOnly)
    {
        using var control = new SqliteTestFile(ControlTables.Of(change));
        return Schema(control, indexesOnly);
    }

    // The plain table with what belongs to it.
    private static string Schema(SqliteTestFile file, bool indexesOnly = false) => string.Join("\n", file.Run(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE tbl_name NOT GLOB '*tandem*' AND name NOT GLOB '_tandem*' AND tbl_name NOT GLOB '*0007*'"
        + (indexesOnly ? " AND type IN ('table', 'index') AND tbl_name = 'customers'" : "") + " ORDER BY type, name").Rows.Select(r => string.Join("|", r)));
}
