using Shouldly;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

public sealed class RenameLifeTests : IDisposable
{
    private const string Twin = "\"customers__0007_next\"";

    private readonly SqliteTestFile file = new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT COLLATE NOCASE)",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id) ON DELETE CASCADE)",
        "INSERT INTO customers (id, name, email) VALUES (-5, 'neg', 'a@x'), (1, 'Ada', 'A@X'), (2, NULL, NULL), (3, x'00ff', 'b'), (900, '1', 'c')",
        "INSERT INTO orders (customer_id) SELECT id FROM customers");

    private readonly Life life;

    public RenameLifeTests() => life = new Life(file, Changes.Rename(Changes.Customers, "name", "full_name"));

    public void Dispose()
    {
        life.Dispose();
        file.Dispose();
    }

    [Theory]
    [InlineData("ON")]
    [InlineData("OFF")]
    public void A_whole_life_keeps_every_row_right_in_both_versions(string foreignKeys)
    {
        file.Run($"PRAGMA foreign_keys={foreignKeys}");
        var schema = Schema();
        life.Start();
        Both("customers", Twin);
        Writes("customers", "name", Twin, "full_name");
        Writes(Twin, "full_name", "customers", "name");
        life.Rollback();
        Writes("customers", "name", Twin, "full_name");
        life.Restart();
        life.Complete();
        const string Old = "\"_tandem_7_old_customers\"";
        Both(Old, "customers");
        Writes("customers", "full_name", Old, "name");
        Writes(Twin, "full_name", Old, "name", view: true);
        life.Revert();
        Both("customers", Twin);
        Writes("customers", "name", Twin, "full_name");
        life.Restart();
        Writes(Twin, "full_name", "customers", "name");
        life.Complete();
        life.Sunset();
        Writes("customers", "full_name", "customers", "full_name");
        file.Run("SELECT count(*) FROM sqlite_schema WHERE name GLOB '_tandem*' OR name GLOB '*0007*'").Rows[0][0].ShouldBe(0L);
        file.Value("SELECT count(*) FROM tandem_objects").ShouldBe(0L);
        file.Value("SELECT count(*) FROM tandem_definitions").ShouldBe(0L);
        schema.ShouldNotBe(Schema());
        life.Repaired.ShouldBe(0);
    }

    [Fact]
    public void Discarding_leaves_the_schema_as_it_was_to_the_letter()
    {
        var schema = Schema();
        life.Start();
        life.Complete();
        life.Revert();
        Schema().ShouldBe(schema);
        life.Discard();
        file.Value("SELECT count(*) FROM sqlite_schema WHERE name GLOB '_tandem*' OR name GLOB '*0007*'").ShouldBe(0L);
        file.Value("SELECT count(*) FROM orders").ShouldBe(5L);
    }

    private string Schema() => string.Join("\n", file.Run(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT GLOB '*tandem*' AND name NOT GLOB '*0007*' ORDER BY type, name").Rows.Select(r => string.Join("|", r)));

    private void Both(string old, string young) =>
        file.Value($"SELECT count(*) FROM (SELECT id, name, typeof(name), email FROM {old} EXCEPT SELECT id, full_name, typeof(full_name), email FROM {young})").ShouldBe(0L);

    // Inserts, updates, moves and deletes through one table, and looks for it in the other.
    private void Writes(string table, string column, string other, string otherColumn, bool view = false)
    {
        void Same()
        {
            var here = file.Run($"SELECT id, {column}, typeof({column}), email FROM {table} ORDER BY id").Rows;
            var there = file.Run($"SELECT id, {otherColumn}, typeof({otherColumn}), email FROM {other} ORDER BY id").Rows;
            there.Select(r => string.Join("|", r)).ShouldBe(here.Select(r => string.Join("|", r)));
        }

        file.Run($"INSERT INTO {table} (id, {column}, email) VALUES (50, 'Eve', 'e')");
        Same();
        file.Run($"UPDATE {table} SET {column} = 'eve' WHERE id = 50");
        file.Run($"UPDATE {table} SET email = 'E' WHERE id = 50");
        file.Value($"SELECT email FROM {other} WHERE id = 50").ShouldBe("E");
        Same();
        file.Run($"UPDATE {table} SET id = 51, email = 'moved' WHERE id = 50");
        Same();
        if (!view)
        {
            file.Run($"INSERT INTO {table} (id, {column}) VALUES (51, 'up') ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}");
            Same();
            file.Run($"INSERT OR REPLACE INTO {table} (id, {column}) VALUES (51, 're')");
            Same();
            file.Run($"INSERT OR IGNORE INTO {table} (id, {column}) VALUES (51, 'ig'), (52, 'ig')");
            Same();
            file.Run($"INSERT INTO {table} ({column}) VALUES ('auto') RETURNING id, {column}").Rows[0][1].ShouldBe("auto");
            file.Value("SELECT last_insert_rowid()").ShouldBe(901L);
            file.Run($"DELETE FROM {table} WHERE id IN (52, 901)").Affected.ShouldBe(2);
            file.Run($"UPDATE {table} SET {column} = {column} WHERE id = 1").Affected.ShouldBe(1);
            Same();
        }

        file.Run($"DELETE FROM {table} WHERE id = 51");
        Same();
    }
}
