using System.Text.Json;
using Shouldly;
using Tandem.Schema;
using Xunit;

namespace Tandem.Tests.Schema;

public sealed class SchemaObjectTests
{
    private static readonly SchemaObject[] One =
    [
        new EnumType("mood", ["glad", "sad"]) { Comment = "how it is" },
        new Domain("positive", "integer") { Nullable = false, Checks = [new CheckConstraint("above", "VALUE > 0", [])] },
        new CompositeType("pair", [new Column("a", "integer")]),
        new RangeType("span", "SUBTYPE = float8"),
        new Collation("german", "PROVIDER = icu, LOCALE = 'de'"),
        new Sequence("numbers", "bigint", 1, 1) { OwnerTable = "t", OwnerColumn = "n" },
        new View("stored", "SELECT 1", Materialized: true) { Indexes = [new Tandem.Schema.Index("i", [new IndexKey("a")])] },
        new Routine("add", "integer, integer", "CREATE FUNCTION …") { Language = "sql", Returns = "integer" },
        new Trigger("touch", "CREATE TRIGGER …") { Table = "t" },
        new Rule("quiet", "t", "CREATE RULE …"),
        new RowPolicy("mine", "t") { Roles = ["app"], Using = "true" },
        new Statistics("both", "t", "CREATE STATISTICS …") { Target = 10 },
        new Extension("citext", "1.6") { Schema = "public" },
        new Publication("news", "publish = 'insert'") { Tables = [new PublishedTable("public", "t") { Where = "a > 1" }] },
        new EventTrigger("watch", "ddl_command_end", "public.seen") { Tags = ["CREATE TABLE"] },
        new DefaultPrivileges("app", "TABLES", true, [new Grant("reader", "SELECT")]),
        new DefinedObject("===(text, text)", "operator", "OPERATOR public.=== (text, text)", ["CREATE OPERATOR …"]) { OfDatabase = false },
        new RoleRights("reader", new ObjectName("table", "t"), [new Grant("reader", "SELECT")]),
    ];

    [Fact]
    public void Objects_of_every_kind_come_back_from_JSON_as_they_are()
    {
        var kinds = typeof(SchemaObject).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(SchemaObject)));
        One.Select(o => o.GetType()).ShouldBe(kinds, ignoreOrder: true);
        var schema = new DatabaseSchema("public", []) { Objects = [.. One], Access = [new ObjectAccess(One[0].Reference, "me")] };

        var again = JsonSerializer.Deserialize<DatabaseSchema>(JsonSerializer.Serialize(schema, Fingerprint.Json), Fingerprint.Json);

        again.ShouldBe(schema);
    }

    [Fact]
    public void What_belongs_to_a_table_is_told_apart_by_it()
    {
        One.Select(o => o.Reference.ToString()).ShouldBe(
        [
            "enum mood", "domain positive", "composite type pair", "range type span", "collation german", "sequence numbers",
            "materialized view stored", "function add(integer, integer)", "trigger touch on t", "rule quiet on t", "policy mine on t",
            "statistics both", "extension citext", "publication news", "event trigger watch", "default privileges app on TABLES in schema",
            "operator ===(text, text)", "rights of reader on table t",
        ]);
    }

    [Fact]
    public void An_object_is_found_wherever_it_stands()
    {
        var trigger = new Trigger("touch", "CREATE TRIGGER …") { Table = "t" };
        var schema = new DatabaseSchema("public", [new Table("t", []) { Triggers = [trigger] }]) { Objects = [One[1]] };

        schema.Find("trigger", "touch on t").ShouldBe(trigger);
        schema.Find("domain", "positive").ShouldBe(One[1]);
        schema.Find("domain", "touch on t").ShouldBeNull();
    }
}
