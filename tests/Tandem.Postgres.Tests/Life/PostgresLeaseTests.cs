using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>The lease where server and clients are different machines.</summary>
public sealed class PostgresLeaseTests
{
    [PostgresTheory]
    [EndMajors]
    public async Task Clocks_that_are_hours_off_neither_keep_a_lease_nor_take_one(int major)
    {
        foreach (var hours in new[] { -5, 5 })
        {
            await using var target = await PostgresTarget.CreateAsync(major);
            await new LeaseWalk(target.Database, "tandem.", target.ExecuteAsync).ClocksThatAreOffAsync(TimeSpan.FromHours(hours));
        }
    }
}
