using Shouldly;
using Tandem.Postgres.Inspection;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>Every place where PL/pgSQL can give a column of NEW another value.</summary>
public sealed class PostgresSourceTests
{
    [Theory]
    [InlineData("begin new.rate := 1; return new; end")]
    [InlineData("begin new.rate = 1; return new; end")]
    [InlineData("begin \"new\".rate := 1; return new; end")]
    [InlineData("begin fix.new.rate := 1; return new; end")]
    [InlineData("begin if true then new.RATE[1] := 1; end if; return new; end")]
    [InlineData("begin call bump(new.rate); return new; end")]
    [InlineData("begin call s.bump(1, r => new.rate); return new; end")]
    [InlineData("begin if true then call bump(fix.new.rate); end if; return new; end")]
    [InlineData("begin select 1 into new.rate; return new; end")]
    [InlineData("declare n int; begin select 1, 2 into strict n, new.rate; return new; end")]
    [InlineData("begin execute 'select 1' into new.rate using new.id; return new; end")]
    [InlineData("begin fetch c into new.rate; return new; end")]
    [InlineData("begin insert into t values (1) returning id into new.rate; return new; end")]
    [InlineData("begin for new.rate in select 1 loop end loop; return new; end")]
    [InlineData("declare n int; begin for n, new.rate in select 1, 2 loop end loop; return new; end")]
    [InlineData("begin foreach new.rate in array array[1] loop end loop; return new; end")]
    [InlineData("declare n int; begin foreach n, new.rate in array a loop end loop; return new; end")]
    [InlineData("begin get diagnostics new.rate = row_count; return new; end")]
    [InlineData("declare n int; begin get current diagnostics n = row_count, new.rate = row_count; return new; end")]
    public void A_column_of_new_is_written(string text) => PostgresSource.Read(text).WrittenOfNew.ShouldBe(["rate"]);

    [Theory]
    [InlineData("begin new := f(new); return new; end")]
    [InlineData("begin call change(new); return new; end")]
    [InlineData("declare n alias for new; begin n.rate := 1; return new; end")]
    [InlineData("declare r t; begin return r; end")]
    public void Another_row_may_be_returned(string text) => PostgresSource.Read(text).ReplacesRow.ShouldBeTrue();

    [Theory]
    [InlineData("begin new.note := new.rate; return new; end", "note")]
    [InlineData("declare n int := new.rate; begin call bump(n); perform f(new.rate); return new; end")]
    [InlineData("begin for i in new.rate .. new.rate loop end loop; return new; end")]
    [InlineData("begin for r in select new.rate from t where a = new.rate loop end loop; return new; end")]
    [InlineData("begin foreach n in array new.rate loop end loop; return new; end")]
    [InlineData("begin insert into log (id) values (new.rate); execute 'select $1' into n using 1, new.rate; return new; end")]
    [InlineData("begin if new.rate = 1 or new.rate > 2 then return old; end if; return new; end")]
    public void What_is_only_read_is_not(string text, params string[] written)
    {
        var source = PostgresSource.Read(text);
        source.WrittenOfNew.ShouldBe(written);
        source.ReplacesRow.ShouldBeFalse();
    }

    [Theory]
    [InlineData("begin if exists (select * from t where a = (1)) then return; end if; end", false)]
    [InlineData("begin if exists(SELECT * FROM t) then for r in select * from t loop end loop; end if; end", true)]
    [InlineData("begin return exists (select * from t except select * from u); end", true)]
    [InlineData("begin return exists (select t.* from t); end", true)]
    [InlineData("begin execute 'select count(*) from t where exists (select * from u)'; end", false)]
    public void A_star_that_asks_for_no_column_is_none(string text, bool star) => PostgresSource.Read(text).Star.ShouldBe(star);

    [Fact]
    public void A_column_counts_whether_or_not_the_server_folds_its_letters()
    {
        PostgresSource.Read("begin new.Ä := 1; return new; end").WrittenOfNew.ShouldSatisfyAllConditions(w => w.ShouldContain("Ä"), w => w.ShouldContain("ä"));
    }
}
