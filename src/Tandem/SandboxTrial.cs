using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Running.Health;
using Tandem.Schema;

namespace Tandem;

/// <summary>What is tried in a sandbox.</summary>
/// <param name="Migration">The migration of the plan.</param>
/// <param name="Statements">Statements to plan, beside those that the target keeps count of.</param>
public sealed record TrialRequest(Migration Migration, ValueList<WatchedStatement> Statements);

/// <summary>
/// Carries a change out in a copy of the target with rows that are made up, to its end. What it takes for a row is measured there
/// before anything ran here, and statements are planned before, while both versions are served, and when all is done.
/// </summary>
/// <param name="sandbox">Where.</param>
/// <param name="migration">The migration.</param>
/// <param name="plan">Its plan for the target.</param>
internal sealed class SandboxTrial(ISandbox sandbox, Migration migration, Plan plan)
{
    // A server that has no room now is not waited for: who asks for a plan waits for the answer.
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(1);

    private readonly List<FilledTable> filled = [];
    private ValueList<WatchedStatement> watched = [];
    private ValueList<StepTiming> timings = [];
    private ValueList<TriedStep> tried = [];
    private ValueList<QueryPlan> before = [];
    private ValueList<QueryPlan> live = [];
    private ValueList<QueryPlan> after = [];
    private string? broken;

    private ValueList<string> Tables => plan.Changes.Select(c => c.Before?.Name).Concat(plan.Rows.Where(r => !r.OnNewTable).Select(r => r.Table.Name))
        .Concat(plan.Scripts.SelectMany(s => s.Effect?.Touched ?? []).Where(t => plan.Schema.Table(t) is not null))
        .OfType<string>().Distinct(StringComparer.Ordinal).ToValueList();

    /// <summary>Tries.</summary>
    /// <param name="statements">Statements to plan, beside those that the target keeps count of.</param>
    /// <param name="schema">The target's schema: tables in it that statements name are filled, too.</param>
    /// <param name="cancellationToken">Stops; the copy is dropped all the same.</param>
    public async Task<Trial> RunAsync(ValueList<WatchedStatement> statements, DatabaseSchema schema, CancellationToken cancellationToken)
    {
        var counted = await sandbox.CountedAsync(Tables, cancellationToken).ConfigureAwait(false);
        watched = [.. statements, .. counted.Statements.Where(c => statements.All(s => s.Text != c.Text))];
        var named = schema.Tables.Select(t => t.Name).Where(t => watched.Any(w => SqlLexer.Names(w.Text, t)));
        try
        {
            await sandbox.MeasureAsync((copy, lacking) => RunAsync(copy, [.. Tables.Union(named, StringComparer.Ordinal)], lacking, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (TandemException e)
        {
            broken = string.Join(' ', e.Problems.Select(p => p.Message));
        }
        catch (DatabaseException e)
        {
            broken = $"The sandbox did not carry it to its end: {e.Message}";
        }

        return new Trial
        {
            Unknown = broken,
            Tables = filled.ToValueList(),
            Timings = timings,
            Steps = tried,
            Queries = before.Count == 0 ? [] : watched.Select(Outcome).ToValueList(),
            Unseen = counted.Unseen,
        };
    }

    private QueryOutcome Outcome(WatchedStatement statement, int place) => QueryOutcome.Of(
        statement, (before[place], live.ElementAtOrDefault(place), after.ElementAtOrDefault(place)), plan.Changes, filled.ToValueList());

    private async Task RunAsync(ISandboxCopy copy, ValueList<string> tables, ValueList<string> lacking, CancellationToken cancellationToken)
    {
        // Nobody is told or asked by what happens in a copy, and what is expected of rows is not expected of those that are made up.
        var alone = migration with { Checks = null, Hooks = null, Rollback = null, Sunset = null };
        var steps = new TrialSteps(copy, TimeProvider.System);
        var workspace = new Workspace(copy.Database, new RunnerOptions
        {
            Progress = steps,
            OldQuiet = TimeSpan.Zero,
            LockDeadline = LongestHold,
            Health = new HealthOptions { LongestHold = LongestHold },
            OpenBackup = name => new BackupFile(Stream.Null, name, () => { }),
        });
        filled.AddRange(await copy.FillAsync(tables, [], cancellationToken).ConfigureAwait(false));
        before = await copy.PlanAsync(watched, null, [], cancellationToken).ConfigureAwait(false);
        try
        {
            var made = await workspace.PlanAsync(alone, cancellationToken).ConfigureAwait(false);
            await workspace.Runner.StartAsync(made with { Findings = [] }, cancellationToken).ConfigureAwait(false);
            tried = steps.Done;
            timings = await workspace.Runner.TimingsAsync(cancellationToken).ConfigureAwait(false);
            await copy.RefreshAsync(cancellationToken).ConfigureAwait(false);
            live = await copy.PlanAsync(watched, migration.Id, made.Changes, cancellationToken).ConfigureAwait(false);

            // Rows that were made up may not agree with what complete asks of them; the shape of the tables is what counts from here on.
            await copy.EmptyAsync(cancellationToken).ConfigureAwait(false);
            await workspace.Runner.CompleteAsync(migration.Id, keepOld: false, force: true, cancellationToken).ConfigureAwait(false);
            await workspace.Runner.SunsetAsync(migration.Id, force: true, cancellationToken).ConfigureAwait(false);
            _ = await copy.FillAsync(tables, made.Changes, cancellationToken).ConfigureAwait(false);
            after = await copy.PlanAsync(watched, null, [], cancellationToken).ConfigureAwait(false);
        }
        catch (TandemException e)
        {
            broken = $"In the sandbox the change was not carried out to its end: {string.Join(' ', e.Problems.Select(p => p.Message))}"
                + (lacking.Count == 0 ? "" : $" The copy lacks {string.Join(", ", lacking)}, which may be why.");
        }
    }
}
