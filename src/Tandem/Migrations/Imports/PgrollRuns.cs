using System.Text.Json.Nodes;
using Tandem.Schema;

namespace Tandem.Migrations.Imports;

/// <summary>
/// Divides what one migration of pgroll's does into migrations of ours. SQL stands for itself: a rollback takes it back while what operations
/// made stays hidden. An operation on a column that the same migration made or gave other values waits for a migration behind it.
/// </summary>
internal sealed class PgrollRuns
{
    private readonly List<List<JsonNode>> runs = [];
    private readonly HashSet<(string Table, string Column)> made = [];
    private readonly HashSet<string> tables = new(StringComparer.Ordinal);
    private PgrollRenames renames = new();
    private bool raw;

    /// <summary>The operations of each migration.</summary>
    public static IReadOnlyList<List<JsonNode>> Of(IEnumerable<(bool Raw, JsonObject Operation)> operations)
    {
        var division = new PgrollRuns();
        foreach (var (raw, operation) in operations)
        {
            var (keyword, keys) = operation.Single();
            division.Add(raw, operation, keyword, (JsonObject)keys!);
        }

        return division.runs;
    }

    private void Add(bool isRaw, JsonObject operation, string keyword, JsonObject keys)
    {
        if (runs.Count == 0 || isRaw != raw || Waits(keyword, keys))
        {
            runs.Add([]);
            made.Clear();
            tables.Clear();
            renames = new PgrollRenames();
            raw = isRaw;
        }

        // A row's old values have the names from before the migration.
        if (keys["up"] is { } up && !isRaw)
        {
            keys["up"] = renames.Before(Text(keys, "table"), up.GetValue<string>());
        }

        Remember(keyword, keys);
        runs[^1].Add(operation);
    }

    private bool Waits(string keyword, JsonObject keys) => keyword switch
    {
        "drop_table" => tables.Contains(Text(keys, "table")),
        "alter_column" or "change_type" or "drop_column" => IsMade(keys, "column"),
        "rename_column" => IsMade(keys, "from"),
        "add_column" when keys["up"] is { } up => made.Any(m => m.Table == Text(keys, "table") && SqlLexer.Names(up.GetValue<string>(), m.Column)),
        _ => false,
    };

    private bool IsMade(JsonObject keys, string key) => made.Contains((Text(keys, "table"), Text(keys, key)));

    private void Remember(string keyword, JsonObject keys)
    {
        switch (keyword)
        {
            case "create_table":
                tables.Add(Text(keys, "name"));
                made.UnionWith(((JsonArray)keys["columns"]!).Select(c => (Text(keys, "name"), Text((JsonObject)c!, "name"))));
                break;
            case "add_column":
                made.Add((Text(keys, "table"), Text(keys, "name")));
                break;
            case "alter_column" or "change_type":
                made.Add((Text(keys, "table"), Text(keys, "column")));
                break;
            case "rename_column":
                renames.Column(Text(keys, "table"), Text(keys, "from"), Text(keys, "to"));
                break;
            case "rename_table":
                RenameTable(Text(keys, "from"), Text(keys, "to"));
                break;
        }
    }

    private void RenameTable(string from, string to)
    {
        renames.Table(from, to);
        foreach (var column in made.Where(m => m.Table == from).ToList())
        {
            made.Remove(column);
            made.Add((to, column.Column));
        }

        if (tables.Remove(from))
        {
            tables.Add(to);
        }
    }

    private static string Text(JsonObject keys, string key) => keys[key]!.GetValue<string>();
}
