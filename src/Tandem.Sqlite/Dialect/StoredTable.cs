using System.Globalization;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// An index as the stored schema should have it. One that implements a constraint inside the table's text has no text
/// and no free name; it is known by its columns.
/// </summary>
/// <param name="Name">Its name, or null when it belongs to the table's text.</param>
/// <param name="Columns">Its columns as <see cref="StoredTable.ColumnsKey"/>.</param>
/// <param name="Sql">Its text, or null when it belongs to the table's text.</param>
internal sealed record StoredIndex(string? Name, string Columns, string? Sql);

/// <summary>
/// What the stored schema should say about one table at one stage of a change. Rows and index entries are the same at
/// every stage; only names and texts differ, and whether a rule is enforced is in the text alone.
/// </summary>
/// <param name="Name">The table's name.</param>
/// <param name="Sql">The table's text.</param>
/// <param name="Indexes">Its indexes; the same things in the same order at every stage.</param>
/// <param name="KeyWithoutIndex">The columns of a key that is the storage itself; SQLite counts it among the automatic indexes.</param>
internal sealed record StoredTable(string Name, string Sql, ValueList<StoredIndex> Indexes, string? KeyWithoutIndex)
{
    /// <summary>Its columns, as <see cref="ColumnsKey"/>.</summary>
    public string Columns { get; init; } = "";

    /// <summary>Columns of an index as one text, as the query in <see cref="StoredText"/> makes it.</summary>
    public static string ColumnsKey(IEnumerable<string> columns) => string.Join(",", columns.Select(SqliteText.Literal));

    /// <summary>The name SQLite expects of the index that implements a constraint over these columns.</summary>
    public string AutomaticName(string columns)
    {
        var counted = new[] { KeyWithoutIndex }.Concat(Indexes.Where(i => i.Name is null).Select(i => i.Columns))
            .Where(c => c is not null).Distinct(StringComparer.Ordinal).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"sqlite_autoindex_{Name}_{counted.IndexOf(columns) + 1}");
    }

    /// <summary>The name that the index of the new version's unique rule has until the switch.</summary>
    public static string HiddenNameOf(TableChange change, string rule, TwinNames names)
    {
        if (change.PrimaryKeys.FirstOrDefault(k => k.Added && ConstraintName.Of(k.After!) == rule) is { } key)
        {
            return names.NewRule(AsIndexes(key, change.Name).After!.Name);
        }

        var i = change.Uniques.ToList().FindIndex(u => u.After is { } a && ConstraintName.Of(a) == rule);
        return i < 0 ? names.NewIndex(rule) : names.NewRule(AsIndexes(change.Uniques[i], change.Name, i).After!.Name);
    }

    /// <summary>The old version's table before the switch. Its texts are its maker's; these only say what there is.</summary>
    /// <param name="change">The change.</param>
    /// <param name="names">The migration's names.</param>
    public static StoredTable OldPlain(TableChange change, TwinNames names)
    {
        var table = change.Before!;
        return Make(change, table, names, table.Name, table, p => p switch
        {
            { Before: { } old } => (old, null),
            { After: { } added } => Twin.Serves(change) ? null : (added with { Unique = false }, Side.New),
            _ => null,
        });
    }

    /// <summary>The old version's table once the new version has the plain name: what only the old version asks does not hold.</summary>
    public static StoredTable OldRetired(TableChange change, TwinNames names)
    {
        var table = change.Before!;
        var kept = change.After is null;
        return Make(change, table, names, names.Retired(table.Name), Relaxed(change, table, Side.Old), p => p.Before is not { } old
            ? null
            : (kept || p.Kept ? old : old with { Unique = false }, Side.Old));
    }

    /// <summary>The new version's table while the old version has the plain name: what only the new version asks does not hold.</summary>
    public static StoredTable NewWaiting(TableChange change, TwinNames names)
    {
        var table = NewShape.Of(change);
        var kept = change.Before is null;
        return Make(change, table, names, names.Twin(table.Name), Relaxed(change, table, Side.New), p => p.After is not { } young
            ? null
            : (kept || p.Kept ? young : young with { Unique = false }, Side.New));
    }

    /// <summary>The new version's table with the plain name: all its rules hold.</summary>
    public static StoredTable NewPlain(TableChange change, TwinNames names)
    {
        var table = NewShape.Of(change);
        return Make(change, table, names, table.Name, table, p => p switch
        {
            { After: { } young } => (young, null),
            { Before: { } dropped } => Twin.Serves(change) ? null : (dropped with { Unique = false }, Side.Old),
            _ => null,
        });
    }

    // Keys and unique constraints go the way of indexes: one that does not hold becomes a plain index with a name of the engine's.
    private static StoredTable Make(
        TableChange change, Table table, TwinNames names, string name, Table text, Func<Pair<Schema.Index>, (Schema.Index Index, Side? HiddenOf)?> stage)
    {
        var differs = change is { Before: not null, After: not null } && change.PrimaryKeys.Any(k => !k.Kept);
        var indexes = (differs ? [] : KeyIndex(table)).ToList();
        foreach (var pair in (differs ? change.PrimaryKeys.Select(k => AsIndexes(k, change.Name)) : [])
            .Concat(change.Uniques.Select((u, i) => AsIndexes(u, change.Name, i))))
        {
            if (stage(pair) is { } found)
            {
                var hidden = found.Index.Unique ? null : Hidden(found.HiddenOf, found.Index.Name, names.OldRule, names.NewRule);
                indexes.Add(hidden is null ? new StoredIndex(null, KeyOf(found.Index), null) : Named(found.Index, name, hidden));
            }
        }

        var shapes = NewIndexes(change);
        foreach (var pair in change.Indexes)
        {
            if (stage(pair with { After = pair.After is { } a ? shapes[a.Name] : null }) is { } found)
            {
                indexes.Add(Named(found.Index, name, Hidden(found.HiddenOf, found.Index.Name, names.OldIndex, names.NewIndex) ?? found.Index.Name));
            }
        }

        return new StoredTable(
            name,
            SqliteDdl.CreateTable(text, name),
            indexes.ToValueList(),
            table.WithoutRowId ? ColumnsKey(table.PrimaryKey!.Columns) : null)
        {
            Columns = ColumnsKey(table.Columns.Select(c => c.Name)),
        };
    }

    private static string? Hidden(Side? side, string name, Func<string, string> old, Func<string, string> @new) => side is null ? null : side == Side.Old ? old(name) : @new(name);

    private static Dictionary<string, Schema.Index> NewIndexes(TableChange change) => change.After is null
        ? []
        : NewShape.Of(change).Indexes.ToDictionary(i => i.Name, StringComparer.Ordinal);

    private static Pair<Schema.Index> AsIndexes(Pair<PrimaryKey> pair, string table)
    {
        Schema.Index? Index(PrimaryKey? key) => key is null
            ? null
            : new Schema.Index($"{table}_key", key.Columns.Select(c => new IndexKey(c)).ToValueList(), Unique: true);
        return new Pair<Schema.Index>(Index(pair.Before), Index(pair.After), pair.EnforceLive);
    }

    private static Pair<Schema.Index> AsIndexes(Pair<UniqueConstraint> pair, string table, int i)
    {
        Schema.Index? Index(UniqueConstraint? unique) => unique is null
            ? null
            : new Schema.Index(
                string.Create(CultureInfo.InvariantCulture, $"{table}_unique{i + 1}"),
                unique.Columns.Select(c => new IndexKey(c)).ToValueList(),
                Unique: true);
        return new Pair<Schema.Index>(Index(pair.Before), Index(pair.After), pair.EnforceLive);
    }

    // The rules that hold for one side whatever the other does. Foreign keys are left to the table with the plain name:
    // what they do to a parent's children they would else do twice, and in an order that can fail.
    private static Table Relaxed(TableChange change, Table table, Side side)
    {
        if (change.Before is null || change.After is null)
        {
            return table with { ForeignKeys = [] };
        }

        ValueList<T> Both<T>(ValueList<Pair<T>> pairs, ValueList<T> items)
            where T : class => pairs.Where(p => p.Of(side) is not null).Zip(items).Where(p => p.First.Kept).Select(p => p.Second).ToValueList();
        return table with
        {
            ForeignKeys = [],
            PrimaryKey = change.PrimaryKeys.All(k => k.Kept) ? table.PrimaryKey : null,
            Columns = table.Columns.Select(c => IsRequiredByBoth(change, c.Name, side) ? c : c with { Nullable = true }).ToValueList(),
            Uniques = Both(change.Uniques, table.Uniques),
            Checks = Both(change.Checks, table.Checks),
        };
    }

    // A column that only the new version has and no lens fills has a default, so it can be required at once.
    private static bool IsRequiredByBoth(TableChange change, string column, Side side)
    {
        var table = (side == Side.Old ? change.Before : change.After)!;
        var pair = change.Columns.First(c => (side == Side.Old ? c.Before : c.After)?.Name == column);
        return (table.PrimaryKey?.Columns.Contains(column) == true && change.PrimaryKeys.All(k => k.Kept))
            || (pair.Kept
                ? !pair.Before!.Nullable && !pair.After!.Nullable
                : side == Side.New && !pair.After!.Nullable && !change.Lenses.Any(l => l.New.Contains(column)));
    }

    private static IEnumerable<StoredIndex> KeyIndex(Table table) =>
        table.WithoutRowId || table.PrimaryKey is not { } key || key.Columns.Any(c => SqliteDdl.IsRowId(table, table.Column(c)!))
            ? []
            : [new StoredIndex(null, ColumnsKey(key.Columns), null)];

    private static StoredIndex Named(Schema.Index index, string table, string name) =>
        new(name, KeyOf(index), SqliteDdl.CreateIndex(index, table, name));

    private static string KeyOf(Schema.Index index) => ColumnsKey(index.Keys.Select(k => k.Column ?? ""));
}
