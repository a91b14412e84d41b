using Shouldly;
using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

/// <summary>Several migrations of one table in the file at once: retired, undone and live ones.</summary>
public sealed class ChainTests : IDisposable
{
    private static readonly Table First = new("t", [new Column("id", "INTEGER", false), new Column("name", "TEXT"), new Column("n", "INTEGER")]) { PrimaryKey = new(null, ["id"]) };

    private static readonly TableChange Five = Changes.Rename(First, "name", "title");

    private static readonly TableChange Six = Changes.Replace(
        Five.After!, ["title"], [new Column("a", "TEXT"), new Column("b", "TEXT")],
        ["substr(title, 1, instr(title || ' ', ' ') - 1)", "nullif(substr(title, instr(title || ' ', ' ') + 1), '')"], ["a || coalesce(' ' || b, '')"]);

    private static readonly TableChange Seven = Changes.Replace(
        Six.After!, ["n"], [new Column("n", "TEXT")], ["CAST(n AS TEXT)"], ["CAST(n AS INTEGER)"]);

    private readonly SqliteTestFile file = new(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INTEGER)",
        "CREATE TABLE kid (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t (id) ON DELETE CASCADE)",
        "INSERT INTO t (name, n) VALUES ('Ada L', 1), ('Bo', 2), (NULL, NULL), ('C D E', 4)",
        "INSERT INTO kid (t_id) SELECT id FROM t");

    public void Dispose() => file.Dispose();

    [Fact]
    public void Three_versions_are_kept_in_sync_and_go_back_one_by_one()
    {
        file.Run("PRAGMA foreign_keys=ON");
        var schema = Texts();
        using var five = new Life(file, Five, 5, "5");
        using var six = new Life(file, Six, 6, "6");
        using var seven = new Life(file, Seven, 7, "7");
        five.Start();
        five.Complete();
        var afterFive = Texts();
        six.Start();
        All("_tandem_5_old_t", "t", "\"t__6\"", null);
        six.Complete();
        var afterSix = Texts();
        All("_tandem_5_old_t", "_tandem_6_old_t", "t", null);
        seven.Start();
        All("_tandem_5_old_t", "_tandem_6_old_t", "t", "\"t__7\"");
        seven.Complete();
        All("_tandem_5_old_t", "_tandem_6_old_t", "_tandem_7_old_t", "t");
        seven.Agree(Phase.Revert);
        seven.Revert();
        Texts().ShouldBe(afterSix);
        All("_tandem_5_old_t", "_tandem_6_old_t", "t", "\"t__7\"");
        seven.Restart();
        seven.Complete();
        seven.Revert();
        six.Revert();
        Texts().ShouldBe(afterFive);
        All("_tandem_5_old_t", "t", "\"t__6\"", "\"t__7\"");
        five.Revert();
        Texts().ShouldBe(schema);
        All("t", "\"t__5\"", "\"t__6\"", "\"t__7\"");
        five.Restart();
        five.Complete();
        six.Restart();
        six.Complete();
        seven.Restart();
        seven.Complete();
        All("_tandem_5_old_t", "_tandem_6_old_t", "_tandem_7_old_t", "t");

        // The older rows hang on the table that goes: first the oldest.
        Should.Throw<GateException>(seven.Sunset).Code.ShouldBe("TDM5202");
        five.Sunset();
        All(null, "_tandem_6_old_t", "_tandem_7_old_t", "t");
        six.Sunset();
        seven.Sunset();
        file.Value("SELECT count(*) FROM sqlite_schema WHERE name GLOB '_tandem*' OR name GLOB 't__*[567]'").ShouldBe(0L);
        new[] { five, six, seven }.Sum(l => l.Repaired).ShouldBe(0);
    }

    [Fact]
    public void An_undone_migration_follows_the_table_through_later_ones()
    {
        using var five = new Life(file, Five, 5, "5");
        var other = Changes.Replace(First, [], [new Column("extra", "TEXT")], ["name || '!'"], []);
        using var six = new Life(file, other, 6, "6");
        five.Start();
        five.Rollback();
        six.Start();
        six.Complete();
        file.Run("INSERT INTO t (name, n, extra) VALUES ('Zed', 9, 'own')");
        file.Value("SELECT title FROM \"t__5\" WHERE n = 9").ShouldBe("Zed");
        file.Run("UPDATE t SET name = 'Zoe' WHERE n = 9");
        file.Value("SELECT title FROM \"t__5\" WHERE n = 9").ShouldBe("Zoe");
        Should.Throw<GateException>(six.Sunset).Code.ShouldBe("TDM5202");
        five.Discard();
        six.Sunset();
        file.Value("SELECT extra FROM t WHERE n = 9").ShouldBe("own");
    }

    [Fact]
    public void Hidden_indexes_of_other_migrations_follow_the_table()
    {
        file.Run("CREATE UNIQUE INDEX by_name ON t (name)");
        var index = new Tandem.Schema.Index("by_name", [new("name")], Unique: true);
        var added = new Tandem.Schema.Index("by_n", [new("n"), new("name")], Unique: true);
        var table = First with { Indexes = [index] };
        var after = table with { Indexes = [added] };
        using var five = new Life(file, Changes.Of(table, after), 5, "5");
        using var six = new Life(file, Changes.Rename(after, "name", "title"), 6, "6");
        using var undone = new Life(file, Changes.Of(after, after with { Indexes = [added, index] }), 7, "7");
        five.Start();
        five.Complete();
        undone.Start();
        undone.Run(Phase.Complete, s => !s.Id.StartsWith("switch", StringComparison.Ordinal));
        undone.Rollback();
        var before = Texts();
        six.Start();
        six.Complete();
        file.Run("INSERT INTO t (title, n) VALUES ('Bo', 50)");
        six.Agree(Phase.Revert);
        six.Check();
        file.Run("DELETE FROM t WHERE n = 50");
        six.Revert();
        Texts().ShouldBe(before);
        undone.Discard();
        five.Revert();
        Should.Throw<DatabaseException>(() => file.Run("INSERT INTO t (name) VALUES ('Bo')")).Message.ShouldContain("UNIQUE");
        five.Restart();
        five.Complete();
        six.Restart();
        six.Complete();
        five.Sunset();
        six.Sunset();
        file.Value("SELECT count(*) FROM sqlite_schema WHERE name GLOB '_tandem*'").ShouldBe(0L);
    }

    // Writes through each table that is there, and looks for it in all.
    private void All(string? first, string? second, string? third, string? fourth)
    {
        var tables = new (string? Table, string Text, string Set)[]
        {
            (first, "name", "name = 'P Q'"), (second, "title", "title = 'R S'"), (third, "a || coalesce(' ' || b, '')", "a = 'T', b = 'U'"), (fourth, "a || coalesce(' ' || b, '')", "a = 'V', b = NULL"),
        }.Where(t => t.Table is not null).ToList();
        void Same(string why)
        {
            var rows = tables.Select(t => string.Join(", ", file.Run($"SELECT id, {t.Text}, CAST(n AS TEXT) FROM {t.Table} ORDER BY id").Rows.Select(r => string.Join("|", r)))).ToList();
            rows.Distinct().Count().ShouldBe(1, why + "\n" + string.Join("\n", rows));
        }

        Same("before");
        foreach (var (table, _, set) in tables)
        {
            file.Run($"UPDATE {table} SET {set} WHERE id = 1");
            Same($"{table} {set}");
            file.Run($"INSERT INTO {table} (id, n) VALUES (100, 5)");
            file.Run($"UPDATE {table} SET {set}, n = 6, id = 101 WHERE id = 100");
            Same($"{table} insert");
            file.Run($"INSERT OR REPLACE INTO {table} (id, n) VALUES (101, 8)");
            Same($"{table} replace");
            file.Run($"DELETE FROM {table} WHERE id = 101");
            Same($"{table} delete");
        }

        file.Value("SELECT count(*) FROM kid").ShouldBe(4L);
    }

    private string Texts() => string.Join("\n", file.Run(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE tbl_name IN ('t', 'kid') AND name NOT GLOB '_tandem*' ORDER BY type, name").Rows.Select(r => string.Join("|", r)));
}
