using System.Text.Json.Nodes;
using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Operations that change rules and tables rather than values.</summary>
internal sealed partial class RandomOperations
{
    private void NotNull(ModelTable table, ModelColumn column)
    {
        if (column.Key || column.WritesNull || column.Parent is not null)
        {
            return;
        }

        var body = new JsonObject { ["table"] = table.Name, ["column"] = column.Name };
        if (column.Nullable && random.Next(3) == 0)
        {
            body["enforce"] = "live";
        }

        Add(table, column.Nullable ? "set_not_null" : "drop_not_null", body, table.With(column.Name, column with { Nullable = !column.Nullable }), column.Name, column.Name, c => c);
    }

    private void SetDefault(ModelTable table, ModelColumn column)
    {
        if (column.Key || column.Unique || column.Parent is not null || column.Follows is not null || column.Kind == ValueKind.Pair)
        {
            return;
        }

        var value = column.Default is not null && random.Next(3) == 0 ? null : values.Value(column with { WritesNull = false });
        if (value == column.Default)
        {
            return;
        }

        var body = new JsonObject { ["table"] = table.Name, ["column"] = column.Name };
        if (value is not null)
        {
            body["default"] = column.Literal(value);
        }

        Add(table, "set_default", body, table.With(column.Name, column with { Default = value }), column.Name, column.Name, c => c);
    }

    private void Indexes(ModelTable table, ModelColumn column)
    {
        var index = table.Indexes.FirstOrDefault(i => i is { Constraint: false } && i.Columns.All(c => !touched.Contains($"{table.Id}.{c}")));
        if (index is not null && random.Next(2) == 0)
        {
            var name = values.Name("index");
            Add(
                table,
                "rename_index",
                new() { ["table"] = table.Name, ["from"] = index.Name, ["to"] = name },
                table with { Indexes = table.Indexes.Select(i => i == index ? i with { Name = name } : i).ToValueList() },
                column.Name,
                column.Name,
                c => c);
        }
        else if (index is not null && random.Next(2) == 0)
        {
            Add(
                table,
                "drop_index",
                new() { ["table"] = table.Name, ["name"] = index.Name },
                table with { Indexes = table.Indexes.Where(i => i != index).ToValueList() },
                column.Name,
                column.Name,
                c => c);
        }
        else
        {
            var made = new ModelIndex(values.Name("index"), column.Unique ? table.UniqueBy(column.Name) : [column.Name], column.Unique, false);
            var body = new JsonObject { ["table"] = table.Name, ["name"] = made.Name, ["columns"] = new JsonArray([.. made.Columns.Select(c => (JsonNode)new JsonObject { ["name"] = c, ["descending"] = random.Next(2) == 0 })]) };
            if (made.Unique)
            {
                body["unique"] = true;
            }

            Add(table, "create_index", body, table with { Indexes = table.Indexes.Append(made).ToValueList() }, column.Name, column.Name, c => c);
        }
    }

    private void Constraints(ModelTable table, ModelColumn column)
    {
        var unique = table.Indexes.FirstOrDefault(i => i.Constraint && i.Columns[0] == column.Name);
        if (unique is not null)
        {
            Add(
                table,
                "drop_unique",
                new() { ["table"] = table.Name, ["name"] = unique.Name },
                table with { Indexes = table.Indexes.Where(i => i != unique).ToValueList() },
                column.Name,
                column.Name,
                c => c);
        }
        else if (column.Unique && !column.Key)
        {
            var made = new ModelIndex(values.Name("unique"), table.UniqueBy(column.Name), true, true);
            Add(
                table,
                "add_unique",
                new() { ["table"] = table.Name, ["columns"] = new JsonArray([.. made.Columns.Select(c => (JsonNode)c)]), ["name"] = made.Name },
                table with { Indexes = table.Indexes.Append(made).ToValueList() },
                column.Name,
                column.Name,
                c => c);
        }
        else if (table.Checks.FirstOrDefault(c => c.Column == column.Name) is { Name: not null } check)
        {
            Add(
                table,
                "drop_check",
                new() { ["table"] = table.Name, ["name"] = check.Name },
                table with { Checks = table.Checks.Where(c => c != check).ToValueList() },
                column.Name,
                column.Name,
                c => c);
        }
        else if (column is { Kind: ValueKind.Number, Parent: null })
        {
            var name = values.Name("check");
            Add(
                table,
                "add_check",
                new() { ["table"] = table.Name, ["name"] = name, ["expression"] = $"{column.Sql} >= 0" },
                table.With(column.Name, column with { Pinned = true }) with { Checks = table.Checks.Append((name, column.Name)).ToValueList() },
                column.Name,
                column.Name,
                c => c);
        }
    }

    private void ForeignKeys(ModelTable table)
    {
        if (table.References.Count == 0)
        {
            return;
        }

        var reference = table.References[0];
        var parent = Tables.Single(t => t.Id == reference.Parent);
        if (parent.Target is not { } target || table.Column(reference.Column).Kind != target.Kind || table.Column(reference.Column).Uuid != target.Uuid || touched.Contains($"{table.Id}.{reference.Column}") || touched.Contains($"{parent.Id}.{target.Name}"))
        {
            return;
        }

        // From here on the versions differ in what a deleted parent means.
        Tables = Tables.Select(t => t.Id == parent.Id ? t with { NoDelete = true } : t).ToValueList();
        if (reference.Name is not null)
        {
            var after = table with { References = [reference with { Name = null }] };
            Add(table, "drop_foreign_key", new() { ["table"] = table.Name, ["name"] = reference.Name }, after, reference.Column, reference.Column, c => c);
        }
        else
        {
            var name = values.Name("fk");
            var body = new JsonObject
            {
                ["table"] = table.Name,
                ["columns"] = new JsonArray(reference.Column),
                ["references"] = new JsonObject { ["table"] = parent.Name, ["columns"] = new JsonArray(target.Name) },
                ["name"] = name,
            };
            Add(table, "add_foreign_key", body, table with { References = [reference with { Name = name }] }, reference.Column, reference.Column, c => c);
        }
    }

    private void RenameTable(ModelTable table)
    {
        if (((table.Views.Count > 0 || table.HasTriggers) && !values.IsPostgres) || Tables.Any(t => t.Closed && t.References.Any(r => r.Parent == table.Id)) || !touched.Add($"table {table.Id}"))
        {
            return;
        }

        var name = values.Name("renamed");
        Add(table, "rename_table", new() { ["from"] = table.Name, ["to"] = name }, table with { Name = name }, " ", " ", c => c);
    }

    private void CreateTable()
    {
        var id = 1000 + values.Number();
        var key = new ModelColumn(values.Name("id"), ValueKind.Number) { Key = true, Unique = true };
        var tag = new ModelColumn(values.Name("tag"), ValueKind.Tag) { Default = "w0" };
        var number = new ModelColumn(values.Name("number"), ValueKind.Number) { Nullable = true, WritesNull = true };
        var table = new ModelTable(id, values.Name("made"), [key, tag, number]) { Changed = true };
        var body = new JsonObject
        {
            ["name"] = table.Name,
            ["columns"] = new JsonArray(
                new JsonObject { ["name"] = key.Name, ["type"] = "integer", ["nullable"] = false },
                new JsonObject { ["name"] = tag.Name, ["type"] = "text", ["nullable"] = false, ["default"] = "'w0'" },
                new JsonObject { ["name"] = number.Name, ["type"] = "integer" }),
            ["primary_key"] = new JsonArray(key.Name),
        };
        touched.UnionWith(table.Columns.Select(c => $"{id}.{c.Name}"));
        touched.UnionWith([$"table {id}", $"made {id}"]);
        Changes.Add(new ModelChange(id, new JsonObject { ["create_table"] = body }));
        Tables = Tables.Append(table).ToValueList();
    }

    private void DropTable(ModelTable table)
    {
        if (Tables.Count < 2 || table.Views.Count > 0 || table.HasTriggers || table.References.Count > 0 || Tables.Any(t => t.References.Any(r => r.Parent == table.Id))
            || Changes.Any(c => c.Table == table.Id) || touched.Contains($"table {table.Id}"))
        {
            return;
        }

        Changes.Add(new ModelChange(table.Id, new JsonObject { ["drop_table"] = new JsonObject { ["table"] = table.Name } }));
        Tables = Tables.Where(t => t.Id != table.Id).ToValueList();
    }
}
