using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Planning;

/// <summary>Which steps each phase of a change's life has, in order. The one place that knows.</summary>
internal static class PhaseSteps
{
    public static IEnumerable<(Phase Phase, IEnumerable<Step> Steps)> All(MigrationDraft draft) =>
    [
        (Phase.Start, Start(draft)),
        (Phase.Restart, Restart(draft)),
        (Phase.Complete, Complete(draft)),
        (Phase.Rollback, Rollback(draft)),
        (Phase.Revert, Revert(draft)),
        (Phase.Sunset, Drop(draft, Side.Old)),
        (Phase.Discard, Drop(draft, Side.New)),
    ];

    // A key that others look up must be there in all rows before a row that refers to one is kept in agreement.
    private static IEnumerable<Step> Start(MigrationDraft draft) =>
    [
        .. Checks(draft.Before, Side.Old),
        .. draft.Scripts.Select(s => new RunScript(s)),
        .. MakeObjects(draft),
        .. PublishShape(draft, Side.Old),
        .. draft.Changes.Where(c => c.DrawnKey is not null).SelectMany(c => new Step[] { new Expand(c) { KeysFirst = c.LooksItselfUp }, new Backfill(c) { KeysFirst = c.LooksItselfUp } }),
        .. draft.Changes.Where(c => c.DrawnKey is null || c.LooksItselfUp).Select(c => new Expand(c)),
        .. draft.Changes.Where(c => (c.DrawnKey is null || c.LooksItselfUp) && Fills(c)).Select(c => new Backfill(c)),
        .. draft.Changes.SelectMany(c => c.Indexes.Where(i => i.Added && !i.After!.Unique).Select(i => new BuildIndex(c, i.After!, Side.New))),
        .. Enforced(draft, Side.New, live: true),
        .. draft.Rows.Select(r => new ChangeRows(r)),
        .. draft.Changes.Where(Fills).Select(c => new Verify(c, Live: false)),
        .. GoLive(draft),
    ];

    private static IEnumerable<Step> Restart(MigrationDraft draft) =>
    [
        .. Checks(draft.Before, Side.Old),
        .. draft.Scripts.Select(s => new RunScript(s)),
        .. MakeObjects(draft),
        .. PublishShape(draft, Side.Old),
        .. Enforced(draft, Side.New, live: true),
        .. draft.Rows.Select(r => new ChangeRows(r)),
        .. draft.Changes.Where(Fills).Select(c => new Verify(c, Live: true)),
        .. GoLive(draft),
    ];

    private static IEnumerable<Step> GoLive(MigrationDraft draft) =>
    [
        .. PublishShape(draft, Side.New),
        .. Checks(draft.After, Side.New),
    ];

    private static IEnumerable<Step> Complete(MigrationDraft draft) =>
    [
        .. draft.Changes.Any(c => c is { Before: not null, ShapeDiffers: true }) ? [new WatchOld(draft.Changes)] : Array.Empty<Step>(),
        .. draft.Changes.Where(Fills).Select(c => new Verify(c, Live: true)),
        .. Checks(draft.After, Side.New),
        .. References(draft, Side.Old),
        .. Enforced(draft, Side.New, live: false),
        .. RuledObjects(draft).Select(o => new EnforceObjects(o, Side.New)),
        .. SwitchTo(draft, Side.New),
        .. Withdraw(draft, Side.Old),
    ];

    /// <summary>
    /// What takes a phase back that was refused before its switch, so that nothing goes on being enforced for a version
    /// that is not served: the constraints that the phase itself began to enforce, and the service it began.
    /// </summary>
    public static IEnumerable<Step> Back(MigrationDraft draft, Phase phase) => phase switch
    {
        Phase.Complete =>
        [
            .. Constraints(draft, Side.New).Where(c => !c.Live).Select(c => new Relax(c.Change, c.Kind, c.Name, Side.New)),
            .. RuledObjects(draft).Select(o => new RelaxObjects(o, Side.New)),
        ],
        Phase.Revert =>
        [
            .. Constraints(draft, Side.Old).Select(c => new Relax(c.Change, c.Kind, c.Name, Side.Old)),
            .. RuledObjects(draft).Select(o => new RelaxObjects(o, Side.Old)),
            .. draft.Changes.Count > 0 ? [new Unpublish(draft.Changes, Side.Old)] : Array.Empty<Step>(),
        ],
        _ => [],
    };

    // Relaxing covers constraints that a complete enforced before it was broken off, too.
    private static IEnumerable<Step> Rollback(MigrationDraft draft) =>
    [
        .. Withdraw(draft, Side.New),
        .. Constraints(draft, Side.New).Reverse().Select(c => new Relax(c.Change, c.Kind, c.Name, Side.New)),
        .. RuledObjects(draft).Select(o => new RelaxObjects(o, Side.New)),
        .. draft.Rows.Reverse().Select(r => new RestoreRows(r)),
        .. draft.Scripts.Reverse().Where(s => s.Down is not null).Select(s => new RevertScript(s)),
    ];

    private static IEnumerable<Step> Revert(MigrationDraft draft) =>
    [
        .. draft.Changes.Where(Fills).Select(c => new Verify(c, Live: true) { Base = Side.New }),
        .. References(draft, Side.New),
        .. Enforced(draft, Side.Old, live: false),
        .. RuledObjects(draft).Select(o => new EnforceObjects(o, Side.Old)),
        .. PublishShape(draft, Side.Old, Side.New),
        .. SwitchTo(draft, Side.Old),
        .. Withdraw(draft, Side.New),
        .. draft.Rows.Reverse().Select(r => new RestoreRows(r)),
        .. draft.Scripts.Reverse().Where(s => s.Down is not null).Select(s => new RevertScript(s)),
    ];

    // Views and functions use tables, columns use types, and what is kept in sync looks keys up.
    private static IEnumerable<Step> Drop(MigrationDraft draft, Side side) =>
    [
        .. DropObjects(draft, side, last: false),
        .. draft.Changes.OrderBy(c => c.DrawnKey is not null).SelectMany(c => new Step[] { new Backup(c, side), new Contract(c, side) }),
        .. DropObjects(draft, side, last: true),
        .. draft.Rows.Select(r => new ForgetRows(r)),
    ];

    private static IEnumerable<Step> MakeObjects(MigrationDraft draft) =>
        draft.Objects.Count == 0 ? [] : [new MakeObjects(draft.Objects)];

    private static IEnumerable<Step> DropObjects(MigrationDraft draft, Side side, bool last) =>
        draft.Objects.Count == 0 ? [] : [new DropObjects(draft.Objects, side, last)];

    /// <summary>The objects whose rules rows must keep, as one list; none where there are none.</summary>
    private static IEnumerable<ValueList<ObjectChange>> RuledObjects(MigrationDraft draft)
    {
        var ruled = draft.Objects.Where(o => o is { Before: Domain, After: Domain }).ToValueList();
        return ruled.Count == 0 ? [] : [ruled];
    }

    private static IEnumerable<Step> SwitchTo(MigrationDraft draft, Side side) =>
        Changes(draft) ? [new Switch(draft.Changes, side) { Objects = draft.Objects }] : [];

    // A version that differs in values only is not published for itself, but as the old one of the next: its place goes with it all the same.
    private static IEnumerable<Step> Withdraw(MigrationDraft draft, Side side) => [new Unpublish(draft.Changes, side)];

    /// <summary>Whether the versions differ in anything but values.</summary>
    private static bool Changes(MigrationDraft draft) => draft.Changes.Count + draft.Objects.Count > 0;

    private static IEnumerable<Step> Checks(ValueList<DataCheck> checks, Side side) =>
        checks.Count == 0 ? [] : [new CheckData(checks, side)];

    private static IEnumerable<Step> PublishShape(MigrationDraft draft, Side side, Side @base = Side.Old) =>
        Changes(draft) ? [new Publish(draft.Changes, side) { Base = @base, Objects = draft.Objects }] : [];

    /// <summary>Whether rows of the old version have a representation in the new that must be filled and compared.</summary>
    private static bool Fills(TableChange change) => Stays(change) || change.Links.Count > 0;

    private static bool Stays(TableChange change) => change.Before is not null && change.After is not null;

    private static IEnumerable<Step> References(MigrationDraft draft, Side leaving) => draft.Changes.Where(Stays).Select(c => new CountReferences(c, leaving));

    // Rows are counted for all constraints before the first is enforced: most refusals then come before anything is.
    private static IEnumerable<Step> Enforced(MigrationDraft draft, Side side, bool live)
    {
        var constraints = Constraints(draft, side).Where(c => c.Live || !live).ToList();
        return
        [
            .. constraints.Select(c => new CountViolations(c.Change, c.Kind, c.Name, side)),
            .. constraints.Select(c => new Enforce(c.Change, c.Kind, c.Name, side)),
        ];
    }

    private static IEnumerable<SideRule> Constraints(MigrationDraft draft, Side side) => SideRule.Of(draft.Changes, side);
}
