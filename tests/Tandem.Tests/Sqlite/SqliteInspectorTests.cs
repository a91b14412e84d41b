using Shouldly;
using Tandem.Databases;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Tests.Conformance.History;
using Xunit;

namespace Tandem.Tests.Sqlite;

public sealed class SqliteInspectorTests
{
    private static readonly string[] Rich =
    [
        "CREATE TABLE Customer(Id INTEGER PRIMARY KEY AUTOINCREMENT, Name TEXT NOT NULL COLLATE NOCASE, Email TEXT CONSTRAINT one_email UNIQUE, CHECK (length(Name) > 0))",
        "CREATE TABLE \"order\"(id INTEGER PRIMARY KEY, customer INT NOT NULL REFERENCES customer ON DELETE CASCADE, [net total] REAL DEFAULT 0.0, gross AS ([net total] * 1.2), \"weird \"\"name\"\"\" TEXT DEFAULT ('x' || 'y'))",
        "CREATE TABLE \"größe\"(\"schlüssel\" TEXT PRIMARY KEY, wert BLOB) WITHOUT ROWID",
        "CREATE TABLE audit(at TEXT, what TEXT)",
        "CREATE TABLE odd(a INTEGER PRIMARY KEY DESC)",
        "CREATE INDEX by_name ON Customer(lower(name), email DESC) WHERE Email IS NOT NULL",
        "CREATE UNIQUE INDEX \"by total\" ON \"order\"([net total] COLLATE binary, id)",
        "CREATE VIEW all_orders AS SELECT * FROM \"order\"",
        "CREATE VIEW named(who) AS SELECT Name FROM customer",
        "CREATE TRIGGER note AFTER UPDATE OF name ON Customer BEGIN INSERT INTO audit VALUES ('now', old.name); END",
        "CREATE TRIGGER write_view INSTEAD OF INSERT ON named BEGIN INSERT INTO Customer(Name) VALUES (new.who); END",
    ];

    [Fact]
    public async Task A_rich_schema_is_read()
    {
        using var test = new SqliteTestFile(Rich);
        var schema = await InspectAsync(test);
        schema.Tables.Select(t => t.Name).ShouldBe(["Customer", "audit", "größe", "odd", "order"]);
        schema.Table("odd")!.NotUnderstood.ShouldBe(["a primary key that sorts downwards"]);
        schema.Tables.Where(t => t.Name != "odd").ShouldAllBe(t => t.NotUnderstood.Count == 0);

        var customer = schema.Table("Customer")!;
        customer.Columns[0].ShouldBe(new Column("Id", "INTEGER", false) { Identity = IdentityKind.AutoIncrement });
        customer.Columns[1].ShouldBe(new Column("Name", "TEXT", false) { Collation = "NOCASE" });
        customer.Uniques.ShouldBe([new UniqueConstraint("one_email", ["Email"])]);
        customer.Checks.ShouldBe([new CheckConstraint(null, "length(Name) > 0", ["Name"])]);
        customer.Indexes.Single().ShouldBe(
            new Tandem.Schema.Index("by_name", [new IndexKey(null, "lower(name)"), new IndexKey("Email", null, true)])
            {
                Where = "Email IS NOT NULL",
                Columns = ["Name", "Email"],
            });
        customer.Triggers.Single().ShouldBe(new Trigger("note", Rich[9]) { Table = "Customer", OnUpdate = true });

        var order = schema.Table("order")!;
        order.ForeignKeys.ShouldBe([new ForeignKey(null, ["customer"], "Customer", ["Id"]) { OnDelete = ReferentialAction.Cascade }]);
        order.Columns[3].ShouldBe(new Column("gross", "") { Generated = "[net total] * 1.2" });
        order.Columns[4].ShouldBe(new Column("weird \"name\"", "TEXT", true, "'x' || 'y'"));
        schema.Table("größe")!.Columns[0].Nullable.ShouldBeFalse();
    }

    [Fact]
    public async Task Dependents_are_found_by_their_words()
    {
        using var test = new SqliteTestFile(Rich);
        var schema = await InspectAsync(test);
        schema.Dependents.ShouldContain(new Dependent(DependentKind.SelectStar, "all_orders", "order"));
        schema.Dependents.ShouldContain(new Dependent(DependentKind.View, "named", "Customer", "Name"));
        schema.Dependents.ShouldContain(new Dependent(DependentKind.TriggerText, "note", "Customer", "Name"));
        schema.Dependents.ShouldContain(new Dependent(DependentKind.SelectStar, "note", "audit"));
        schema.Dependents.ShouldContain(new Dependent(DependentKind.GeneratedColumn, "gross", "order", "net total"));
        schema.Dependents.ShouldContain(new Dependent(DependentKind.TriggerText, "write_view", "Customer", "Name"));
        schema.Dependents.ShouldNotContain(d => d.Kind == DependentKind.SelectStar && d.Name == "write_view");
        schema.Views.Single(v => v.Name == "named").Triggers.Single().ShouldBe(new Trigger("write_view", Rich[10]) { Table = "named", OnInsert = true });
        schema.Unmanaged.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_read_can_be_made_again_and_reads_the_same()
    {
        using var test = new SqliteTestFile(Rich.Where(r => !r.Contains("KEY DESC", StringComparison.Ordinal)));
        await ShouldComeBackAsync(test);
    }

    [CorporaFact]
    public async Task Chinook_can_be_made_again_and_reads_the_same()
    {
        using var test = new SqliteTestFile(Corpora.Read("chinook/Chinook_Sqlite.sql"));
        var schema = await ShouldComeBackAsync(test);
        schema.Tables.Count.ShouldBe(11);
        schema.Table("Track")!.Indexes.Count.ShouldBe(3);
        schema.Table("Track")!.ForeignKeys.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Strict_tables_are_read_where_the_library_knows_them()
    {
        if (!SqliteCapabilities.Current.StrictTables())
        {
            return;
        }

        using var test = new SqliteTestFile("CREATE TABLE s(id INTEGER PRIMARY KEY, a any, b TEXT NOT NULL) STRICT", "CREATE TABLE k(a TEXT PRIMARY KEY) STRICT");
        var schema = await ShouldComeBackAsync(test);
        schema.Table("s")!.Strict.ShouldBeTrue();
        schema.Table("k")!.Columns[0].Nullable.ShouldBeFalse();
    }

    [Fact]
    public async Task Generated_columns_are_stored_alike_after_they_were_made_again()
    {
        using var test = new SqliteTestFile(
            "CREATE TABLE t(a TEXT, b TEXT GENERATED ALWAYS AS (a || '!') STORED, c INT generated always AS (a), d AS (a))");
        await ShouldComeBackAsync(test);
    }

    [Fact]
    public async Task Columns_added_and_renamed_later_are_read()
    {
        using var test = new SqliteTestFile(
            "CREATE TABLE t(a INT, b TEXT, PRIMARY KEY(a), CHECK (b <> ''))",
            "ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'x' NOT NULL",
            "ALTER TABLE t RENAME COLUMN b TO \"b 2\"",
            "ALTER TABLE t RENAME TO \"u v\"");
        var table = (await ShouldComeBackAsync(test)).Table("u v")!;
        table.Columns.Select(c => c.Name).ShouldBe(["a", "b 2", "c"]);
        table.Checks.Single().Columns.ShouldBe(["b 2"]);
        table.NotUnderstood.ShouldBeEmpty();
    }

    [Fact]
    public async Task Virtual_tables_are_listed_and_left_alone()
    {
        using var test = new SqliteTestFile("CREATE VIRTUAL TABLE words USING fts5(body)", "CREATE TABLE words_of_mine(a)");
        var schema = await InspectAsync(test);
        schema.Tables.Select(t => t.Name).ShouldBe(["words_of_mine"]);
        schema.Unmanaged[0].ShouldBe(new UnmanagedObject("virtual table", "words"));
        schema.Unmanaged.Count(u => u.Kind == "shadow table").ShouldBe(5);
    }

    [Fact]
    public async Task The_engines_own_objects_are_invisible_and_can_be_dropped_in_the_order_given()
    {
        string[] own =
        [
            "CREATE TABLE tandem_meta(name TEXT, value TEXT)",
            "CREATE TABLE tandem_objects(target TEXT, ordinal INTEGER, kind TEXT, name TEXT, table_name TEXT)",
            "CREATE TABLE t__0001_x(a, b)",
            "INSERT INTO tandem_objects VALUES ('main', 1, 'table', 't__0001_x', 't')",
            "CREATE INDEX _tandem_1_i ON t(a)",
            "CREATE INDEX of_twin ON t__0001_x(b)",
            "CREATE TRIGGER _tandem_1_sync AFTER INSERT ON t BEGIN INSERT INTO t__0001_x(a) VALUES (new.a); END",
        ];
        using var plain = new SqliteTestFile("CREATE TABLE t(a)", "CREATE VIEW v AS SELECT a FROM t");
        using var test = new SqliteTestFile([.. (string[])["CREATE TABLE t(a)", "CREATE VIEW v AS SELECT a FROM t"], .. own]);
        (await InspectAsync(test)).ShouldBe(await InspectAsync(plain), SchemaEquality);
        var objects = await test.Database().FindOwnObjectsAsync(default);
        objects.Select(o => o.Name).ShouldBe(["_tandem_1_sync", "_tandem_1_i", "t__0001_x", "tandem_meta", "tandem_objects"]);
        await using (var session = await test.Database().OpenSessionAsync(default))
        {
            await session.ApplyAsync([.. objects.Select(o => new SqlStatement(o.Drop))], ApplyOptions.Default, default);
        }

        test.Run("SELECT name FROM sqlite_schema").Rows.Select(r => r[0]).ShouldBe(["t", "v"]);
    }

    [Fact]
    public async Task Reading_writes_nothing()
    {
        using var test = new SqliteTestFile(Rich);
        var before = await File.ReadAllBytesAsync(test.Path);
        await InspectAsync(test);
        (await File.ReadAllBytesAsync(test.Path)).ShouldBe(before);
    }

    private static readonly IEqualityComparer<DatabaseSchema> SchemaEquality =
        EqualityComparer<DatabaseSchema>.Create((a, b) => a == b, s => s.GetHashCode());

    private static async Task<DatabaseSchema> InspectAsync(SqliteTestFile test) => await test.Database().InspectAsync(default);

    private static async Task<DatabaseSchema> ShouldComeBackAsync(SqliteTestFile test)
    {
        var schema = await InspectAsync(test);
        schema.Tables.ShouldAllBe(t => t.NotUnderstood.Count == 0);
        using var copy = new SqliteTestFile(
            schema.Tables.Select(t => SqliteDdl.CreateTable(t))
                .Concat(schema.Tables.SelectMany(t => t.Indexes.Select(i => SqliteDdl.CreateIndex(i, t.Name))))
                .Concat(schema.Views.Select(v => $"CREATE VIEW {SqliteText.Quote(v.Name)} AS {v.Definition}"))
                .Concat(schema.AllObjects.OfType<Trigger>().Select(t => t.Definition)));
        var again = await InspectAsync(copy);
        again.Tables.ShouldBe(schema.Tables);
        again.Views.ShouldBe(schema.Views);
        return schema;
    }
}
