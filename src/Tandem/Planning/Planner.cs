using System.Globalization;
using Tandem.Databases;
using Tandem.Journal;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>What a plan is made from, besides the migration: the target as it is now.</summary>
/// <param name="Context">The schema and the versions in it, for the dialect.</param>
/// <param name="Dialect">Writes steps as SQL.</param>
/// <param name="Examination">What the live data said; null when there is no database to ask.</param>
public sealed record PlanRequest(RenderContext Context, IDialect Dialect, Examination? Examination)
{
    /// <summary>What the target says about how runs work there.</summary>
    public RunSettings Settings { get; init; } = new();
}

/// <summary>Makes plans. Pure: the same migration and the same target give the same plan, to the letter.</summary>
public static class Planner
{
    /// <summary>Makes the plan of a migration worked out before.</summary>
    public static Plan Make(Migration migration, MigrationDraft draft, PlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(migration);
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(request);
        var phases = draft.Fails ? [] : Render(draft, request.Context, request.Dialect);
        var when = GuardRules.Of(migration, request.Dialect.Name);
        var findings = Findings(migration, draft, request, draft.Fails ? [] : [.. GuardRules.Check(when, phases, request.Dialect, migration), .. LedgerRules.Of(migration, request.Settings, phases), .. WorkerChoice.Blind(phases, request.Examination)]);
        var touched = draft.Changes.Select(c => c.Before).Concat(draft.Rows.Where(r => !r.OnNewTable).Select(r => r.Table))
            .Concat(ScriptRules.Tables(draft.Scripts).Select(request.Context.Schema.Table)).OfType<Table>().Distinct().ToValueList();
        var objects = draft.Objects.Count == 0 ? null : (ValueList<ObjectChange>?)draft.Objects;
        var access = AccessFacts.Of(request.Context.Schema, Named(touched, draft.Objects));
        var fingerprint = Fingerprint.Marked(new { touched, objects, access });
        var changeHash = Fingerprint.Of(new
        {
            migration.Id,
            migration.FileHash,
            draft.Changes,
            Objects = objects,
            draft.Rows,

            // What a script did somewhere is a measurement; what follows from it stands in the findings.
            Scripts = draft.Scripts.Select(s => s with { Effect = null }).ToList(),
            draft.Hooks,
            Findings = findings.Where(f => f.Severity != Severity.Note).Select(f => new { f.Code.Id, f.Subject, f.Severity }).ToList(),
        });
        var retain = migration.Rollback?.Retain ?? TimeSpan.FromDays(14);
        return new Plan
        {
            Migration = migration.Id,
            Title = migration.Title,
            Pattern = migration.Pattern,
            FileHash = migration.FileHash,
            Ordinal = request.Context.Ordinal,
            OldVersion = request.Context.OldVersion,
            ServedVersions = request.Context.ServedVersions,
            Summary = migration.Operations.Select(o => o.Summarize(request.Dialect.Name))
                .Concat(draft.Problems.Where(p => p.Code == ProblemCodes.ForeignKeysFollow).Select(p => p.Message)).ToValueList(),
            Phases = phases,
            Changes = draft.Changes,
            Objects = draft.Objects,
            Rows = draft.Rows,
            Scripts = draft.Scripts,
            Hooks = draft.Hooks,
            Before = draft.Before,
            After = draft.After,
            Schema = Touched(request.Context.Schema, draft),
            Findings = findings,
            NotKept = NotKept(draft, findings),
            Sizes = request.Examination?.Tables ?? [],
            Workers = WorkerChoice.Of(phases, migration.Backfill?.Workers, request.Examination),
            Ledger = migration.Ledger ?? LedgerDetail.Chunks,
            Retain = retain,
            RollbackWhen = when,
            Settings = request.Settings,
            Fingerprint = fingerprint,
            ChangeHash = changeHash,
            PlanHash = Fingerprint.Of(new { changeHash, fingerprint, phases, retain, when, request.Settings }),
        };
    }

    /// <summary>
    /// The plan with its phases written anew for what else is in sync on its tables now. Other migrations that were
    /// completed, rolled back or dropped since the plan was made change the text of a later phase, never its meaning;
    /// so a phase is written when it begins, from the stored changes and without the file.
    /// </summary>
    public static Plan RenderAgain(Plan plan, IDialect dialect, ValueList<RetainedChange> others)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(dialect);
        var draft = new MigrationDraft(plan.Changes, plan.Rows, plan.Before, plan.After, []) { Scripts = plan.Scripts, Hooks = plan.Hooks, Objects = plan.Objects };
        var context = new RenderContext(plan.Schema, plan.Migration, plan.Ordinal, plan.OldVersion)
        {
            Retained = others,
            ServedVersions = plan.ServedVersions,
        };
        return plan with { Phases = Render(draft, context, dialect) };
    }

    private static ValueList<PlannedPhase> Render(MigrationDraft draft, RenderContext context, IDialect dialect) =>
        PhaseSteps.All(draft)
            .Select(p => new PlannedPhase(p.Phase, PhaseHooks.Around(p.Phase, Render(p.Steps, draft, context, dialect), draft.Hooks))
            {
                Back = Render(PhaseSteps.Back(draft, p.Phase), draft, context, dialect),
            })
            .ToValueList();

    private static ValueList<RenderedStep> Render(IEnumerable<Step> steps, MigrationDraft draft, RenderContext context, IDialect dialect) =>
        steps.SelectMany(s => dialect.Render(s, context with { Changes = draft.Changes, Objects = draft.Objects }).Select(r => r with { Kind = StepKinds.Of(s) }))
            .Where(s => !s.IsEmpty).ToValueList();

    /// <summary>The objects whose rights a plan was made for.</summary>
    public static IEnumerable<ObjectName> Named(IEnumerable<Table> touched, IEnumerable<ObjectChange> objects) => touched.Select(t => new ObjectName("table", t.Name))
        .Concat(objects.Select(o => o.Either is RoleRights rights ? ((o.Before as RoleRights) ?? rights).On : (o.Before ?? o.After)!.Reference));

    private static DatabaseSchema Touched(DatabaseSchema schema, MigrationDraft draft)
    {
        var names = draft.Changes.Select(c => c.Before?.Name).Concat(draft.Rows.SelectMany(r => new[] { r.Table.Name, r.Archive?.Table })).OfType<string>()
            .Concat(ScriptRules.Tables(draft.Scripts))
            .ToHashSet(StringComparer.Ordinal);
        var objects = Named([], draft.Objects).ToHashSet();
        var referenced = draft.Changes.SelectMany(c => c.ForeignKeys).Select(f => (f.Before ?? f.After)!.ReferencedTable).ToHashSet(StringComparer.Ordinal);
        return schema with
        {
            Tables = schema.Tables.Where(t => names.Contains(t.Name) || t.ForeignKeys.Any(f => names.Contains(f.ReferencedTable)) || t.Triggers.Any(Writes) || (t.PartitionKey is not null && referenced.Contains(t.Name))).ToValueList(),
            Dependents = schema.Dependents.Where(d => names.Contains(d.Table)).ToValueList(),
            Unmanaged = [],
            Partitions = schema.Partitions.Where(p => p.PartitionKey is not null && names.Contains(Root(p))).ToValueList(),
            Objects = schema.Objects.Where(o => o is DefaultPrivileges or Domain || (o is RowPolicy p && (names.Contains(p.Table) || objects.Contains(new ObjectName("table", p.Table))))).ToValueList(),
            Access = schema.Access.Where(a => (a.On.Kind == "table" && names.Contains(a.On.Identity)) || objects.Contains(a.On)).ToValueList(),
            Needs = [],
        };

        // A trigger of another table may write rows of these.
        bool Writes(Trigger trigger) => names.Any(n => SqlLexer.Names(trigger.Definition, n));

        // Of partitions only those are of use later that are partitioned themselves: they say which columns move rows.
        string Root(Table partition)
        {
            while (partition.PartitionOf is { Schema: null } parent && schema.Partitions.FirstOrDefault(p => p.Name == parent.Name) is { } above)
            {
                partition = above;
            }

            return partition.PartitionOf!.Name;
        }
    }

    private static ValueList<Problem> Findings(Migration migration, MigrationDraft draft, PlanRequest request, IEnumerable<Problem> ofPhases)
    {
        var accepted = (migration.Accept ?? []).Select(a => a.Code).ToHashSet(StringComparer.Ordinal);
        return draft.Problems
            .Concat(request.Dialect.Judge(draft.Changes, request.Context with { Changes = draft.Changes, Scripts = draft.Scripts, Objects = draft.Objects }))
            .Concat((request.Examination?.Problems ?? []).Where(p => !IsReplaced(p, draft)))
            .Concat(FiringTriggers(migration, draft))
            .Concat(ScriptRules.Retained(draft.Scripts, request.Context.Retained))
            .Concat(TriggersOfRows(migration, draft))
            .Concat(LinkRules.Of(draft.Changes, request.Context))
            .Concat(ofPhases)
            .Concat(WorkerChoice.Check(migration))
            .Select(p => Lossy(p, migration))
            .Select(p => p.NeedsConsent ? p with { Severity = accepted.Contains(p.Code.Id) ? Severity.Warning : Severity.Error } : p)
            .Distinct()
            .OrderByDescending(p => p.Severity)
            .ThenBy(p => p.Code.Id, StringComparer.Ordinal)
            .ThenBy(p => p.Message, StringComparer.Ordinal)
            .ToValueList();
    }

    /// <summary>Whether what would break is given another text, or goes, by the migration itself.</summary>
    private static bool IsReplaced(Problem problem, MigrationDraft draft) =>
        problem.Code == ProblemCodes.DependentWouldBreak && draft.Objects.Any(o => o.Before?.Name == problem.Subject);

    /// <summary>A loss that nobody wrote down is refused; one that follows from expressions that a person wrote is said.</summary>
    private static Problem Lossy(Problem problem, Migration migration) =>
        problem.Code == ProblemCodes.LossyRoundTrip
        && migration.Operations.Any(o => o switch
        {
            ChangeType c => (c.Up is null || c.Down is null) && $"{c.Table}.{c.Column}" == problem.Subject,
            AlterColumn { Type: not null } c => (c.Up is null || c.Down is null) && $"{c.Table}.{c.Column}" == problem.Subject,
            _ => false,
        })
            ? problem with { Code = ProblemCodes.LossyConversion, Severity = Severity.Error, Remedy = null }
            : problem;

    private static IEnumerable<Problem> FiringTriggers(Migration migration, MigrationDraft draft)
    {
        if (migration.UserTriggers != UserTriggers.Refuse)
        {
            yield break;
        }

        var filled = draft.Changes.Where(c => c.Before is not null && (c.Lenses.Count > 0 || c.Links.Any(l => l.PartSide == Side.Old))).Select(c => (Table: c.Before!, Kind: RowChangeKind.Update))
            .Concat(draft.Rows.Select(r => (r.Table, r.Kind))).Distinct();
        foreach (var (table, kind) in filled)
        {
            foreach (var trigger in table.Triggers.Where(t => Fires(t, kind)))
            {
                yield return new Problem(
                    ProblemCodes.TriggerRefused, $"The trigger {trigger.Name} of {table.Name} would fire for every row the engine writes.", migration.Place, table.Name);
            }
        }
    }

    // What adds rows takes them away again in a rollback, and the other way round.
    private static bool Fires(Trigger trigger, RowChangeKind kind) =>
        trigger.Enabled && (kind == RowChangeKind.Update ? trigger.OnUpdate : trigger.OnInsert || trigger.OnDelete);

    /// <summary>Triggers see the engine's writes to rows as they see any other; a person should know which.</summary>
    private static IEnumerable<Problem> TriggersOfRows(Migration migration, MigrationDraft draft) =>
        migration.UserTriggers == UserTriggers.Refuse ? [] :
        from row in draft.Rows
        let firing = row.Table.Triggers.Where(t => Fires(t, row.Kind)).Select(t => t.Name).ToList()
        where firing.Count > 0
        select new Problem(
            ProblemCodes.TriggersFire, $"The change of the rows of {row.Table.Name} fires {string.Join(", ", firing)}, and so does its rollback.", Subject: row.Table.Name);

    private static string RowsNotKept(RowChange change) => change.Kind switch
    {
        RowChangeKind.Insert => $"insert_rows on {change.Table.Name}: a rollback removes only rows that still are as they were added and that nothing refers to.",
        RowChangeKind.Delete => $"delete_rows on {change.Table.Name}: a rollback puts back only rows whose key and parents are still there for them.",
        RowChangeKind.Archive => $"archive_rows on {change.Table.Name}: a rollback moves back only rows whose key and parents are still there for them; the others stay in {change.Archive!.Table}.",
        _ => $"update_rows on {change.Table.Name}: a rollback puts back only rows that still hold what was written.",
    };

    private static ValueList<string> NotKept(MigrationDraft draft, ValueList<Problem> findings) =>
        findings.Where(f => f.Code == ProblemCodes.LossyRoundTrip || f.Code == ProblemCodes.KeyOutgrows).Select(f => f.Message)
            .Concat(draft.Changes.Where(c => c.Before is not null && c.After is not null).SelectMany(c =>
                c.PlainAdded.Where(a => a.Generated is null && !c.Links.Any(l => l.Columns.Any(m => m.Whole == a.Name))).Select(a => $"{c.After!.Name}.{a.Name} exists in the new version only: a rollback hides its values; they come back with the next start.")))
            .Concat(TableLinks.Of(draft.Changes).Where(l => l.Link.Moves).Select(l =>
                $"{string.Join(", ", l.Link.Columns.Select(c => $"{l.Link.Whole}.{c.Whole}"))}: values of rows that no row of {l.Link.Part} refers to exist in the new version only: a rollback hides them; they come back with the next start."))
            .Concat(draft.Changes.Where(c => c.Before is null && !TableLinks.Of(draft.Changes).Any(l => l.Part == c || (l.Whole == c && l.Link.Rows is not null))).Select(c =>
                $"The table {c.After!.Name} exists in the new version only: a rollback hides its rows; they come back with the next start."))
            .Concat(draft.Scripts.Where(s => s.Down is null).Select(s => string.Create(
                CultureInfo.InvariantCulture, $"sql {s.Number}: what it did stays after a rollback; nothing takes it back.")))
            .Concat(draft.Rows.Select(RowsNotKept))
            .ToValueList();
}
