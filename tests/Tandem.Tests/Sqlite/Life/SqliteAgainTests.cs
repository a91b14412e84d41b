using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>A history that was taken back is carried out again.</summary>
public sealed class SqliteAgainTests
{
    [Fact]
    public async Task A_history_goes_forth_and_back_and_forth()
    {
        await using var target = new SqliteTarget();
        await new AgainWalk(target).RunAsync();
    }
}
