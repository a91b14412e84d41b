using System.Text.Json.Nodes;
using static Tandem.Migrations.Imports.PgrollOperation;

namespace Tandem.Migrations.Imports;

/// <summary>pgroll's rules.</summary>
internal sealed class PgrollConstraint(PgrollModel model, PgrollMap map)
{
    public IEnumerable<(bool, JsonObject)> Create()
    {
        var (table, name, type) = (map.Required("table"), map.Required("name"), map.Required("type"));
        var columns = map.Texts("columns");
        var (ups, downs) = (map.Map("up")?.Entries() ?? new Dictionary<string, string>(), map.Map("down")?.Entries() ?? new Dictionary<string, string>());
        var operations = new List<(bool, JsonObject)>();
        foreach (var column in ups.Keys.Union(downs.Keys, StringComparer.Ordinal))
        {
            var (up, down) = (ups.GetValueOrDefault(column), downs.GetValueOrDefault(column));
            if (!PgrollSql.IsColumn(up, column) || !PgrollSql.IsColumn(down, column))
            {
                operations.Add(Lens(table, column, up, down));
            }
        }

        var suffix = Suffix(map);
        (string Keyword, JsonObject Keys)? rule = type switch
        {
            _ when suffix.Length > 0 => null,
            "primary_key" => ("add_primary_key", new JsonObject { ["columns"] = List(columns), ["name"] = name }),
            "unique" => ("add_unique", new JsonObject { ["name"] = name, ["columns"] = List(columns) }),
            "check" => ("add_check", new JsonObject { ["name"] = name, ["expression"] = map.Required("check") }),
            "foreign_key" when TableReference(name, columns, map) is { } reference => ("add_foreign_key", reference),
            _ => null,
        };
        if (rule is not { } made)
        {
            map.Lacks($"The rule {name} of the type {type}{suffix} on {table}.");
            _ = map.Rest();
            return [];
        }

        model.PutConstraint(table, name, "drop_" + made.Keyword[4..]);
        made.Keys.Insert(0, "table", table);
        return [.. operations, Typed(made.Keyword, made.Keys)];
    }

    public IEnumerable<(bool, JsonObject)> Drop()
    {
        var (table, name) = (map.Required("table"), map.Required("name"));
        var converts = map.Node("up") is not null | map.Node("down") is not null;
        if (model.Kind(table, name) is not { } keyword)
        {
            map.Lacks($"What the constraint {name} of {table} is, is not in the history.");
            yield break;
        }

        if (converts)
        {
            map.Differs($"`up` and `down` of the dropped rule {name}: it stays enforced until complete, so no value has to be converted.");
        }

        model.DropConstraint(table, name);
        yield return Typed(keyword, keyword == "drop_primary_key" ? new JsonObject { ["table"] = table } : new JsonObject { ["table"] = table, ["name"] = name });
    }

    public IEnumerable<(bool, JsonObject)> Rename()
    {
        var (table, from, to) = (map.Required("table"), map.Required("from"), map.Required("to"));
        model.RenameConstraint(table, from, to);
        yield return Typed("rename_constraint", new JsonObject { ["table"] = table, ["from"] = from, ["to"] = to });
    }

    /// <summary>A check at a column, or null.</summary>
    public static JsonObject? Check(PgrollModel model, string table, PgrollMap? check)
    {
        if (check is null)
        {
            return null;
        }

        var name = check.Required("name");
        var keys = new JsonObject { ["name"] = name, ["expression"] = check.Required("constraint") };
        if (check.Flag("no_inherit") == true)
        {
            check.Lacks($"NO INHERIT of the check {name}.");
        }

        check.End();
        model.PutConstraint(table, name, "drop_check");
        return keys;
    }

    /// <summary>A foreign key at a column, or null.</summary>
    public static JsonObject? Reference(PgrollModel model, string table, string column, PgrollMap? reference)
    {
        if (reference is null)
        {
            return null;
        }

        var name = reference.Required("name");
        var keys = new JsonObject
        {
            ["name"] = name,
            ["columns"] = new JsonArray(column),
            ["references"] = new JsonObject { ["table"] = reference.Required("table"), ["columns"] = new JsonArray(reference.Required("column")) },
        };
        Actions(keys, reference);
        if (Suffix(reference) is { Length: > 0 } suffix)
        {
            reference.Lacks($"{suffix.Trim()} of the foreign key {name}.");
        }

        Match(reference, name);
        reference.End();
        model.PutConstraint(table, name, "drop_foreign_key");
        return keys;
    }

    /// <summary>A foreign key over several columns; null when its `references` are missing.</summary>
    public static JsonObject? TableReference(string name, IReadOnlyList<string> columns, PgrollMap map)
    {
        if (map.Map("references") is not { } reference)
        {
            return null;
        }

        var keys = new JsonObject
        {
            ["name"] = name,
            ["columns"] = List(columns),
            ["references"] = new JsonObject { ["table"] = reference.Required("table"), ["columns"] = List(reference.Texts("columns")) },
        };
        Actions(keys, reference);
        Match(reference, name);
        if (reference.Texts("on_delete_set_columns") is { Count: > 0 } set)
        {
            reference.Lacks($"The columns {string.Join(", ", set)} that the foreign key {name} sets on delete.");
        }

        reference.End();
        return keys;
    }

    /// <summary>What stands behind a constraint's columns in SQL and no operation of ours says.</summary>
    public static string Suffix(PgrollMap constraint)
    {
        var index = constraint.Map("index_parameters");
        var (tablespace, storage, include) = (index?.Text("tablespace"), index?.Text("storage_parameters"), index?.Texts("include_columns") ?? []);
        index?.End();
        var (deferrable, deferred) = (constraint.Flag("deferrable") == true, constraint.Flag("initially_deferred") == true);
        return (constraint.Flag("nulls_not_distinct") == true ? " NULLS NOT DISTINCT" : "")
            + (include.Count > 0 ? $" INCLUDE ({PgrollSql.Ids(include)})" : "")
            + (storage is null ? "" : $" WITH ({storage})")
            + (tablespace is null ? "" : $" USING INDEX TABLESPACE {PgrollSql.Id(tablespace)}")
            + (constraint.Flag("no_inherit") == true ? " NO INHERIT" : "")
            + (deferrable || deferred ? " DEFERRABLE" : "")
            + (deferred ? " INITIALLY DEFERRED" : "");
    }

    /// <summary>A foreign key in SQL.</summary>
    public static string? ReferenceSql(IReadOnlyList<string> columns, PgrollMap map)
    {
        if (map.Map("references") is not { } reference)
        {
            return null;
        }

        var sql = $"FOREIGN KEY ({PgrollSql.Ids(columns)}) REFERENCES {PgrollSql.Id(reference.Required("table"))} ({PgrollSql.Ids(reference.Texts("columns"))})"
            + (reference.Text("match_type") is { } match ? $" MATCH {match}" : "")
            + (reference.Text("on_delete") is { } delete ? $" ON DELETE {delete}{(reference.Texts("on_delete_set_columns") is { Count: > 0 } set ? $" ({PgrollSql.Ids(set)})" : "")}" : "")
            + (reference.Text("on_update") is { } update ? $" ON UPDATE {update}" : "");
        reference.End();
        return sql;
    }

    /// <summary>An exclusion constraint in SQL.</summary>
    public static string? ExcludeSql(PgrollMap map)
    {
        if (map.Map("exclude") is not { } exclude)
        {
            return null;
        }

        var sql = $"EXCLUDE USING {exclude.Text("index_method") ?? "gist"} ({exclude.Required("elements")})"
            + (exclude.Text("predicate") is { } predicate ? $" WHERE ({predicate})" : "");
        exclude.End();
        return sql;
    }

    /// <summary>Texts as a list.</summary>
    public static JsonArray List(IEnumerable<string> items) => [.. items.Select(i => (JsonNode)i)];

    private static (bool, JsonObject) Lens(string table, string column, string? up, string? down) => Typed("alter_column", new JsonObject
    {
        ["table"] = table,
        ["column"] = column,
        ["up"] = PgrollSql.Expression(up ?? PgrollSql.Id(column)),
        ["down"] = PgrollSql.Expression(down ?? PgrollSql.Id(column)),
    });

    private static void Actions(JsonObject keys, PgrollMap reference)
    {
        foreach (var key in new[] { "on_delete", "on_update" })
        {
            if (reference.Text(key) is { } action && action != "NO ACTION")
            {
                keys[key] = action.ToLowerInvariant().Replace(' ', '_');
            }
        }
    }

    private static void Match(PgrollMap reference, string name)
    {
        if (reference.Text("match_type") is { } match && match != "SIMPLE")
        {
            reference.Lacks($"MATCH {match} of the foreign key {name}.");
        }
    }
}
