using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

public sealed class SqliteRowTests
{
    public static TheoryData<string> Names => [.. RowScenarios.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Rows_go_and_come_back(string name)
    {
        await using var target = new SqliteTarget();
        await RowScenarios.RunAsync(name, target);
    }
}
