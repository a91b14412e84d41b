using Tandem.Sqlite;
using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>What SQLite's sync notes of old applications.</summary>
public sealed class SqliteOldSideTests
{
    public static TheoryData<string> Cases => [.. LifeCases.Names("sqlite", SqliteLibrary.Version).Where(n => !LifeCases.Get(n).TriggersWriteOld)];

    [Fact]
    public async Task Writes_through_the_old_version_are_noticed()
    {
        await using var target = new SqliteTarget();
        await new OldSideWalk(target).OldWritesAreNoticedAsync();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Writes_through_the_new_version_are_not_taken_for_old_ones(string name)
    {
        await using var target = new SqliteTarget();
        await new OldSideWalk(target).NewWritesAreNotTakenForOldAsync(LifeCases.Get(name));
    }
}
