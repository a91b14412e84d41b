using Tandem.Cli.Output;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Problems;

namespace Tandem.Cli.Commands;

/// <summary>Finds the migration that a command is about when it was not named.</summary>
internal static class Choice
{
    /// <summary>The migration to plan or start, and what keeps it from being started; null when all are done.</summary>
    public static async Task<(Migration Migration, IReadOnlyList<Problem> Hindrances)?> PendingAsync(Call call, string? id)
    {
        var history = call.ReadHistory();
        if (history.Problems.Any(p => p.Severity == Severity.Error))
        {
            throw new TandemException(history.Problems);
        }

        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        var migration = id is null
            ? journal.Active is { IsBaseline: false, UnderWay: true } active ? Named(history, active.Migration) : Workspace.Next(history, journal)
            : Named(history, id);
        if (migration is null)
        {
            // Nothing to start is no reason to pass over files that are not what was applied.
            var edited = history.CompareWithApplied(journal.Runs.Where(r => !r.IsBaseline && r.Counts).Select(r => (r.Migration, r.FileHash)))
                .Where(p => p.Severity == Severity.Error).ToList();
            return edited.Count == 0 ? null : throw new TandemException(edited);
        }

        var lockProblems = Locks.Compare(call, history).Where(p => p.Severity == Severity.Error);
        var strangers = call.Target.Settings?.Strangers([.. history.Order]) ?? [];
        return (migration, [.. Workspace.Hindrances(migration, history, journal), .. lockProblems, .. strangers]);
    }

    /// <summary>The answer when every migration is done.</summary>
    public static OutcomeView NothingPending(Call call) =>
        new() { Database = call.Database.DisplayName, Message = "Nothing is pending: every migration was started here." };

    /// <summary>The run that is meant: the named one, else the one that fits.</summary>
    /// <param name="call">The call.</param>
    /// <param name="id">The id, or null.</param>
    /// <param name="fits">Which of the journal's runs may be meant, best last.</param>
    /// <param name="none">The sentence when none fits.</param>
    public static async Task<(JournalView Journal, RunRecord Run)> RunAsync(Call call, string? id, Func<JournalView, IEnumerable<RunRecord>> fits, string none)
    {
        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        if (id is not null)
        {
            return (journal, journal.Run(id) ?? throw new TandemException(ProblemCodes.UnknownMigration, $"{id} was never started on this target."));
        }

        return (journal, fits(journal).LastOrDefault(r => !r.IsBaseline) ?? throw new TandemException(ProblemCodes.WrongState, none));
    }

    /// <summary>What is hidden, in an order in which it can be dropped: the youngest of what is undone, then the oldest of what is retired.</summary>
    public static IEnumerable<RunRecord> InDropOrder(IEnumerable<RunRecord> runs)
    {
        var hidden = runs.Where(r => r.State is RunState.Retired or RunState.Undone or RunState.Sunsetting).ToList();
        return hidden.Where(r => r.State == RunState.Sunsetting)
            .Concat(hidden.Where(r => r.State == RunState.Undone).OrderByDescending(r => r.Position))
            .Concat(hidden.Where(r => r.State == RunState.Retired).OrderBy(r => r.Position));
    }

    private static Migration Named(History history, string id)
    {
        var name = Path.GetFileNameWithoutExtension(id);
        if (history.Find(id)?.Migration is { } migration)
        {
            return migration;
        }

        // A number, or a file's name, is as good when only one migration has it.
        var like = history.Order.Where(o => o == name || o.StartsWith(id + "_", StringComparison.Ordinal)).ToList();
        if (like.Count == 1 && history.Find(like[0])?.Migration is { } one)
        {
            return one;
        }

        var meant = NearestName.Find(id, history.Order);
        throw new TandemException(new Problem(
            ProblemCodes.NoSuchMigration, $"There is no migration {id}.", Remedy: meant is null ? null : $"Did you mean {meant}?"));
    }
}
