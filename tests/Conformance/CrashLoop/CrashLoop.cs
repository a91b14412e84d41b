using System.Collections.Concurrent;
using System.Globalization;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;

namespace Tandem.Tests.Conformance.CrashLoop;

/// <summary>A life that is walked under faults.</summary>
internal sealed record Scenario
{
    /// <summary>Makes a fresh database with the data that the life begins with.</summary>
    public required Func<Task<IDatabase>> Fresh { get; init; }

    /// <summary>Makes the plan of a fresh database.</summary>
    public required Func<IDatabase, Task<Plan>> PlanAsync { get; init; }

    /// <summary>The commands of the life, in order.</summary>
    public required IReadOnlyList<Act> Acts { get; init; }

    /// <summary>What an application writes once: while the first command is broken off, or behind it when it is not.</summary>
    public Func<IDatabase, Task> MeanwhileAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>A pattern for values in rows that are others in each life, or null.</summary>
    public string? Drawn { get; init; }

    /// <summary>Options of the runners, except clock and name.</summary>
    public RunnerOptions Options { get; init; } = new();

    /// <summary>Makes what hears the runners of one life, to act between two of their steps.</summary>
    public Func<IDatabase, IProgress<RunEvent>?> Listener { get; init; } = _ => null;

    /// <summary>What is compared besides schema and rows.</summary>
    public Func<IDatabase, Task<string>> AlsoCompare { get; init; } = _ => Task.FromResult("");
}

/// <summary>One command of a life.</summary>
/// <param name="Leads">The state it leads to.</param>
/// <param name="DoAsync">Gives the command.</param>
internal sealed record Act(RunState Leads, Func<Runner, Plan, Task> DoAsync)
{
    /// <summary>What applications do before it; doing it twice is like doing it once.</summary>
    public Func<IDatabase, Task> BeforeAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>The problems with one of which the command must be refused; none when it must not.</summary>
    public IReadOnlyList<ProblemCode> Refused { get; init; } = [];

    /// <summary>Whether who takes it up resumes what is under way before the command is given; else the command itself takes that up.</summary>
    public bool Resumes { get; init; } = true;

    /// <summary>Whether calls of this command go wrong.</summary>
    public bool Disturbed { get; init; } = true;

    /// <summary>Whether nothing is left of it.</summary>
    public bool IsDone(JournalView view, Plan plan) => view.Run(plan.Migration) is { UnderWay: false } run && run.State == Leads;

    public static Act Start { get; } = new(RunState.Live, (runner, plan) => runner.StartAsync(plan, default));

    public static Act Complete { get; } = new(RunState.Retired, (runner, plan) => runner.CompleteAsync(plan.Migration, false, false, default));

    public static Act Rollback { get; } = new(RunState.Undone, (runner, plan) => runner.RollbackAsync(plan.Migration, default));

    public static Act Sunset { get; } = new(RunState.Done, (runner, plan) => runner.SunsetAsync(plan.Migration, true, default));

    public static Act Discard { get; } = Sunset with { Leads = RunState.Gone };

    /// <summary>Gives the command, or takes up what is left of it. A second problem says that what was enforced could not be taken back.</summary>
    public async Task CarryOutAsync(Func<Task> command)
    {
        try
        {
            await command();
        }
        catch (TandemException e) when (Refused.Contains(e.Problems[0].Code) && e.Problems.Count == 1)
        {
            return;
        }

        if (Refused.Count > 0)
        {
            throw new InvalidOperationException($"Not refused with {string.Join(" or ", Refused.Select(r => r.Id))}.");
        }
    }
}

/// <summary>What a loop came to.</summary>
/// <param name="Lives">How many lives were lived under the fault; where one life met all faults, how many those were.</param>
/// <param name="Fired">In how many of them it happened; how many of them happened.</param>
/// <param name="Failures">What went wrong.</param>
internal sealed record CrashLoopResult(int Lives, int Fired, IReadOnlyList<string> Failures);

/// <summary>
/// A life without faults tells how many calls to the database there are and where they lead. Then in one life for each
/// chosen call that call goes wrong; the life is taken up without faults, and its end must be the same. Or one life meets
/// all faults, each in the process that took up what the one before left.
/// </summary>
internal sealed class CrashLoop(Scenario scenario)
{
    private readonly Lazy<Task<(string End, int Calls)>> undisturbed = new(async () =>
    {
        var plan = new FaultPlan(Fault.None, 0);
        return (await new Life(scenario, plan, null).LiveAsync(), plan.Calls);
    });

    /// <summary>Takes a guard out of the runner's calls: the harness must then find something.</summary>
    public Mutation? Mutation { get; init; }

    /// <summary>One life for each chosen call of each fault, as many side by side as there are processors.</summary>
    public async Task<CrashLoopResult> RunAsync(IEnumerable<Fault> faults, CrashPoints points)
    {
        var (expected, calls) = await undisturbed.Value;
        var lives = new ConcurrentBag<(Fault Fault, int Call, bool Fired, string? Failure)>();
        await Parallel.ForEachAsync(faults.SelectMany(fault => points.Of(calls, fault), (fault, call) => (fault, call)), async (point, _) =>
        {
            var plan = new FaultPlan(point.fault, point.call);
            var failure = await LiveAsync(plan, expected);
            lives.Add((point.fault, point.call, plan.Fired, failure is null
                ? null
                : Told(plan, calls, failure)));
        });
        return new CrashLoopResult(
            lives.Count, lives.Count(l => l.Fired), [.. lives.OrderBy(l => (l.Fault, l.Call)).Select(l => l.Failure).OfType<string>()]);
    }

    /// <summary>Whether any life of <see cref="RunAsync"/> fails; no life is begun after the first that does.</summary>
    public async Task<bool> AnyFailsAsync(IEnumerable<Fault> faults, CrashPoints points)
    {
        var (expected, calls) = await undisturbed.Value;
        using var found = new CancellationTokenSource();
        try
        {
            await Parallel.ForEachAsync(faults.SelectMany(fault => points.Of(calls, fault), (fault, call) => (fault, call)), found.Token, async (point, _) =>
            {
                if (await LiveAsync(new FaultPlan(point.fault, point.call), expected) is not null)
                {
                    await found.CancelAsync();
                }
            });
        }
        catch (OperationCanceledException) when (found.IsCancellationRequested)
        {
            return true;
        }

        return found.IsCancellationRequested;
    }

    /// <summary>
    /// One life with all the faults, in an order of chance, each at a call of chance in its part of the life; the same ones for the
    /// same seed. Its result counts faults, not lives.
    /// </summary>
    public async Task<CrashLoopResult> RunTogetherAsync(IReadOnlyList<Fault> faults, string seed)
    {
        var (expected, calls) = await undisturbed.Value;
        var chance = new Random(TestRun.Hash(seed));
        var order = faults.ToArray();
        chance.Shuffle(order);
        var plan = new FaultPlan(order.Index().ToDictionary(f => 1 + chance.Next(calls * f.Index / order.Length, calls * (f.Index + 1) / order.Length), f => f.Item));
        var failure = await LiveAsync(plan, expected);
        return new CrashLoopResult(order.Length, plan.Count, failure is null ? [] : [Told(plan, calls, failure)]);
    }

    private static string Told(FaultPlan plan, int calls, string failure) =>
        string.Create(CultureInfo.InvariantCulture, $"{plan.FiredIn} (of {calls} calls undisturbed): {failure}");

    /// <summary>What was wrong with a life; null when nothing was.</summary>
    private async Task<string?> LiveAsync(FaultPlan plan, string expected)
    {
        try
        {
            var end = await new Life(scenario, plan, Mutation).LiveAsync();
            return end == expected ? null : $"another end\n--- expected\n{expected}\n--- found\n{end}";
        }
        catch (Exception e) when (e is TandemException or DatabaseException or InvalidOperationException)
        {
            return e.ToString();
        }
    }
}
