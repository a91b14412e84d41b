using Shouldly;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Dialect;

public sealed class ChainTests
{
    private const string One = "0001_split";
    private const string Two = "0002_number";

    private static async Task<Life> ThreeVersionsAsync(int major)
    {
        var life = await Life.CreateAsync(major, "create table people (id int primary key, name text not null, note text)");
        await life.BaseAsync("insert into people select g, 'A' || g || ' ' || g from generate_series(1, 50) g");
        await life.StartAsync(One, SyncTests.Split("people", "name"));
        await life.CompleteAsync(One, keep: true);
        return life;
    }

    private static ChangeType LastToNumber() =>
        new() { Table = "people", Column = "last", Type = new("integer"), Up = new("last::integer"), Down = new("last::text") };

    private static async Task SeenAsync(Life life, int id, string name, string parts, string number, string? version2 = Two, string? version1 = One, string? version0 = "base")
    {
        (await life.AppAsync(version0, $"select name from people where id = {id}")).ShouldBe(name, "the oldest version");
        (await life.AppAsync(version1, $"select first, last from people where id = {id}")).ShouldBe(parts, "the middle version");
        (await life.AppAsync(version2, $"select first, last from people where id = {id}")).ShouldBe(number, "the newest version");
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_write_through_any_of_three_versions_reaches_all(int major)
    {
        await using var life = await ThreeVersionsAsync(major);
        await life.StartAsync(Two, LastToNumber());
        await WritesAsync(life, "live");
        await life.CompleteAsync(Two, keep: true);
        await WritesAsync(life, "kept", newest: null);
        await life.RollbackAsync(Two);
        await life.AppAsync("base", "update people set name = 'Zoe 77' where id = 1");
        (await life.BaseAsync("select first, last, _tandem_2_new_last from people where id = 1")).ShouldBe("Zoe|77|77");
    }

    private static async Task WritesAsync(Life life, string when, string? newest = Two)
    {
        await life.AppAsync("base", "update people set name = 'Ann 7' where id = 1");
        await SeenAsync(life, 1, "Ann 7", "Ann|7", "Ann|7", newest);
        await life.AppAsync(One, "update people set last = '8' where id = 1");
        await SeenAsync(life, 1, "Ann 8", "Ann|8", "Ann|8", newest);
        await life.AppAsync(newest, "update people set last = 9 where id = 1");
        await SeenAsync(life, 1, "Ann 9", "Ann|9", "Ann|9", newest);
        await life.AppAsync(newest, $"delete from people where id > 50; insert into people (id, first, last, note) values (51, 'New', 51, '{when}')");
        await SeenAsync(life, 51, "New 51", "New|51", "New|51", newest);
        await life.AppAsync(One, "insert into people (id, first, last) values (52, 'Mid', '52')");
        await SeenAsync(life, 52, "Mid 52", "Mid|52", "Mid|52", newest);
        await life.AppAsync("base", "insert into people (id, name) values (53, 'Old 53')");
        await SeenAsync(life, 53, "Old 53", "Old|53", "Old|53", newest);
        await life.AppAsync(newest, "update people set note = 'n', last = 90 where id = 53");
        await SeenAsync(life, 53, "Old 90", "Old|90", "Old|90", newest);
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_chain_is_unwound_and_wound_up_again(int major)
    {
        await using var life = await ThreeVersionsAsync(major);
        await life.StartAsync(Two, LastToNumber());
        await life.CompleteAsync(Two);
        await life.BaseAsync("update people set last = 100 where id = 2");
        (await Should.ThrowAsync<TandemException>(() => life.RollbackAsync(One))).Message.ShouldContain(Two);

        await life.RollbackAsync(Two);
        (await life.AppAsync(One, "select first, last from people where id = 2")).ShouldBe("A2|100");
        await life.RollbackAsync(One);
        (await life.BaseAsync("select name from people where id = 2")).ShouldBe("A2 100");

        // Both undone: what the base writes reaches the hidden columns of both.
        await life.BaseAsync("update people set name = 'B 5' where id = 2");
        (await life.BaseAsync("select _tandem_1_new_first, _tandem_1_new_last, _tandem_2_new_last from people where id = 2")).ShouldBe("B|5|5");

        (await Should.ThrowAsync<TandemException>(() => life.SunsetAsync(One))).Message.ShouldContain(Two);
        await life.SunsetAsync(Two);
        await life.BaseAsync("update people set name = 'C 6' where id = 2");
        await life.RestartAsync(await life.Runner.PlanAsync(One, CancellationToken.None));
        await life.CompleteAsync(One);
        await life.StartAsync("0003_number", LastToNumber());
        await life.CompleteAsync("0003_number");
        (await life.BaseAsync("select first, last from people where id = 2")).ShouldBe("C|6");

        (await Should.ThrowAsync<TandemException>(() => life.SunsetAsync("0003_number"))).Message.ShouldContain(One);
        await life.SunsetAsync(One);
        await life.BaseAsync("update people set last = 7 where id = 2");
        (await life.BaseAsync("select first, last, _tandem_3_old_last from people where id = 2")).ShouldBe("C|7|7");
        await life.SunsetAsync("0003_number");
        (await life.CatalogueAsync()).Split('\n').Where(l => l.Contains("tandem", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [PostgresTheory]
    [EndMajors]
    public async Task A_later_change_renames_what_an_earlier_one_keeps_in_sync(int major)
    {
        await using var life = await ThreeVersionsAsync(major);
        await life.StartAsync(Two, new RenameColumn { Table = "people", From = "last", To = "family" }, new RenameTable { From = "people", To = "persons" });
        await life.AppAsync("base", "update people set name = 'Ann 7' where id = 1");
        (await life.AppAsync(Two, "select first, family from persons where id = 1")).ShouldBe("Ann|7");
        await life.CompleteAsync(Two, keep: true);
        await life.AppAsync("base", "update people set name = 'Ann 8' where id = 1");
        (await life.BaseAsync("select first, family from persons where id = 1")).ShouldBe("Ann|8");
        await life.BaseAsync("update persons set family = '9' where id = 1");
        (await life.AppAsync("base", "select name from people where id = 1")).ShouldBe("Ann 9");
        (await life.AppAsync(One, "select last from people where id = 1")).ShouldBe("9");
        await life.SunsetAsync(One);
        await life.BaseAsync("update persons set family = '10' where id = 1");
        await life.RollbackAsync(Two);
        (await life.BaseAsync("select first, last from people where id = 1")).ShouldBe("Ann|10");
    }
}
