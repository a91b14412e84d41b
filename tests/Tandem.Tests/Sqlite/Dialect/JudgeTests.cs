using Shouldly;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

public sealed class JudgeTests
{
    private static readonly SqliteDialect Dialect = new(SqliteCapabilities.Current);

    [Fact]
    public void A_twin_is_announced_with_its_name() =>
        Judge(Changes.Rename(Changes.Customers, "name", "full_name"))
            .ShouldBe(["TDM5205 Note: Until complete new applications use customers__0007_next; after complete they use customers, and customers__0007_next goes on as a view until sunset. The rows of customers are stored twice until sunset."]);

    [Fact]
    public void What_only_one_version_has_may_be_lost_by_replace() =>
        Judge(Changes.Of(Changes.Customers, Changes.Customers with { Columns = [.. Changes.Customers.Columns, new Column("vip", "INTEGER")] }))
            .ShouldContain(m => m.StartsWith("TDM5206 Note", StringComparison.Ordinal) && m.Contains("vip", StringComparison.Ordinal));

    [Theory]
    [InlineData("rowid,_rowid_,oid", "TDM5203")]
    [InlineData("a", "TDM5204")]
    public void Rows_without_a_key_are_warned_of_or_refused(string columns, string code) =>
        Codes(Changes.Rename(new Table("t", [.. columns.Split(',').Select(c => new Column(c, "TEXT")), new Column("x", "TEXT")]), "x", "y")).ShouldContain(code);

    [Theory]
    [InlineData("BLOB", true)]
    [InlineData("REAL", true)]
    [InlineData("", true)]
    [InlineData("INTEGER", false)]
    [InlineData("VARCHAR(10)", false)]
    public void A_key_that_no_cursor_can_hold_is_refused(string type, bool refused) => Codes(Changes.Rename(
        new Table("t", [new Column("k", type, false), new Column("x", "TEXT")]) { PrimaryKey = new(null, ["k"]), WithoutRowId = true }, "x", "y"))
        .Contains("TDM5203").ShouldBe(refused);

    [Theory]
    [InlineData("INTEGER", false, "BIGINT", "64 bits wide already")]
    [InlineData("TEXT", true, "BIGINT", "has no row numbers")]
    [InlineData("TEXT", false, "INTEGER", "would be the number of the row")]
    [InlineData("TEXT", false, "BIGINT", null)]
    public void Versions_with_different_keys_are_refused_where_rows_are_known_by_them(string type, bool withoutRowId, string newType, string? reason)
    {
        var before = Changes.Customers with
        {
            Columns = [new Column("id", type, Nullable: false), new Column("name", "TEXT")], WithoutRowId = withoutRowId,
        };
        var change = Changes.Replace(before, ["id"], [new Column("id", newType, Nullable: false)], ["id"], ["id"]);
        Judge(change).Where(m => m.StartsWith("TDM5212 Error", StringComparison.Ordinal)).ShouldAllBe(m => m.Contains(reason!, StringComparison.Ordinal));
        Codes(change).Contains("TDM5212").ShouldBe(reason is not null);
        Codes(Changes.Rename(before, "id", "number")).ShouldNotContain("TDM5212");
    }

    [Fact]
    public void Names_that_triggers_or_other_tables_take_are_refused()
    {
        Codes(Changes.Rename(Changes.Customers with { Name = "NEW" }, "name", "n")).ShouldContain("TDM5208");
        Codes(Changes.Rename(Changes.Customers, "name", "n"), new Table("customers__0007_next", [])).ShouldContain("TDM2308");
        Codes(Changes.Of(Changes.Customers with { Uniques = [new(null, ["id"])] }, Changes.Customers)).ShouldContain("TDM5208");
    }

    [Fact]
    public void Triggers_of_a_renamed_table_must_show_what_means_the_table()
    {
        Table With(string body) => Changes.Customers with { Triggers = [new Trigger("tr", $"CREATE TRIGGER tr AFTER INSERT ON customers BEGIN {body}; END")] };
        var unclear = With("UPDATE customers SET name = (SELECT max(id) FROM people customers)");
        Codes(Changes.Of(unclear, unclear with { Name = "clients" })).ShouldContain("TDM5207");
        Codes(Changes.Rename(unclear, "name", "n")).ShouldNotContain("TDM5207");
        var clear = With("UPDATE customers SET name = 'x'");
        Codes(Changes.Of(clear, clear with { Name = "clients" })).ShouldNotContain("TDM5207");
    }

    /// <summary>A row that a new application inserts would be in its table and not in the other, and gone when the two are compared.</summary>
    [Theory]
    [InlineData("BEFORE INSERT ON customers WHEN NEW.name = 'x' BEGIN SELECT RAISE(IGNORE); END", true)]
    [InlineData("AFTER UPDATE ON customers BEGIN SELECT CASE WHEN NEW.name = 'x' THEN RAISE ( ignore ) END; END", true)]
    [InlineData("BEFORE INSERT ON customers WHEN NEW.name = 'raise(ignore)' BEGIN SELECT RAISE(ABORT, 'x'); END", false)]
    public void A_trigger_that_passes_over_rows_is_refused_where_they_are_kept_in_agreement(string text, bool refused)
    {
        var table = Changes.Customers with { Triggers = [new Trigger("tr", $"CREATE TRIGGER tr {text}") { Table = "customers" }] };
        var codes = Codes(Changes.Rename(table, "name", "n"), table);
        codes.Contains("TDM5213").ShouldBe(refused);
        Codes(Changes.Of(table, table with { Indexes = [new Tandem.Schema.Index("by_name", [new("name")])] }), table).ShouldNotContain("TDM5213");
    }

    [Fact]
    public void An_index_on_a_table_without_twin_blocks_writers()
    {
        var index = new Tandem.Schema.Index("by_name", [new("name")]);
        Codes(Changes.Of(Changes.Customers, Changes.Customers with { Indexes = [index] })).ShouldBe(["TDM5209"]);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("name IS NOT NULL", true)]
    [InlineData(null, false)]
    public void What_a_foreign_key_refers_to_stays_unique(string? where, bool refused)
    {
        static Tandem.Schema.Index Index(string name, string? where) => new(name, [new("name")], Unique: true) { Where = where };
        var before = Changes.Customers with { Indexes = [Index("by_name", null)] };
        var change = Changes.Of(before, before with { Indexes = where == "" ? [] : [Index("other", where)] });
        Table Visits(string column) => new("visits", [new Column("customer", "TEXT")]) { ForeignKeys = [new ForeignKey(null, ["customer"], "customers", [column])] };
        Codes(change, Visits("name")).Contains("TDM2119").ShouldBe(refused);
        Codes(change, Visits("email")).ShouldNotContain("TDM2119");
    }

    [Theory]
    [InlineData("name", "COLLATE nocase", true)]
    [InlineData("name", "COLLATE \"binary\"", false)]
    [InlineData("email", "COLLATE NoCase", false)]
    [InlineData("email", "COLLATE BINARY", true)]
    public void An_index_that_compares_otherwise_than_its_column_keeps_nothing_unique_for_a_foreign_key(string column, string options, bool refused)
    {
        static Tandem.Schema.Index Index(string name, IndexKey key) => new(name, [key], Unique: true);
        var before = Changes.Customers with { Indexes = [Index("plain", new(column))] };
        var change = Changes.Of(before, before with { Indexes = [Index("other", new(column, Options: options))] });
        Codes(change, new Table("visits", [new Column("customer", "TEXT")]) { ForeignKeys = [new ForeignKey(null, ["customer"], "customers", [column])] })
            .Contains("TDM2119").ShouldBe(refused);
    }

    [Fact]
    public void An_old_version_that_is_kept_goes_on_under_its_own_name()
    {
        var change = Changes.Rename(Changes.Customers, "name", "full_name");
        Dialect.Judge([change], Context([change]) with { KeepOldVersion = true }).Select(p => p.Code.Id).ShouldContain("TDM5210");
        using var file = new SqliteTestFile("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT COLLATE NOCASE)");
        using var life = new Life(file, change) { KeepOldVersion = true };
        life.Start();
        life.Complete();
        file.Run("INSERT INTO customers__base (name) VALUES ('Ada')");
        file.Run("UPDATE customers__base SET name = name || ' L'");
        file.Value("SELECT full_name FROM customers").ShouldBe("Ada L");
        file.Run("DELETE FROM customers__base");
        file.Value("SELECT count(*) FROM customers").ShouldBe(0L);
        life.Revert();
        life.Restart();
        life.Complete();
        life.Sunset();
        file.Value("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%base%'").ShouldBe(0L);
    }

    [Fact]
    public void Readers_and_checks_see_the_new_version_under_plain_names()
    {
        var change = Changes.Rename(Changes.Customers, "name", "full_name");
        using var file = new SqliteTestFile("CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT)", "INSERT INTO customers (name) VALUES ('x')");
        using var life = new Life(file, change);
        life.Start();
        var check = Dialect.Render(new CheckData([new DataCheck("c", "WITH c AS (SELECT full_name FROM customers) SELECT count(full_name) FROM c; -- all", "1")], Side.New), Context([change]))[0];
        file.Value(check.Checks[0].Sql).ShouldBe(1L);
        foreach (var line in Dialect.ConnectSql("0007_next", [change]).Where(l => !l.StartsWith("--", StringComparison.Ordinal)))
        {
            file.Run(line);
        }

        file.Value("SELECT full_name FROM customers").ShouldBe("x");
    }

    [Fact]
    public void Rendering_is_the_same_every_time()
    {
        var change = Changes.Rename(Changes.Customers, "name", "full_name");
        Dialect.Render(new Expand(change), Context([change])).ShouldBe(Dialect.Render(new Expand(change), Context([change])));
    }

    private static RenderContext Context(ValueList<TableChange> changes, params Table[] others) =>
        new(new DatabaseSchema("main", changes.Select(c => c.Before).OfType<Table>().Concat(others).ToValueList()), "0007_next", 7, "base") { Changes = changes };

    private static IEnumerable<string> Judge(TableChange change, params Table[] others) =>
        Dialect.Judge([change], Context([change], others)).Select(p => $"{p.Code.Id} {p.Severity}: {p.Message}");

    private static IEnumerable<string> Codes(TableChange change, params Table[] others) =>
        Judge(change, others).Select(m => m[..7]).Distinct();
}
