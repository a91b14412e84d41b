using Shouldly;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Running;

namespace Tandem.Tests.Conformance.Life;

/// <summary>Runners on machines whose clocks are far apart: who may work goes by the database's clock alone.</summary>
internal sealed class LeaseWalk(IDatabase database, string prefix, Func<string, Task> execute)
{
    /// <summary>One runner with a good clock and one whose clock is off meet, each as the one who holds and the one who waits.</summary>
    public async Task ClocksThatAreOffAsync(TimeSpan off)
    {
        var wrong = new ShiftedTime(off);
        await using var first = await HolderAsync("first", TimeProvider.System);
        (await ReadAsync(wrong)).IsHeld.ShouldBeTrue();
        (await RefusedAsync(first, "second", wrong)).ShouldBe(ProblemCodes.AnotherRunner);
        await first.ReleaseAsync([], default);
        (await ReadAsync(wrong)).IsHeld.ShouldBeFalse();

        await using var strange = await HolderAsync("strange", wrong);
        (await RefusedAsync(strange, "third", TimeProvider.System)).ShouldBe(ProblemCodes.AnotherRunner);
        (await strange.TryRenewAsync(default)).ShouldBeTrue();
        var held = await ReadAsync(TimeProvider.System);
        held.ExpiresAt!.Value.ShouldBe(DateTimeOffset.UtcNow + Options.LeaseExpiry, TimeSpan.FromSeconds(20));

        // It expires by the database's clock, for everybody at once.
        await execute($"update {prefix}lease set expires_at = '2020-01-01T00:00:00.0000000Z'");
        (await ReadAsync(wrong)).IsHeld.ShouldBeFalse();
        await using var heir = await HolderAsync("heir", TimeProvider.System);
        heir.Epoch.ShouldBe(strange.Epoch + 1);
        (await Should.ThrowAsync<TandemException>(() => strange.ApplyAsync([new SqlStatement("select 1")], ApplyOptions.Default, default)))
            .Problems[0].Code.ShouldBe(ProblemCodes.LostLease);
    }

    private static RunnerOptions Options { get; } = new();

    private Task<Journal.LeaseRecord> ReadAsync(TimeProvider clock) => LeaseAsync(new Runner(database, Options with { Time = clock }));

    private static async Task<Journal.LeaseRecord> LeaseAsync(Runner runner) => (await runner.StatusAsync(default)).Lease;

    /// <summary>With what somebody is refused who wants the lease while its holder is at work.</summary>
    private async Task<ProblemCode> RefusedAsync(LeasedSession holder, string name, TimeProvider clock)
    {
        using var done = new CancellationTokenSource();
        var working = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                (await holder.TryRenewAsync(default)).ShouldBeTrue();
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        });
        var refused = await Should.ThrowAsync<TandemException>(async () => await HolderAsync(name, clock));
        await done.CancelAsync();
        await working;
        return refused.Problems[0].Code;
    }

    private async Task<LeasedSession> HolderAsync(string name, TimeProvider clock)
    {
        var options = Options with { Time = clock, Holder = name };
        var dialect = await database.ConnectAsync(default);
        var session = new LeasedSession(database, new JournalStore(prefix, dialect.Capabilities.Clock, database.SchemaName, name, clock), options);
        await session.OpenAsync(default);
        await session.InstallAsync(dialect, default);
        await session.AcquireAsync(default);
        return session;
    }

    /// <summary>A clock that goes on as it should and shows another time.</summary>
    private sealed class ShiftedTime(TimeSpan off) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + off;
    }
}
