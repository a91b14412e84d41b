using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Gives one version the plain names, in one short transaction that touches no row: the stored schema is edited, so
/// children, views and users' triggers go on naming what they name, and foreign keys have nothing to cascade.
/// </summary>
internal static class Swap
{
    /// <summary>The statements for the switch to the new version.</summary>
    public static ValueList<string> ToNew(ValueList<TableChange> changes, ValueList<ObjectChange> objects, RenderContext context)
    {
        var names = TwinNames.Of(context);
        return
        [
            .. objects.Count > 0 ? [StoredText.MakeDefinitions] : Array.Empty<string>(),
            .. changes.Where(c => c.Before is not null).SelectMany(c => StoredText.Keep(context.Ordinal, c.Before!.Name)),
            .. changes.SelectMany(c => Guards.DropAll(c, names)),
            StoredText.Open,
            .. changes.Where(c => c.Before is not null).SelectMany(c => Leaves(c)
                ? Moved(StoredText.Change(StoredTable.OldPlain(c, names), StoredTable.OldRetired(c, names)), c.Before!, names.Retired(c.Before!.Name))
                : [StoredText.Change(StoredTable.OldPlain(c, names), StoredTable.NewPlain(c, names))]),
            .. changes.Where(c => c.After is null).SelectMany(c => StoredText.HideTriggers(context.Ordinal, c.Before!.Name)),
            .. changes.SelectMany(c => RenamedTriggers.Rename(c, objects, context.Ordinal)),
            .. changes.Where(Arrives).SelectMany(c =>
                Moved(StoredText.Change(StoredTable.NewWaiting(c, names), StoredTable.NewPlain(c, names)), c.After! with { Name = names.Twin(c.After!.Name) }, c.After!.Name)),
            .. StoredObjects.PutAway(objects, context.Ordinal),
            StoredText.TriggersLast,
            StoredText.Close,
            .. StoredText.Reload,
            .. StoredObjects.Create(objects),
            .. StoredObjects.CompileTriggers(objects),
            .. changes.Where(Arrives).SelectMany(c => PassThrough.Create(names.Twin(c.After!.Name), c.After!, c.After!.Name, names)),
            .. changes.Where(Arrives).Select(c => Registration.Kind(names, names.Twin(c.After!.Name), "view")),
            .. context.KeepOldVersion ? changes.Where(Leaves).SelectMany(c => ServeOld(c, names, context.OldVersion)) : [],
        ];
    }

    /// <summary>The statements for the switch back to the old version.</summary>
    public static ValueList<string> ToOld(ValueList<TableChange> changes, ValueList<ObjectChange> objects, RenderContext context)
    {
        var names = TwinNames.Of(context);
        return
        [
            .. changes.SelectMany(c => Guards.DropAll(c, names)),
            .. changes.Where(Arrives).Select(c => PassThrough.Drop(names.Twin(c.After!.Name))),
            .. changes.Where(Leaves).SelectMany(c => StopServingOld(c, names, context.OldVersion)),
            StoredText.Open,
            .. changes.Where(Arrives).SelectMany(c =>
                Moved(StoredText.Change(StoredTable.NewPlain(c, names), StoredTable.NewWaiting(c, names)), c.After!, names.Twin(c.After!.Name))),
            .. changes.Where(c => c.Before is not null).SelectMany(c => Leaves(c)
                ? Moved(
                    StoredText.Restore(StoredTable.OldRetired(c, names), StoredTable.OldPlain(c, names), context.Ordinal),
                    c.Before! with { Name = names.Retired(c.Before!.Name) },
                    c.Before!.Name)
                : [StoredText.Restore(StoredTable.NewPlain(c, names), StoredTable.OldPlain(c, names), context.Ordinal)]),
            .. changes.Where(c => c.After is null).Select(c => StoredText.ShowTriggers(context.Ordinal, c.Before!.Name)),
            .. changes.SelectMany(c => RenamedTriggers.BringBack(c, objects, context.Ordinal)),
            .. StoredObjects.BringBack(objects, context.Ordinal),
            StoredText.TriggersLast,
            StoredText.Close,
            .. StoredText.Reload,
            .. changes.Where(c => c.Before is not null).Select(c => StoredText.Forget(context.Ordinal, c.Before!.Name)),
            .. changes.Where(Arrives).Select(c => Registration.Kind(names, names.Twin(c.After!.Name), "table")),
        ];
    }

    /// <summary>
    /// What must be true before a switch. A column or index that the plan does not know of would be given to the wrong
    /// table's pages.
    /// </summary>
    public static ValueList<Gate> Gates(ValueList<TableChange> changes, ValueList<ObjectChange> objects, RenderContext context, Side to)
    {
        var names = TwinNames.Of(context);
        IEnumerable<StoredTable> tables = to == Side.New
            ? changes.Where(c => c.Before is not null).Select(c => StoredTable.OldPlain(c, names))
                .Concat(changes.Where(Arrives).Select(c => StoredTable.NewWaiting(c, names)))
            : changes.Where(c => c.After is not null).Select(c => StoredTable.NewPlain(c, names))
                .Concat(changes.Where(Leaves).Select(c => StoredTable.OldRetired(c, names)));
        return
        [
            .. tables.Select(t => new Gate(
                ProblemCodes.StoredSchemaUnexpected.Id, $"{t.Name} has other columns or indexes than planned ({{0}}).", StoredText.CountUnknown(t))),
            .. RenamedTriggers.Gates(changes, objects, to),
        ];
    }

    /// <summary>What must be true at the end of a switch.</summary>
    public static ValueList<Gate> FinalGates(ValueList<TableChange> changes, RenderContext context, Side to)
    {
        var names = TwinNames.Of(context);
        IEnumerable<StoredTable> written = to == Side.New
            ? changes.Where(c => c.After is not null).Select(c => StoredTable.NewPlain(c, names))
                .Concat(changes.Where(Leaves).Select(c => StoredTable.OldRetired(c, names)))
            : changes.Where(Arrives).Select(c => StoredTable.NewWaiting(c, names));
        var readable = changes.Select(c => (to == Side.New ? c.After : c.Before)?.Name).OfType<string>();
        return
        [
            .. written.Select(AsExpected),
            .. readable.Select(t => new Gate(
                ProblemCodes.StoredSchemaUnexpected.Id, $"{t} cannot be read after the switch.", $"SELECT count(*) FROM (SELECT * FROM {SqliteText.Quote(t)} LIMIT 0)")),
        ];
    }

    /// <summary>The stored schema says about a table what it should.</summary>
    public static Gate AsExpected(StoredTable table) => new(
        ProblemCodes.StoredSchemaUnexpected.Id, $"{{0}} names or texts of {table.Name} are not as they should be.", StoredText.CountMissing(table));

    /// <summary>Whether the old version's table gives its name away.</summary>
    public static bool Leaves(TableChange change) => change.After is null || Twin.Serves(change);

    /// <summary>Whether the new version has a table of its own.</summary>
    public static bool Arrives(TableChange change) => change.Before is null || Twin.Serves(change);

    /// <summary>The statements that end what <c>complete --keep</c> began.</summary>
    public static IEnumerable<string> StopServingOld(TableChange change, TwinNames names, string oldVersion)
    {
        var name = TwinNames.Version(change.Before!.Name, oldVersion);
        return [PassThrough.Drop(name), Registration.Remove(names, name)];
    }

    private static IEnumerable<string> ServeOld(TableChange change, TwinNames names, string oldVersion)
    {
        var before = change.Before!;
        var name = TwinNames.Version(before.Name, oldVersion);
        return
        [
            .. PassThrough.Create(name, before, names.Retired(before.Name), names),
            .. Registration.Add(names, name, before.Name),
            Registration.Kind(names, name, "view"),
        ];
    }

    private static IEnumerable<string> Moved(string change, Table table, string to) =>
    [
        change,
        StoredText.Repoint(table.Name, to),
        .. table.Columns.Any(c => c.Identity == IdentityKind.AutoIncrement) ? [StoredText.RenameCounter(table.Name, to)] : Array.Empty<string>(),
    ];
}
