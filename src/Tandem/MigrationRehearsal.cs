using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;

namespace Tandem;

/// <summary>
/// Carries a migration out in a copy of the schema without rows, up to where only the new version is served: the database
/// itself says whether the texts that a person wrote compile, against the very tables that each of them will meet.
/// </summary>
internal static class MigrationRehearsal
{
    /// <summary>Whether a draft holds texts that the target compiles only when they are put in force.</summary>
    public static bool Tells(MigrationDraft draft) => draft.Objects.Any(o => o.After is Routine or View or Trigger or RowPolicy && !o.CommentOnly);

    /// <summary>What goes wrong. A copy that lacks something fails for other reasons, too, so there it is a warning.</summary>
    public static async Task<ValueList<Problem>> RunAsync(Migration migration, IDatabase copy, ValueList<string> lacking, CancellationToken cancellationToken)
    {
        // Nobody is told or asked by what happens in a copy, and what is expected of rows is not expected of none.
        var alone = migration with { Checks = null, Hooks = null, Rollback = null, Sunset = null };
        var workspace = new Workspace(copy, new RunnerOptions { OldQuiet = TimeSpan.Zero });
        try
        {
            var plan = await workspace.PlanAsync(alone, cancellationToken).ConfigureAwait(false);
            await workspace.Runner.StartAsync(plan with { Findings = [] }, cancellationToken).ConfigureAwait(false);
            await workspace.Runner.CompleteAsync(migration.Id, keepOld: false, force: true, cancellationToken).ConfigureAwait(false);
            return [];
        }
        catch (TandemException e)
        {
            return e.Problems.Select(p => lacking.Count == 0
                ? new Problem(ProblemCodes.RehearsalFails, p.Message, migration.Place)
                : new Problem(ProblemCodes.RehearsalFails, $"{p.Message} The copy lacks {string.Join(", ", lacking)}, which may be why.", migration.Place) { Severity = Severity.Warning }).ToValueList();
        }
    }
}
