using System.Collections.Concurrent;
using Shouldly;
using Tandem.Tests.Conformance.Life;
using Xunit;

namespace Tandem.Tests.Conformance.CrashLoop;

/// <summary>
/// The crash loops of one engine: every case with the faults that a network and a machine have at a few calls of a short
/// life, one case with all faults; at night every case with all faults in its whole life on every server.
/// </summary>
/// <param name="fresh">Makes an empty database on the named server.</param>
/// <param name="thorough">How many calls of the one case go wrong, each in a life of its own.</param>
internal sealed class CrashLoops(Func<string, Task<ITestTarget>> fresh, int thorough)
{
    private const int Brief = 2;

    private static readonly bool Nightly = Environment.GetEnvironmentVariable("TANDEM_NIGHTLY") == "1";

    private static readonly Fault[] Faults = [.. Enum.GetValues<Fault>().Where(f => f != Fault.None)];

    private readonly ConcurrentDictionary<(string Server, string Case), CrashLoop> loops = new();

    /// <summary>Server, case and fault. By day each case meets one of the servers, the next case the next one.</summary>
    public static TheoryData<string, string, string> Rows(string engine, IReadOnlyList<string> servers)
    {
        var data = new TheoryData<string, string, string>();
        var number = 0;
        foreach (var name in (string[])[LifeScenario.Case.Name, .. LifeCases.Names(engine)])
        {
            IEnumerable<Fault> faults = Nightly || name == LifeScenario.Case.Name ? Faults : [Fault.LostBefore, Fault.LostAnswer, Fault.DeathAfter];
            foreach (var server in Nightly || servers.Count == 0 ? servers : [servers[number++ % servers.Count]])
            {
                foreach (var fault in faults)
                {
                    data.Add(server, name, fault.ToString());
                }
            }
        }

        return data;
    }

    /// <summary>One row.</summary>
    public async Task RunAsync(string server, string name, string fault)
    {
        var whole = name == LifeScenario.Case.Name;
        var loop = loops.GetOrAdd((server, name), _ => new CrashLoop(LifeScenario.Of(
            whole ? LifeScenario.Case : LifeCases.Get(name), () => fresh(server), Nightly ? LifeScenario.WholeLife : LifeScenario.ShortLife)));
        var points = CrashPoints.Spread(whole ? thorough : Brief, name);
        (await loop.RunAsync(Enum.Parse<Fault>(fault), points)).Failures.ShouldBeEmpty();
    }
}
