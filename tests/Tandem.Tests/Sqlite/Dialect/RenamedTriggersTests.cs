using Shouldly;
using Tandem.Sqlite.Dialect;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

public sealed class RenamedTriggersTests
{
    [Theory]
    [InlineData("update t set a = t.b where exists (select 1 from T)", "update \"u\" set a = \"u\".b where exists (select 1 from \"u\")")]
    [InlineData("insert or replace into \"t\" values (1)", "insert or replace into \"u\" values (1)")]
    [InlineData("update or ignore main.[t] set a = 1", "update or ignore main.\"u\" set a = 1")]
    [InlineData("select x.t, 't', new.t from x join t on t.a = x.a", "select x.t, 't', new.t from x join \"u\" on \"u\".a = x.a")]
    [InlineData("delete from 't' where a in t -- t", "delete from \"u\" where a in \"u\" -- t")]
    [InlineData("select new.u, other.t.a from other.t", "select new.u, other.t.a from other.t")]
    public void Words_that_mean_the_table_are_replaced(string body, string expected) =>
        RenamedTriggers.Text($"create trigger t after update of t on t begin {body}; end", "t", "u")
            .ShouldBe($"create trigger t after update of t on \"u\" begin {expected}; end");

    [Theory]
    [InlineData("select t from x")]
    [InlineData("select 1 from x t")]
    [InlineData("select 1 from x as t")]
    [InlineData("with t as (select 1) select * from t")]
    [InlineData("select 1 from x, t")]
    [InlineData("select 1 where new.a is distinct from t")]
    [InlineData("select 1 from t join x u on u.a = t.a")]
    public void A_word_that_may_mean_something_else_is_not_guessed(string body) =>
        RenamedTriggers.Text($"create trigger n after insert on t begin {body}; end", "t", "u").ShouldBeNull();
}
