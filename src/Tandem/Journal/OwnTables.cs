using Tandem.Schema;

namespace Tandem.Journal;

/// <summary>
/// The tables that Tandem keeps beside the users' where a database has no schemas (SQLite). A table is Tandem's when it has one of
/// these names and these columns; every other one whose name begins the same way is the users'.
/// </summary>
public static class OwnTables
{
    /// <summary>Each name with columns that Tandem's table of that name has in every version.</summary>
    public static IReadOnlyDictionary<string, ValueList<string>> All { get; } = new Dictionary<string, ValueList<string>>(StringComparer.OrdinalIgnoreCase)
    {
        ["tandem_meta"] = ["name", "value"],
        ["tandem_lease"] = ["target", "holder", "epoch"],
        ["tandem_runs"] = ["target", "migration", "ordinal", "plan_json"],
        ["tandem_steps"] = ["target", "migration", "phase", "attempt", "step"],
        ["tandem_parts"] = ["target", "migration", "step", "number", "walk_from"],
        ["tandem_events"] = ["target", "id", "kind", "detail"],
        ["tandem_ledger"] = ["target", "migration", "pass", "chunk_from", "chunk_to"],
        ["tandem_ledger_rows"] = ["target", "migration", "step", "row_key", "after_hash"],
        ["tandem_objects"] = ["target", "ordinal", "kind", "name", "table_name"],
        ["tandem_images"] = ["target", "ordinal", "row_key", "before_image"],
        ["tandem_approvals"] = ["target", "plan_hash", "approver", "signature"],
        ["tandem_definitions"] = ["ordinal", "table_name", "part", "sql"],
        ["tandem_seen"] = ["ordinal", "table_name", "seen_at", "kept_at"],
    };
}
