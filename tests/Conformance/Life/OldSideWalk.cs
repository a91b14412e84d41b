using Shouldly;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;

namespace Tandem.Tests.Conformance.Life;

/// <summary>What is noticed of applications of the old version before <c>complete</c> ends its service.</summary>
internal sealed class OldSideWalk(ITestTarget target)
{
    private static readonly LifeCase Split = LifeCases.Get("split_column");

    /// <summary>A write of each kind through the old version is noticed, and one that is longer ago is not held against it.</summary>
    public async Task OldWritesAreNoticedAsync()
    {
        foreach (var (number, write) in new (int, string?)[]
        {
            (1, "insert into {customers} (id, name) values (901, 'Old Writer')"),
            (2, "update {customers} set name = 'Old Writer' where id = 1"),
        })
        {
            var id = $"000{number}_change";
            var runner = Runner(TimeSpan.FromHours(1));
            if (number == 1)
            {
                await SetUpAsync(Split);
            }

            await runner.StartAsync(await PlanAsync(Split, id), default);
            await target.ExecuteAsync(TableNames.Base(write!));

            var refused = await Should.ThrowAsync<TandemException>(() => runner.CompleteAsync(id, false, false, default));
            refused.Problems[0].Code.ShouldBe(ProblemCodes.OldSideInUse);
            refused.Message.ShouldContain("base is in use: customers was written to ");
            refused.Message.ShouldContain("quiet for 1h");
            refused.Message.ShouldNotContain("Writer");
            (await runner.StatusAsync(default)).Run(id)!.FailureCode.ShouldBe("TDM4024");
            (await runner.RollbackAsync(id, default)).State.ShouldBe(RunState.Undone);
            await runner.SunsetAsync(id, true, default);
        }

        var again = "0003_change";
        await Runner(TimeSpan.Zero).StartAsync(await PlanAsync(Split, again), default);
        await target.ExecuteAsync(TableNames.Base("update {customers} set name = 'Old Again' where id = 2"));
        await Should.ThrowAsync<TandemException>(() => Runner(TimeSpan.FromHours(1)).CompleteAsync(again, false, false, default));
        (await Runner(TimeSpan.FromHours(1)).CompleteAsync(again, false, force: true, default)).State.ShouldBe(RunState.Retired);
    }

    /// <summary>Whatever applications of the new version write, the old one is not said to be in use.</summary>
    public async Task NewWritesAreNotTakenForOldAsync(LifeCase @case)
    {
        await SetUpAsync(@case);
        var runner = Runner(TimeSpan.FromHours(1));
        var plan = await PlanAsync(@case, LifeWalk.MigrationId);
        await runner.StartAsync(plan, default);
        foreach (var write in @case.Writes(1))
        {
            await target.ExecuteAsync(TableNames.New(write.New, target, plan));
        }

        (await runner.CompleteAsync(LifeWalk.MigrationId, false, false, default)).State.ShouldBe(RunState.Retired);
    }

    public Runner Runner(TimeSpan quiet) => new(target.Database, new RunnerOptions
    {
        Jitter = new Random(1),
        OldQuiet = quiet,
        OldWatch = TimeSpan.Zero,
        LockDeadline = TimeSpan.FromSeconds(20),
        OpenBackup = name => new BackupFile(new MemoryStream(), name, () => { }),
    });

    public Task<Plan> PlanAsync(LifeCase @case, string id) =>
        new Workspace(target.Database).PlanAsync(MigrationParser.Parse($"{id}.yaml", @case.File).Require(), default);

    public async Task SetUpAsync(LifeCase @case)
    {
        foreach (var sql in @case.Setup)
        {
            await target.ExecuteAsync(sql);
        }
    }
}
