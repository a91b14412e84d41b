using Shouldly;
using Tandem.Schema;
using Tandem.Sqlite.Dialect;
using Tandem.Steps;
using Xunit;

namespace Tandem.Tests.Sqlite.Dialect;

public sealed class TriggerWritesTests
{
    private static readonly TableChange Change = Changes.Of(new Table("people", [new("area", "TEXT")]), new Table("persons", [new("area", "TEXT")]));

    [Theory]
    [InlineData("update people set area = 1")]
    [InlineData("UPDATE OR IGNORE \"People\" AS p SET seen = (select max(a, b) from x), [AREA] = 1 WHERE id = 1")]
    [InlineData("update persons set (seen, area) = (select 1, 2)")]
    [InlineData("update people indexed by i set 'area' = 1")]
    [InlineData("select 1; update people set area = 1 from other where other.id = people.id")]
    [InlineData("insert into people (id) values (1) on conflict (id) do update set area = excluded.area")]
    [InlineData("insert into people values (1, 2) on conflict (id) do update set seen = 1 where seen = 0 on conflict do update set area = 1")]
    [InlineData("replace into people select * from people where true on conflict (id) do update set area = 1")]
    [InlineData("update people /* set x */ set -- y\n `area` = 1")]
    public void A_column_that_is_set_is_written(string body)
    {
        Sets($"create trigger t after insert on people begin {body}; end").ShouldBeTrue();
        Sets($"create trigger begin after update of area on begin when new.begin is not old.begin begin {body}; end").ShouldBeTrue();
    }

    [Theory]
    [InlineData("update people set seen = new.area where area = new.area")]
    [InlineData("update people set seen = max(1, area), phone = (area)")]
    [InlineData("update orders set area = (select area from people)")]
    [InlineData("insert into people (area) values (new.area)")]
    [InlineData("insert into log select area from people where 'update people set area = 1' = note")]
    [InlineData("delete from people where area = 1")]
    [InlineData("select raise(abort, 'area') where new.area = 1")]
    public void A_column_that_is_read_or_that_of_another_table_is_not(string body) =>
        Sets($"create trigger t after update of area, seen on people when new.area <> 1 begin {body}; end").ShouldBeFalse();

    private static bool Sets(string definition) => TriggerWrites.Sets(new Trigger("t", definition), Change, "area");
}
