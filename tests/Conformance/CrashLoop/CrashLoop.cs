using System.Globalization;
using System.Text;
using Tandem.Databases;
using Tandem.Problems;
using Tandem.Running;

namespace Tandem.Conformance.CrashLoop;

/// <summary>A life that is walked under faults.</summary>
internal sealed class Scenario
{
    /// <summary>Makes a fresh database with the data that the life begins with.</summary>
    public required Func<Task<IDatabase>> Fresh { get; init; }

    /// <summary>
    /// The acts of the life, in order. An act may be begun again when it was broken off: <see cref="CrashLoop"/> resumes
    /// what is under way and then calls the act again, which must find out by itself what is left of it.
    /// </summary>
    public required IReadOnlyList<Act> Acts { get; init; }

    /// <summary>Options of the runners, except clock and name.</summary>
    public RunnerOptions Options { get; init; } = new();

    /// <summary>What is compared besides schema and rows.</summary>
    public Func<IDatabase, Task<string>> AlsoCompare { get; init; } = _ => Task.FromResult("");
}

/// <summary>One command of a life.</summary>
/// <param name="Name">For messages.</param>
/// <param name="IsDone">Whether nothing is left of it, from the journal.</param>
/// <param name="DoAsync">Does it.</param>
internal sealed record Act(string Name, Func<Journal.JournalView, bool> IsDone, Func<Runner, Task> DoAsync);

/// <summary>
/// For k = 1, 2, 3, … until a life ends without the fault: the k-th call to the database goes wrong; then the life is
/// taken up without faults, and its end must be that of a life that was never disturbed.
/// </summary>
internal sealed class CrashLoop(Scenario scenario)
{
    private readonly Lazy<Task<string>> undisturbed = new(() => LiveAsync(scenario, new FaultPlan(Fault.None, 0), null));

    /// <summary>Takes a guard out of every transaction: the harness must then find something.</summary>
    public Func<IReadOnlyList<SqlStatement>, IReadOnlyList<SqlStatement>>? Mutate { get; init; }

    /// <summary>All points of one fault; returns what went wrong, by call.</summary>
    public async Task<List<string>> RunAsync(Fault fault, int step = 1)
    {
        var expected = await undisturbed.Value;
        var failures = new List<string>();
        for (var k = 1; ; k += step)
        {
            var plan = new FaultPlan(fault, k);
            string end;
            try
            {
                (end, plan) = await LiveWithAsync(fault, k);
            }
            catch (Exception e) when (e is TandemException or DatabaseException or InvalidOperationException)
            {
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{fault} at call {k}: {e.GetType().Name}: {e.Message}"));
                continue;
            }

            if (!plan.Fired)
            {
                return failures;
            }

            if (end != expected)
            {
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{fault} at call {k}: another end\n--- expected\n{expected}\n--- found\n{end}"));
            }

            if (k > 5000)
            {
                throw new InvalidOperationException("The life does not end.");
            }
        }
    }

    private async Task<(string End, FaultPlan Plan)> LiveWithAsync(Fault fault, int k)
    {
        var world = new World(scenario, Mutate);
        await using var database = await scenario.Fresh();
        var plan = new FaultPlan(fault, k)
        {
            WhileAsleep = async () =>
            {
                world.Time.Advance(TimeSpan.FromMinutes(10));
                await world.FinishAsync(database, "awake");
            },
        };
        await world.DisturbAsync(database, plan);
        await world.FinishAsync(database, "heir");
        return (await world.EndAsync(database), plan);
    }

    private static async Task<string> LiveAsync(Scenario scenario, FaultPlan plan, Func<IReadOnlyList<SqlStatement>, IReadOnlyList<SqlStatement>>? mutate)
    {
        var world = new World(scenario, mutate);
        await using var database = await scenario.Fresh();
        await world.DisturbAsync(database, plan);
        return await world.EndAsync(database);
    }

    /// <summary>One clock, and processes that come and go.</summary>
    private sealed class World(Scenario scenario, Func<IReadOnlyList<SqlStatement>, IReadOnlyList<SqlStatement>>? mutate)
    {
        public VirtualTime Time { get; } = new();

        /// <summary>The life of the process that the fault meets, as far as it comes.</summary>
        public async Task DisturbAsync(IDatabase database, FaultPlan plan)
        {
            var runner = NewRunner(new FaultyDatabase(database, plan, mutate), "first");
            try
            {
                foreach (var act in scenario.Acts)
                {
                    await act.DoAsync(runner);
                }
            }
            catch (Exception e) when (plan.Fired && e is ProcessDeathException or TandemException or DatabaseException)
            {
                // This process is over; another will take up what it left.
            }
        }

        /// <summary>Whatever is left, by a process without faults.</summary>
        public async Task FinishAsync(IDatabase database, string name)
        {
            var runner = NewRunner(new FaultyDatabase(database, new FaultPlan(Fault.None, 0), mutate), name);
            if ((await runner.StatusAsync(default)).Runs.Any(r => r.UnderWay))
            {
                await runner.ResumeAsync(null, default);
            }

            foreach (var act in scenario.Acts)
            {
                if (!act.IsDone(await runner.StatusAsync(default)))
                {
                    await act.DoAsync(runner);
                }
            }
        }

        /// <summary>Schema, rows, the engine's objects and the lease, as one text.</summary>
        public async Task<string> EndAsync(IDatabase database)
        {
            var text = new StringBuilder();
            var schema = await database.InspectAsync(default);
            text.AppendLine(System.Text.Json.JsonSerializer.Serialize(schema, Schema.Fingerprint.Json));
            await using (var session = await database.OpenSessionAsync(default))
            {
                foreach (var table in schema.Tables)
                {
                    var rows = await session.QueryAsync(new SqlStatement($"select * from \"{table.Name}\""), default);
                    text.AppendLine(table.Name).AppendJoin('\n', rows.Rows.Select(Row).Order(StringComparer.Ordinal)).AppendLine();
                }
            }

            foreach (var own in await database.FindOwnObjectsAsync(default))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"own {own.Kind} {own.Name}");
            }

            var view = await NewRunner(database, "reader").StatusAsync(default);
            text.AppendLine(view.Lease.IsHeld(Time.GetUtcNow()) ? "the lease is held" : "the lease is free");
            foreach (var run in view.Runs)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{run.Migration} {run.State} {run.Phase} {run.WasLive} {run.Paused} {run.FailureCode}");
            }

            return text.Append(await scenario.AlsoCompare(database)).ToString();
        }

        private static string Row(object?[] values) =>
            string.Join(" | ", values.Select(v => v is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(v, CultureInfo.InvariantCulture)));

        private Runner NewRunner(IDatabase database, string name) =>
            new(database, scenario.Options with { Time = Time, Holder = name, Jitter = new Random(7) });
    }
}
