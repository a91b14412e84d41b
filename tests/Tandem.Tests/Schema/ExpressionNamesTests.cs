using Shouldly;
using Tandem.Schema;
using Xunit;

namespace Tandem.Tests.Schema;

public sealed class ExpressionNamesTests
{
    [Theory]
    [InlineData("a::price", true)]
    [InlineData("CAST(a AS Price)", true)]
    [InlineData("cast(a as public.price[])", true)]
    [InlineData("a::\"public\".\"price\" + 1", true)]
    [InlineData("price '5'", true)]
    [InlineData("price + 1", false)]
    [InlineData("orders.price", false)]
    [InlineData("price(a)", false)]
    [InlineData("'x::price'", false)]
    [InlineData("a::prices", false)]
    public void A_type_is_told_from_a_column_of_its_name(string expression, bool names) =>
        ExpressionNames.NamesType(expression, "price").ShouldBe(names);
}
