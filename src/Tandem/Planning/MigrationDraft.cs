using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>A migration worked out against a schema, before the database was asked about its data.</summary>
/// <param name="Changes">What changes, table by table.</param>
/// <param name="Rows">The changes of rows.</param>
/// <param name="Before">The checks on the old version.</param>
/// <param name="After">The checks on the new version.</param>
/// <param name="Problems">What does not fit.</param>
public sealed record MigrationDraft(
    ValueList<TableChange> Changes,
    ValueList<RowChange> Rows,
    ValueList<DataCheck> Before,
    ValueList<DataCheck> After,
    ValueList<Problem> Problems)
{
    /// <summary>SQL of the file's own, in its order.</summary>
    public ValueList<RawScript> Scripts { get; init; } = [];

    /// <summary>What is told when phases begin and are over.</summary>
    public ValueList<PhaseHook> Hooks { get; init; } = [];

    /// <summary>What changes about objects without rows.</summary>
    public ValueList<ObjectChange> Objects { get; init; } = [];

    /// <summary>Whether a problem forbids to go on; what a person may accept is judged later.</summary>
    public bool Fails => Problems.Any(p => p is { Severity: Severity.Error, NeedsConsent: false });

    /// <summary>The draft with what the database found out about its lenses.</summary>
    public MigrationDraft Knowing(Examination examination)
    {
        ArgumentNullException.ThrowIfNull(examination);
        return examination.Varying.Count == 0 ? this : this with
        {
            Changes = Changes.Select(c => c with { Lenses = c.Lenses.Select(l => Knowing(l, examination)).ToValueList() }).ToValueList(),
        };
    }

    private static Lens Knowing(Lens lens, Examination examination)
    {
        var (up, down) = (examination.Varying.Contains(new VaryingWay(lens, Side.New)), examination.Varying.Contains(new VaryingWay(lens, Side.Old)));
        return up || down ? lens with { Varies = true, UpIsSteady = !up, DownIsSteady = !down } : lens;
    }

    /// <summary>Applies the operations of a migration to a schema, one after the other. Pure.</summary>
    /// <param name="migration">The migration.</param>
    /// <param name="schema">The schema before it.</param>
    /// <param name="engine">The engine's name in files: <c>postgres</c> or <c>sqlite</c>.</param>
    /// <param name="trial">What its SQL did in a sandbox; null when it was not tried.</param>
    public static MigrationDraft Of(Migration migration, DatabaseSchema schema, string engine, SandboxReport? trial = null)
    {
        ArgumentNullException.ThrowIfNull(migration);
        ArgumentNullException.ThrowIfNull(schema);
        var draft = new ChangeDraft(trial is null ? schema : ScriptRules.Behind(schema, trial), engine);
        foreach (var operation in migration.Operations)
        {
            draft.Apply(operation);
        }

        RightsRules.Check(draft);
        RenameDomain.Check(draft);
        TypeUse.Check(draft);

        CheckTouched(draft);
        var scripts = draft.Scripts.Select((s, i) => s with { Effect = trial?.Effects.ElementAtOrDefault(i) }).ToValueList();
        var wrong = new List<Problem>();
        var hooks = PhaseHooks.Of(migration, wrong);
        foreach (var link in draft.Changes.SelectMany(c => c.Links).Where(l => !IsWhole(draft.Changes, l)))
        {
            draft.Report(ProblemCodes.ChangedTwice, $"{link.Whole} and {link.Part} are changed in other ways by this migration, too.", link.Whole);
        }

        var objects = draft.Objects.All.Concat(ViewRebuilds.Of(draft)).ToValueList();
        return new MigrationDraft(
            draft.Changes,
            draft.Rows,
            Checks(draft, migration.Checks?.Before),
            Checks(draft, migration.Checks?.After),
            draft.Problems
                .Concat(draft.Changes.SelectMany(NotCarried))
                .Concat(draft.Changes.SelectMany(PartsKept.Check))
                .Concat(draft.Changes.SelectMany(PartitionRules.Made))
                .Concat(ServedColumns.Check(migration, draft.Changes, engine))
                .Concat(draft.Rows.Where(r => !r.OnNewTable).Select(r => r.Table).Distinct().SelectMany(PartsKept.CheckRows))
                .Concat(ScriptRules.Check(migration, draft.Changes, scripts, trial))
                .Concat(RowSubject.Conflicts(draft.Rows, draft.Changes))
                .Concat(DomainRules.Check(draft))
                .Concat(RoutineRules.TooEarly(draft))
                .Concat(RoutineRules.Stale(draft))
                .Concat(ReferenceRules.Check(draft))
                .Concat(RoutineRules.TooLate(draft))
                .Concat(ViewRules.TooEarly(draft))
                .Concat(ViewRules.Qualified(draft))
                .Concat(ViewRules.UnderTriggers(objects))
                .Concat(RelationNames.Check(draft))
                .Concat(wrong)
                .ToValueList())
        {
            Scripts = scripts,
            Hooks = hooks,
            Objects = objects,
        };
    }

    /// <summary>Tables of which the model does not know everything, or of whose rows the role does not see all.</summary>
    private static void CheckTouched(ChangeDraft draft)
    {
        // Rows of a partitioned table, too: they lie elsewhere, and a statement about the table alone would change none in silence. So might a rule of an archive.
        var touched = draft.Changes.Where(c => !c.OnlySettingsDiffer).Select(c => c.Before).Concat(draft.Rows.Select(r => r.Table))
            .Concat(draft.Rows.Where(r => r.Archive is { IsNew: false }).Select(r => draft.Schema.Table(r.Archive!.Table)))
            .OfType<Table>().DistinctBy(t => t.Name).ToList();
        var plain = draft.Engine == "postgres" ? draft.Changes.Where(c => c.OnlyIndexesAndCommentsDiffer).Select(c => c.Name).ToList() : [];
        foreach (var table in touched.Where(t => t.NotUnderstood.Count > 0 && (!plain.Contains(t.Name) || draft.Rows.Any(r => r.Table.Name == t.Name || r.Archive?.Table == t.Name))))
        {
            draft.Report(ProblemCodes.NotUnderstood, $"{table.Name}: {string.Join("; ", table.NotUnderstood)}.", table.Name);
        }

        if (draft.Schema.Roles.FirstOrDefault(r => r.Own) is { Unbound: false } own)
        {
            foreach (var table in touched.Where(t => t is { RowSecurity: true, RowSecurityForced: true }))
            {
                draft.Report(ProblemCodes.RowSecurityBindsRunner, $"Row security is forced on {table.Name}: {own.Name} does not see all of its rows.", table.Name);
            }
        }
    }

    // An operation after the one that made the link may have renamed, changed or dropped what it names.
    private static bool IsWhole(ValueList<TableChange> changes, TableLink link)
    {
        var whole = changes.FirstOrDefault(c => link.IsWhole(c) && c.Links.Contains(link));
        var part = changes.FirstOrDefault(link.IsPart);
        Table? Of(TableChange? change, Side side) => side == Side.Old ? change?.Before : change?.After;
        return Of(whole, link.WholeSide) is { } w && Of(part, link.PartSide) is { } p
            && (link.Moves ? OnlyMoves(link, whole!, part!) : Of(part, link.WholeSide) is null)
            && (link.Rows is null ? Of(whole, link.PartSide) is not null : HoldsRows(link, w, p))
            && link.Columns.All(c => w.Column(c.Whole) is { } one && p.Column(c.Part) is { } other && one.Type == other.Type)
            && link.Key.All(k => w.Column(k.Whole) is not null && p.Column(k.Part) is not null)
            && whole!.Lenses.All(l => !l.Old.Concat(l.New).Any(n => link.Columns.Any(c => c.Whole == n)));
    }

    // What ties the rows of both tables, and everything else about them, must be the same in both versions.
    private static bool OnlyMoves(TableLink link, TableChange whole, TableChange part) =>
        part is { After: not null, Lenses.Count: 0 } && whole.Lenses.Count == 0
        && part.Before!.Name == part.After.Name && part.Before.PrimaryKey == part.After.PrimaryKey && whole.Before!.PrimaryKey == whole.After!.PrimaryKey
        && part.Columns.All(c => c.Before == c.After || (c.Dropped && link.Columns.Any(l => l.Part == c.Before!.Name)))
        && whole.Columns.All(c => c.Before == c.After || (c.Added && link.Columns.Any(l => l.Whole == c.After!.Name)))
        && part.ForeignKeys.All(f => f.Before == f.After) && part.Uniques.All(u => u.Before == u.After) && part.Indexes.All(i => !i.Added);

    // A row of either table must be all that the other version needs for its own.
    private static bool HoldsRows(TableLink link, Table whole, Table part)
    {
        bool Written(Column column) => column.Generated is null;
        return part.Columns.Count(Written) == link.Key.Count + link.Columns.Count
            && whole.Columns.Count(Written) == link.Key.Count + link.Columns.Count + link.Rows!.Constants.Count
            && link.Rows.Constants.All(c => whole.Column(c.Column) is not null);
    }

    // The columns that take another's place are made anew, without what a person has set on it.
    private static IEnumerable<Problem> NotCarried(TableChange change) =>
        from column in change.Columns.Where(p => p.Dropped).Select(p => p.Before!)
        where column.NotCarried.Count > 0 && change.After is not null
        let subject = $"{change.Name}.{column.Name}"
        select new Problem(
            ProblemCodes.NotUnderstood,
            $"{subject} has {string.Join(", ", column.NotCarried)}, which no column of the new version gets.",
            Subject: subject)
        {
            Severity = Severity.Warning,
        };

    private static ValueList<DataCheck> Checks(ChangeDraft draft, ValueList<CheckText>? texts) =>
        (texts ?? []).Select(t => (t, Sql: draft.Expression(t.Sql, $"the check {t.Name}")))
            .Where(p => p.Sql is not null)
            .Select(p => new DataCheck(p.t.Name, p.Sql!, p.t.Expect))
            .ToValueList();
}
