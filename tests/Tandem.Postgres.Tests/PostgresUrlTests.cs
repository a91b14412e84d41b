using Npgsql;
using Shouldly;
using Tandem.Postgres.Connections;
using Tandem.Problems;
using Xunit;

namespace Tandem.Postgres.Tests;

public sealed class PostgresUrlTests
{
    [Fact]
    public void A_full_address_is_read_and_shown_without_its_secret()
    {
        var url = PostgresUrl.Parse("postgresql://al%40ice:p%40ss%2Fw%3Ard@db.example:6543/my%20shop?schema=S%C3%A4les&sslmode=verify-full");

        var builder = new NpgsqlConnectionStringBuilder(url.ConnectionString);
        builder.Username.ShouldBe("al@ice");
        builder.Password.ShouldBe("p@ss/w:rd");
        builder.Host.ShouldBe("db.example");
        builder.Port.ShouldBe(6543);
        builder.Database.ShouldBe("my shop");
        builder.SslMode.ShouldBe(SslMode.VerifyFull);
        builder.ApplicationName.ShouldBe("tandem");
        url.Schema.ShouldBe("Säles");
        url.DisplayName.ShouldBe("postgres://db.example:6543/my%20shop?schema=S%C3%A4les");
    }

    [Fact]
    public void What_is_left_out_has_its_usual_value()
    {
        var url = PostgresUrl.Parse("postgres://localhost/shop");

        url.Schema.ShouldBe("public");
        url.DisplayName.ShouldBe("postgres://localhost:5432/shop");
        new NpgsqlConnectionStringBuilder(url.ConnectionString).Password.ShouldBeNull();
        new NpgsqlConnectionStringBuilder(url.ConnectionString).GssEncryptionMode.ShouldBe(GssEncryptionMode.Disable);
        new NpgsqlConnectionStringBuilder(PostgresUrl.Parse("postgres://localhost/shop?gssencmode=prefer").ConnectionString).GssEncryptionMode.ShouldBe(GssEncryptionMode.Prefer);
    }

    [Fact]
    public void A_password_may_hold_an_at_sign_that_nobody_escaped() =>
        new NpgsqlConnectionStringBuilder(PostgresUrl.Parse("postgres://a:b@c@localhost/shop").ConnectionString).Password.ShouldBe("b@c");

    [Theory]
    [InlineData("postgres://[::1]:5433/shop", "::1", 5433, "postgres://[::1]:5433/shop")]
    [InlineData("postgres:///shop?host=/run/postgresql", "/run/postgresql", 5432, "postgres://%2Frun%2Fpostgresql:5432/shop")]
    [InlineData("postgres://%2Frun%2Fpostgresql/shop", "/run/postgresql", 5432, "postgres://%2Frun%2Fpostgresql:5432/shop")]
    [InlineData("postgres://a:5433,b/shop", "a:5433,b", 5432, "postgres://a:5433,b/shop")]
    public void Hosts_of_all_kinds_are_understood(string address, string host, int port, string shown)
    {
        var url = PostgresUrl.Parse(address);

        var builder = new NpgsqlConnectionStringBuilder(url.ConnectionString);
        builder.Host.ShouldBe(host);
        builder.Port.ShouldBe(port);
        url.DisplayName.ShouldBe(shown);
    }

    [Theory]
    [InlineData("mysql://secret@localhost/shop")]
    [InlineData("postgres://user:secret@localhost")]
    [InlineData("postgres://user:secret@localhost/")]
    [InlineData("postgres://user:secret@localhost:port/shop")]
    [InlineData("postgres://user:se/secret@localhost/shop?sslmod=require")]
    [InlineData("postgres://user:secret@localhost/shop?sslmode=secret")]
    [InlineData("postgres://user:secret@localhost/shop?schema=")]
    [InlineData("postgres://user:secret@localhost:99999/shop")]
    public void A_bad_address_is_refused_and_not_repeated(string address)
    {
        var refusal = Should.Throw<TandemException>(() => PostgresUrl.Parse(address));

        refusal.Problems.Single().Code.ShouldBe(ProblemCodes.BadDatabaseUrl);
        refusal.Message.ShouldNotContain("secret");
    }
}
