using Shouldly;
using Tandem.Planning;
using Tandem.Schema;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

public sealed class RowChangeTests
{
    private const string Values = "(1, 'a', 1.5), (2, 'b', x'00ff'), (3, NULL, 0.1), (4, 'd', 9007199254740993), (5, 'e', '5')";

    [Theory]
    [InlineData("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, v)", false)]
    [InlineData("CREATE TABLE t (id INT, a TEXT, v)", false)]
    [InlineData("CREATE TABLE t (id TEXT PRIMARY KEY COLLATE NOCASE, a TEXT, v) WITHOUT ROWID", true)]
    public void Rows_change_and_come_back_to_the_byte(string create, bool withoutRowId)
    {
        using var file = new SqliteTestFile(create, $"INSERT INTO t VALUES {Values}");
        var table = new Table("t", [new Column("id", create.Contains("INTEGER", StringComparison.Ordinal) ? "INTEGER" : withoutRowId ? "TEXT" : "INT"), new Column("a", "TEXT"), new Column("v", "")])
        {
            PrimaryKey = create.Contains("PRIMARY", StringComparison.Ordinal) ? new(null, ["id"]) : null,
            WithoutRowId = withoutRowId,
        };
        var update = new RowChange(1, RowChangeKind.Update, table)
        {
            Set = [new LensExpression("a", "coalesce(a, '') || id"), new LensExpression("v", "typeof(v)")],
            Where = "a IS NOT 'e' -- not that one",
        };
        var rename = Changes.Rename(table, "a", "b");
        using var life = new Life(file, new MigrationDraft([rename], [update], [], [], [])) { Size = 2 };
        var before = Rows(file, "t", "a");
        life.Start();
        const string After = "1|a1|text|real, 2|b2|text|blob, 3|3|text|real, 4|d4|text|integer, 5|e|text|5";
        Rows(file, "t", "a").ShouldBe(After);
        Rows(file, "\"t__0007_next\"", "b").ShouldBe(After);
        file.Run("UPDATE t SET a = 'mine' WHERE id = 3");
        life.Rollback();
        Rows(file, "t", "a").ShouldBe(before.Replace("3||real|0.1", "3|mine|text|real", StringComparison.Ordinal));
        life.Agree();
        life.Restart();
        life.Complete();
        life.Revert();
        Rows(file, "t", "a").ShouldBe(before.Replace("3||real|0.1", "3|mine|text|real", StringComparison.Ordinal));
        life.Restart();
        life.Complete();
        life.Sunset();
        file.Value("SELECT count(*) FROM sqlite_schema WHERE name GLOB '_tandem*'").ShouldBe(0L);
    }

    [Fact]
    public void A_row_comes_back_although_another_has_its_number_meanwhile()
    {
        using var file = new SqliteTestFile("CREATE TABLE t (id TEXT PRIMARY KEY NOT NULL, a TEXT)", "INSERT INTO t VALUES ('x', '1'), ('y', '2'), ('z', '3')");
        var table = new Table("t", [new Column("id", "TEXT", Nullable: false), new Column("a", "TEXT")]) { PrimaryKey = new(null, ["id"]) };
        var delete = new RowChange(1, RowChangeKind.Delete, table) { Where = "id <> 'x'" };
        using var life = new Life(file, new MigrationDraft([], [delete], [], [], [])) { Size = 1 };
        life.Start();
        file.Run("INSERT INTO t VALUES ('new', '4')");
        file.Value("SELECT rowid FROM t WHERE id = 'new'").ShouldBe(2L);
        life.Rollback();
        string.Join(", ", file.Run("SELECT id, a FROM t ORDER BY id").Rows.Select(r => string.Join("|", r))).ShouldBe("new|4, x|1, y|2, z|3");

        // A key that is taken is another matter: that row stays as its application wrote it.
        life.Restart();
        file.Value("SELECT count(*) FROM t").ShouldBe(1L);
        file.Run("INSERT INTO t VALUES ('z', 'mine')");
        life.Rollback();
        string.Join(", ", file.Run("SELECT id, a FROM t ORDER BY id").Rows.Select(r => string.Join("|", r))).ShouldBe("new|4, x|1, y|2, z|mine");
    }

    private static string Rows(SqliteTestFile file, string table, string a) => string.Join(
        ", ", file.Run($"SELECT id, {a}, typeof(v), CASE typeof(v) WHEN 'blob' THEN hex(v) ELSE v END FROM {table} ORDER BY id").Rows.Select(r => string.Join("|", r)));
}
