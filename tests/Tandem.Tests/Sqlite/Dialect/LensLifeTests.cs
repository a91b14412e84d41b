using Shouldly;
using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

public sealed class LensLifeTests
{
    private const string First = "substr(trim(name), 1, instr(trim(name) || ' ', ' ') - 1)";
    private const string Last = "nullif(substr(trim(name), instr(trim(name) || ' ', ' ') + 1), '')";
    private const string Twin = "\"customers__0007_next\"";

    private static readonly TableChange Split = Changes.Replace(
        Changes.Customers, ["name"], [new Column("first_name", "TEXT", Nullable: false), new Column("last_name", "TEXT")],
        [First, Last], ["first_name || coalesce(' ' || last_name, '')"]);

    private static SqliteTestFile Customers() => new(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT COLLATE NOCASE)",
        "INSERT INTO customers (id, name, email) VALUES (1, 'Ada Lovelace', 'a'), (2, 'Bo', 'b'), (3, '  Cy  Dee ', 'c'), (4, 'E F G', NULL)");

    [Fact]
    public void A_split_column_can_be_written_on_either_side()
    {
        using var file = Customers();
        using var life = new Life(file, Split);
        life.Start();
        Names(file, Twin).ShouldBe("1 Ada Lovelace, 2 Bo -, 3 Cy  Dee, 4 E F G");
        file.Run("UPDATE customers SET name = 'Ada King' WHERE id = 1");
        file.Run($"UPDATE {Twin} SET last_name = 'Derek' WHERE id = 2");
        file.Run($"INSERT INTO {Twin} (first_name, last_name) VALUES ('Flo', NULL), ('Guy', 'van H')");
        file.Run("INSERT INTO customers (name) VALUES ('Hal Ik')");
        Olds(file, "customers").ShouldBe("1 Ada King, 2 Bo Derek, 3   Cy  Dee , 4 E F G, 5 Flo, 6 Guy van H, 7 Hal Ik");
        Names(file, Twin).ShouldBe("1 Ada King, 2 Bo Derek, 3 Cy  Dee, 4 E F G, 5 Flo -, 6 Guy van H, 7 Hal Ik");
        life.Agree();

        // What the new side wrote stays while the old side writes other columns, though up(old) would split it elsewhere.
        file.Run($"UPDATE {Twin} SET first_name = 'Guy van', last_name = 'H' WHERE id = 6");
        file.Run("UPDATE customers SET email = 'g' WHERE id = 6");
        file.Run($"UPDATE {Twin} SET email = 'h' WHERE id = 3");
        Names(file, Twin).ShouldContain("6 Guy van H");
        file.Value($"SELECT first_name FROM {Twin} WHERE id = 6").ShouldBe("Guy van");
        Olds(file, "customers").ShouldContain("3   Cy  Dee ,");
        life.Agree();
        life.Complete();
        file.Run("UPDATE customers SET first_name = 'Gus', last_name = 'H' WHERE id = 6");
        file.Run("INSERT INTO customers (first_name) VALUES ('Jo')");
        Olds(file, "_tandem_7_old_customers").ShouldContain("6 Gus H, 7 Hal Ik, 8 Jo");
        Should.Throw<DatabaseException>(() => file.Run("INSERT INTO customers (last_name) VALUES ('x')")).Message.ShouldContain("customers.first_name");
        life.Agree(Phase.Revert);
        life.Revert();
        file.Value("SELECT name FROM customers WHERE id = 6").ShouldBe("Gus H");
        life.Agree();
        life.Restart();
        life.Complete();
        life.Sunset();
        life.Repaired.ShouldBe(0);
    }

    [Fact]
    public void A_column_that_only_the_way_back_reads_is_a_write_of_the_new_version()
    {
        using var file = new SqliteTestFile(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, phone TEXT, area TEXT)",
            "INSERT INTO people VALUES (1, 'p1', 'k'), (2, 'p2', 'k'), (3, 'p3', 'k')",
            "CREATE TABLE log (phone TEXT)",
            "CREATE TRIGGER noted AFTER UPDATE ON people BEGIN INSERT INTO log VALUES (new.phone); END");
        var table = new Table("people", [new Column("id", "INTEGER", Nullable: false), new Column("phone", "TEXT"), new Column("area", "TEXT")])
        {
            PrimaryKey = new PrimaryKey(null, ["id"]),
        };
        var phone = Changes.Replace(table, ["phone"], [new Column("phone", "INTEGER")], ["phone || '@' || coalesce(area, '')"], ["coalesce(prefix, '') || phone"]);
        var prefix = new Column("prefix", "TEXT");
        var change = phone with
        {
            After = phone.After! with { Columns = phone.After.Columns.Where(c => c.Name != "area").Append(prefix).ToValueList() },
            Columns = phone.Columns.Where(c => c.Before?.Name != "area").Append(new Pair<Column>(table.Column("area"), null)).Append(new Pair<Column>(null, prefix)).ToValueList(),
        };
        using var life = new Life(file, change);
        life.Start();
        const string New = "\"people__0007_next\"";

        file.Run($"UPDATE {New} SET prefix = 'a' WHERE id = 1");
        file.Run($"UPDATE {New} SET prefix = 'b' WHERE id < 3");
        file.Run("UPDATE people SET area = 'm' WHERE id = 3");
        file.Run("UPDATE people SET area = 'n' WHERE id = 3");

        file.Run($"SELECT phone, prefix FROM {New} ORDER BY id").Rows.Select(r => $"{r[0]} {r[1]}").ShouldBe(["p1@k b", "p2@k b", "p3@n "]);
        file.Run("SELECT phone, area FROM people ORDER BY id").Rows.Select(r => $"{r[0]} {r[1]}").ShouldBe(["bp1@k k", "bp2@k k", "p3 n"]);
        life.Agree();
    }

    [Fact]
    public void A_row_without_a_value_for_the_new_version_is_quarantined_and_never_fails_the_old_application()
    {
        using var file = Customers();
        file.Run("INSERT INTO customers (id, name) VALUES (9, NULL)");
        using var life = new Life(file, Split);
        life.Start();
        life.Quarantined.ShouldBe(1);
        file.Run("INSERT INTO customers (id, name) VALUES (10, NULL)");
        file.Run("UPDATE customers SET name = NULL WHERE id = 1");
        file.Run("UPDATE customers SET id = 11 WHERE id = 10");
        file.Run($"UPDATE {Twin} SET email = 'ok' WHERE id = 11");
        foreach (var statement in new[]
        {
            $"INSERT INTO {Twin} (last_name) VALUES ('x')",
            $"INSERT INTO {Twin} (id, last_name) VALUES (77, 'x')",
            $"INSERT OR REPLACE INTO {Twin} (id, last_name) VALUES (2, 'x')",
            $"UPDATE {Twin} SET first_name = NULL WHERE id = 2",
        })
        {
            Should.Throw<DatabaseException>(() => file.Run(statement)).Message.ShouldContain("NOT NULL constraint failed: customers.first_name");
        }

        file.Value("SELECT count(*) FROM customers").ShouldBe(6L);
        Should.Throw<Exception>(life.Complete).Message.ShouldContain("first_name");
        file.Run("UPDATE customers SET name = 'One' WHERE id IN (1, 9)");
        file.Run($"UPDATE {Twin} SET first_name = 'Eleven' WHERE id = 11");
        file.Value("SELECT name FROM customers WHERE id = 11").ShouldBe("Eleven");
        life.Complete();
        life.Agree(Phase.Revert);
    }

    [Fact]
    public void A_type_changes_with_values_compared_as_they_are_stored()
    {
        using var file = new SqliteTestFile(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
            "INSERT INTO t VALUES (1, '1'), (2, '02'), (3, NULL), (4, '5')");
        var table = new Table("t", [new Column("id", "INTEGER", Nullable: false), new Column("v", "TEXT")]) { PrimaryKey = new PrimaryKey(null, ["id"]) };
        var change = Changes.Replace(table, ["v"], [new Column("v", "INTEGER")], ["CAST(v AS INTEGER)"], ["CAST(v AS TEXT)"]);
        using var life = new Life(file, change);
        life.Start();
        const string New = "\"t__0007_next\"";
        file.Run("SELECT v, typeof(v) FROM " + New).Rows.Select(r => $"{r[0]}{r[1]}").ShouldBe(["1integer", "2integer", "null", "5integer"]);

        // The old side keeps '02' as long as the new side says nothing else.
        file.Run($"UPDATE {New} SET v = v WHERE id = 2");
        file.Value("SELECT v FROM t WHERE id = 2").ShouldBe("02");
        file.Run($"UPDATE {New} SET v = 3 WHERE id = 2");
        file.Value("SELECT v FROM t WHERE id = 2").ShouldBe("3");
        file.Run("UPDATE t SET v = '7' WHERE id = 4");
        file.Run($"UPDATE {New} SET v = '8' WHERE id = 3");
        life.Agree();
        life.Complete();
        file.Run("SELECT v, typeof(v) FROM t").Rows.Select(r => $"{r[0]}{r[1]}").ShouldBe(["1integer", "3integer", "8integer", "7integer"]);
        file.Run("UPDATE t SET v = 4 WHERE id = 1");
        life.Revert();
        file.Run("SELECT v, typeof(v) FROM t").Rows.Select(r => $"{r[0]}{r[1]}").ShouldBe(["4text", "3text", "8text", "7text"]);
    }

    [Theory]
    [InlineData("REAL", "TEXT", "CAST(v AS REAL)", "CAST(w AS TEXT)")]
    [InlineData("NUMERIC", "TEXT", "v", "w")]
    [InlineData("BLOB", "TEXT", "CAST(v AS BLOB)", "CAST(w AS TEXT)")]
    [InlineData("", "TEXT", "v", "w")]
    [InlineData("TEXT", "INTEGER", "v", "w")]
    [InlineData("VARCHAR(20)", "REAL", "v", "w")]
    public void Every_affinity_settles(string type, string old, string up, string down)
    {
        using var file = new SqliteTestFile(
            $"CREATE TABLE t (id INTEGER PRIMARY KEY, v {old})",
            "INSERT INTO t (v) VALUES ('1'), ('1.5'), (2), (2.0), (9007199254740993), ('x'), (x'31'), (NULL), ('-0'), (1e300), ('1e3'), (0.1)");
        var table = new Table("t", [new Column("id", "INTEGER", Nullable: false), new Column("v", old)]) { PrimaryKey = new PrimaryKey(null, ["id"]) };
        using var life = new Life(file, Changes.Replace(table, ["v"], [new Column("w", type)], [up], [down]));
        life.Start();
        life.Agree();
        life.Repaired.ShouldBe(0);
        const string New = "\"t__0007_next\"";
        foreach (var value in new[] { "'3'", "3", "3.0", "'abc'", "x'00'", "NULL", "9007199254740993", "0.30000000000000004" })
        {
            file.Run($"UPDATE t SET v = {value} WHERE id = 1");
            life.Agree();
            file.Run($"UPDATE {New} SET w = {value} WHERE id = 2");
            life.Agree();
            file.Run($"INSERT INTO t (v) VALUES ({value})");
            file.Run($"INSERT INTO {New} (w) VALUES ({value})");
            life.Agree();
        }

        life.Complete();
        life.Agree(Phase.Revert);
    }

    [Fact]
    public void What_the_new_version_set_by_itself_is_not_overwritten_by_other_writes_of_the_old()
    {
        using var file = Customers();
        var change = Changes.Replace(Changes.Customers, [], [new Column("initial", "TEXT"), new Column("vip", "INTEGER", false, "0")], ["upper(substr(name, 1, 1))"], []);
        change = change with { Lenses = [change.Lenses[0] with { New = ["initial"], Up = [change.Lenses[0].Up[0]] }] };
        using var life = new Life(file, change);
        life.Start();
        string Row(int id) => string.Join("|", file.Run($"SELECT name, initial, vip FROM {Twin} WHERE id = {id}").Rows[0]);
        Row(1).ShouldBe("Ada Lovelace|A|0");
        file.Run($"UPDATE {Twin} SET initial = '?', vip = 1 WHERE id = 1");
        file.Run("UPDATE customers SET email = 'q' WHERE id = 1");
        Row(1).ShouldBe("Ada Lovelace|?|1");
        file.Run("UPDATE customers SET name = 'Zoe' WHERE id IN (1, 2)");
        Row(1).ShouldBe("Zoe|?|1");
        Row(2).ShouldBe("Zoe|Z|0");
        file.Run("INSERT OR REPLACE INTO customers (id, name) VALUES (2, 'Max')");
        Row(2).ShouldBe("Max|M|0");
        file.Run($"INSERT INTO {Twin} (id, name, initial) VALUES (30, 'Tom', 'x')");
        Row(30).ShouldBe("Tom|x|0");
        file.Value("SELECT name FROM customers WHERE id = 30").ShouldBe("Tom");
        life.Rollback();
        file.Run("UPDATE customers SET name = 'Ann' WHERE id = 2");
        life.Restart();
        Row(1).ShouldBe("Zoe|?|1");
        Row(2).ShouldBe("Ann|A|0");
        life.Complete();
        life.Revert();
        Row(30).ShouldBe("Tom|x|0");
        life.Repaired.ShouldBe(0);
    }

    [Fact]
    public void A_dropped_column_keeps_its_values_and_takes_down_or_its_default_for_new_rows()
    {
        using var file = new SqliteTestFile(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL DEFAULT 'dflt', c TEXT)",
            "INSERT INTO t VALUES (1, 'a1', 'b1', 'c1'), (2, 'a2', 'b2', NULL)");
        var table = new Table("t",
        [
            new Column("id", "INTEGER", Nullable: false), new Column("a", "TEXT", Nullable: false), new Column("b", "TEXT", false, "'dflt'"), new Column("c", "TEXT"),
        ])
        { PrimaryKey = new PrimaryKey(null, ["id"]) };
        var change = Changes.Replace(table, ["a"], [], [], ["'from ' || c"]) with { };
        change = change with
        {
            After = change.After! with { Columns = change.After.Columns.Where(c => c.Name != "b").ToValueList() },
            Columns = change.Columns.Select(p => p.Before!.Name == "b" ? new Pair<Column>(p.Before, null) : p).ToValueList(),
        };
        using var life = new Life(file, change);
        const string New = "\"t__0007_next\"";
        life.Start();
        file.Run($"INSERT INTO {New} (id, c) VALUES (3, 'c3')");
        file.Run($"UPDATE {New} SET c = 'x' WHERE id IN (1, 3)");
        Rows(file, "t").ShouldBe("1|a1|b1|x, 2|a2|b2|, 3|from x|dflt|x");
        life.Complete();
        file.Run("INSERT INTO t (c) VALUES (NULL)");
        Rows(file, "_tandem_7_old_t").ShouldBe("1|a1|b1|x, 2|a2|b2|, 3|from x|dflt|x, 4||dflt|");

        // A required old column has no value for this row: it stands in the way of a rollback, and the count says so.
        Should.Throw<Exception>(life.Revert).Message.ShouldContain("NotNull a of t");
        file.Run("UPDATE t SET c = 'late' WHERE id = 4");
        life.Revert();
        Rows(file, "t").ShouldBe("1|a1|b1|x, 2|a2|b2|, 3|from x|dflt|x, 4|from late|dflt|late");
        life.Discard();
    }

    [Fact]
    public void Columns_are_merged_and_come_apart_again()
    {
        using var file = new SqliteTestFile(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT)", "INSERT INTO t (a, b) VALUES ('x', 'y'), ('p', NULL), (NULL, NULL)");
        var table = new Table("t", [new Column("id", "INTEGER", Nullable: false), new Column("a", "TEXT"), new Column("b", "TEXT")]) { PrimaryKey = new PrimaryKey(null, ["id"]) };
        var change = Changes.Replace(
            table, ["a", "b"], [new Column("ab", "TEXT")], ["a || coalesce('/' || b, '')"],
            ["substr(ab, 1, instr(ab || '/', '/') - 1)", "nullif(substr(ab, instr(ab || '/', '/') + 1), '')"]);
        using var life = new Life(file, change);
        life.Start();
        file.Run("UPDATE \"t__0007_next\" SET ab = 'q/r' WHERE id = 2");
        file.Run("UPDATE t SET b = 'z' WHERE id = 1");
        Rows(file, "t").ShouldBe("1|x|z, 2|q|r, 3||");
        Rows(file, "\"t__0007_next\"").ShouldBe("1|x/z, 2|q/r, 3|");
        life.Complete();
        file.Run("UPDATE t SET ab = 'm/n' WHERE id = 3");
        life.Revert();
        Rows(file, "t").ShouldBe("1|x|z, 2|q|r, 3|m|n");
    }

    private static string Rows(SqliteTestFile file, string table) =>
        string.Join(", ", file.Run($"SELECT * FROM {table} ORDER BY id").Rows.Select(r => string.Join("|", r)));

    private static string Names(SqliteTestFile file, string table) => string.Join(
        ", ", file.Run($"SELECT id || ' ' || first_name || ' ' || coalesce(last_name, '-') FROM {table} ORDER BY id").Rows.Select(r => r[0]));

    private static string Olds(SqliteTestFile file, string table) =>
        string.Join(", ", file.Run($"SELECT id || ' ' || name FROM {table} ORDER BY id").Rows.Select(r => r[0]));
}
