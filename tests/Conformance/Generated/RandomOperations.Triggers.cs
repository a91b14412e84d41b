using System.Text.Json.Nodes;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Operations on triggers that write, and on the functions that they call.</summary>
internal sealed partial class RandomOperations
{
    /// <summary>Gives a table's triggers another text, takes them away, or gives it some.</summary>
    private void WritingTriggers(ModelTable table)
    {
        if (table.Columns.Count(c => c.Named) < 3 || !touched.Add($"triggers {table.Id}"))
        {
            return;
        }

        if (!values.IsPostgres && random.Next(3) == 0)
        {
            ChangeStop(table);
        }
        else if (table.Normal is { } normal && random.Next(2) == 0)
        {
            ChangeNormal(table, normal);
        }
        else if (table is { Normal: null, Changed: false })
        {
            CreateNormal(table);
        }
        else if (table.Log is { } log)
        {
            Drop(table, log.Names, log.Function);
            Tables = [.. Tables.Select(t => t.Id == table.Id ? t with { Log = null } : t)];
        }
        else
        {
            CreateLog(table);
        }
    }

    /// <summary>
    /// Gives a table a trigger that fires before its rows are stored. Where rows are kept in agreement that is refused: nothing has changed them before, and
    /// nothing else of this migration does.
    /// </summary>
    private void CreateNormal(ModelTable table)
    {
        var column = table.Columns.First(c => c is { Named: true, WritesNull: true });
        var normal = new ModelNormal([values.Early("before")], values.Name("normal"), column.Name, 'u');
        touched.UnionWith(table.Columns.Select(c => $"{table.Id}.{c.Name}").Append($"table {table.Id}"));
        if (!values.IsPostgres)
        {
            CreateAfter(table, normal with { Names = [normal.Names[0], values.Early("before")] });
            return;
        }

        Changes.Add(new ModelChange(0, new JsonObject
        {
            ["create_function"] = new JsonObject { ["name"] = normal.Function, ["returns"] = "trigger", ["language"] = "plpgsql", ["body"] = normal.Body },
        }));
        var body = new JsonObject
        {
            ["table"] = table.Name,
            ["name"] = normal.Names[0],
            ["timing"] = "before",
            ["events"] = $"insert or update of {Text.Name(normal.Column)}",
            ["execute"] = $"{Text.Name(normal.Function)}()",
        };
        Object(table, "create_trigger", body, table with { Normal = normal });
    }

    /// <summary>Gives a table triggers that change its rows when they are stored, which is how SQLite's can.</summary>
    private void CreateAfter(ModelTable table, ModelNormal normal)
    {
        foreach (var (name, events, when, act) in normal.Events(table))
        {
            var body = new JsonObject { ["table"] = table.Name, ["name"] = name, ["events"] = events, ["when"] = when, ["execute"] = act };
            var now = Tables.Single(t => t.Id == table.Id);
            Object(now, "create_trigger", body, now with { Normal = normal });
        }
    }

    /// <summary>Gives a table triggers that refuse rows before they are stored, or takes them away.</summary>
    private void ChangeStop(ModelTable table)
    {
        touched.Add($"table {table.Id}");
        if (table.Stop is { } stop)
        {
            Drop(table, stop.Names, "");
            Tables = [.. Tables.Select(t => t.Id == table.Id ? t with { Stop = null } : t)];
            return;
        }

        var made = new ModelStop([values.Name("stop"), values.Name("stop")], table.Columns.Last(c => c is { Named: true, Key: false }).Name);
        foreach (var (name, sql, when) in made.Events)
        {
            var body = new JsonObject { ["table"] = table.Name, ["name"] = name, ["timing"] = "before", ["events"] = sql, ["when"] = when, ["execute"] = ModelStop.Act };
            var now = Tables.Single(t => t.Id == table.Id);
            Object(now, "create_trigger", body, now with { Stop = made });
        }
    }

    private void ChangeNormal(ModelTable table, ModelNormal normal)
    {
        var after = normal with { To = (char)(normal.To - 1) };
        if (random.Next(3) == 0)
        {
            Drop(table, values.IsPostgres ? [normal.Names[0]] : normal.Names, normal.Function);
            Tables = [.. Tables.Select(t => t.Id == table.Id ? t with { Normal = null } : t)];
        }
        else if (values.IsPostgres)
        {
            Changes.Add(new ModelChange(0, new JsonObject { ["replace_function"] = new JsonObject { ["name"] = normal.Function, ["arguments"] = new JsonArray(), ["body"] = after.Body } }));
            Tables = [.. Tables.Select(t => t.Id == table.Id ? t with { Normal = after } : t)];
        }
    }

    private void Drop(ModelTable table, IEnumerable<string> triggers, string function)
    {
        foreach (var trigger in triggers)
        {
            Object(Tables.Single(t => t.Id == table.Id), "drop_trigger", new() { ["table"] = table.Name, ["name"] = trigger }, Tables.Single(t => t.Id == table.Id));
        }

        if (values.IsPostgres)
        {
            Changes.Add(new ModelChange(0, new JsonObject { ["drop_function"] = new JsonObject { ["name"] = function, ["arguments"] = new JsonArray() } }));
        }
    }

    private void CreateLog(ModelTable table)
    {
        var column = table.Columns.Last(c => c is { Named: true, Key: false });
        var log = new ModelLog([values.Name("log"), values.Name("log"), values.Name("log")], values.Name("logs"), column.Name);
        if (values.IsPostgres)
        {
            Changes.Add(new ModelChange(0, new JsonObject
            {
                ["create_function"] = new JsonObject { ["name"] = log.Function, ["returns"] = "trigger", ["language"] = "plpgsql", ["body"] = log.Body(table) },
            }));
        }

        touched.Add($"table {table.Id}");
        foreach (var (name, sql, happened, row) in log.Events)
        {
            var body = new JsonObject
            {
                ["table"] = table.Name,
                ["name"] = name,
                ["events"] = sql,
                ["execute"] = Each($"{Text.Name(log.Function)}()", log.Line(table, Text.Literal(happened), row)),
            };
            if (happened == "UPDATE")
            {
                body["when"] = Each(log.When(postgres: true), log.When(postgres: false));
            }

            var now = Tables.Single(t => t.Id == table.Id);
            Object(now, "create_trigger", body, now with { Log = log });
        }
    }
}
