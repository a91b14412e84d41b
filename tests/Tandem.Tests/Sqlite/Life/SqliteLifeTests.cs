using Tandem.Sqlite;
using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>Every operation's whole life on SQLite.</summary>
public sealed class SqliteLifeTests
{
    public static TheoryData<string> Cases => [.. LifeCases.Names("sqlite", SqliteLibrary.Version)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_whole_life_loses_nothing(string name)
    {
        await using var target = new SqliteTarget();
        await using var control = new SqliteTarget();
        await new LifeWalk(LifeCases.Get(name), target, control).RunAsync();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_is_rolled_back_and_discarded_leaves_no_trace(string name)
    {
        await using var target = new SqliteTarget();
        await using var control = new SqliteTarget();
        await new LifeWalk(LifeCases.Get(name), target, control).RunAndDiscardAsync();
    }
}
