using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>A part of a change's life; each has its own list of steps.</summary>
public enum Phase
{
    /// <summary>From pending to live; also from undone, when the change was never live.</summary>
    Start,

    /// <summary>From undone to live again, when the change was live before: its storage and sync are still there.</summary>
    Restart,

    /// <summary>From live to retired.</summary>
    Complete,

    /// <summary>From expanding or live to undone.</summary>
    Rollback,

    /// <summary>From retired to undone.</summary>
    Revert,

    /// <summary>From retired to done: the old version's storage is backed up and dropped.</summary>
    Sunset,

    /// <summary>From undone to gone: the new version's storage is backed up and dropped.</summary>
    Discard,
}

/// <summary>An expectation about the data, written in the migration file.</summary>
/// <param name="Name">What it says.</param>
/// <param name="Sql">A query with one row and one column.</param>
/// <param name="Expect">The value it must have, as text.</param>
public sealed record DataCheck(string Name, string Sql, string Expect);

/// <summary>One thing an engine can do. The set is closed: operations say which steps, providers say which SQL.</summary>
public abstract record Step
{
    private protected Step()
    {
    }
}

/// <summary>Asks the data the file's questions.</summary>
/// <param name="Checks">The questions.</param>
/// <param name="Side">The version in whose names they are asked.</param>
public sealed record CheckData(ValueList<DataCheck> Checks, Side Side) : Step;

/// <summary>Makes the new version's storage beside the old and starts the sync, in one transaction.</summary>
public sealed record Expand(TableChange Change) : Step
{
    /// <summary>Whether only what is not computed from rows is made yet: rows of the table itself look its new key up, so it must be there in all of them first.</summary>
    public bool KeysFirst { get; init; }
}

/// <summary>Fills the new storage in batches.</summary>
public sealed record Backfill(TableChange Change) : Step
{
    /// <summary>As for <see cref="Expand"/>.</summary>
    public bool KeysFirst { get; init; }
}

/// <summary>Builds an index of the new (or again of the old) version while both go on.</summary>
public sealed record BuildIndex(TableChange Change, Schema.Index Index, Side Side) : Step;

/// <summary>What a constraint of one side is about.</summary>
public enum ConstraintKind
{
    /// <summary>A column is never NULL.</summary>
    NotNull,

    /// <summary>A unique constraint or index.</summary>
    Unique,

    /// <summary>A check.</summary>
    Check,

    /// <summary>A foreign key.</summary>
    ForeignKey,

    /// <summary>The primary key: that its columns are unique; that they are never NULL is said by <see cref="NotNull"/>.</summary>
    PrimaryKey,

    /// <summary>An exclusion constraint.</summary>
    Exclusion,
}

/// <summary>Counts the rows that stand in the way of one constraint of one side, before anything is enforced; holds no lock.</summary>
/// <param name="Change">The table.</param>
/// <param name="Kind">Which kind.</param>
/// <param name="Name">As for <see cref="Enforce"/>.</param>
/// <param name="Side">Whose constraint.</param>
public sealed record CountViolations(TableChange Change, ConstraintKind Kind, string Name, Side Side) : Step;

/// <summary>Looks whether foreign keys hang on keys and unique rules that go when a side leaves the base, before anything is enforced; holds no lock.</summary>
/// <param name="Change">The table.</param>
/// <param name="Side">The side that leaves.</param>
public sealed record CountReferences(TableChange Change, Side Side) : Step;

/// <summary>Starts to enforce one constraint of one side and proves it for the rows that are there.</summary>
/// <param name="Change">The table.</param>
/// <param name="Kind">Which kind.</param>
/// <param name="Name">The column for <see cref="ConstraintKind.NotNull"/>, else the constraint's or index's name in that side's table.</param>
/// <param name="Side">Whose constraint.</param>
public sealed record Enforce(TableChange Change, ConstraintKind Kind, string Name, Side Side) : Step;

/// <summary>Sees whether applications of the old version are still at work, before its service ends.</summary>
/// <param name="Changes">The tables.</param>
public sealed record WatchOld(ValueList<TableChange> Changes) : Step;

/// <summary>Stops enforcing, before the switch, a constraint that <see cref="Enforce"/> started.</summary>
public sealed record Relax(TableChange Change, ConstraintKind Kind, string Name, Side Side) : Step;

/// <summary>Compares every row of the table with what the lenses say.</summary>
/// <param name="Change">The table.</param>
/// <param name="Live">Either law is enough (new applications may have written); before live only <c>new ≡ up(old)</c> is.</param>
public sealed record Verify(TableChange Change, bool Live) : Step
{
    /// <summary>The side whose shape the base tables have while this runs; repairs start from it.</summary>
    public Side Base { get; init; } = Side.Old;
}

/// <summary>Serves a version: publishes its names for the changed tables.</summary>
/// <param name="Side">Which version's shape.</param>
/// <param name="Changes">The tables.</param>
public sealed record Publish(ValueList<TableChange> Changes, Side Side) : Step
{
    /// <summary>Whose shape the base tables have: the new one's in a revert, where the old version is published before the switch.</summary>
    public Side Base { get; init; }

    /// <summary>The objects without rows.</summary>
    public ValueList<ObjectChange> Objects { get; init; } = [];
}

/// <summary>Ends the service of a version.</summary>
public sealed record Unpublish(ValueList<TableChange> Changes, Side Side) : Step;

/// <summary>
/// Makes one side's shape the base shape of all changed tables, in one short transaction: names are exchanged, the
/// other side's constraints stop being enforced, the sync goes on.
/// </summary>
/// <param name="Changes">All changed tables.</param>
/// <param name="To">The side that becomes the base.</param>
public sealed record Switch(ValueList<TableChange> Changes, Side To) : Step
{
    /// <summary>The objects without rows, whose definitions change in the same transaction.</summary>
    public ValueList<ObjectChange> Objects { get; init; } = [];
}

/// <summary>Makes, before everything else, the objects that the new version's storage may need: types, sequences.</summary>
public sealed record MakeObjects(ValueList<ObjectChange> Objects) : Step;

/// <summary>Drops the objects that only one side has.</summary>
/// <param name="Objects">All objects of the migration.</param>
/// <param name="Side">The side that goes.</param>
/// <param name="Last">Types and the like, which the columns must leave first; before that, what uses tables (views, functions).</param>
public sealed record DropObjects(ValueList<ObjectChange> Objects, Side Side, bool Last) : Step;

/// <summary>Starts to enforce the rules of objects without rows (domains) that only one side has, and proves them for the rows that are there.</summary>
/// <param name="Objects">The objects.</param>
/// <param name="Side">Whose rules.</param>
public sealed record EnforceObjects(ValueList<ObjectChange> Objects, Side Side) : Step;

/// <summary>Stops enforcing, before the switch, rules that <see cref="EnforceObjects"/> started.</summary>
/// <param name="Objects">The objects.</param>
/// <param name="Side">Whose rules.</param>
public sealed record RelaxObjects(ValueList<ObjectChange> Objects, Side Side) : Step;

/// <summary>Writes what a drop would remove into a checksummed file.</summary>
/// <param name="Change">The table.</param>
/// <param name="Side">The side whose storage goes.</param>
public sealed record Backup(TableChange Change, Side Side) : Step;

/// <summary>Ends the sync of a table and drops the storage that only one side has.</summary>
/// <param name="Change">The table.</param>
/// <param name="Side">The side whose storage goes.</param>
public sealed record Contract(TableChange Change, Side Side) : Step;

/// <summary>Changes rows, in batches where there may be many, and keeps what was there.</summary>
public sealed record ChangeRows(RowChange Change) : Step;

/// <summary>Leads rows back that still are as <see cref="ChangeRows"/> left them.</summary>
public sealed record RestoreRows(RowChange Change) : Step;

/// <summary>Backs up and forgets what was kept of a change of rows.</summary>
public sealed record ForgetRows(RowChange Change) : Step;

/// <summary>Carries out what a person wrote in SQL, for both versions at once.</summary>
public sealed record RunScript(RawScript Script) : Step;

/// <summary>Takes back what <see cref="RunScript"/> did, as the person wrote it.</summary>
public sealed record RevertScript(RawScript Script) : Step;
