using Shouldly;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Planning;
using Tandem.Schema;
using Xunit;
using Index = Tandem.Schema.Index;

namespace Tandem.Tests.Operations;

public sealed class SetIdentityTests
{
    private static readonly DatabaseSchema Was = new("public",
    [
        new Table("logs", [new Column("id", "integer", Nullable: false), new Column("ticket", "bigint", Default: "nextval('tickets_id_seq'::regclass)")]),
        new Table("people",
        [
            new Column("id", "integer", Nullable: false) { Identity = IdentityKind.Always }, new Column("n", "integer"), new Column("free", "integer"), new Column("name", "text"),
            new Column("born", "integer", Default: "7"),
        ])
        {
            PrimaryKey = new PrimaryKey("people_pkey", ["id"]),
            Indexes = [new Index("by_n", [new IndexKey("n")]) { Columns = ["n"] }, new Index("by_born", [new IndexKey("born")]) { Columns = ["born"] }],
        },
        new Table("tickets", [new Column("id", "bigint", Nullable: false, Default: "nextval('tickets_id_seq'::regclass)") { Identity = IdentityKind.Serial }]) { PrimaryKey = new PrimaryKey("tickets_pkey", ["id"]) },
    ]);

    [Fact]
    public void An_identity_column_is_numbered_otherwise()
    {
        var change = Of(new SetIdentity { Table = "people", Column = "id", Identity = IdentityKind.ByDefault, Increment = 5, Maximum = 2147483647 }).Changes.Single();
        change.After!.Column("id").ShouldBe(new Column("id", "integer", Nullable: false) { Identity = IdentityKind.ByDefault, Sequence = new Sequence("people_id_seq", "integer", 1, 5) });
        change.ShapeDiffers.ShouldBeFalse();
        change.Renumbered.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_serial_comes_with_its_default_and_numbers_are_required()
    {
        Of(new SetIdentity { Table = "people", Column = "id", Identity = IdentityKind.Serial }).Changes.Single().After!.Column("id")!.Default.ShouldBe("nextval('\"people_id_seq\"'::regclass)");
        Of(new SetIdentity { Table = "people", Column = "n", Identity = IdentityKind.Always }).Changes.Single().After!.Column("n")!.Nullable.ShouldBeFalse();
        Of(new SetIdentity { Table = "people", Column = "id", Identity = IdentityKind.None }).Changes.Single().After!.Column("id").ShouldBe(new Column("id", "integer", Nullable: false));
    }

    [Theory]
    [InlineData("people", "id", IdentityKind.Always, "TDM2012")]
    [InlineData("people", "id", IdentityKind.AutoIncrement, "TDM2030")]
    [InlineData("people", "free", IdentityKind.Always, "TDM2037")]
    [InlineData("people", "born", IdentityKind.Always, "TDM2037")]
    [InlineData("people", "name", IdentityKind.Always, "TDM2014")]
    [InlineData("tickets", "id", IdentityKind.Always, "TDM2032")]
    public void What_cannot_be_is_refused(string table, string column, IdentityKind identity, string code) =>
        Of(new SetIdentity { Table = table, Column = column, Identity = identity }).Problems.Where(p => p.Severity == Problems.Severity.Error).Select(p => p.Code.Id).ShouldBe([code]);

    [Fact]
    public void A_column_of_identity_goes_without_a_word_on_the_old_values()
    {
        Of(new DropColumn { Table = "people", Column = "id", Down = new("1") }).Fails.ShouldBeTrue();
        MigrationDraft.Of(new Migration { Title = "t", Operations = [new DropPrimaryKey { Table = "people" }, new DropColumn { Table = "people", Column = "id" }] }, Was, "postgres").Fails.ShouldBeFalse();
    }

    private static MigrationDraft Of(Operation operation) => MigrationDraft.Of(new Migration { Title = "t", Operations = [operation] }, Was, "postgres");
}
