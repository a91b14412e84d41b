using Shouldly;
using Tandem.Migrations;
using Tandem.Schema;
using Tandem.Sqlite;
using Tandem.Tests.Conformance;
using Tandem.Tests.Conformance.History;
using Tandem.Tests.Docs;
using Xunit;

namespace Tandem.Tests.Sqlite.Objects;

/// <summary>Introspect → DDL → empty file → introspect: equal. And introspect → YAML → read: equal.</summary>
public sealed class SqliteRoundTripTests
{
    private static readonly Task<SchemaCheck> Written = SchemaCheck.LoadAsync(SchemaFile.JsonSchema(ModelMeaning.Of));

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 8)];

    [Fact]
    public async Task Every_object_written_and_read_again_is_the_same()
    {
        using var file = new SqliteTestFile(EverySqliteObject.Statements);

        var schema = await ShouldComeBackAsync(file);

        schema.Unmanaged.ShouldBeEmpty();
        schema.Views.Single(v => v.Name == "named").Triggers.Select(t => t.Name).ShouldBe(["named_in", "named_up"]);
        schema.AllObjects.OfType<Trigger>().Count().ShouldBe(7);
        schema.Tables.Sum(t => t.ForeignKeys.Count).ShouldBe(7);
    }

    [CorporaFact]
    public async Task Chinook_written_and_read_again_is_the_same()
    {
        using var file = new SqliteTestFile(Corpora.Read("chinook/Chinook_Sqlite.sql"));
        var schema = await ShouldComeBackAsync(file);
        schema.Tables.Count.ShouldBe(11);
        schema.Tables.Sum(t => t.ForeignKeys.Count).ShouldBe(11);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Generated_schemas_written_and_read_again_are_the_same(int block)
    {
        for (var seed = block * 25; seed < (block + 1) * 25; seed++)
        {
            var statements = new RandomSqliteSchema(seed).Statements();
            try
            {
                using var file = new SqliteTestFile(statements);
                await ShouldComeBackAsync(file, usable: false);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}\n{string.Join(";\n", statements)}", e);
            }
        }
    }

    [Theory]
    [InlineData("DROP TRIGGER named_in")]
    [InlineData("DROP TRIGGER deeper")]
    [InlineData("DROP VIEW totals")]
    [InlineData("DROP INDEX one_amount; CREATE UNIQUE INDEX one_amount ON stock (amount) WHERE shop = 'y'")]
    [InlineData("DROP INDEX one_amount; CREATE UNIQUE INDEX one_amount ON stock (amount DESC) WHERE shop = 'x'")]
    [InlineData("DROP TABLE tree; CREATE TABLE tree (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER REFERENCES tree, depth INT DEFAULT 0)")]
    [InlineData("DROP TABLE keys; CREATE TABLE keys (a TEXT PRIMARY KEY, b TEXT UNIQUE, c) WITHOUT ROWID")]
    [InlineData("DROP TABLE keys; CREATE TABLE keys (a TEXT PRIMARY KEY, b TEXT UNIQUE, c COLLATE NOCASE)")]
    [InlineData("DROP TABLE keys; CREATE TABLE keys (a TEXT PRIMARY KEY, b TEXT UNIQUE, c AS (a) STORED)")]
    [InlineData("CREATE VIRTUAL TABLE found USING fts5(body)")]
    public async Task Whatever_differs_changes_the_fingerprint(string change)
    {
        using var file = new SqliteTestFile(EverySqliteObject.Statements);
        var before = Fingerprint.Of(await file.Database().InspectAsync(default));
        file.Run("PRAGMA foreign_keys=OFF");
        file.Run(change);
        Fingerprint.Of(await file.Database().InspectAsync(default)).ShouldNotBe(before);
    }

    /// <param name="file">The file.</param>
    /// <param name="usable">Whether its foreign keys name what can be referred to; SQLite stores others as well, and says so when they are used.</param>
    private static async Task<DatabaseSchema> ShouldComeBackAsync(SqliteTestFile file, bool usable = true)
    {
        var schema = await file.Database().InspectAsync(default);
        schema.Tables.SelectMany(t => t.NotUnderstood.Select(n => $"{t.Name}: {n}")).ShouldBeEmpty();
        (await Written).Problems(SchemaText.ShouldHoldAllOf(schema, "sqlite")).ShouldBeEmpty();
        using var copy = new SqliteTestFile(SqliteDdl.Statements(schema));

        var again = await copy.Database().InspectAsync(default);

        again.Tables.ShouldBe(schema.Tables);
        again.Views.ShouldBe(schema.Views);
        again.Dependents.ShouldBe(schema.Dependents);
        Fingerprint.Of(again).ShouldBe(Fingerprint.Of(schema));
        foreach (var each in new[] { file, copy })
        {
            each.Run("PRAGMA integrity_check").Rows.Select(r => r[0]).ShouldBe(["ok"]);
            if (usable)
            {
                each.Run("PRAGMA foreign_key_check").Rows.ShouldBeEmpty();
            }
        }

        return schema;
    }
}
