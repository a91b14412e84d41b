using System.Text.Json;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Planning;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Running;

/// <summary>A migration whose text says what is in the database already.</summary>
/// <param name="Plan">What it changes; it has no phases, since nothing is carried out.</param>
/// <param name="Schema">The schema with it; null where others follow at once.</param>
public sealed record AdoptedPlan(Plan Plan, DatabaseSchema? Schema);

/// <summary>Writes down what is decided about a schema that somebody changed past Tandem: all of it, or nothing, in one transaction.</summary>
internal sealed class DriftRecord(IDatabase database, LeasedSession session, JournalStore store, JournalReader reader)
{
    public const string Ignored = "drift_ignored";
    public const string Reverting = "drift_reverting";
    private const string Adopted = "drift_adopted";

    /// <summary>Takes what is there as the schema of the present version; gives that version.</summary>
    public async Task<string> AcceptAsync(string reason, CancellationToken cancellationToken)
    {
        var (_, version) = await RestingAsync(cancellationToken).ConfigureAwait(false);
        var schema = await database.InspectAsync(cancellationToken).ConfigureAwait(false);
        var before = await reader.SchemaAsync(version, cancellationToken).ConfigureAwait(false);
        var objects = before is null ? [] : SchemaDrift.Of(before, schema).Select(d => $"{d.Object}").ToValueList();
        _ = await session.RecordAsync(
            [
                store.SetSchema(version, schema),
                store.Event("schema_accepted", version, null, "", session.Epoch, Words.Detail(("reason", reason), ("objects", objects))),
            ],
            cancellationToken).ConfigureAwait(false);
        return version;
    }

    /// <summary>Writes down that migrations are done whose text says what is there; gives the last one.</summary>
    public async Task<string> AdoptAsync(DriftReport drift, IReadOnlyList<AdoptedPlan> adopted, string reason, CancellationToken cancellationToken)
    {
        var view = await UnchangedAsync(drift, cancellationToken).ConfigureAwait(false);
        var place = view.Runs.Select(r => r.Position).DefaultIfEmpty(0).Max();
        foreach (var migration in adopted.Select(a => a.Plan.Migration))
        {
            Refusals.RefuseOther(view, migration, active: true);
            Refusals.RefuseFor(view.Run(migration) is { State: not (RunState.Pending or RunState.Gone) } run
                ? new Problem(ProblemCodes.WrongState, $"{migration} is {Words.Of(run.State)}; it cannot be adopted.", Subject: migration)
                : null);
        }

        _ = await session.RecordAsync(
            adopted.SelectMany((a, i) => new[]
            {
                store.PutAdopted(a.Plan, place + i + 1, a.Schema),
                store.Event(Adopted, a.Plan.Migration, null, "", session.Epoch, Words.Detail(("reason", reason), ("objects", StackRules.TablesOf(a.Plan)))),
            }).ToList(),
            cancellationToken).ConfigureAwait(false);
        return adopted[^1].Plan.Migration;
    }

    /// <summary>Writes down what was decided about objects; gives the version whose record they differ from.</summary>
    public async Task<string> ChooseAsync(DriftReport drift, IReadOnlyList<DriftChoice> choices, CancellationToken cancellationToken)
    {
        _ = await UnchangedAsync(drift, cancellationToken).ConfigureAwait(false);
        _ = await session.RecordAsync(
            choices.Select(c => store.Event(
                c.Decision == DriftDecision.Ignore ? Ignored : Reverting, c.Migration ?? drift.Version, null, "", session.Epoch,
                Words.Detail(("object", c.Object), ("mark", c.Mark), ("reason", c.Reason)))).ToList(),
            cancellationToken).ConfigureAwait(false);
        return drift.Version;
    }

    /// <summary>
    /// Takes back that a migration was adopted: nothing of it was carried out, so nothing is undone, and what it says differs from
    /// the record again. What was recorded behind it holds it in any case.
    /// </summary>
    public async Task<string> ForgetAsync(JournalView view, RunRecord run, CancellationToken cancellationToken)
    {
        Refusals.RefuseFor(StackRules.RefuseBefore(view, run));
        Refusals.RefuseFor(view.RecordedVersion == run.Migration ? null : new Problem(
            ProblemCodes.LaterMigrationStands,
            $"The schema of {view.RecordedVersion} was recorded with what {run.Migration} says in it.",
            Subject: view.RecordedVersion,
            Remedy: $"Write a migration that leads back: `tandem diff` does, from the database to {view.RecordedWithout(run.Migration)}."));
        _ = await session.RecordAsync(
            [
                store.SetState(run.Migration, RunState.Gone),
                store.Event("adoption_taken_back", run.Migration, null, "", session.Epoch, "{}"),
            ],
            cancellationToken).ConfigureAwait(false);
        return run.Migration;
    }

    /// <summary>What an entry says that was written by <see cref="ChooseAsync"/>.</summary>
    public static DriftChoice Read(JournalEntry entry)
    {
        using var detail = JsonDocument.Parse(entry.Detail);
        var named = detail.RootElement.GetProperty("object").Deserialize<ObjectName>(Fingerprint.Json)!;
        var decision = entry.Kind == Ignored ? DriftDecision.Ignore : DriftDecision.Revert;
        return new DriftChoice(named, decision, detail.RootElement.GetProperty("mark").GetString()!, detail.RootElement.GetProperty("reason").GetString()!)
        {
            Migration = decision == DriftDecision.Revert ? entry.Migration : null,
            Actor = entry.Actor,
            At = entry.At,
        };
    }

    private async Task<(JournalView View, string Version)> RestingAsync(CancellationToken cancellationToken)
    {
        var view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return view.Runs.FirstOrDefault(r => r.UnderWay) is { } run
            ? throw new TandemException(ProblemCodes.WrongState, $"{run.Migration} is {Words.Of(run.State)}; what is there now is not the schema of a version.")
            : (view, view.RecordedVersion ?? throw new TandemException(ProblemCodes.UnknownMigration, "No version is recorded on this target."));
    }

    // What a person decided was about the schema as it was shown, and others may have changed it since.
    private async Task<JournalView> UnchangedAsync(DriftReport drift, CancellationToken cancellationToken)
    {
        var (view, version) = await RestingAsync(cancellationToken).ConfigureAwait(false);
        var schema = await database.InspectAsync(cancellationToken).ConfigureAwait(false);
        return version == drift.Version && SchemaDrift.Of(drift.Present, SchemaDrift.Lasting(schema, drift.Recorded)).Count == 0
            ? view
            : throw new TandemException(new Problem(
                ProblemCodes.SchemaDrifted, "The schema was changed once more while this was decided.", Remedy: "Look again: `tandem drift` shows what is there now."));
    }
}
