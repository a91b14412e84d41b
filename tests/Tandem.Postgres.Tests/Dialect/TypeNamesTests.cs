using Shouldly;
using Tandem.Schema;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class TypeNamesTests
{
    [PostgresTheory]
    [InlineData("varchar(70)")]
    [InlineData("VARCHAR")]
    [InlineData("char(3)")]
    [InlineData("char")]
    [InlineData("int")]
    [InlineData("INT8")]
    [InlineData("numeric( 10, 2 )")]
    [InlineData("decimal(4)")]
    [InlineData("timestamptz(3)")]
    [InlineData("timestamp  with time zone")]
    [InlineData("timestamp(2) without time zone")]
    [InlineData("time")]
    [InlineData("double precision")]
    [InlineData("varchar(9)[]")]
    [InlineData("text[]")]
    [InlineData("bit varying(4)")]
    [InlineData("jsonb")]
    public async Task A_written_type_is_spelled_as_the_catalogue_does(string type)
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(PostgresVersions.Newest);
        await database.ExecuteAsync($"create table t (c {type})");

        var stored = await database.ScalarAsync<string>("select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 't'::regclass and attname = 'c'");

        TypeNames.Canonical(type).ShouldBe(stored);
        TypeNames.Canonical(stored!).ShouldBe(stored);
    }

    [Theory]
    [InlineData("int4", true)]
    [InlineData("varchar(9)", true)]
    [InlineData("timestamptz(3)", true)]
    [InlineData("numeric", false)]
    [InlineData("float8", false)]
    [InlineData("char(3)", false)]
    [InlineData("interval", false)]
    [InlineData("text[]", false)]
    [InlineData("varchar(9)[]", false)]
    [InlineData("citext", false)]
    public void Equality_is_exact_where_equal_values_are_stored_the_same(string type, bool exact) => TypeNames.HasExactEquality(type).ShouldBe(exact);
}
