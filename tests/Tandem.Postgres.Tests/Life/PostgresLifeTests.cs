using Tandem.Tests.Conformance;
using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>
/// Every operation's life on the supported servers; one class a major, so that they run side by side. By day each case
/// lives its whole life on one of them, which its name chooses; how the first case of each operation is discarded, the crash
/// loop sees on another. At night, and where few majors are tested, each case does both on all of them.
/// </summary>
public abstract class PostgresLifeTests(int major)
{
    private const string Whole = "whole";
    private const string Discarded = "discarded";

    protected static TheoryData<string, string> On(int major)
    {
        var lives = new TheoryData<string, string>();
        foreach (var name in LifeCases.Names("postgres", new Version(major, 0)))
        {
            foreach (var life in LivesOn(major, name))
            {
                lives.Add(name, life);
            }
        }

        return lives;
    }

    protected async Task LiveAsync(string name, string life)
    {
        await using var target = await PostgresTarget.CreateAsync(major);
        await using var control = await PostgresTarget.CreateAsync(major);
        var walk = new LifeWalk(LifeCases.Get(name), target, control);
        await (life == Whole ? walk.RunAsync() : walk.RunAndDiscardAsync());
    }

    private static string[] LivesOn(int major, string name)
    {
        var majors = PostgresVersions.Tested;
        if (TestRun.Nightly || majors.Count <= 3)
        {
            return [Whole, Discarded];
        }

        var able = majors.Where(m => LifeCases.Serves(name, new Version(m, 0))).ToList();
        return able[TestRun.Turn(name, able.Count)] == major ? [Whole] : [];
    }
}

public sealed class Postgres14LifeTests() : PostgresLifeTests(14)
{
    public static TheoryData<string, string> Lives => On(14);

    [PostgresTheory(14)]
    [MemberData(nameof(Lives))]
    public Task A_life_loses_nothing(string name, string life) => LiveAsync(name, life);
}

public sealed class Postgres15LifeTests() : PostgresLifeTests(15)
{
    public static TheoryData<string, string> Lives => On(15);

    [PostgresTheory(15)]
    [MemberData(nameof(Lives))]
    public Task A_life_loses_nothing(string name, string life) => LiveAsync(name, life);
}

public sealed class Postgres16LifeTests() : PostgresLifeTests(16)
{
    public static TheoryData<string, string> Lives => On(16);

    [PostgresTheory(16)]
    [MemberData(nameof(Lives))]
    public Task A_life_loses_nothing(string name, string life) => LiveAsync(name, life);
}

public sealed class Postgres17LifeTests() : PostgresLifeTests(17)
{
    public static TheoryData<string, string> Lives => On(17);

    [PostgresTheory(17)]
    [MemberData(nameof(Lives))]
    public Task A_life_loses_nothing(string name, string life) => LiveAsync(name, life);
}

public sealed class Postgres18LifeTests() : PostgresLifeTests(18)
{
    public static TheoryData<string, string> Lives => On(18);

    [PostgresTheory(18)]
    [MemberData(nameof(Lives))]
    public Task A_life_loses_nothing(string name, string life) => LiveAsync(name, life);
}
