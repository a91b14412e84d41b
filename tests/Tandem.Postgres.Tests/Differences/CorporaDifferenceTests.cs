using Shouldly;
using Tandem.Postgres.Tests.Life;
using Tandem.Postgres.Tests.Objects;
using Tandem.Tests.Conformance.History;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Differences;

/// <summary>The difference between nothing and databases of other people, there, from one to the next, and back.</summary>
public sealed class CorporaDifferenceTests
{
    [CorporaTheory]
    [EndMajors]
    public async Task Chinook_is_made_out_of_nothing_and_goes_again(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await using var empty = await PostgresTarget.CreateAsync(major);
        await using var goal = await PostgresTarget.CreateAsync(major);
        await goal.ExecuteAsync(CorporaRoundTripTests.Loadable(Corpora.Read("chinook/Chinook_PostgreSql.sql"), rows: false));

        (await CorporaDifference.BringAsync(target, goal, "0001_there")).ShouldBeEmpty();
        await SameDumpAsync(major, target, goal);
        (await CorporaDifference.BringAsync(target, empty, "0002_back")).ShouldBeEmpty();
        await SameDumpAsync(major, target, empty);
    }

    [CorporaTheory]
    [EndMajors]
    public async Task Sakila_is_made_as_far_as_operations_go(int major)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await using var goal = await PostgresTarget.CreateAsync(major);
        await goal.ExecuteAsync(CorporaRoundTripTests.Loadable(Corpora.Read("sakila-pg/postgres-sakila-schema.sql"), rows: true));

        // Tables that inherit from others, the rules that lead rows to them, and comments on schemas have no operations.
        (await CorporaDifference.BringAsync(target, goal, "0001_there")).ShouldBe(
        [
            .. Enumerable.Range(1, 6).Select(n => $"TDM1404 payment_insert_p2007_0{n} on payment"),
            .. Enumerable.Range(1, 6).Select(n => $"TDM1404 payment_p2007_0{n}"),
            "TDM1404 public",
        ]);
    }

    private static async Task SameDumpAsync(int major, PostgresTarget one, PostgresTarget other)
    {
        if (major == 15 && await RoundTrip.DumpAsync(one.ConnectionString, "public") is { } dump)
        {
            dump.Split('\n').ShouldBeSame((await RoundTrip.DumpAsync(other.ConnectionString, "public"))!.Split('\n'));
        }
    }
}
