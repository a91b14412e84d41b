using Shouldly;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests;

/// <summary>NULL in rows that are there is found where a migration makes their column required.</summary>
public sealed class NullsInTheWayTests
{
    [PostgresTheory]
    [MemberData(nameof(PostgresVersions.All), MemberType = typeof(PostgresVersions))]
    public async Task They_are_counted_in_sampled_rows(int major)
    {
        await using var database = await PostgresServers.CreateDatabaseAsync(major);
        await database.ExecuteAsync("create table public.t (id int primary key, \"A b\" text, c int); insert into public.t values (1, null, 1), (2, 'x', 2)");
        await using var target = PostgresDatabase.At(database.Url.ToString());
        var before = (await target.InspectAsync(CancellationToken.None)).Table("t")!;
        var pairs = before.Columns.Select(c => new Pair<Column>(c, c with { Nullable = false })).ToValueList();
        var change = new TableChange(before, before with { Columns = pairs.Select(p => p.After!).ToValueList() }) { Columns = pairs };
        var found = (await target.ExamineAsync(new Inquiry([change], [], []), CancellationToken.None)).Problems.ShouldHaveSingleItem();
        found.Code.ShouldBe(ProblemCodes.NullsInTheWay);
        found.Message.ShouldBe("t.A b becomes required, and 1 of 2 sampled rows have NULL there.");
    }
}
