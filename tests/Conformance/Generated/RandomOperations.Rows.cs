using System.Globalization;
using System.Text.Json.Nodes;
using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Operations that keep facts in two tables, change rows, or are SQL as it is written.</summary>
internal sealed partial class RandomOperations
{
    private bool isScript;

    /// <summary>The rows that the migration changes.</summary>
    public List<ModelRowChange> Rows { get; } = [];

    /// <summary>What holds a table's facts in two tables lets no other migration near them, neither before nor after it.</summary>
    private void ExtractTable(ModelTable table)
    {
        if (!IsUntouched(table) || table.Partitions is not null || table.References.Count > 0)
        {
            return;
        }

        var moved = table.Columns.Where(c => Replaceable(table, c) && (c.Nullable || c.Default is not null)).Take(random.Next(1, 4)).ToList();
        if (moved.Count == 0)
        {
            return;
        }

        var part = new ModelPart(values.Name("part"), [.. table.Key.Select(_ => values.Name("of"))], [.. moved.Select(c => c.Name)]);
        var body = new JsonObject
        {
            ["table"] = table.Name,
            ["columns"] = new JsonArray([.. moved.Select(c => (JsonNode)c.Name)]),
            ["into"] = part.Name,
            ["key"] = new JsonArray([.. part.Key.Select(k => (JsonNode)k)]),
        };
        if (random.Next(2) == 0)
        {
            body["own_key"] = new JsonObject { ["name"] = values.Name("own"), ["type"] = Each("bigint", "INTEGER"), ["identity"] = "by_default" };
        }

        touched.UnionWith(table.Columns.Select(c => $"{table.Id}.{c.Name}"));
        Add(table, "extract_table", body, table with { Part = part, Closed = true }, " ", " ", c => c);
    }

    private void InsertRows(ModelTable table)
    {
        if (!IsUntouched(table) || table.References.Count > 0 || IsParent(table))
        {
            return;
        }

        var row = new Row(table.Columns.Select(c => new KeyValuePair<string, string?>(c.Name, values.Value(c))));
        Hold(table, new ModelRowChange(table.Id, table.KeyOf(row), null, row), "insert_rows", new JsonObject { ["rows"] = new JsonArray(Cells(table.Columns, row)) });
    }

    private void UpdateRows(ModelTable table)
    {
        // What decides about the partition is part of the key, too.
        var free = table.Columns.Where(c => c is { Key: false, Parent: null, Follows: null } && table.Partitions?.Columns.Contains(c.Name) != true).ToList();
        if (!IsUntouched(table) || free.Count == 0 || table.References.Any(r => r.OnDelete is not ReferentialAction.NoAction) || Victim(table) is not { } row)
        {
            return;
        }

        var column = free[random.Next(free.Count)];
        var after = row.With(new KeyValuePair<string, string?>(column.Name, values.Value(column)));
        if (after[column.Name] == row[column.Name])
        {
            return;
        }

        Hold(table, new ModelRowChange(table.Id, table.KeyOf(row), row, after), "update_rows", new JsonObject
        {
            ["set"] = new JsonArray(new JsonObject { ["column"] = column.Name, ["value"] = column.Literal(after[column.Name]) }),
            ["where"] = Where(table, row),
        });
    }

    private void DeleteRows(ModelTable table)
    {
        if (IsUntouched(table) && !IsParent(table) && table.References.Count == 0 && Victim(table) is { } row)
        {
            Hold(table, new ModelRowChange(table.Id, table.KeyOf(row), row, null), "delete_rows", new JsonObject { ["where"] = Where(table, row) });
        }
    }

    /// <summary>SQL of its own, in a migration of its own: whether other operations hang on it only a sandbox could tell.</summary>
    private void Script()
    {
        if (Changes.Count > 0)
        {
            return;
        }

        isScript = true;

        var name = Text.Name(values.Name("scratch"));
        var body = new JsonObject
        {
            ["up"] = $"create table {name} (id integer primary key, word text); insert into {name} values (1, 'it''s; a word')",
            ["down"] = $"drop table {name}",
        };
        Changes.Add(new ModelChange(0, new JsonObject { ["sql"] = body }));
    }

    private void Hold(ModelTable table, ModelRowChange change, string keyword, JsonObject body)
    {
        Rows.Add(change);
        body["table"] = table.Name;
        touched.UnionWith([$"table {table.Id}", .. table.Columns.Select(c => $"{table.Id}.{c.Name}")]);
        Add(table, keyword, body, table, " ", " ", c => c);
    }

    /// <summary>A row that is there, and that no other migration holds.</summary>
    private Row? Victim(ModelTable table)
    {
        var keys = present!.Free(table.Id).Order(StringComparer.Ordinal).ToList();
        return keys.Count < 4 ? null : present.Get(present.Born(table.Id), table.Id, keys[random.Next(keys.Count)]);
    }

    // What triggers do when a migration changes rows is said elsewhere.
    private bool IsUntouched(ModelTable table) => table is { Changed: false, KeyKind: "primary key", Normal: null, Log: null, Security: null } && table.Id < 1000 && Changes.All(c => c.Table != table.Id)
        && !touched.Any(t => t == $"table {table.Id}" || t.StartsWith($"{table.Id.ToString(CultureInfo.InvariantCulture)}.", StringComparison.Ordinal));

    private bool IsParent(ModelTable table) => Tables.Any(t => t.Columns.Any(c => c.Parent == table.Id));

    private static string Where(ModelTable table, Row row) => string.Join(" and ", table.Key.Select(c => $"{c.Sql} = {c.Literal(row[c.Name])}"));

    private static JsonObject Cells(IEnumerable<ModelColumn> columns, Row row) => new(columns.Select(c => new KeyValuePair<string, JsonNode?>(
        c.Name, row[c.Name] is not { } value ? null : c.Kind == ValueKind.Number ? JsonValue.Create(int.Parse(value, CultureInfo.InvariantCulture)) : JsonValue.Create(value))));
}
