using Shouldly;
using Tandem.Tests.Conformance.CrashLoop;
using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Sqlite.Life;

/// <summary>A real migration's life on SQLite with every call going wrong once.</summary>
public sealed class SqliteCrashLoopTests
{
    private static readonly bool Nightly = Environment.GetEnvironmentVariable("TANDEM_NIGHTLY") == "1";

    private static readonly CrashLoop Loop = new(LifeScenario.Of(
        LifeScenario.Case, () => Task.FromResult<ITestTarget>(new SqliteTarget()), Nightly ? LifeScenario.WholeLife : LifeScenario.ShortLife));

    public static TheoryData<string> Faults => [.. Enum.GetNames<Fault>().Where(f => f != nameof(Fault.None))];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Whatever_goes_wrong_at_any_call_the_end_is_the_same(string fault) =>
        (await Loop.RunAsync(Enum.Parse<Fault>(fault), every: Nightly ? 1 : 31)).ShouldBeEmpty();
}
