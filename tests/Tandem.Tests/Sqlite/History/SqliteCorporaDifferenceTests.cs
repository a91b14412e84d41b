using Shouldly;
using Tandem.Tests.Conformance.History;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.History;

/// <summary>The difference between nothing and a database of other people, there and back.</summary>
public sealed class SqliteCorporaDifferenceTests
{
    [CorporaFact]
    public async Task Chinook_is_made_out_of_nothing_and_goes_again()
    {
        await using var target = new SqliteTarget();
        await using var empty = new SqliteTarget();
        await using var goal = new SqliteTarget();
        foreach (var statement in Schema(Corpora.Read("chinook/Chinook_Sqlite.sql")))
        {
            await goal.ExecuteAsync(statement);
        }

        (await CorporaDifference.BringAsync(target, goal, "0001_there")).ShouldBeEmpty();
        (await target.Database.InspectAsync(default)).Tables.Count.ShouldBe(11);
        (await CorporaDifference.BringAsync(target, empty, "0002_back")).ShouldBeEmpty();
    }

    private static IEnumerable<string> Schema(string script) =>
        script.Split(";\n").Select(s => s.Trim().TrimEnd(';')).Select(s => s[Math.Max(0, s.IndexOf("CREATE ", StringComparison.Ordinal))..])
            .Where(s => s.StartsWith("CREATE ", StringComparison.Ordinal));
}
