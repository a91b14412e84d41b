using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>What a plan says on SQLite of rows that stand against new rules.</summary>
public sealed class SqliteRowRuleTests
{
    public static TheoryData<string> Cases => [.. RowRuleCases.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_plan_says_which_rows_stand_against_a_rule(string name)
    {
        await using var target = new SqliteTarget();
        await RowRuleCases.CheckAsync(name, target);
    }
}
