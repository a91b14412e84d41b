using System.Globalization;
using Shouldly;
using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Conformance.CrashLoop;

/// <summary>
/// The crash loops of one engine: by day every case with all faults together in one short life, one case with each fault in
/// lives of its own, and refused commands; at night every case with all faults in its whole life on every server, and what
/// came out is written into the page of <see cref="CrashLoopPage"/>.
/// </summary>
/// <param name="fresh">Makes an empty database on the named server.</param>
/// <param name="thorough">By day, how many calls of the one case go wrong under each fault.</param>
/// <param name="refusals">By day, how many calls of a refused command go wrong under each of its faults.</param>
internal sealed class CrashLoops(Func<string, Task<ITestTarget>> fresh, int thorough, int refusals)
{
    /// <summary>As <c>TANDEM_NIGHTLY_CALLS</c>: one life meets all faults.</summary>
    private const string Together = "together";

    private static readonly Fault[] AllFaults = [.. Enum.GetValues<Fault>().Where(f => f != Fault.None)];

    /// <summary>Cases that meet every fault at every call at night, where a life is cheap.</summary>
    private static readonly string[] Core = ["rename_column", "change_type", "split_column", "merge_columns"];

    /// <summary>The names of the cases.</summary>
    public static IEnumerable<string> Cases(string engine) => [LifeScenario.Case.Name, .. RefusalScenarios.Names, .. LifeCases.Names(engine)];

    /// <summary>
    /// Server and case. By day each case meets one of the servers; where there are several, and each call goes over a network,
    /// only the first case of each operation does, on another one than that on which it lives its whole life.
    /// </summary>
    public static TheoryData<string, string> Rows(string engine, IReadOnlyList<string> servers)
    {
        var data = new TheoryData<string, string>();
        var first = LifeCases.FirstOfEach(engine);
        var names = TestRun.Nightly || servers.Count == 1
            ? Cases(engine)
            : [LifeScenario.Case.Name, .. RefusalScenarios.Names, .. LifeCases.Names(engine).Where(first.Contains)];
        foreach (var name in names)
        {
            var able = servers.Where(s => IsFor(s, name)).ToList();
            foreach (var server in TestRun.Nightly || able.Count == 0 ? able : [able[(TestRun.Turn(name, able.Count) + 1) % able.Count]])
            {
                data.Add(server, name);
            }
        }

        return data;
    }

    /// <summary>Whether a case is one for the named server.</summary>
    public static bool IsFor(string server, string name) => int.TryParse(server.Split(' ')[^1], CultureInfo.InvariantCulture, out var major)
        ? Cases("postgres").Contains(name) && LifeCases.Serves(name, new Version(major, 0))
        : Cases("sqlite").Contains(name);

    /// <summary>One row.</summary>
    public Task RunAsync(string server, string name) => TestRun.Nightly ? RunWholeAsync(server, name) : RunShortAsync(server, name);

    private async Task RunShortAsync(string server, string name)
    {
        var loop = Loop(server, name, LifeScenario.ShortLife);
        var result = name == LifeScenario.Case.Name ? await loop.RunAsync(AllFaults, CrashPoints.Spread(thorough, name))
            : RefusalScenarios.Names.Contains(name) ? await loop.RunAsync([Fault.LostAnswer, Fault.DeathAfter, Fault.StatementTimeout], CrashPoints.Spread(refusals, name))
            : await loop.RunTogetherAsync(AllFaults, $"{name} on {server}");
        result.Failures.ShouldBeEmpty();
    }

    private async Task RunWholeAsync(string server, string name)
    {
        var setting = Environment.GetEnvironmentVariable("TANDEM_NIGHTLY_CALLS")
            ?? (RefusalScenarios.Names.Contains(name) || (server == "SQLite" && Core.Contains(name)) ? "all" : "4");
        var loop = Loop(server, name, LifeScenario.WholeLife);
        var result = setting == Together && !RefusalScenarios.Names.Contains(name)
            ? await loop.RunTogetherAsync(AllFaults, $"{name} on {server}")
            : await loop.RunAsync(AllFaults, setting == "all" ? CrashPoints.All : CrashPoints.WithEnds(setting == Together ? 1 : int.Parse(setting, CultureInfo.InvariantCulture), name));
        CrashLoopPage.Record(server, name, setting, result);
        result.Failures.ShouldBeEmpty();
    }

    private CrashLoop Loop(string server, string name, IReadOnlyList<Act> acts) => new(
        RefusalScenarios.Names.Contains(name) ? RefusalScenarios.Get(name, () => fresh(server))
        : LifeScenario.Of(name == LifeScenario.Case.Name ? LifeScenario.Case : LifeCases.Get(name), () => fresh(server), acts));
}
