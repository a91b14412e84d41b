using System.Text.Json.Nodes;
using static Tandem.Migrations.Imports.PgrollOperation;

namespace Tandem.Migrations.Imports;

/// <summary>pgroll's indexes; their columns were a list of names, then a mapping, and are a list of mappings now.</summary>
internal sealed class PgrollIndex(PgrollModel model, PgrollMap map)
{
    public IEnumerable<(bool, JsonObject)> Create()
    {
        var (table, name) = (map.Required("table"), map.Required("name"));
        var (columns, texts, plain) = Columns();
        var (where, method, storage, unique) = (map.Text("predicate"), map.Text("method"), map.Text("storage_parameters"), map.Flag("unique") == true);
        model.PutIndex(name, table);
        if (!plain || storage is not null)
        {
            var sql = $"CREATE {(unique ? "UNIQUE " : "")}INDEX CONCURRENTLY {PgrollSql.Id(name)} ON {PgrollSql.Id(table)} USING {method ?? "btree"} ({string.Join(", ", texts)})"
                + (storage is null ? "" : $" WITH ({storage})") + (where is null ? "" : $" WHERE ({where})");
            var (raw, operation) = Raw(sql, $"DROP INDEX CONCURRENTLY IF EXISTS {PgrollSql.Id(name)}");
            var keys = (JsonObject)operation["sql"]!;
            keys["done"] = $"select exists (select from pg_catalog.pg_index i where i.indexrelid = to_regclass({PgrollSql.Literal(PgrollSql.Id(name))}) and i.indisvalid)";
            keys["transaction"] = false;
            keys["touches"] = new JsonArray(table);
            return [(raw, operation)];
        }

        var typed = new JsonObject { ["table"] = table, ["name"] = name, ["columns"] = columns };
        if (unique)
        {
            typed["unique"] = true;
        }

        foreach (var (key, value) in new[] { ("method", method), ("where", where) })
        {
            if (value is not null)
            {
                typed[key] = value;
            }
        }

        return [Typed("create_index", typed)];
    }

    public IEnumerable<(bool, JsonObject)> Drop()
    {
        var name = map.Required("name");
        if (model.TableOf(name) is { } table)
        {
            yield return Typed("drop_index", new JsonObject { ["table"] = table, ["name"] = name });
            yield break;
        }

        map.Lacks($"The table of the index {name} is not in the history.");
    }

    private (JsonArray Columns, List<string> Texts, bool Plain) Columns()
    {
        var (columns, texts, plain) = (new JsonArray(), new List<string>(), true);
        foreach (var (name, settings) in Entries())
        {
            var descending = settings?.Text("sort")?.ToUpperInvariant() == "DESC";
            var (collate, nulls) = (settings?.Text("collate"), settings?.Text("nulls"));
            var opclass = settings?.Map("opclass");
            var (operators, parameters) = (opclass?.Text("name"), opclass?.Texts("params") ?? []);
            opclass?.End();
            settings?.End();
            plain &= collate is null && nulls is null && operators is null;
            var key = new JsonObject { ["name"] = name };
            if (descending)
            {
                key["descending"] = true;
            }

            columns.Add(key);
            texts.Add(PgrollSql.Id(name) + (collate is null ? "" : $" COLLATE {PgrollSql.Id(collate)}")
                + (operators is null ? "" : $" {operators}{(parameters.Count > 0 ? $" ({string.Join(", ", parameters)})" : "")}")
                + (descending ? " DESC" : "") + (nulls is null ? "" : $" NULLS {nulls.ToUpperInvariant()}"));
        }

        return (columns, texts, plain);
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
