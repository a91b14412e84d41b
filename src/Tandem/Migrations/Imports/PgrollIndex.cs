using System.Text.Json.Nodes;
using Tandem.Schema;
using static Tandem.Migrations.Imports.PgrollOperation;

namespace Tandem.Migrations.Imports;

/// <summary>pgroll's indexes; their columns were a list of names, then a mapping, and are a list of mappings now.</summary>
internal sealed class PgrollIndex(PgrollModel model, PgrollMap map)
{
    public IEnumerable<(bool, JsonObject)> Create()
    {
        var (table, name) = (map.Required("table"), map.Required("name"));
        var keys = new JsonObject { ["table"] = table, ["name"] = name, ["columns"] = Columns() };
        model.PutIndex(name, table);
        if (map.Flag("unique") == true)
        {
            keys["unique"] = true;
            keys["enforce"] = "live";
        }

        foreach (var (key, value) in new[] { ("method", map.Text("method")), ("where", map.Text("predicate")) })
        {
            if (value is not null)
            {
                keys[key] = value;
            }
        }

        if (map.Text("storage_parameters") is { } storage)
        {
            keys["with"] = Parameters(storage);
        }

        return [Typed("create_index", keys)];
    }

    public IEnumerable<(bool, JsonObject)> Drop()
    {
        var name = map.Required("name");
        if (model.TableOf(name) is { } table)
        {
            yield return Typed("drop_index", new JsonObject { ["table"] = table, ["name"] = name });
            yield break;
        }

        map.Differs($"The table of the index {name} is not in the history: SQL drops it, without a way back.");
        yield return PgrollSql.DropConcurrently(name);
    }

    private JsonArray Columns()
    {
        var columns = new JsonArray();
        foreach (var (name, settings) in Entries())
        {
            var key = new JsonObject { ["name"] = name };
            if (settings?.Text("sort")?.ToUpperInvariant() == "DESC")
            {
                key["descending"] = true;
            }

            var opclass = settings?.Map("opclass");
            foreach (var (word, value) in new[] { ("nulls", settings?.Text("nulls")?.ToLowerInvariant()), ("collation", Name(settings?.Text("collate"))), ("operator_class", Name(opclass?.Text("name"))) })
            {
                if (value is not null)
                {
                    key[word] = value;
                }
            }

            if (opclass?.Texts("params") is { Count: > 0 } parameters)
            {
                key["operator_class_options"] = Parameters(string.Join(", ", parameters));
            }

            opclass?.End();
            settings?.End();
            columns.Add(key);
        }

        return columns;
    }

    // Pgroll takes these names as SQL has them, with quotes and schemas; ours are found by the search path.
    private string? Name(string? text)
    {
        if (text is null || SqlLexer.Tokenize(text) is not [.., var last] tokens)
        {
            return text;
        }

        if (tokens.Count > 1)
        {
            map.Differs($"{text} is looked for by its name {last.Value} alone.");
        }

        return last.Value;
    }

    private JsonObject? Parameters(string text)
    {
        if (PgrollSql.Parameters(text) is { } parameters)
        {
            return parameters;
        }

        map.Lacks($"The parameters {text}.");
        return null;
    }

    private IEnumerable<(string Name, PgrollMap? Settings)> Entries()
    {
        switch (map.Node("columns"))
        {
            case ListNode list:
                foreach (var item in list.Items)
                {
                    if (item is ScalarNode scalar)
                    {
                        yield return (scalar.Value, null);
                    }
                    else
                    {
                        var settings = map.Below(item, "columns");
                        yield return (settings.Has("name") && !settings.Has("column") ? settings.Required("name") : settings.Required("column"), settings);
                    }
                }

                break;
            case MapNode mapping:
                foreach (var entry in mapping.Entries)
                {
                    yield return (entry.Key, entry.Value is MapNode ? map.Below(entry.Value, "columns") : null);
                }

                break;
            default:
                map.Lacks("An index without a list of columns.");
                break;
        }
    }
}
