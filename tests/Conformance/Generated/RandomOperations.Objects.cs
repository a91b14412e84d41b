using System.Text.Json.Nodes;
using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Operations on what stands beside the tables: types, views, triggers, sequences, names and comments.</summary>
internal sealed partial class RandomOperations
{
    private void TryObject(ModelTable table)
    {
        switch (random.Next(10))
        {
            case 0 or 1: CreateView(table); break;
            case 2: ReplaceView(table); break;
            case 3: DropView(table); break;
            case 4: Triggers(table); break;
            case 5 when values.IsPostgres: CreateSequence(); break;
            case 6 when values.IsPostgres: SetComment(table); break;
            case 7 when values.IsPostgres: RenameConstraint(table); break;
            case 8: Secure(table); break;
            default: ChangeKey(table); break;
        }
    }

    private void CreateView(ModelTable table)
    {
        var view = RandomSchema.View(table, values);
        touched.Add($"view {view.Name}");
        Hold(table, view);
        Object(table, "create_view", new() { ["name"] = view.Name, ["query"] = view.Query(table.Name) }, table with { Views = [.. table.Views, view] });
    }

    /// <summary>A view is written in the names that the migration ends with: nothing that it names may change behind it.</summary>
    private void Hold(ModelTable table, ModelView view) =>
        touched.UnionWith([$"table {table.Id}", .. view.Columns.Select(c => $"{table.Id}.{c.Column}")]);

    private void ReplaceView(ModelTable table)
    {
        if (table.Views.FirstOrDefault(v => touched.Add($"view {v.Name}")) is { } view)
        {
            var after = RandomSchema.View(table, values) with { Name = view.Name };
            Hold(table, after);
            Object(table, "replace_view", new() { ["name"] = view.Name, ["query"] = after.Query(table.Name) }, table with { Views = [.. table.Views.Where(v => v != view), after] });
        }
    }

    private void DropView(ModelTable table)
    {
        if (table.Views.FirstOrDefault(v => touched.Add($"view {v.Name}")) is { } view)
        {
            Object(table, "drop_view", new() { ["name"] = view.Name }, table with { Views = [.. table.Views.Where(v => v != view)] });
        }
    }

    private void Triggers(ModelTable table)
    {
        if (table.Normal is not null || table.Log is not null)
        {
            WritingTriggers(table);
            return;
        }

        if (table.Triggers.FirstOrDefault(t => touched.Add($"trigger {t}")) is { } old)
        {
            Object(table, "drop_trigger", new() { ["table"] = table.Name, ["name"] = old }, table with { Triggers = [.. table.Triggers.Where(t => t != old)] });
            return;
        }

        if (touched.Contains($"made {table.Id}"))
        {
            return;
        }

        var name = values.Name("trigger");
        touched.UnionWith([$"trigger {name}", $"table {table.Id}"]);
        var body = new JsonObject
        {
            ["table"] = table.Name,
            ["name"] = name,
            ["events"] = random.Next(2) == 0 ? "insert" : "update",
            ["execute"] = Each(RandomSchema.Noop, "select 1"),
        };
        Object(table, "create_trigger", body, table with { Triggers = [.. table.Triggers, name] });
    }

    private void CreateSequence() =>
        Changes.Add(new ModelChange(0, new JsonObject { ["create_sequence"] = new JsonObject { ["name"] = values.Name("sequence"), ["start"] = random.Next(1, 100) } }));

    private ModelEnum CreateEnum()
    {
        var type = new ModelEnum(values.Name("state"), [.. Enumerable.Range(0, 4).Select(_ => values.Name("value"))]);
        touched.Add($"enum {type.Name}");
        Changes.Add(new ModelChange(0, new JsonObject
        {
            ["create_enum"] = new JsonObject { ["name"] = type.Name, ["values"] = new JsonArray([.. type.Values.Select(v => (JsonNode)v)]) },
        }));
        return type;
    }

    private void AlterEnum(ModelTable table, ModelColumn column)
    {
        if (column is not { Enum: { } type, Pinned: false } || table.IsViewed(column.Name) || table.Partitions is not null || !touched.Add($"enum {type.Name}"))
        {
            return;
        }

        var (old, renamed) = (type.Values[0], values.Name("value"));
        var body = new JsonObject { ["name"] = type.Name, ["rename"] = new JsonObject { [old] = renamed } };
        var kept = type.Values.Skip(1).ToList();
        var mapping = new Dictionary<string, string> { [old] = renamed };
        if (random.Next(2) == 0 && kept.Count > 1)
        {
            body["remove"] = new JsonObject { [kept[0]] = renamed };
            mapping[kept[0]] = renamed;
            kept.RemoveAt(0);
        }

        var after = column with { Enum = type with { Values = [renamed, .. kept] }, Default = column.Default is { } value ? mapping.GetValueOrDefault(value, value) : null };
        string? Up(string? v) => v is null ? null : mapping.GetValueOrDefault(v, v);
        Add(table, "alter_enum", body, table.With(column.Name, after), column.Name, column.Name, c => c with
        {
            Up = (row, _) => row.With(new KeyValuePair<string, string?>(column.Name, Up(row[column.Name]))),
            Down = (row, older, _) => row.With(new KeyValuePair<string, string?>(
                column.Name,
                older is not null && Up(older[column.Name]) == row[column.Name] ? older[column.Name] : row[column.Name] == renamed ? old : row[column.Name])),
        });
    }

    private void SetComment(ModelTable table)
    {
        var column = random.Next(2) == 0 ? table.Columns[random.Next(table.Columns.Count)] : null;
        if (!touched.Add($"comment {table.Id}.{column?.Name}") || (column is not null && touched.Contains($"{table.Id}.{column.Name}")))
        {
            return;
        }

        var body = new JsonObject { ["name"] = table.Name, ["comment"] = values.Name("it's a comment") };
        if (column is not null)
        {
            body["column"] = column.Name;
            touched.Add($"{table.Id}.{column.Name}");
        }

        Object(table, "set_comment", body, table);
    }

    private void RenameConstraint(ModelTable table)
    {
        var name = values.Name("constraint");
        if (table.Checks.FirstOrDefault(c => !touched.Contains($"{table.Id}.{c.Column}")) is { Name: not null } check)
        {
            touched.Add($"{table.Id}.{check.Column}");
            Object(table, "rename_constraint", new() { ["table"] = table.Name, ["from"] = check.Name, ["to"] = name }, table with
            {
                Checks = [.. table.Checks.Select(c => c == check ? (name, c.Column) : c)],
            });
        }
        else if (table.References.FirstOrDefault(r => r.Name is not null && !touched.Contains($"{table.Id}.{r.Column}")) is { } reference)
        {
            touched.Add($"{table.Id}.{reference.Column}");
            Object(table, "rename_constraint", new() { ["table"] = table.Name, ["from"] = reference.Name, ["to"] = name }, table with
            {
                References = [.. table.References.Select(r => r == reference ? r with { Name = name } : r)],
            });
        }
    }

    private void Object(ModelTable table, string keyword, JsonObject body, ModelTable after) =>
        Add(table, keyword, body, after, " ", " ", c => c);
}
