using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>What lenses promise is tried on rows that are there.</summary>
public sealed class SqliteLawTests
{
    [Fact]
    public async Task Values_that_do_not_come_back_are_counted()
    {
        await using var target = new SqliteTarget();
        await new LawWalk(target, triesAll: false).RunAsync();
    }
}
