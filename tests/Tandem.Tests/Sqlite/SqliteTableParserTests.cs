using System.Text.RegularExpressions;
using Shouldly;
using Tandem.Schema;
using Tandem.Sqlite;
using Xunit;

namespace Tandem.Tests.Sqlite;

/// <summary>What was read is shown as the statement that would make it again, on one line and without its head.</summary>
public sealed class SqliteTableParserTests
{
    [Theory]
    [InlineData("CREATE TABLE t(a)", "\"a\"")]
    [InlineData("create table t (a,b)", "\"a\", \"b\"")]
    [InlineData("CREATE TABLE IF NOT EXISTS main.t(a INT)", "\"a\" INT")]
    [InlineData("CREATE TABLE \"t\"(\"a b\" TEXT, [c d] TEXT, `e``f` TEXT, 'g' TEXT, \"h\"\"i\" TEXT)",
        "\"a b\" TEXT, \"c d\" TEXT, \"e`f\" TEXT, \"g\" TEXT, \"h\"\"i\" TEXT")]
    [InlineData("CREATE TABLE größe(größe TEXT)", "\"größe\" TEXT")]
    [InlineData("CREATE TABLE t(key TEXT, desc INT, replace)", "\"key\" TEXT, \"desc\" INT, \"replace\"")]
    public void Names(string sql, string expected) => Read(sql).ShouldBe(expected);

    [Theory]
    [InlineData("a VARCHAR(40)", "\"a\" VARCHAR(40)")]
    [InlineData("a  DECIMAL ( 10 , 2 )", "\"a\" DECIMAL ( 10 , 2 )")]
    [InlineData("a UNSIGNED  BIG\n INT", "\"a\" UNSIGNED BIG INT")]
    [InlineData("a double /* wide */ precision NOT NULL", "\"a\" double precision NOT NULL")]
    [InlineData("a \"my type\" NOT NULL", "\"a\" \"my type\" NOT NULL")]
    [InlineData("a [text]", "\"a\" [text]")]
    [InlineData("a NUMERIC(-1)", "\"a\" NUMERIC(-1)")]
    [InlineData("a timestamp with time zone", "\"a\" timestamp with time zone")]
    public void Types(string column, string expected) => ReadBody(column).ShouldBe(expected);

    [Theory]
    [InlineData("a DEFAULT 5", "\"a\" DEFAULT 5")]
    [InlineData("a DEFAULT -5", "\"a\" DEFAULT -5")]
    [InlineData("a DEFAULT + 5.5e-3", "\"a\" DEFAULT + 5.5e-3")]
    [InlineData("a DEFAULT 'it''s'", "\"a\" DEFAULT 'it''s'")]
    [InlineData("a DEFAULT x'00ff'", "\"a\" DEFAULT x'00ff'")]
    [InlineData("a DEFAULT null", "\"a\" DEFAULT null")]
    [InlineData("a DEFAULT TRUE NOT NULL", "\"a\" NOT NULL DEFAULT TRUE")]
    [InlineData("a DEFAULT current_timestamp", "\"a\" DEFAULT current_timestamp")]
    [InlineData("a DEFAULT word", "\"a\" DEFAULT 'word'")]
    [InlineData("a DEFAULT \"word\"", "\"a\" DEFAULT 'word'")]
    [InlineData("a DEFAULT (5)", "\"a\" DEFAULT 5")]
    [InlineData("a DEFAULT ( (1+2) * 3 ) UNIQUE", "\"a\" DEFAULT ((1+2) * 3), UNIQUE (\"a\")")]
    [InlineData("a DEFAULT (datetime('now', ')'))", "\"a\" DEFAULT (datetime('now', ')'))")]
    [InlineData("a DEFAULT (1 -- one\n)", "\"a\" DEFAULT 1")]
    [InlineData("a DEFAULT 0x1F", "\"a\" DEFAULT 0x1F")]
    public void Defaults(string column, string expected) => ReadBody(column).ShouldBe(expected);

    [Theory]
    [InlineData("a INTEGER PRIMARY KEY, b", "\"a\" INTEGER, \"b\", PRIMARY KEY (\"a\")")]
    [InlineData("a INTEGER PRIMARY KEY ASC", "\"a\" INTEGER, PRIMARY KEY (\"a\")")]
    [InlineData("a INTEGER CONSTRAINT pk PRIMARY KEY AUTOINCREMENT NOT NULL",
        "\"a\" INTEGER CONSTRAINT \"pk\" PRIMARY KEY AUTOINCREMENT")]
    [InlineData("a INTEGER, PRIMARY KEY(A AUTOINCREMENT)", "\"a\" INTEGER PRIMARY KEY AUTOINCREMENT")]
    [InlineData("a TEXT PRIMARY KEY", "\"a\" TEXT, PRIMARY KEY (\"a\")")]
    [InlineData("a INT PRIMARY KEY", "\"a\" INT, PRIMARY KEY (\"a\")")]
    [InlineData("a, b, CONSTRAINT [my key] PRIMARY KEY (B, a)", "\"a\", \"b\", CONSTRAINT \"my key\" PRIMARY KEY (\"b\", \"a\")")]
    [InlineData("a UNIQUE, b CONSTRAINT u UNIQUE, UNIQUE (a, b)",
        "\"a\", \"b\", UNIQUE (\"a\"), CONSTRAINT \"u\" UNIQUE (\"b\"), UNIQUE (\"a\", \"b\")")]
    public void Keys(string body, string expected) => ReadBody(body).ShouldBe(expected);

    [Theory]
    [InlineData("a NOT NULL COLLATE nocase NULL", "\"a\" COLLATE \"nocase\" NOT NULL")]
    [InlineData("a CONSTRAINT n NOT NULL CONSTRAINT c CHECK (a > (1))", "\"a\" NOT NULL, CONSTRAINT \"c\" CHECK (a > (1))")]
    [InlineData("a CHECK (a IN ('(', \")\")), b", "\"a\", \"b\", CHECK (a IN ('(', \")\"))")]
    [InlineData("a, CHECK (a > 0) CHECK (a < 9), CONSTRAINT x UNIQUE (a) CONSTRAINT y CHECK (1)",
        "\"a\", CONSTRAINT \"x\" UNIQUE (\"a\"), CHECK (a > 0), CHECK (a < 9), CONSTRAINT \"y\" CHECK (1)")]
    [InlineData("a, CHECK (a /* ) */ > 0 -- )\n)", "\"a\", CHECK (a > 0)")]
    [InlineData("a NOT NULL ON CONFLICT ABORT", "\"a\" NOT NULL")]
    public void Constraints(string body, string expected) => ReadBody(body).ShouldBe(expected);

    [Theory]
    [InlineData("a, b INT GENERATED ALWAYS AS (a * 2) STORED", "\"a\", \"b\" INT AS (a * 2) STORED")]
    [InlineData("a, b AS (a || ')') NOT NULL", "\"a\", \"b\" NOT NULL AS (a || ')') VIRTUAL")]
    [InlineData("a, b generated always as (a) virtual UNIQUE", "\"a\", \"b\" AS (a) VIRTUAL, UNIQUE (\"b\")")]
    public void Generated_columns(string body, string expected) => ReadBody(body).ShouldBe(expected);

    [Theory]
    [InlineData("a REFERENCES p", "\"a\", FOREIGN KEY (\"a\") REFERENCES \"p\"")]
    [InlineData("a REFERENCES p(x) ON DELETE CASCADE ON UPDATE SET NULL MATCH FULL NOT NULL",
        "\"a\" NOT NULL, FOREIGN KEY (\"a\") REFERENCES \"p\" (\"x\") ON DELETE CASCADE ON UPDATE SET NULL")]
    [InlineData("a CONSTRAINT f REFERENCES p(x) DEFERRABLE INITIALLY DEFERRED",
        "\"a\", CONSTRAINT \"f\" FOREIGN KEY (\"a\") REFERENCES \"p\" (\"x\") DEFERRABLE INITIALLY DEFERRED")]
    [InlineData("a REFERENCES p(x) NOT DEFERRABLE INITIALLY DEFERRED", "\"a\", FOREIGN KEY (\"a\") REFERENCES \"p\" (\"x\")")]
    [InlineData("a, b, CONSTRAINT \"f k\" FOREIGN KEY (A, b) REFERENCES \"p q\"(x, y) ON DELETE SET DEFAULT ON UPDATE RESTRICT",
        "\"a\", \"b\", CONSTRAINT \"f k\" FOREIGN KEY (\"a\", \"b\") REFERENCES \"p q\" (\"x\", \"y\") ON DELETE SET DEFAULT ON UPDATE RESTRICT")]
    [InlineData("a, FOREIGN KEY (a) REFERENCES p ON DELETE NO ACTION DEFERRABLE",
        "\"a\", FOREIGN KEY (\"a\") REFERENCES \"p\" DEFERRABLE INITIALLY IMMEDIATE")]
    public void References(string body, string expected) => ReadBody(body).ShouldBe(expected);

    [Theory]
    [InlineData("CREATE TABLE t(a INT PRIMARY KEY) WITHOUT ROWID", "\"a\" INT NOT NULL, PRIMARY KEY (\"a\") WITHOUT ROWID")]
    [InlineData("CREATE TABLE t(a INT) STRICT", "\"a\" INT STRICT")]
    [InlineData("CREATE TABLE t(a TEXT PRIMARY KEY)strict , without rowid;", "\"a\" TEXT NOT NULL, PRIMARY KEY (\"a\") WITHOUT ROWID, STRICT")]
    public void Options(string sql, string expected) => Read(sql).ShouldBe(expected);

    [Theory]
    [InlineData("a UNIQUE ON CONFLICT REPLACE", "\"a\", UNIQUE (\"a\") ON CONFLICT REPLACE")]
    [InlineData("a NOT NULL ON CONFLICT ignore", "\"a\" NOT NULL ON CONFLICT IGNORE")]
    [InlineData("a TEXT PRIMARY KEY DESC ON CONFLICT FAIL", "\"a\" TEXT, PRIMARY KEY (\"a\" DESC) ON CONFLICT FAIL")]
    [InlineData("a INTEGER PRIMARY KEY ON CONFLICT ROLLBACK AUTOINCREMENT", "\"a\" INTEGER PRIMARY KEY ON CONFLICT ROLLBACK AUTOINCREMENT")]
    [InlineData("a, b, PRIMARY KEY (a COLLATE nocase, b)", "\"a\", \"b\", PRIMARY KEY (\"a\" COLLATE \"nocase\", \"b\")")]
    [InlineData("a, UNIQUE (a COLLATE rtrim DESC)", "\"a\", UNIQUE (\"a\" COLLATE \"rtrim\" DESC)")]
    [InlineData("a, CHECK (a) ON CONFLICT FAIL", "\"a\", CHECK (a)")]
    public void Sorting_and_conflicts(string body, string expected) => ReadBody(body).ShouldBe(expected);

    [Theory]
    [InlineData("a INTEGER PRIMARY KEY DESC", "a primary key that sorts downwards")]
    [InlineData("a, UNIQUE (a), UNIQUE (A COLLATE nocase)", "two rules over the same columns that differ in sorting or in ON CONFLICT")]
    [InlineData("a PRIMARY KEY, b PRIMARY KEY", "its definition (it has two primary keys)")]
    [InlineData("a INT 5", "its definition (a column constraint was expected at character 22)")]
    [InlineData("a CHECK (a", "its definition (a column constraint was expected at its end)")]
    public void What_cannot_be_carried_over_is_said(string body, string expected) =>
        SqliteTableParser.Parse("t", $"CREATE TABLE t({body})").NotUnderstood.ShouldBe([expected]);

    [Fact]
    public void Checks_know_their_columns() =>
        SqliteTableParser.Parse("t", "CREATE TABLE t(a, [B c], d, CHECK (A > 0 OR \"b c\" = 'd'))")
            .Checks.Single().Columns.ShouldBe(["a", "B c"]);

    [Theory]
    [InlineData("CREATE INDEX i ON t(a)", "CREATE INDEX \"i\" ON \"t\" (\"a\")", "a")]
    [InlineData("CREATE UNIQUE INDEX IF NOT EXISTS main.i ON t ( A DESC , 'b' COLLATE nocase ASC )",
        "CREATE UNIQUE INDEX \"i\" ON \"t\" (\"a\" DESC, \"b\" COLLATE \"nocase\")", "a,b")]
    [InlineData("CREATE INDEX i ON t(lower(a), (a + b) DESC, substr(b, 1, 2)) WHERE b IS NOT NULL;",
        "CREATE INDEX \"i\" ON \"t\" (lower(a), (a + b) DESC, substr(b, 1, 2)) WHERE b IS NOT NULL", "a,b")]
    [InlineData("CREATE INDEX i ON t(1) WHERE a = ';'", "CREATE INDEX \"i\" ON \"t\" (1) WHERE a = ';'", "a")]
    public void Indexes(string sql, string expected, string columns)
    {
        var index = SqliteIndexParser.Parse("i", sql, [new Column("a", ""), new Column("b", "")]);
        SqliteDdl.CreateIndex(index, "t").ShouldBe(expected);
        string.Join(',', index.Columns).ShouldBe(columns);
    }

    [Theory]
    [InlineData("SELECT * FROM t", true)]
    [InlineData("SELECT t.* FROM t", true)]
    [InlineData("SELECT a, * FROM t", true)]
    [InlineData("SELECT count(*), a * b, (a)*2 FROM t", false)]
    [InlineData("INSERT INTO t SELECT a FROM u", true)]
    [InlineData("INSERT INTO u VALUES (1) /* t */", false)]
    [InlineData("INSERT INTO main.T VALUES (1)", true)]
    [InlineData("INSERT INTO t(a) VALUES (1)", false)]
    [InlineData("INSERT INTO t AS x (a) VALUES (1)", false)]
    [InlineData("INSERT INTO t DEFAULT VALUES", false)]
    [InlineData("create trigger x after insert on t when not exists (select * from t where (id) = 1) begin select 1; end", false)]
    [InlineData("create view v as select exists (select * from t except select * from u)", true)]
    public void Whole_rows_are_noticed(string sql, bool expected) => SqliteNames.TakesWholeRows(sql, "t").ShouldBe(expected);

    [Theory]
    [InlineData("CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END", false, false)]
    [InlineData("CREATE TRIGGER x UPDATE OF a ON t BEGIN SELECT 1; END", true, true)]
    [InlineData("CREATE TRIGGER main.x BEFORE DELETE ON t BEGIN SELECT 1; END", true, false)]
    [InlineData("CREATE TRIGGER x INSTEAD OF UPDATE ON t BEGIN SELECT 1; END", false, true)]
    public void Triggers(string sql, bool before, bool onUpdate)
    {
        var trigger = SqliteInspector.ParseTrigger("x", "t", sql);
        (trigger.Before, trigger.OnUpdate).ShouldBe((before, onUpdate));
    }

    [Theory]
    [InlineData("CREATE VIEW v AS SELECT 1 -- one", "SELECT 1")]
    [InlineData("CREATE VIEW IF NOT EXISTS v(x) AS SELECT 1;", "WITH \"v\" (\"x\") AS (SELECT 1) SELECT \"x\" FROM \"v\"")]
    public void Views(string sql, string expected) => SqliteInspector.ParseView("v", sql).Definition.ShouldBe(expected);

    private static string ReadBody(string body) => Read($"CREATE TABLE t({body})");

    private static string Read(string sql)
    {
        var table = SqliteTableParser.Parse("t", sql);
        table.NotUnderstood.ShouldBeEmpty();
        var text = Regex.Replace(SqliteDdl.CreateTable(table).Replace("\n)", "", StringComparison.Ordinal), @"\n *", " ");
        return text["CREATE TABLE \"t\" ( ".Length..];
    }
}
