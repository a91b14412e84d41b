using Tandem.Tests.Conformance.Life;
using Tandem.Tests.Servers;
using Xunit;

namespace Tandem.Postgres.Tests.Life;

/// <summary>Every operation's whole life on every supported server; one class a major, so that they run side by side.</summary>
public abstract class PostgresLifeTests(int major)
{
    public static TheoryData<string> Cases => [.. LifeCases.Names("postgres")];

    [PostgresTheory]
    [MemberData(nameof(Cases))]
    public async Task The_whole_life_loses_nothing(string name)
    {
        if (!PostgresVersions.Tested.Contains(major))
        {
            return;
        }

        await using var target = await PostgresTarget.CreateAsync(major);
        await using var control = await PostgresTarget.CreateAsync(major);
        await new LifeWalk(LifeCases.Get(name), target, control).RunAsync();
    }

    [PostgresTheory]
    [MemberData(nameof(Cases))]
    public async Task What_is_rolled_back_and_discarded_leaves_no_trace(string name)
    {
        if (!PostgresVersions.Tested.Contains(major))
        {
            return;
        }

        await using var target = await PostgresTarget.CreateAsync(major);
        await using var control = await PostgresTarget.CreateAsync(major);
        await new LifeWalk(LifeCases.Get(name), target, control).RunAndDiscardAsync();
    }
}

public sealed class Postgres14LifeTests() : PostgresLifeTests(14);

public sealed class Postgres15LifeTests() : PostgresLifeTests(15);

public sealed class Postgres16LifeTests() : PostgresLifeTests(16);

public sealed class Postgres17LifeTests() : PostgresLifeTests(17);

public sealed class Postgres18LifeTests() : PostgresLifeTests(18);
