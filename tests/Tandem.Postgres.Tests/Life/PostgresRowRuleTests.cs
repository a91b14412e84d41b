using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>What a plan says on PostgreSQL of rows that stand against new rules.</summary>
public sealed class PostgresRowRuleTests
{
    public static TheoryData<string> Cases => [.. RowRuleCases.Names];

    [PostgresTheory]
    [MemberData(nameof(Cases))]
    public async Task The_plan_says_which_rows_stand_against_a_rule(string name)
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await RowRuleCases.CheckAsync(name, target);
    }
}
