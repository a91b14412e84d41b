using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>Real migrations' lives on SQLite with calls going wrong.</summary>
public sealed class SqliteCrashLoopTests
{
    private static readonly CrashLoops Loops = new(_ => Task.FromResult<ITestTarget>(new SqliteTarget()), thorough: 4, refusals: 25);

    public static TheoryData<string, string> Rows => CrashLoops.Rows("sqlite", ["SQLite"]);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Whatever_goes_wrong_at_a_call_the_end_is_the_same(string server, string operation) =>
        Loops.RunAsync(server, operation);
}
