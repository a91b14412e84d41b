using System.Globalization;
using System.Text;
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

    /// <summary>Options of the runners, except clock and name.</summary>
    public RunnerOptions Options { get; init; } = new();

    /// <summary>What is compared besides schema and rows.</summary>
    public Func<IDatabase, Task<string>> AlsoCompare { get; init; } = _ => Task.FromResult("");
}

/// <summary>One command of a life.</summary>
/// <param name="Leads">The state it leads to.</param>
/// <param name="DoAsync">Gives the command.</param>
internal sealed record Act(RunState Leads, Func<Runner, Plan, Task> DoAsync)
{
    /// <summary>Whether nothing is left of it.</summary>
    public bool IsDone(JournalView view, Plan plan) => view.Run(plan.Migration) is { UnderWay: false } run && run.State == Leads;

    public static Act Start { get; } = new(RunState.Live, (runner, plan) => runner.StartAsync(plan, default));

    public static Act Complete { get; } = new(RunState.Retired, (runner, plan) => runner.CompleteAsync(plan.Migration, false, false, default));

    public static Act Rollback { get; } = new(RunState.Undone, (runner, plan) => runner.RollbackAsync(plan.Migration, default));

    public static Act Sunset { get; } = new(RunState.Done, (runner, plan) => runner.SunsetAsync(plan.Migration, true, default));

    public static Act Discard { get; } = Sunset with { Leads = RunState.Gone };
}

/// <summary>
/// For k = 1, 2, 3, … until a life ends without the fault: the k-th call to the database goes wrong; then the life is
/// taken up without faults, and its end must be that of a life that was never disturbed.
/// </summary>
internal sealed class CrashLoop(Scenario scenario)
{
    private const int Endless = 5000;

    private readonly Lazy<Task<string>> undisturbed = new(async () => (await new Life(scenario, new FaultPlan(Fault.None, 0), null).LiveAsync()).End);

    /// <summary>Takes a guard out of the runner's calls: the harness must then find something.</summary>
    public Mutation? Mutation { get; init; }

    /// <summary>All points of one fault, or every n-th; returns what went wrong.</summary>
    public async Task<List<string>> RunAsync(Fault fault, int every = 1)
    {
        var expected = await undisturbed.Value;
        var failures = new List<string>();

        // Where only every n-th call is tried, each fault begins at another one.
        for (var k = 1 + ((int)fault % every); k < Endless; k += every)
        {
            var plan = new FaultPlan(fault, k);
            try
            {
                var (end, fired) = await new Life(scenario, plan, Mutation).LiveAsync();
                if (end != expected)
                {
                    failures.Add(string.Create(CultureInfo.InvariantCulture, $"{fault} at call {k} ({plan.FiredIn}): another end\n--- expected\n{expected}\n--- found\n{end}"));
                }

                if (!fired)
                {
                    return failures;
                }
            }
            catch (Exception e) when (e is TandemException or DatabaseException or InvalidOperationException)
            {
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{fault} at call {k} ({plan.FiredIn}): {e}"));
                if (!plan.Fired)
                {
                    return failures;
                }
            }
        }

        throw new InvalidOperationException("The life does not end.");
    }
}
