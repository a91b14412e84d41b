using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Schema;

namespace Tandem.Tests.Operations;

/// <summary>Schemas and migrations for tests that need no database.</summary>
internal static class Drafts
{
    public static DatabaseSchema Crm { get; } = new("public",
    [
        new Table("customers",
        [
            new Column("id", "bigint", Nullable: false) { Identity = IdentityKind.ByDefault },
            new Column("name", "text", Nullable: false),
            new Column("status", "text", Nullable: false, Default: "'new'"),
            new Column("email", "text"),
            new Column("note", "text"),
        ])
        {
            PrimaryKey = new PrimaryKey("customers_pkey", ["id"]),
            Uniques = [new UniqueConstraint("customers_email_key", ["email"])],
            Checks = [new CheckConstraint("note_short", "length(note) < 100", ["note"])],
            Indexes =
            [
                new Tandem.Schema.Index("customers_status_idx", [new IndexKey("status")]) { Columns = ["status"] },
                new Tandem.Schema.Index("customers_lower_name", [new IndexKey(null, "lower(name)")]) { Columns = ["name"] },
            ],
        },
        new Table("orders",
        [
            new Column("id", "bigint", Nullable: false),
            new Column("customer_id", "bigint", Nullable: false),
            new Column("total", "numeric(10,2)"),
        ])
        {
            PrimaryKey = new PrimaryKey("orders_pkey", ["id"]),
            ForeignKeys = [new ForeignKey("orders_customer_fkey", ["customer_id"], "customers", ["id"])],
        },
    ]);

    public static MigrationDraft Of(params Operation[] operations) => Of("postgres", operations);

    public static MigrationDraft Of(string engine, params Operation[] operations) =>
        MigrationDraft.Of(new Migration { Id = "0001_test", Title = "test", Operations = operations.ToValueList() }, Crm, engine);

    public static SqlText Sql(string text) => new(text);
}
