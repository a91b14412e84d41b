using Shouldly;
using Tandem.Differences;
using Xunit;

namespace Tandem.Tests.Differences;

public sealed class SameTextTests
{
    [Theory]
    [InlineData("SELECT 0 AS a, 'all'::name", "SELECT 0 AS a, 'all'::name AS name", true)]
    [InlineData("SELECT 'x'::character varying(3), b", "SELECT 'x'::character varying(3) AS \"varchar\", b", true)]
    [InlineData("SELECT '{}'::integer[]", "SELECT '{}'::integer[] AS int4", true)]
    [InlineData("SELECT 'red'::public.color", "SELECT 'red'::public.color AS color", true)]
    [InlineData("SELECT now()::timestamp(3) with time zone", "SELECT now()::timestamp(3) with time zone AS timestamptz", true)]
    [InlineData("SELECT 'all'::name", "SELECT 'all'::name AS called", false)]
    [InlineData("SELECT a, 'all'::name", "SELECT a AS name, 'all'::name", false)]
    [InlineData("SELECT name FROM t", "SELECT name AS name FROM t", false)]
    public void A_column_called_by_the_type_of_its_cast_has_no_name(string one, string other, bool same)
    {
        SameText.Sql(one, other).ShouldBe(same);
        SameText.Sql(other, one).ShouldBe(same);
    }
}
