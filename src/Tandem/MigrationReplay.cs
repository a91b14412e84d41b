using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;

namespace Tandem;

/// <summary>Carries a history out in an empty database, each migration to its end: what is there then is what the history says.</summary>
public static class MigrationReplay
{
    /// <summary>The schema behind the last migration.</summary>
    /// <param name="history">The history.</param>
    /// <param name="empty">A database with nothing in it, which is changed.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="TandemException">A file is wrong, or a migration fails.</exception>
    public static async Task<DatabaseSchema> RunAsync(History history, IDatabase empty, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(empty);
        if (history.Problems.Any(p => p.Severity == Severity.Error))
        {
            throw new TandemException(history.Problems);
        }

        var workspace = new Workspace(empty, new RunnerOptions { OldQuiet = TimeSpan.Zero, OpenBackup = name => new BackupFile(Stream.Null, name, () => { }) });
        foreach (var migration in history.Migrations)
        {
            try
            {
                await LiveAsync(workspace, migration, cancellationToken).ConfigureAwait(false);
            }
            catch (TandemException e)
            {
                throw new TandemException([.. e.Problems.Select(p => new Problem(ProblemCodes.SideFails, $"{migration.Id} fails on an empty database: {p.Message}", migration.Place, p.Subject))], e);
            }
        }

        return await empty.InspectAsync(cancellationToken).ConfigureAwait(false);
    }

    // Nobody is told or asked by what happens in a scratch database, and there are no rows to look at or to wait for: what a
    // person could accept is accepted.
    private static async Task LiveAsync(Workspace workspace, Migration migration, CancellationToken cancellationToken)
    {
        var alone = migration with { Checks = null, Hooks = null, Rollback = null, Sunset = null };
        var plan = await workspace.PlanAsync(alone, cancellationToken).ConfigureAwait(false);
        if (plan.Findings.Where(f => f is { Severity: Severity.Error, NeedsConsent: false }).ToList() is { Count: > 0 } wrong)
        {
            throw new TandemException(wrong);
        }

        await workspace.Runner.StartAsync(plan with { Findings = [] }, cancellationToken).ConfigureAwait(false);
        await workspace.Runner.CompleteAsync(migration.Id, keepOld: false, force: true, cancellationToken).ConfigureAwait(false);
        await workspace.Runner.SunsetAsync(migration.Id, force: true, cancellationToken).ConfigureAwait(false);
    }
}
