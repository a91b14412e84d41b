using System.Text.Json.Serialization;
using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>
/// A key for which each version draws values of its own: neither is a function of the other, the two stand in one row of the table.
/// What refers to it in one version's values is looked up there for the other, by functions that the provider makes in the table's schema.
/// </summary>
/// <param name="Schema">The schema of the table.</param>
/// <param name="Table">The table, by its name in the old version.</param>
/// <param name="Old">The key column of the old version.</param>
/// <param name="New">The key column of the new version.</param>
/// <param name="OldType">The type of <paramref name="Old"/>.</param>
/// <param name="NewType">The type of <paramref name="New"/>.</param>
public sealed record DrawnKey(string Schema, string Table, string Old, string New, string OldType, string NewType)
{
    /// <summary>What the names of its functions begin with.</summary>
    [JsonIgnore]
    public string Name => $"_tandem_key_{Fingerprint.OfText($"{Table}.{Old}")[..12]}";

    /// <summary>The key column of a side.</summary>
    public string Of(Side side) => side == Side.Old ? Old : New;

    /// <summary>The function that looks up the key which a side draws, from the other's: for a row that is being written.</summary>
    public string Lookup(Side gives) => $"{SqlName.Quote(Schema)}.{SqlName.Quote($"{Name}_{Word(gives)}")}";

    /// <summary>The same for a row that is being read, by what the reading statement sees.</summary>
    public string LookupSeen(Side gives) => $"{SqlName.Quote(Schema)}.{SqlName.Quote($"{Name}_{Word(gives)}_seen")}";

    /// <summary>
    /// The expression by which a column that refers to the key follows it. In a trigger the row is being written: what was written
    /// a moment ago must be found. Elsewhere it is compared, with the table as the comparing statement sees it.
    /// </summary>
    /// <param name="gives">The side whose value the expression gives.</param>
    /// <param name="column">The column that refers, by its name on the other side.</param>
    /// <param name="type">The type of the value.</param>
    public string Follow(Side gives, string column, string type)
    {
        var from = gives == Side.New ? OldType : NewType;
        var value = $"CAST({SqlName.Quote(column)} AS {from})";
        return $"CAST(CASE WHEN pg_catalog.pg_trigger_depth() = 0 THEN {LookupSeen(gives)}({value}) ELSE {Lookup(gives)}({value}) END AS {type})";
    }

    private static string Word(Side side) => side == Side.Old ? "old" : "new";
}
