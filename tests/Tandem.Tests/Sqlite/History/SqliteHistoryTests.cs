using Tandem.Tests.Conformance.History;
using Tandem.Tests.Conformance.Simulation;
using Tandem.Tests.Sqlite.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.History;

/// <summary>A real database through a whole history and back, and applications that never stop writing.</summary>
public sealed class SqliteHistoryTests
{
    [CorporaFact]
    public async Task Chinook_goes_through_nine_migrations_and_back()
    {
        await using var target = new SqliteTarget();
        await using var control = new SqliteTarget();
        await new HistoryWalk(Chinook.Sqlite(), target, control).RunAsync();
    }

    [CorporaFact]
    public async Task The_difference_leads_from_each_version_of_Chinook_to_the_next()
    {
        await using var target = new SqliteTarget();
        await using var copy = new SqliteTarget();
        await new HistoryDifference(Chinook.Sqlite(), target, copy).RunAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Applications_of_both_versions_write_through_everything(int seed)
    {
        await using var target = new SqliteTarget();
        await new Simulation(seed, target).RunAsync();
    }
}
