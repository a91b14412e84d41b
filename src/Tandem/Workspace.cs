using Tandem.Consumers;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Policy;
using Tandem.Problems;
using Tandem.Running;
using Tandem.Running.Guards;
using Tandem.Running.Health;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem;

/// <summary>The front door of the library: one target, what is in it, and what can be done to it.</summary>
/// <param name="database">The target.</param>
/// <param name="options">How runs behave.</param>
/// <param name="sandbox">Where SQL of a migration's own is tried before; null for nowhere.</param>
public sealed class Workspace(IDatabase database, RunnerOptions? options = null, ISandbox? sandbox = null)
{
    private readonly RunnerOptions options = options ?? new RunnerOptions();

    /// <summary>Carries plans out on the target.</summary>
    public Runner Runner { get; } = new(database, options ?? new RunnerOptions());

    /// <summary>The target.</summary>
    public IDatabase Database => database;

    /// <summary>What the journal says; installs nothing.</summary>
    public Task<JournalView> ReadJournalAsync(CancellationToken cancellationToken) => Runner.StatusAsync(cancellationToken);

    /// <summary>
    /// The plan of a migration on the target as it is now; of one that was begun, the plan that was stored then. Reads
    /// only, and installs nothing.
    /// </summary>
    /// <exception cref="TandemException">The migration was begun with another text.</exception>
    public async Task<Plan> PlanAsync(Migration migration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(migration);
        var journal = await ReadJournalAsync(cancellationToken).ConfigureAwait(false);
        if (journal.Run(migration.Id) is { State: not (RunState.Pending or RunState.Gone) } run)
        {
            return run.FileHash == migration.FileHash
                ? await StoredAsync(run, journal, cancellationToken).ConfigureAwait(false)
                : throw new TandemException(new Problem(
                    ProblemCodes.EditedSinceStart,
                    $"{migration.Id} was begun on this target with another text.",
                    migration.Place));
        }

        var dialect = await database.ConnectAsync(cancellationToken).ConfigureAwait(false);
        var schema = await database.InspectAsync(cancellationToken).ConfigureAwait(false);
        var draft = await DraftAsync(migration, schema, dialect, cancellationToken).ConfigureAwait(false);
        var examination = draft.Fails
            ? null
            : await database.ExamineAsync(InquiryOf(draft, schema), cancellationToken).ConfigureAwait(false);

        // What the database refuses as it is written would fail in the sandbox, too.
        if (sandbox is not null && examination?.Problems.Any(p => p is { Severity: Severity.Error, NeedsConsent: false }) == false && MigrationRehearsal.Tells(draft))
        {
            var rehearsed = await sandbox.RehearseAsync((copy, lacking) => MigrationRehearsal.RunAsync(migration, copy, lacking, cancellationToken), cancellationToken).ConfigureAwait(false);
            examination = examination with { Problems = [.. examination.Problems, .. rehearsed] };
        }

        var context = new RenderContext(schema, migration.Id, journal.NextOrdinal, journal.CurrentVersion ?? BaselineName)
        {
            Retained = await Runner.RetainedAsync(migration.Id, cancellationToken).ConfigureAwait(false),
            ServedVersions = journal.Runs.Where(r => r is { KeepsOld: true, State: RunState.Retired }).Select(r => r.OldVersion).ToValueList(),
        };
        var plan = Planner.Make(migration, examination is null ? draft : draft.Knowing(examination), new PlanRequest(context, dialect, examination) { Settings = options.SettingsOf?.Invoke(migration.Id) ?? new RunSettings() });
        return await RefuseDriftAsync(plan, journal, schema, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// What can be measured about a plan now: what its steps write, how long steps of their kind took here, who holds what they must
    /// lock. Reads only, and installs nothing; null of a plan without steps, or of one that was begun.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="policy">Which fields are sensitive.</param>
    /// <param name="trial">What is tried in the sandbox; null for nothing.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<Evidence?> EvidenceAsync(Plan plan, LintPolicy policy, TrialRequest? trial, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(policy);
        return new PlanEvidence(this, database, Runner, trial is null || sandbox is null ? null : TryAsync).GatherAsync(plan, policy, cancellationToken);

        async Task<Trial> TryAsync(CancellationToken stop)
        {
            var schema = await database.InspectAsync(stop).ConfigureAwait(false);
            return await new SandboxTrial(sandbox!, trial!.Migration, plan).RunAsync(trial.Statements, schema, stop).ConfigureAwait(false);
        }
    }

    private async Task<Plan> StoredAsync(RunRecord run, JournalView journal, CancellationToken cancellationToken)
    {
        var plan = await Runner.PlanAsync(run.Migration, cancellationToken).ConfigureAwait(false);
        return run is { State: RunState.Undone, UnderWay: false }
            ? await RefuseDriftAsync(plan, journal, await database.InspectAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)
            : plan;
    }

    // What was never recorded cannot be compared, and in the middle of a phase nobody can say what should be there.
    private async Task<Plan> RefuseDriftAsync(Plan plan, JournalView journal, DatabaseSchema present, CancellationToken cancellationToken)
    {
        if (journal.RecordedVersion is not { } version || journal.Runs.Any(r => r.UnderWay)
            || await Runner.SchemaAsync(version, cancellationToken).ConfigureAwait(false) is not { } recorded)
        {
            return plan;
        }

        var drift = SchemaDrift.Report(version, recorded, present, await Runner.ChoicesAsync(cancellationToken).ConfigureAwait(false));
        return plan with { Findings = [.. SchemaDrift.Refusals(version, drift.Open), .. plan.Findings] };
    }

    /// <summary>
    /// What is otherwise in the schema than it was written down for the present version, with what was decided about it: what
    /// somebody changed past Tandem. Reads only.
    /// </summary>
    /// <exception cref="TandemException">No schema is recorded, or a phase is under way, whose steps change it.</exception>
    public async Task<DriftReport> DriftAsync(CancellationToken cancellationToken)
    {
        var journal = await ReadJournalAsync(cancellationToken).ConfigureAwait(false);
        if (journal.Runs.FirstOrDefault(r => r.UnderWay) is { } run)
        {
            throw new TandemException(new Problem(
                ProblemCodes.SchemaNotRecorded, $"A phase of {run.Migration} is under way: until it is over, nobody can say what the schema should be.", Remedy: "Ask again when it is over; `tandem status` shows it."));
        }

        var version = journal.RecordedVersion
            ?? throw new TandemException(ProblemCodes.SchemaNotRecorded, "Nothing was recorded or started on this target.");
        var recorded = await Runner.SchemaAsync(version, cancellationToken).ConfigureAwait(false)
            ?? throw new TandemException(ProblemCodes.SchemaNotRecorded, $"{version} was completed, and its schema was not written down.");
        var choices = await Runner.ChoicesAsync(cancellationToken).ConfigureAwait(false);
        return SchemaDrift.Report(version, recorded, await database.InspectAsync(cancellationToken).ConfigureAwait(false), choices);
    }

    /// <summary>What the target's signals that its user brought along say now: queries and addresses by which a fill is paced. Reads only.</summary>
    public async Task<ValueList<HealthFinding>> ReadSignalsAsync(CancellationToken cancellationToken)
    {
        var health = options.SettingsOf is { } settings ? options.With(settings("")).Health : options.Health;
        var session = await database.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            return [.. await new OwnSignals(health, AskAsync, options.Time).FindAsync(cancellationToken).ConfigureAwait(false)];
        }

        async Task<SqlResult> AskAsync(SqlStatement query, CancellationToken token) =>
            (await session.ApplyAsync([query], GuardWords.Brief(options), token).ConfigureAwait(false))[0];
    }

    /// <summary>Whose objects are and when they were changed, as far as the database knows: an answer for each.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<ValueList<ObjectTrace>> TraceAsync(IReadOnlyList<ObjectName> objects, CancellationToken cancellationToken) =>
        database is IChangeTracer tracer && objects.Count > 0
            ? await tracer.TraceAsync(objects, cancellationToken).ConfigureAwait(false)
            : objects.Select(o => new ObjectTrace(o, null, null, "The database cannot be asked.")).ToValueList();

    /// <summary>What uses a table, a view or a column of one, and what becomes of it when that is dropped, renamed or gets another type. Reads only.</summary>
    /// <param name="name">The table or view, or it and the column with a point between.</param>
    /// <param name="fate">What becomes of it.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="TandemException">There is none of that name.</exception>
    public async Task<Impact> ImpactAsync(string name, Fate fate, CancellationToken cancellationToken)
    {
        var schema = await database.InspectAsync(cancellationToken).ConfigureAwait(false);
        return await ImpactAsync(schema, [Impact.Named(schema, name, fate)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What uses the tables and columns that a plan drops, renames or gives another type. Reads only.</summary>
    public async Task<Impact> ImpactAsync(Plan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var schema = await database.InspectAsync(cancellationToken).ConfigureAwait(false);
        var there = Impact.SubjectsOf(plan.Changes).Where(s => schema.Table(s.Table) is { } t && (s.Column is null || t.Column(s.Column) is not null));
        return (await ImpactAsync(schema, there.ToValueList(), cancellationToken).ConfigureAwait(false)).Heeding(plan.Findings);
    }

    private async Task<Impact> ImpactAsync(DatabaseSchema schema, ValueList<ImpactSubject> subjects, CancellationToken cancellationToken) =>
        Impact.Of(subjects, database is IUseFinder finder ? await finder.FindUsesAsync(schema, subjects, cancellationToken).ConfigureAwait(false) : new UseFindings([]));

    private static Inquiry InquiryOf(MigrationDraft draft, DatabaseSchema schema) => new(Measured(draft, schema), draft.Rows, [.. draft.Before, .. ConditionProbes.Of(draft, schema)])
    {
        Objects = draft.Objects,
        Settings = draft.Changes.Where(c => c.OnlySettingsDiffer).ToValueList(),
        HasScripts = draft.Scripts.Count > 0,
    };

    // Tables whose rows are read for the sake of something else are as large as others; who changes settings reads none.
    private static ValueList<TableChange> Measured(MigrationDraft draft, DatabaseSchema schema) => draft.Changes.Where(c => !c.OnlySettingsDiffer)
        .Concat(draft.Objects.Where(o => o is { Before: Domain, After: Domain }).SelectMany(o => o.On).Distinct(StringComparer.Ordinal)
            .Where(t => draft.Changes.All(c => c.Before?.Name != t)).Select(schema.Table).OfType<Table>().Select(t => new TableChange(t, t)))
        .ToValueList();

    // What a migration's SQL makes of the schema only the database knows.
    /// <summary>
    /// A migration worked out against the schema that is there, its SQL tried where there is a sandbox, and what the database
    /// says about its expressions on rows that are there. Reads only.
    /// </summary>
    /// <param name="migration">The migration; all before it must have been carried out.</param>
    /// <param name="schema">The schema that is there.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<(MigrationDraft Draft, ValueList<Problem> Found)> ExamineAsync(Migration migration, DatabaseSchema schema, CancellationToken cancellationToken)
    {
        var draft = await DraftAsync(migration, schema, await database.ConnectAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return (draft, draft.Fails ? [] : (await database.ExamineAsync(InquiryOf(draft, schema), cancellationToken).ConfigureAwait(false)).Problems);
    }

    private async Task<MigrationDraft> DraftAsync(Migration migration, DatabaseSchema schema, IDialect dialect, CancellationToken cancellationToken)
    {
        var draft = MigrationDraft.Of(migration, schema, dialect.Name);
        var scripts = new RenderContext(schema, migration.Id, 0, BaselineName) { Scripts = draft.Scripts };
        if (sandbox is null || draft.Scripts.Count == 0 || dialect.Judge([], scripts).Any(p => p.Code == ProblemCodes.ScriptForm))
        {
            return draft;
        }

        var trial = await sandbox.TryAsync(draft.Scripts, cancellationToken).ConfigureAwait(false);
        return MigrationDraft.Of(migration, schema, dialect.Name, trial);
    }

    /// <summary>
    /// The migration that <c>start</c> without an id means: the first in dependency order that this target has not
    /// completed; null when it has them all.
    /// </summary>
    public static Migration? Next(History history, JournalView journal)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(journal);
        return history.Migrations.FirstOrDefault(m => journal.Run(m.Id)?.State is null or RunState.Pending or RunState.Gone or RunState.Undone);
    }

    /// <summary>What keeps a migration from being started now: parents that are not completed, files that were edited.</summary>
    public static IReadOnlyList<Problem> Hindrances(Migration migration, History history, JournalView journal)
    {
        ArgumentNullException.ThrowIfNull(migration);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(journal);
        var applied = journal.Runs.Where(r => !r.IsBaseline && r.Counts).Select(r => (r.Migration, r.FileHash));
        var missing = history.ParentsOf(migration.Id)
            .Where(p => journal.Run(p)?.State is not (RunState.Retired or RunState.Sunsetting or RunState.Done))
            .Select(p => new Problem(ProblemCodes.ParentNotCompleted, $"{migration.Id} comes after {p}, which is not completed on this target.", migration.Place));
        var held = Ancestors(migration.Id, history).Select(journal.Run).OfType<RunRecord>().Where(r => r.Held)
            .Select(r => new Problem(ProblemCodes.HeldByGuard, $"{migration.Id} comes after a migration that is held. {r.FailureMessage}", migration.Place, r.Migration));
        return [.. history.CompareWithApplied(applied), .. missing, .. held];
    }

    private static HashSet<string> Ancestors(string id, History history)
    {
        var (found, open) = (new HashSet<string>(StringComparer.Ordinal), new Queue<string>([id]));
        while (open.TryDequeue(out var child))
        {
            foreach (var parent in history.ParentsOf(child).Where(found.Add))
            {
                open.Enqueue(parent);
            }
        }

        return found;
    }

    /// <summary>The version before the first migration, unless <c>baseline</c> gave it another name.</summary>
    public const string BaselineName = "base";
}
