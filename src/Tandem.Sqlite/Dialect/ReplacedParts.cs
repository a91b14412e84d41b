using Tandem.Schema;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Rows apart that a statement with OR REPLACE takes away for another one's sake, by a rule besides the key that both tables share: SQLite
/// fires no trigger for them, and the whole rows would keep their facts.
/// </summary>
/// <param name="Tables">Both tables.</param>
/// <param name="Note">The table of notes, quoted.</param>
internal sealed record ReplacedParts(LinkedTables Tables, string Note)
{
    /// <summary>Whether there is such a rule.</summary>
    public bool Any => Rules.Any();

    /// <summary>The statement that makes the table of notes.</summary>
    public string Make => $"CREATE TABLE IF NOT EXISTS {Note} ({string.Join(", ", Keys)})";

    /// <summary>Whether, in a trigger, there are notes.</summary>
    public string Noted => $"EXISTS (SELECT 1 FROM {Note})";

    /// <summary>What is done before a row is written: notes the rows that it would replace. What a statement with OR IGNORE left behind goes first.</summary>
    /// <param name="changed">Whether a row is changed, which does not replace itself.</param>
    public IEnumerable<string> Remember(bool changed)
    {
        var side = Tables.PartSide;
        var shared = LinkedTables.Terms(side.Alias, Tables.PartKey).ToList();
        var itself = changed ? $"({RowIdentity.Same(shared, LinkedTables.Terms("NEW", Tables.PartKey))}) OR ({ReplacedRows.Itself(side, changed)})" : "0";
        return Rules.Select(r => ReplacedRows.Remember(side, r, itself, Note, Keys.ToList(), shared)).Prepend(Forget);
    }

    /// <summary>What is done once the row is written, before its own facts go over: the whole rows of those that are gone hold none.</summary>
    public IEnumerable<string> TakeOut =>
    [
        $"UPDATE {Tables.Whole} SET {KeyWalk.Tuple(Tables.WholeColumns)} = {Tables.Nothing} WHERE {KeyWalk.Tuple(LinkedTables.Terms(Tables.Whole, Tables.WholeKey))} IN"
            + $" (SELECT {string.Join(", ", Keys)} FROM {Note} AS n WHERE NOT EXISTS (SELECT 1 FROM {Tables.Part} AS p WHERE {RowIdentity.Same(LinkedTables.Terms("p", Tables.PartKey), Keys.Select(k => $"n.{k}"))}))"
            + $" AND NOT {Tables.IsAbsent(Tables.Whole)}",
        Forget,
    ];

    private string Forget => $"DELETE FROM {Note}";

    private IEnumerable<string> Keys => Tables.PartKey.Select((_, i) => $"k{i}");

    private IEnumerable<Schema.Index> Rules
    {
        get
        {
            var table = Tables.PartSide.Table;
            var shared = Tables.Link.Key.Select(k => k.Part).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var key = new Schema.Index("", table.PrimaryKey!.Columns.Select(c => new IndexKey(c)).ToValueList(), Unique: true);
            return ReplacedRows.Uniques(table).Prepend(key).Where(r => r.Where is not null || !r.Keys.All(k => k.Column is { } c && shared.Contains(c)));
        }
    }
}
