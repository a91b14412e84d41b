using Shouldly;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>Tables with every kind of key, and names that need care, through a life with random writes on both sides.</summary>
public sealed class KeyLifeTests
{
    public static TheoryData<string, bool> Kinds
    {
        get
        {
            var kinds = new TheoryData<string, bool>();
            foreach (var kind in Tables.Keys)
            {
                kinds.Add(kind, true);
                kinds.Add(kind, false);
            }

            return kinds;
        }
    }

    private static readonly Dictionary<string, Table> Tables = new()
    {
        ["row number"] = new("t", [Int("id"), Text("a"), Text("b")]) { PrimaryKey = new(null, ["id"]) },
        ["autoincrement"] = new("t", [Int("id") with { Identity = IdentityKind.AutoIncrement }, Text("a"), Text("b")]) { PrimaryKey = new(null, ["id"]) },
        ["no key"] = new("t", [new Column("id", "INT"), Text("a"), Text("b")]),
        ["hidden row number"] = new("t", [new Column("rowid", "TEXT"), new Column("id", "INT"), Text("a"), Text("b"), new Column("oid", "INT")]),
        ["text key"] = new("t", [Text("id") with { Nullable = false }, Text("a"), Text("b")]) { PrimaryKey = new(null, ["id"]) },
        ["composite key"] = new("t", [new Column("id", "INT"), Text("a"), Text("b")]) { PrimaryKey = new(null, ["id", "b"]) },
        ["without row number"] = new("t", [Text("id") with { Nullable = false, Collation = "NOCASE" }, Text("a"), Text("b")])
        {
            PrimaryKey = new(null, ["id"]), WithoutRowId = true, Uniques = [new(null, ["b", "a"])],
        },
        ["composite without row number"] = new("t", [new Column("id", "INT", false), Text("b") with { Nullable = false }, Text("a")])
        {
            PrimaryKey = new(null, ["b", "id"]), WithoutRowId = true, Checks = [new(null, "typeof(b) <> 'blob'", ["b"])],
        },
        ["names"] = new("Order \"Items\" é", [Int("id"), new Column("a", "TEXT"), Text("b"), new Column("select", "TEXT"), new Column("it's", "TEXT"), new Column("ÄÖ x", "TEXT")])
        {
            PrimaryKey = new(null, ["id"]),
            Checks = [new(null, "\"a\" <> 'bad' OR [select] > `it's`", ["a"])],
            Indexes = [new("by \"a\" [x]", [new("a"), new(null, "lower(\"ÄÖ x\")")]) { Where = "\"a\" IS NOT NULL" }],
        },
        ["table called group"] = new("group", [Int("id"), Text("a"), Text("b")]) { PrimaryKey = new(null, ["id"]) },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Random_writes_on_both_sides_agree_at_every_stage(string kind, bool recursive)
    {
        var table = Tables[kind];
        var quoted = SqliteText.Quote(table.Name);
        var twin = SqliteText.Quote(table.Name + "__0007_next");
        using var file = new SqliteTestFile(ControlTables.Of(Changes.Of(table, table)));
        file.Run($"PRAGMA recursive_triggers={(recursive ? "ON" : "OFF")}");
        var random = new Random(kind.Length);
        for (var i = 0; i < 40; i++)
        {
            Write(file, random, quoted, "a");
        }

        using var life = new Life(file, Changes.Rename(table, "a", "New \"a\"")) 
        {
            Size = 4,
            Between = () => Write(file, random, quoted, Column(file, table.Name)),
        };
        string Old() => SqliteText.Quote("_tandem_7_old_" + table.Name);
        life.Run(Phase.Start, s => s.Kind is not StepKind.Verify);
        life.Agree();
        Mixed(quoted, twin);
        life.Rollback();
        Mixed(quoted, twin);
        life.Restart();
        life.Complete();
        Mixed(Old(), quoted);
        life.Agree(Phase.Revert);
        life.Revert();
        Mixed(quoted, twin);
        life.Restart();
        life.Complete();
        Mixed(Old(), quoted);
        life.Sunset();
        Write(file, random, quoted, "New \"a\"");
        life.Repaired.ShouldBe(0);

        void Mixed(string old, string young)
        {
            for (var i = 0; i < 60; i++)
            {
                var side = random.Next(2) == 0;
                Write(file, random, side ? old : young, side ? "a" : "New \"a\"");
            }

            life.Agree(old == Old() ? Phase.Revert : Phase.Complete);
        }
    }

    private static string Column(SqliteTestFile file, string table) =>
        file.Run($"SELECT name FROM pragma_table_info({SqliteText.Literal(table)}) WHERE name IN ('a', 'New \"a\"')").Text("name")!;

    private static void Write(SqliteTestFile file, Random random, string table, string column)
    {
        var a = SqliteText.Quote(column);
        string Value() => random.Next(8) switch
        {
            0 => "NULL", 1 => "'1'", 2 => "1", 3 => "1.5", 4 => "x'31'", 5 => "'A'", 6 => "'a'", _ => $"'v{random.Next(100)}'",
        };
        string Id() => (random.Next(20) - 3).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var clash = random.Next(4) switch { 0 => " OR REPLACE", 1 => " OR IGNORE", 2 => " OR FAIL", _ => "" };
        var statement = random.Next(6) switch
        {
            0 => $"INSERT{clash} INTO {table} (id, {a}, b) VALUES ({Id()}, {Value()}, {Value()})",
            1 => $"INSERT{clash} INTO {table} (id, {a}, b) SELECT id + 7, b, {a} FROM {table} LIMIT 3",
            2 => $"UPDATE{clash} {table} SET {a} = {Value()} WHERE id = {Id()}",
            3 => $"UPDATE{clash} {table} SET id = {Id()}, b = {Value()} WHERE id = {Id()}",
            4 => $"UPDATE{clash} {table} SET b = {Value()}, {a} = b WHERE id > {Id()}",
            _ => $"DELETE FROM {table} WHERE id = {Id()}",
        };
        try
        {
            file.Run(statement);
        }
        catch (Databases.DatabaseException e) when (e.Kind == Databases.FailureKind.Data)
        {
            // The table's own rules refuse some of what chance proposes.
            e.Message.ShouldContain("constraint");
            e.Message.ShouldNotContain("does not take the row");
        }
    }

    private static Column Int(string name) => new(name, "INTEGER", Nullable: false);

    private static Column Text(string name) => new(name, "TEXT");
}
