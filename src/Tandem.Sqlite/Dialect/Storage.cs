using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Makes and drops the tables that only one version has.</summary>
internal static class Storage
{
    /// <summary>The statements that make the new version's table, its indexes and the sync.</summary>
    public static ValueList<string> Expand(TableChange change, RenderContext context)
    {
        var names = TwinNames.Of(context);
        if (!Swap.Arrives(change))
        {
            return [];
        }

        var stored = StoredTable.NewWaiting(change, names);
        var made = stored.Indexes.Where(i => i.Sql is not null).Select(i => i.Sql!).Prepend(stored.Sql).Select(IfNotExists);
        var registered = Registration.Add(names, stored.Name, change.Name);
        if (!Twin.Serves(change))
        {
            return [.. made, .. registered];
        }

        var twin = Twin.Of(change, names, Side.Old, context.Changes, marked: true) with { Triggers = TriggerWrites.Known(context) };
        return
        [
            .. made,
            .. registered,
            OldWrites.Add(change, names),
            .. Counter(change, stored.Name),
            .. SyncTriggers.Create(twin),
            .. RequiredColumns.Create(twin),
        ];
    }

    /// <summary>The statements that end the sync and drop one version's table.</summary>
    public static ValueList<string> Contract(TableChange change, Side side, RenderContext context)
    {
        var names = TwinNames.Of(context);
        var twin = Twin.Serves(change);
        var before = change.Before?.Name;
        var after = change.After?.Name;
        IEnumerable<string> storage = (side, twin) switch
        {
            (Side.Old, _) when Swap.Leaves(change) => [DropTable(names.Retired(before!))],
            (Side.New, _) when Swap.Arrives(change) => [DropTable(names.Twin(after!))],
            _ => HiddenIndexes(change, side, names),
        };
        return
        [
            .. LinkTriggers.Drop(change, side, context),
            .. twin ? SyncTriggers.Drop(change, names).Concat(RequiredColumns.Drop(change, names)).Append(OldWrites.Forget(change, names)) : [],
            .. Guards.DropAll(change, names),
            .. Swap.Arrives(change) && side == Side.Old ? [PassThrough.Drop(names.Twin(after!))] : Array.Empty<string>(),
            .. Swap.Leaves(change) && side == Side.Old ? Swap.StopServingOld(change, names, context.OldVersion) : [],
            .. storage,
            .. Swap.Arrives(change) ? [Registration.Remove(names, names.Twin(after!))] : Array.Empty<string>(),
            .. before is not null && side == Side.Old ? [StoredText.MakeDefinitions, StoredText.Forget(names.Ordinal, before)] : Array.Empty<string>(),
        ];
    }

    /// <summary>The name of the table that a contract drops; null when there is none.</summary>
    public static string? Dropped(TableChange change, Side side, TwinNames names) => side == Side.Old
        ? Swap.Leaves(change) ? names.Retired(change.Before!.Name) : null
        : Swap.Arrives(change) ? names.Twin(change.After!.Name) : null;

    /// <summary>Other migrations may keep their rows in sync with the table that goes; they must go first.</summary>
    public static ValueList<Gate> ContractGates(TableChange change, Side side, TwinNames names) =>
        Dropped(change, side, names) is not { } dropped
            ? []
            :
            [
                new Gate(
                    ProblemCodes.OtherMigrationDepends.Id,
                    $"{dropped} is kept in sync with the tables of another migration ({{0}} triggers).",
                    $"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = {SqliteText.Literal(dropped)}"
                    + $" AND name GLOB '{TwinNames.Prefix}*' AND name NOT GLOB '{names.OwnPattern}'"),
            ];

    private static IEnumerable<string> HiddenIndexes(TableChange change, Side side, TwinNames names)
    {
        // On a table both versions share, only what the other version lacks stands under a name of the engine's.
        var stored = side == Side.Old ? StoredTable.NewPlain(change, names) : StoredTable.OldPlain(change, names);
        return stored.Indexes.Select(i => i.Name).OfType<string>()
            .Where(n => n.StartsWith(TwinNames.Prefix, StringComparison.Ordinal))
            .Select(n => $"DROP INDEX IF EXISTS {SqliteText.Quote(n)}");
    }

    // What the counter has reached must not be used again by the new version either.
    private static IEnumerable<string> Counter(TableChange change, string twin) =>
        change.Before!.Columns.Any(c => c.Identity == IdentityKind.AutoIncrement)
            ?
            [
                $"INSERT INTO sqlite_sequence (name, seq) SELECT {SqliteText.Literal(twin)}, seq FROM sqlite_sequence WHERE name = {SqliteText.Literal(change.Before!.Name)}"
                + $" AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = {SqliteText.Literal(twin)})",
            ]
            : [];

    private static string DropTable(string name) => $"DROP TABLE IF EXISTS {SqliteText.Quote(name)}";

    /// <summary>A CREATE statement that does nothing when the object is there.</summary>
    public static string IfNotExists(string sql)
    {
        var words = sql.StartsWith("CREATE TABLE ", StringComparison.Ordinal) ? "CREATE TABLE "
            : sql.StartsWith("CREATE UNIQUE INDEX ", StringComparison.Ordinal) ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
        return words + "IF NOT EXISTS " + sql[words.Length..];
    }
}
