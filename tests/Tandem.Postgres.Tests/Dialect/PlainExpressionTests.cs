using Shouldly;
using Tandem.Postgres.Dialect;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class PlainExpressionTests
{
    private static readonly string[] Columns = ["amount", "name", "date", "Odd"];

    [Theory]
    [InlineData("amount * 100::bigint")]
    [InlineData("(amount / 100)::int")]
    [InlineData("CAST(name AS character varying(20))")]
    [InlineData("nullif(split_part(trim(NAME), ' ', 2), '')")]
    [InlineData("case when amount > 3 and name is not null then 'a' else \"Odd\" end")]
    [InlineData("amount::numeric(10, 2) - date")]
    [InlineData("name in ('a', 'b') /* as ever */")]
    public void Numbers_and_texts_mean_the_same_in_every_session(string sql) => PlainExpression.Is(sql, Columns).ShouldBeTrue();

    [Theory]
    [InlineData("name::date")]
    [InlineData("date '03/04/2026'")]
    [InlineData("CAST(name AS timestamptz)")]
    [InlineData("to_char(amount, '999')")]
    [InlineData("now()")]
    [InlineData("current_user")]
    [InlineData("public.f(name)")]
    [InlineData("lower(other)")]
    [InlineData("odd")]
    [InlineData("\"lower\"(name)")]
    [InlineData("(select 1)")]
    [InlineData("name ~ 'x'")]
    [InlineData("'a\\b' || name")]
    [InlineData("E'a' || name")]
    [InlineData("name::text[]")]
    [InlineData("name::")]
    [InlineData("amount operator(public.+) 1")]
    public void What_may_mean_another_thing_is_not_plain(string sql) => PlainExpression.Is(sql, Columns).ShouldBeFalse();

    [Theory]
    [InlineData("int4", true)]
    [InlineData("varchar(20)", true)]
    [InlineData("numeric(10,2)", true)]
    [InlineData("text[]", false)]
    [InlineData("date", false)]
    [InlineData("public.text", false)]
    public void Types_of_dates_arrays_and_users_are_not_plain(string type, bool plain) => PlainExpression.IsPlainType(type).ShouldBe(plain);
}
