using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>A constraint of one version, as conditions that SQL can ask for.</summary>
/// <param name="Message">What SQLite says when a statement breaks it.</param>
/// <param name="Breaks">Whether a row breaks it; given the name of the row's table.</param>
/// <param name="Count">A query for how many rows break it; given the table.</param>
internal sealed record Rule(string Message, Func<string, string> Breaks, string Count)
{
    /// <summary>The parent of a foreign key; its rows may not go away under their children.</summary>
    public ParentRule? Parent { get; init; }

    /// <summary>The rule that a step is about.</summary>
    /// <param name="change">The table.</param>
    /// <param name="kind">Which kind.</param>
    /// <param name="name">The column, or the constraint's or index's name.</param>
    /// <param name="side">Whose rule.</param>
    /// <param name="places">Where the rows are.</param>
    public static Rule Of(TableChange change, ConstraintKind kind, string name, Side side, Places places)
    {
        var table = side == Side.Old ? change.Before! : NewShape.Of(change);
        var storage = TwinNames.Marked(places.Of(table.Name, side));
        var identity = RowIdentity.Of(table)!;
        switch (kind)
        {
            case ConstraintKind.NotNull:
                return Simple($"NOT NULL constraint failed: {table.Name}.{name}", table, storage, $"{SqliteText.Quote(name)} IS NULL");
            case ConstraintKind.Check:
                var check = table.Checks.First(c => ConstraintName.Of(c) == NameInShape(change, table, name));
                return Simple($"CHECK constraint failed: {check.Name ?? check.Expression}", table, storage, $"NOT ({check.Expression}\n)");
            case ConstraintKind.ForeignKey:
                return ForeignKey(table, storage, table.ForeignKeys.First(f => ConstraintName.Of(f) == name), side, places);
            case ConstraintKind.PrimaryKey:
                return Unique(table, storage, identity, new Schema.Index(name, table.PrimaryKey!.Columns.Select(c => new IndexKey(c)).ToValueList(), Unique: true));
            default:
                return Unique(table, storage, identity, Index(table, name));
        }
    }

    private static Rule Simple(string message, Table table, string storage, string broken) => new(
        message,
        _ => broken,
        $"SELECT count(*) FROM {storage} AS {SqliteText.Quote(table.Name)} WHERE {broken}");

    // A check of the new version is found by the text the model has for it.
    private static string NameInShape(TableChange change, Table table, string name)
    {
        var model = (table.Name == change.After?.Name ? change.After : change.Before)!;
        var i = model.Checks.ToList().FindIndex(c => ConstraintName.Of(c) == name);
        return i < 0 ? name : ConstraintName.Of(table.Checks[i]);
    }

    private static Schema.Index Index(Table table, string name) =>
        table.Uniques.FirstOrDefault(u => ConstraintName.Of(u) == name) is { } unique
            ? new Schema.Index(name, unique.Columns.Select(c => new IndexKey(c)).ToValueList(), Unique: true)
            : table.Indexes.First(i => i.Name == name);

    private static Rule Unique(Table table, string storage, RowIdentity identity, Schema.Index index)
    {
        var keys = index.Keys.Select(k => (k.Column is null ? $"({k.Expression})" : SqliteText.Quote(k.Column)) + (k.Options is null ? "" : " " + k.Options)).ToList();
        var where = index.Where is null ? "1" : $"({index.Where}\n)";
        var alias = SqliteText.Quote(table.Name);
        var here = RowIdentity.Same(identity.Of(alias), identity.Of("NEW"));
        string Key(string key) => $"(SELECT {key} FROM {storage} AS {alias} WHERE {here})";
        return new Rule(
            $"UNIQUE constraint failed: {string.Join(", ", index.Keys.Select(k => k.Column is null ? $"index '{index.Name}'" : $"{table.Name}.{k.Column}").Distinct())}",
            _ => $"{where} AND EXISTS (SELECT 1 FROM {storage} AS {alias} WHERE {where}"
                + $" AND {string.Join(" AND ", keys.Select(k => $"{k} = {Key(k)}"))} AND NOT ({here}))",
            $"SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM {storage} AS {alias} WHERE {where}"
            + $" AND {string.Join(" AND ", keys.Select(k => $"{k} IS NOT NULL"))} GROUP BY {string.Join(", ", keys)} HAVING count(*) > 1)");
    }

    private static Rule ForeignKey(Table table, string storage, ForeignKey key, Side side, Places places)
    {
        var parent = places.Shape(key.ReferencedTable, side);
        var referenced = key.ReferencedColumns.Count > 0 ? key.ReferencedColumns : parent?.PrimaryKey?.Columns ?? [];
        var parentStorage = TwinNames.Marked(places.Of(key.ReferencedTable, side));
        var alias = SqliteText.Quote(table.Name);
        var child = key.Columns.Select(c => $"{alias}.{SqliteText.Quote(c)}").ToList();
        var parents = referenced.Select(c => $"tandem_parent.{SqliteText.Quote(c)}").ToList();
        var broken = $"{string.Join(" AND ", child.Select(c => $"{c} IS NOT NULL"))}"
            + $" AND NOT EXISTS (SELECT 1 FROM {parentStorage} AS tandem_parent WHERE {RowIdentity.Same(parents, child)})";
        var left = referenced.Select(c => $"OLD.{SqliteText.Quote(c)}").ToList();
        return new Rule("FOREIGN KEY constraint failed", _ => broken, $"SELECT count(*) FROM {storage} AS {alias} WHERE {broken}")
        {
            Parent = new ParentRule(
                parentStorage,
                key.OnDelete,
                key.OnUpdate,
                new ChildRows(storage, key.Columns.Select(c => table.Column(c)!).ToValueList(), referenced.Select(SqliteText.Quote).ToValueList()),
                $"EXISTS (SELECT 1 FROM {storage} AS {alias} WHERE {RowIdentity.Same(child, left)})"
                + $" AND NOT EXISTS (SELECT 1 FROM {parentStorage} AS tandem_parent WHERE {RowIdentity.Same(parents, left)})"),
        };
    }
}

/// <summary>What a foreign key asks of the parent's side.</summary>
/// <param name="Storage">The parent's table.</param>
/// <param name="OnDelete">What becomes of the children when the parent goes.</param>
/// <param name="OnUpdate">What becomes of them when its key changes.</param>
/// <param name="Children">The children's rows.</param>
/// <param name="Breaks">Whether the row that has just left (<c>OLD</c>) left children behind.</param>
internal sealed record ParentRule(string Storage, ReferentialAction OnDelete, ReferentialAction OnUpdate, ChildRows Children, string Breaks);

/// <summary>The rows that refer to a parent, as statements of a trigger on the parent reach them.</summary>
/// <param name="Storage">Their table.</param>
/// <param name="Columns">The referring columns.</param>
/// <param name="Referenced">The parent's columns, quoted.</param>
internal sealed record ChildRows(string Storage, ValueList<Column> Columns, ValueList<string> Referenced)
{
    /// <summary>The statement that does to the children what the key says; null where they forbid it.</summary>
    /// <param name="action">What the key says.</param>
    /// <param name="breaks">Whether children were left behind.</param>
    /// <param name="updated">Whether the parent's key changed, rather than the parent went.</param>
    public string? Act(ReferentialAction action, string breaks, bool updated)
    {
        var where = $"WHERE {RowIdentity.Same(Columns.Select(c => SqliteText.Quote(c.Name)), Referenced.Select(r => $"OLD.{r}"))} AND {breaks}";
        return action switch
        {
            ReferentialAction.Cascade when !updated => $"DELETE FROM {Storage} {where}",
            ReferentialAction.Cascade => Set(Referenced.Select(r => $"NEW.{r}")),
            ReferentialAction.SetNull => Set(Columns.Select(_ => "NULL")),
            ReferentialAction.SetDefault => Set(Columns.Select(c => c.Default is null ? "NULL" : $"({c.Default}\n)")),
            _ => null,
        };

        string Set(IEnumerable<string> values) =>
            $"UPDATE {Storage} SET {string.Join(", ", Columns.Zip(values, (c, v) => $"{SqliteText.Quote(c.Name)} = {v}"))} {where}";
    }
}
