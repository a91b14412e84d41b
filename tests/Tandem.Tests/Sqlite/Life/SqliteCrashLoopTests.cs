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

    /// <summary>Every operation with the faults that a network and a machine have; all of them at night.</summary>
    public static TheoryData<string, string> Operations
    {
        get
        {
            var data = new TheoryData<string, string>();
            string[] faults = Nightly
                ? [.. Enum.GetNames<Fault>().Where(f => f != nameof(Fault.None))]
                : [nameof(Fault.LostBefore), nameof(Fault.LostAnswer), nameof(Fault.DeathAfter)];
            foreach (var name in LifeCases.Names("sqlite"))
            {
                foreach (var fault in faults)
                {
                    data.Add(name, fault);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task No_operation_is_harmed_by_a_fault(string operation, string fault)
    {
        var loop = new CrashLoop(LifeScenario.Of(
            LifeCases.Get(operation), () => Task.FromResult<ITestTarget>(new SqliteTarget()), Nightly ? LifeScenario.WholeLife : LifeScenario.ShortLife));
        (await loop.RunAsync(Enum.Parse<Fault>(fault), every: Nightly ? 1 : 37)).ShouldBeEmpty();
    }
}
