using Tandem.Schema;

namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Whole rows that a statement with OR REPLACE takes away for another row's sake: SQLite fires no trigger for them, and
/// without foreign keys their rows apart would stay and give their facts to the next row with the key.
/// </summary>
/// <param name="Tables">Both tables.</param>
/// <param name="Note">The table of notes, quoted.</param>
internal sealed record ReplacedWholes(LinkedTables Tables, string Note)
{
    /// <summary>Whether there is a rule besides the key that could take rows away.</summary>
    public bool Any => Rules.Count > 0;

    /// <summary>The statement that makes the table of notes.</summary>
    public string Make => $"CREATE TABLE IF NOT EXISTS {Note} ({string.Join(", ", Keys)})";

    /// <summary>Whether, in a trigger, there are notes.</summary>
    public string Noted => $"EXISTS (SELECT 1 FROM {Note})";

    /// <summary>What is done once the row is written.</summary>
    public IEnumerable<string> TakeOut =>
    [
        $"DELETE FROM {Tables.Part} WHERE {KeyWalk.Tuple(LinkedTables.Terms(Tables.Part, Tables.PartKey))} IN (SELECT {string.Join(", ", Keys)} FROM {Note} AS n"
            + $" WHERE NOT EXISTS (SELECT 1 FROM {Tables.Whole} AS w WHERE {RowIdentity.Same(LinkedTables.Terms("w", Tables.WholeKey), Keys.Select(k => $"n.{k}"))}))",
        $"DELETE FROM {Note}",
    ];

    /// <summary>The statement that forgets a row that was deleted in plain sight.</summary>
    public string Forget => $"DELETE FROM {Note} WHERE {RowIdentity.Same(Keys, LinkedTables.Terms("OLD", Tables.WholeKey))}";

    private IEnumerable<string> Keys => Tables.WholeKey.Select((_, i) => $"k{i}");

    private ValueList<Schema.Index> Rules => ReplacedRows.Uniques(Tables.WholeSide.Table).ToValueList();

    /// <summary>What is done before a row is written: notes the rows that it would replace.</summary>
    /// <param name="changed">Whether a row is changed, which does not replace itself.</param>
    public IEnumerable<string> Remember(bool changed) => Rules.Select(r => ReplacedRows.Remember(
        Tables.WholeSide, r, ReplacedRows.Itself(Tables.WholeSide, changed), Note, Keys.ToList(), LinkedTables.Terms(Tables.WholeSide.Alias, Tables.WholeKey).ToList()));
}
