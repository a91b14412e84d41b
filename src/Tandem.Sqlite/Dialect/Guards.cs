using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Triggers that enforce one version's rule on the table that is not the plain one yet. What an application writes into
/// the other version reaches that table through the sync, so the rule holds for both.
/// </summary>
internal static class Guards
{
    private static readonly string[] Events = ["insert", "update", "parent_delete", "parent_update"];

    /// <summary>The statements that make a rule's triggers.</summary>
    public static IEnumerable<string> Create(TableChange change, ConstraintKind kind, string name, Side side, Places places)
    {
        var names = TwinNames.Of(places.Context);
        var table = side == Side.Old ? change.Before! : NewShape.Of(change);
        var rule = Rule.Of(change, kind, name, side, places);
        var storage = TwinNames.Marked(places.Of(table.Name, side));
        var alias = SqliteText.Quote(table.Name);
        var identity = RowIdentity.Of(table)!;
        var row = RowIdentity.Same(identity.Of(alias), identity.Of("NEW"));
        var broken = $"EXISTS (SELECT 1 FROM {storage} AS {alias} WHERE {row} AND {rule.Breaks(alias)})";
        string Trigger(string what, string on, string target, string condition, string? act = null) =>
            $"CREATE TRIGGER IF NOT EXISTS {SqliteText.Quote(Name(change, names, kind, name, side, what))}\nAFTER {on} ON {target} FOR EACH ROW\n"
            + $"BEGIN\n{(act is null ? "" : $"  {act};\n")}  SELECT RAISE(ABORT, {SqliteText.Literal(rule.Message)}) WHERE {condition};\nEND";
        yield return Trigger("insert", "INSERT", storage, broken);
        yield return Trigger("update", "UPDATE", storage, broken);
        if (rule.Parent is { } parent)
        {
            yield return Trigger("parent_delete", "DELETE", parent.Storage, parent.Breaks, parent.Children.Act(parent.OnDelete, parent.Breaks, updated: false));
            yield return Trigger("parent_update", "UPDATE", parent.Storage, parent.Breaks, parent.Children.Act(parent.OnUpdate, parent.Breaks, updated: true));
        }
    }

    /// <summary>The statements that drop a rule's triggers.</summary>
    public static IEnumerable<string> Drop(TableChange change, ConstraintKind kind, string name, Side side, TwinNames names) =>
        Events.Where(e => kind == ConstraintKind.ForeignKey || !e.StartsWith("parent", StringComparison.Ordinal))
            .Select(e => $"DROP TRIGGER IF EXISTS {SqliteText.Quote(Name(change, names, kind, name, side, e))}");

    /// <summary>The statements that drop the triggers of all rules that only one version of a table has.</summary>
    public static IEnumerable<string> DropAll(TableChange change, TwinNames names) =>
        new[] { Side.Old, Side.New }.SelectMany(s => RulesOf(change, s).SelectMany(r => Drop(change, r.Kind, r.Name, s, names)));

    /// <summary>The rules that one version has and the other has not.</summary>
    public static IEnumerable<(ConstraintKind Kind, string Name)> RulesOf(TableChange change, Side side)
    {
        if (change.Before is null || change.After is null)
        {
            return [];
        }

        T? Mine<T>(Pair<T> pair)
            where T : class => side == Side.Old ? pair.Before : pair.After;
        T? Other<T>(Pair<T> pair)
            where T : class => side == Side.Old ? pair.After : pair.Before;
        IEnumerable<T> Only<T>(IEnumerable<Pair<T>> pairs)
            where T : class => pairs.Where(p => !p.Kept).Select(Mine).OfType<T>();
        return change.Columns.Where(c => Mine(c) is { Nullable: false } && Other(c) is not { Nullable: false }).Select(c => (ConstraintKind.NotNull, Mine(c)!.Name))
            .Concat(Only(change.PrimaryKeys).Select(k => (ConstraintKind.PrimaryKey, ConstraintName.Of(k))))
            .Concat(Only(change.Uniques).Select(u => (ConstraintKind.Unique, ConstraintName.Of(u))))
            .Concat(Only(change.Indexes).Where(i => i.Unique).Select(i => (ConstraintKind.Unique, i.Name)))
            .Concat(Only(change.Checks).Select(c => (ConstraintKind.Check, ConstraintName.Of(c))))
            .Concat(Only(change.ForeignKeys).Select(f => (ConstraintKind.ForeignKey, ConstraintName.Of(f))));
    }

    private static string Name(TableChange change, TwinNames names, ConstraintKind kind, string name, Side side, string what) =>
        names.Trigger($"rule_{(side == Side.Old ? "old" : "new")}_{what}", $"{change.Name}_{kind}_{name}");
}
