using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>The objects without rows while the operations of a migration change them.</summary>
internal sealed class ObjectDrafts(DatabaseSchema schema)
{
    private readonly List<ObjectChange> changes = [];

    /// <summary>The changes in the order of their operations.</summary>
    public IReadOnlyList<ObjectChange> All => changes;

    /// <summary>The schema with the objects as the operations so far leave them; tables are as before.</summary>
    public DatabaseSchema Now { get; private set; } = schema;

    public void Add(ObjectChange change)
    {
        changes.Add(change);
        Now = change.ApplyTo(Now);
    }

    /// <summary>The change by which an earlier operation of the migration takes an object away, or null.</summary>
    public ObjectChange? Gone<T>(string identity)
        where T : SchemaObject => changes.Find(c => c is { Before: T, After: null } && c.Before.Identity == identity);

    /// <summary>Gives an object that went another definition: together that is one change.</summary>
    public void Return(ObjectChange gone, SchemaObject after)
    {
        changes[changes.IndexOf(gone)] = gone with { After = after, On = gone.On.Concat([.. after is Trigger { Table: var table } ? [table] : (string[])[]]).Distinct().ToValueList() };
        Now = new ObjectChange(null, after).ApplyTo(Now);
    }

    /// <summary>
    /// A trigger that the migration makes on the table, or null. Its text names the table as it must be called when the text
    /// is sent, at complete.
    /// </summary>
    public Trigger? MadeOn(string table) =>
        changes.Where(o => !o.CommentOnly).Select(o => o.After).OfType<Trigger>().FirstOrDefault(t => t.Table == table);

    /// <summary>Whether an earlier operation of the migration changes the object.</summary>
    public bool Has<T>(string identity)
        where T : SchemaObject => changes.Any(c => c.Either is T && (c.Before?.Identity == identity || c.After?.Identity == identity));
}

/// <summary>What operations on objects without rows ask of a draft.</summary>
internal static class ObjectRules
{
    /// <summary>Whether the engine is PostgreSQL; reports that it has no such objects otherwise.</summary>
    public static bool NeedsPostgres(this ChangeDraft draft, string what, string remedy)
    {
        if (draft.Engine == "postgres")
        {
            return true;
        }

        draft.Report(ProblemCodes.NotOnThisEngine, $"SQLite has no {what}.", remedy: remedy);
        return false;
    }

    /// <summary>The object as it was before the migration; reports when there is none or it is already changed.</summary>
    public static T? Existing<T>(this ChangeDraft draft, string wanted, string kind)
        where T : SchemaObject
    {
        if (draft.Objects.Has<T>(wanted))
        {
            draft.Report(ProblemCodes.ObjectChangedTwice, $"The {kind} {wanted} is already changed by an earlier operation of this migration.", wanted);
            return null;
        }

        if (draft.Schema.AllObjects.OfType<T>().FirstOrDefault(o => o.Identity == wanted) is { } found)
        {
            return found;
        }

        draft.Report(ProblemCodes.NoSuchObject, $"There is no {kind} {wanted}.", wanted);
        return null;
    }

    /// <summary>Says that the operation is in force for both versions from complete on.</summary>
    public static void TakesEffectAtComplete(this ChangeDraft draft, string what, string subject) =>
        draft.Report(ProblemCodes.AtComplete, $"{what} at complete, for both versions, and is taken back by a rollback.", subject);
}
