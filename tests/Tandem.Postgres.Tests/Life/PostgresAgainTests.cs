using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;

namespace Tandem.Postgres.Tests.Life;

/// <summary>A history that was taken back is carried out again.</summary>
public sealed class PostgresAgainTests
{
    [PostgresFact]
    public async Task A_history_goes_forth_and_back_and_forth()
    {
        await using var target = await PostgresTarget.CreateAsync(PostgresVersions.Newest);
        await new AgainWalk(target).RunAsync();
    }
}
