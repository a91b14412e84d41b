using Tandem.Differences;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Schema;

namespace Tandem.Cli.Commands;

/// <summary>Migrations that say what somebody changed past Tandem, or lead back from it.</summary>
internal sealed class DriftFiles(Call call, DifferenceOptions options)
{
    /// <summary>Writes the migrations, or finds the one that is named, and records what they are; gives the files that were written.</summary>
    /// <param name="back">Whether they lead back.</param>
    /// <param name="name">A new name, or the id of a migration that was not begun here.</param>
    /// <param name="only">The objects; none for all about which nothing was decided.</param>
    /// <param name="reason">Why, or null.</param>
    public async Task<IReadOnlyList<string>> AnswerAsync(bool back, string name, ValueList<string> only, string? reason)
    {
        var drift = await call.Workspace.DriftAsync(call.Cancellation);
        var objects = only.Count > 0 ? drift.Named(only) : drift.Open.Select(d => d.Object).ToValueList();
        if (objects.Count == 0)
        {
            throw new TandemException(new Problem(
                ProblemCodes.NothingOfThatName, $"Nothing is otherwise than recorded for {drift.Version} but what was decided about.", Remedy: "Nothing; or name the objects with --only."));
        }

        var answers = new DriftAnswers(call.Workspace, drift);
        var why = reason ?? (back ? "It was changed by hand, and goes back" : "It was changed by hand, and stays");
        var present = await PresentAsync(name, back);
        IReadOnlyList<MigrationFile> files = present is null ? await MakeAsync(answers, drift, (back, name, why), objects) : [];
        var migrations = present is null ? files.Select(f => MigrationParser.Parse(f).Require()).ToList() : [present];
        if (back)
        {
            await answers.RevertAsync(objects, migrations, why, call.Cancellation);
        }
        else
        {
            await answers.AdoptAsync(objects, migrations, why, call.Cancellation);
        }

        return [.. files.Select(f => f.Name)];
    }

    // A file that a command left whose record was not written any more, or that was adopted on another target.
    private async Task<Migration?> PresentAsync(string name, bool back)
    {
        if (!Directory.Exists(call.MigrationsDirectory))
        {
            return null;
        }

        var history = call.ReadHistory();
        var errors = history.Problems.Where(p => p.Severity == Severity.Error).ToList();
        if (errors.Count > 0)
        {
            throw new TandemException(errors);
        }

        if (history.Find(name)?.Migration is not { } migration)
        {
            return null;
        }

        var journal = await call.Workspace.ReadJournalAsync(call.Cancellation);
        if (journal.Run(migration.Id) is { State: not (RunState.Pending or RunState.Gone) })
        {
            throw new TandemException(ProblemCodes.WrongState, $"{migration.Id} was begun on this target: what it says is recorded already, or will be.");
        }

        var hindrances = back ? [] : Workspace.Hindrances(migration, history, journal);
        return hindrances.Count == 0 ? migration : throw new TandemException(hindrances);
    }

    private async Task<IReadOnlyList<MigrationFile>> MakeAsync(DriftAnswers answers, DriftReport drift, (bool Back, string Name, string Why) wish, ValueList<ObjectName> objects)
    {
        if (!wish.Back)
        {
            await RefusePendingAsync();
        }

        var (from, to) = wish.Back ? (drift.Present, answers.Reverted(objects)) : (drift.Recorded, answers.Adopted(objects));
        var difference = await DifferenceWishes.AnsweredAsync(call, (from, to, call.Target.Engine), options with { IgnoreColumnOrder = true });
        var errors = difference.Problems.Where(p => p.Severity == Severity.Error).ToList();
        if (errors.Count > 0)
        {
            throw new TandemException(errors);
        }

        var place = NewMigrations.Next(call, wish.Name, MigrationTemplate.Blank).Name;
        var files = DifferenceFile.Of(difference, place, MigrationTemplate.TitleOf(wish.Name), wish.Why).ToList();
        if (files.Count == 0)
        {
            throw new TandemException(ProblemCodes.NotExpressible, $"No operation tells what was changed: {string.Join("; ", drift.Objects.Where(o => objects.Contains(o.Difference.Object)).Select(o => $"{o.Difference.Object}: {string.Join("; ", o.Difference.Parts)}"))}.");
        }

        NewMigrations.WriteLocked(call, files);
        return files;
    }

    // A new file comes behind all that are there; what is before it must be in the schema that it was made from.
    private async Task RefusePendingAsync()
    {
        if (!Directory.Exists(call.MigrationsDirectory) || Workspace.Next(call.ReadHistory(), await call.Workspace.ReadJournalAsync(call.Cancellation)) is not { } next)
        {
            return;
        }

        throw new TandemException(new Problem(
            ProblemCodes.ParentNotCompleted, $"{next.Id} is not completed on this target, and a new migration would come behind it.", Subject: next.Id,
            Remedy: "Complete it first: `--ignore` lets it be started. Or name a file that says what was changed and comes before it."));
    }
}
