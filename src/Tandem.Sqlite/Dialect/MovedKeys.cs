namespace Tandem.Sqlite.Dialect;

/// <summary>
/// Whole rows whose key is changing, noted before the write. The row apart follows, by the sync or by a foreign key,
/// perhaps before the sync has seen the whole row: it must not bring the former facts along.
/// </summary>
/// <param name="Tables">Both tables.</param>
/// <param name="Note">The table of notes, quoted.</param>
internal sealed record MovedKeys(LinkedTables Tables, string Note)
{
    /// <summary>The statement that makes the table of notes.</summary>
    public string Make => $"CREATE TABLE IF NOT EXISTS {Note} ({string.Join(", ", Former.Concat(Present))})";

    /// <summary>What is done before a key changes. What a statement with OR IGNORE left behind goes first.</summary>
    public IEnumerable<string> Remember =>
    [
        Forget,
        $"INSERT INTO {Note} VALUES ({string.Join(", ", LinkedTables.Terms("OLD", Tables.WholeKey).Concat(LinkedTables.Terms("NEW", Tables.WholeKey)))})",
    ];

    /// <summary>The statement that forgets all notes.</summary>
    public string Forget => $"DELETE FROM {Note}";

    /// <summary>Whether, in a trigger for an update of the part, its row only follows.</summary>
    public string Follows =>
        $"(EXISTS (SELECT 1 FROM {Note} AS m WHERE {RowIdentity.Same(Former.Select(c => $"m.{c}"), LinkedTables.Terms("OLD", Tables.PartKey))}"
        + $" AND {RowIdentity.Same(Present.Select(c => $"m.{c}"), LinkedTables.Terms("NEW", Tables.PartKey))})"
        + $" AND NOT EXISTS (SELECT 1 FROM {Tables.Whole} AS w WHERE {LinkedTables.Same("w", Tables.WholeKey, "OLD", Tables.PartKey)}))";

    private IEnumerable<string> Former => Tables.WholeKey.Select((_, i) => $"o{i}");

    private IEnumerable<string> Present => Tables.WholeKey.Select((_, i) => $"n{i}");
}
