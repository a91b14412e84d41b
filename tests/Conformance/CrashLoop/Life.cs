using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tandem.Databases;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.CrashLoop;

/// <summary>One walk through a scenario: one database, one clock, and processes that come and go.</summary>
internal sealed class Life(Scenario scenario, FaultPlan plan, Mutation? mutation)
{
    // As SQLite's archives and as PostgreSQL's sessions write a moment.
    private static readonly string[] MomentForms = ["yyyy-MM-dd'T'HH:mm:ss.fffK", "yyyy-MM-dd HH:mm:ss.FFFFFFzz"];

    private readonly VirtualTime time = new();
    private int act;
    private bool written;
    private Plan? planned;
    private IProgress<RunEvent>? listener;

    /// <summary>The first process meets a fault; whatever is left then is done by another, which may meet the next one.</summary>
    public async Task<string> LiveAsync()
    {
        await using var database = await scenario.Fresh();
        planned = await scenario.PlanAsync(database);
        listener = scenario.Listener(database);
        plan.WhileAsleep = async () =>
        {
            time.Advance(TimeSpan.FromMinutes(10));
            await FinishActAsync(NewRunner(database, "heir of the sleeper"), database);
        };
        await DisturbAsync(NewRunner(database, "first", plan), database);
        await MeanwhileAsync(database);
        for (act = Math.Min(act, scenario.Acts.Count - (plan.Fired ? 1 : 0)); act < scenario.Acts.Count;)
        {
            await InheritAsync(database);
        }

        return await EndAsync(database);
    }

    private async Task InheritAsync(IDatabase database)
    {
        plan.PassOn();
        var before = plan.Count;
        var heir = NewRunner(database, $"heir {before}", plan);
        try
        {
            for (; act < scenario.Acts.Count; act++)
            {
                await FinishActAsync(heir, database);
            }
        }
        catch (Exception e) when (plan.Count > before && e is ProcessDeathException or TandemException or DatabaseException)
        {
            // The next one takes up what this one left.
        }
    }

    private async Task MeanwhileAsync(IDatabase database)
    {
        if (!written)
        {
            written = true;
            await scenario.MeanwhileAsync(database);
        }
    }

    private async Task DisturbAsync(Runner runner, IDatabase database)
    {
        try
        {
            for (; act < scenario.Acts.Count; act++)
            {
                var present = scenario.Acts[act];
                await present.BeforeAsync(database);
                plan.Rests = !present.Disturbed;
                await present.CarryOutAsync(() => present.DoAsync(runner, planned!));
                await MeanwhileAsync(database);
            }
        }
        catch (TandemException e) when (plan is { Fired: true, Last: Fault.StatementTimeout } && e.Problems.Count > 1 && scenario.Acts[act].Refused.Contains(e.Problems[0].Code))
        {
            throw new InvalidOperationException("What a refused command enforced was not taken back, though the server was slow only once.", e);
        }
        catch (Exception e) when (plan.Fired && e is ProcessDeathException or TandemException or DatabaseException)
        {
            // This process is over; another takes up what it left.
        }
    }

    private async Task FinishActAsync(Runner runner, IDatabase database)
    {
        var present = scenario.Acts[act];
        if (present.IsDone(await runner.StatusAsync(default), planned!))
        {
            return;
        }

        await present.BeforeAsync(database);
        await present.CarryOutAsync(async () =>
        {
            if (present.Resumes && (await runner.StatusAsync(default)).Runs.Any(r => r.UnderWay))
            {
                await runner.ResumeAsync(null, default);
            }

            if (!present.IsDone(await runner.StatusAsync(default), planned!))
            {
                await present.DoAsync(runner, planned!);
            }
        });
    }

    /// <summary>Schema, rows, the engine's objects, the lease and the runs, as one text.</summary>
    private async Task<string> EndAsync(IDatabase database)
    {
        var text = new StringBuilder();
        var schema = await database.InspectAsync(default);
        text.AppendLine(System.Text.Json.JsonSerializer.Serialize(schema, Fingerprint.Json));
        await using (var session = await database.OpenSessionAsync(default))
        {
            foreach (var table in schema.Tables)
            {
                var rows = await session.QueryAsync(new SqlStatement($"select * from {TableNames.Quote(schema.Name)}.{TableNames.Quote(table.Name)}"), default);
                text.AppendLine(table.Name).AppendJoin('\n', rows.Rows.Select(Row).Order(StringComparer.Ordinal)).AppendLine();
            }
        }

        foreach (var own in await database.FindOwnObjectsAsync(default))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"own {own.Kind} {own.Name}");
        }

        // A process that dies while it gives its lease back leaves it behind; nobody renews it, and so another can take it.
        var dialect = await database.ConnectAsync(default);
        var store = new JournalStore(dialect.JournalPrefix, dialect.Capabilities.Clock, database.SchemaName, "reader", time);
        await using (var next = new LeasedSession(database, store, scenario.Options with { Time = time, Holder = "next" }))
        {
            await next.OpenAsync(default);
            await next.AcquireAsync(default);
            await next.ReleaseAsync([], default);
        }

        var view = await NewRunner(database, "reader").StatusAsync(default);
        text.AppendLine(view.Lease.IsHeld ? "the lease is held" : "the lease is free");
        foreach (var run in view.Runs)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{run.Migration} {run.State} {run.Phase} {run.WasLive} {run.Paused} {run.FailureCode}");
        }

        return text.Append(await scenario.AlsoCompare(database)).ToString();
    }

    private string Row(object?[] values)
    {
        var row = string.Join(" | ", values.Select(v =>
            v is byte[] bytes ? Convert.ToHexString(bytes)
            : IsOfThisRun(v) ? "a moment of this run"
            : Convert.ToString(v, CultureInfo.InvariantCulture)));
        return scenario.Drawn is { } drawn ? Regex.Replace(row, drawn, "drawn in this life") : row;
    }

    // An archive says when a row came, which no two lives have in common.
    private static bool IsOfThisRun(object? value)
    {
        var recently = DateTime.UtcNow.AddHours(-12);
        return value is DateTime moment ? moment.ToUniversalTime() > recently
            : value is string text && DateTimeOffset.TryParseExact(text, MomentForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var written) && written.UtcDateTime > recently;
    }

    private Runner NewRunner(IDatabase database, string name, FaultPlan? faults = null) => new(
        new FaultyDatabase(database, faults ?? new FaultPlan(Fault.None, 0), mutation ?? new Mutation()),
        scenario.Options with { Time = time, Holder = name, Jitter = new Random(7), Progress = listener });
}
