using Shouldly;
using Tandem.Schema;
using Xunit;
using Index = Tandem.Schema.Index;

namespace Tandem.Tests.Schema;

public sealed class SchemaRiskTests
{
    private static readonly Table Orders = new("orders", [new Column("id", "integer", Nullable: false), new Column("a", "text"), new Column("b", "text")])
    {
        PrimaryKey = new PrimaryKey("orders_pkey", ["id"]),
    };

    [Fact]
    public void An_index_that_another_one_serves_is_spare()
    {
        Risks(On("one", "a"), On("two", "a")).ShouldBe(["orders.two: The index is the same as one: every write keeps both up."]);
        Risks(On("one", "a"), On("two", "a", "b")).ShouldBe(["orders.one: The index is the beginning of two, which serves the same reads."]);
        Risks(On("keyed", "id")).ShouldBe(["orders.keyed: The index is the same as orders_pkey: every write keeps both up."]);
    }

    [Fact]
    public void One_that_is_otherwise_is_not()
    {
        Risks(On("one", "a"), On("two", "b", "a")).ShouldBeEmpty();
        Risks(On("one", "a"), On("two", "a") with { Where = "b is null" }).ShouldBeEmpty();
        Risks(On("one", "a"), On("two", "a") with { Method = "gin" }).ShouldBeEmpty();
        Risks(On("one", "a") with { Unique = true }, On("two", "a", "b")).ShouldBeEmpty();
        Risks(On("one", "a") with { Keys = [new IndexKey("a", Descending: true)] }, On("two", "a", "b")).ShouldBeEmpty();
        Risks(On("one", "a") with { Include = ["b"] }, On("two", "a", "b")).ShouldBeEmpty();
    }

    [Fact]
    public void A_table_that_everybody_may_write_to_is_named() =>
        SchemaRisk.Of(new DatabaseSchema("public", [Orders])
        {
            Access = [new ObjectAccess(new ObjectName("table", "orders"), "owner") { Grants = [new Grant("", "SELECT"), new Grant("", "INSERT"), new Grant("app", "DELETE")] }],
        }).ShouldHaveSingleItem().Text.ShouldBe("PUBLIC has INSERT: every role of the server may write to it.");

    [Theory]
    [InlineData("plain", "orders", "auth.users")]
    [InlineData("PocketBase", "_collections", "_superusers", "posts")]
    [InlineData("Hasura, Supabase", "auth.users", "storage.objects", "storage.buckets", "hdb_catalog.hdb_metadata")]
    [InlineData("NocoDB", "nc_models_v2", "nc_columns_v2")]
    [InlineData("Strapi", "core_store", "strapi_administrator")]
    [InlineData("Baserow", "database_table", "database_field", "core_settings")]
    public void A_platform_is_recognised_by_all_its_marks(string platform, params string[] tables) => Platform.Of(tables).ShouldBe(platform);

    private static IEnumerable<string> Risks(params Index[] indexes) =>
        SchemaRisk.Of(new DatabaseSchema("public", [Orders with { Indexes = [.. indexes] }])).Select(r => $"{r.Subject}: {r.Text}");

    private static Index On(string name, params string[] columns) => new(name, columns.Select(c => new IndexKey(c)).ToValueList());
}
