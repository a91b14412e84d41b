using System.Text.Json.Nodes;

namespace Tandem.Migrations.Imports;

/// <summary>pgroll's tables and the columns in them.</summary>
internal sealed class PgrollTable(PgrollModel model, PgrollMap map)
{
    private readonly List<(bool, JsonObject)> behind = [];

    public IEnumerable<(bool, JsonObject)> Create()
    {
        var table = map.Required("name");
        var keys = new JsonObject { ["name"] = table };
        var (columns, primary, uniques, checks, foreignKeys) = (new JsonArray(), new JsonArray(), new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var column in map.Maps("columns"))
        {
            var read = ReadColumn(model, table, column);
            columns.Add(read.Keys);
            if (read.Primary)
            {
                primary.Add(read.Name);
            }

            Add(uniques, read.Unique);
            Add(checks, read.Check);
            Add(foreignKeys, read.ForeignKey);
        }

        foreach (var constraint in map.Maps("constraints"))
        {
            Constraint(table, constraint, primary, uniques, checks, foreignKeys);
        }

        keys["columns"] = columns;
        foreach (var (key, list) in new[] { ("primary_key", primary), ("uniques", uniques), ("checks", checks), ("foreign_keys", foreignKeys) })
        {
            if (list.Count > 0)
            {
                keys[key] = list;
            }
        }

        if (map.Text("comment") is { } comment)
        {
            keys["comment"] = comment;
        }

        return [PgrollOperation.Typed("create_table", keys), .. behind];
    }

    /// <summary>A column of a table or one that is added, and the rules that stand at it.</summary>
    public static PgrollColumnText ReadColumn(PgrollModel model, string table, PgrollMap column)
    {
        var name = column.Required("name");
        var (type, identity) = column.Required("type") switch
        {
            var t when t.Equals("serial", StringComparison.OrdinalIgnoreCase) => ("integer", "serial"),
            var t when t.Equals("bigserial", StringComparison.OrdinalIgnoreCase) => ("bigint", "serial"),
            var t when t.Equals("smallserial", StringComparison.OrdinalIgnoreCase) => ("smallint", "serial"),
            var t => (t, null),
        };
        identity ??= Generated(column);
        var primary = column.Flag("pk") == true;
        var nullable = column.Flag("nullable") == true;
        var (value, comment) = (column.Text("default"), column.Text("comment"));
        var keys = new JsonObject { ["name"] = name, ["type"] = type };
        if (!nullable || primary)
        {
            keys["nullable"] = false;
        }

        foreach (var (key, text) in new[] { ("default", value), ("identity", identity), ("comment", comment) })
        {
            if (text is not null)
            {
                keys[key] = text;
            }
        }

        model.Put(table, name, new PgrollColumn(type, nullable && !primary) { Default = value, Comment = comment });
        var unique = column.Flag("unique") == true ? new JsonObject { ["columns"] = new JsonArray(name) } : null;
        if (unique is not null)
        {
            model.PutConstraint(table, $"{table}_{name}_key", "drop_unique");
        }

        var read = new PgrollColumnText(name, keys, primary, unique, PgrollConstraint.Check(model, table, column.Map("check")), PgrollConstraint.Reference(model, table, name, column.Map("references")));
        column.End();
        return read;
    }

    private static string? Generated(PgrollMap column)
    {
        if (column.Map("generated") is not { } generated)
        {
            return null;
        }

        if (generated.Text("expression") is { } expression)
        {
            generated.Lacks($"The generated value {expression}: the column is taken over without it.");
        }

        var identity = generated.Map("identity");
        if (identity?.Text("sequence_options") is { } options)
        {
            identity.Lacks($"The options {options} of the identity's sequence.");
        }

        var kind = identity is null ? null : identity.Text("user_specified_values") == "BY DEFAULT" ? "by_default" : "always";
        identity?.End();
        generated.End();
        return kind;
    }

    private void Constraint(string table, PgrollMap constraint, JsonArray primary, JsonArray uniques, JsonArray checks, JsonArray foreignKeys)
    {
        var (name, type) = (constraint.Required("name"), constraint.Required("type"));
        var columns = constraint.Texts("columns");
        var suffix = PgrollConstraint.Suffix(constraint);
        switch (type)
        {
            case "primary_key" when suffix.Length == 0:
                columns.ToList().ForEach(c => primary.Add(c));
                model.PutConstraint(table, name, "drop_primary_key");
                if (name != $"{table}_pkey")
                {
                    constraint.Differs($"The primary key {name} of {table} is called {table}_pkey.");
                }

                break;
            case "unique" when suffix.Length == 0:
                model.PutConstraint(table, name, "drop_unique");
                uniques.Add(new JsonObject { ["name"] = name, ["columns"] = PgrollConstraint.List(columns) });
                break;
            case "check" when suffix.Length == 0:
                model.PutConstraint(table, name, "drop_check");
                checks.Add(new JsonObject { ["name"] = name, ["expression"] = constraint.Required("check") });
                break;
            case "foreign_key" when suffix.Length == 0 && PgrollConstraint.TableReference(name, columns, constraint) is { } reference:
                model.PutConstraint(table, name, "drop_foreign_key");
                foreignKeys.Add(reference);
                break;
            default:
                Behind(table, name, type, columns, suffix, constraint);
                break;
        }

        constraint.End();
    }

    // What the operation does not say, SQL behind it does; the table is empty then.
    private void Behind(string table, string name, string type, IReadOnlyList<string> columns, string suffix, PgrollMap constraint)
    {
        var body = type switch
        {
            "primary_key" => $"PRIMARY KEY ({PgrollSql.Ids(columns)})",
            "unique" => $"UNIQUE ({PgrollSql.Ids(columns)})",
            "check" => $"CHECK ({constraint.Required("check")})",
            "foreign_key" => PgrollConstraint.ReferenceSql(columns, constraint),
            "exclude" => PgrollConstraint.ExcludeSql(constraint),
            _ => null,
        };
        if (body is null)
        {
            constraint.Lacks($"The constraint {name} of the type {type}.");
            return;
        }

        behind.Add(PgrollOperation.Raw(
            $"ALTER TABLE {PgrollSql.Id(table)} ADD CONSTRAINT {PgrollSql.Id(name)} {body}{suffix}",
            $"ALTER TABLE {PgrollSql.Id(table)} DROP CONSTRAINT {PgrollSql.Id(name)}"));
    }

    private static void Add(JsonArray list, JsonObject? item)
    {
        if (item is not null)
        {
            list.Add(item);
        }
    }
}

/// <summary>A column with the rules that stand at it.</summary>
internal sealed record PgrollColumnText(string Name, JsonObject Keys, bool Primary, JsonObject? Unique, JsonObject? Check, JsonObject? ForeignKey);
