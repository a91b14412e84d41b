using System.Text.Json.Nodes;
using Tandem.Operations;
using Tandem.Schema;
using static Tandem.Migrations.Imports.PgrollOperation;

namespace Tandem.Migrations.Imports;

/// <summary>pgroll's operations on columns.</summary>
internal sealed class PgrollColumns(PgrollModel model, PgrollMap map)
{
    private const string NoDefault = "NULL";

    public IEnumerable<(bool, JsonObject)> Add()
    {
        var table = map.Required("table");
        var up = map.Text("up");
        if (map.Map("column") is not { } column)
        {
            map.Lacks("A column that is not described.");
            yield break;
        }

        var read = PgrollTable.ReadColumn(model, table, column);
        var keys = new JsonObject { ["table"] = table };
        foreach (var (key, value) in read.Keys)
        {
            keys[key] = value?.DeepClone();
        }

        Filled(keys, column, $"{table}.{read.Name}", read.SequenceOptions, up);
        yield return Typed("add_column", keys);
        if (read.Primary && model.HasKey(table))
        {
            column.Lacks($"{table}.{read.Name} as a part of a primary key that is there: it is taken over as a plain column; `change_primary_key` makes it one.");
        }
        else if (read.Primary)
        {
            model.PutKey(table, [read.Name]);
            yield return Typed("add_primary_key", new JsonObject { ["table"] = table, ["columns"] = new JsonArray(read.Name), ["enforce"] = "live" });
        }

        foreach (var rule in read.Rules)
        {
            model.Put(table, rule);
            foreach (var operation in rule.Add(table))
            {
                yield return operation;
            }
        }
    }

    public IEnumerable<(bool, JsonObject)> Drop()
    {
        var (table, column) = (map.Required("table"), map.Required("column"));
        var keys = new JsonObject { ["table"] = table, ["column"] = column };
        if (map.Text("down") is { } down)
        {
            keys["down"] = PgrollSql.Expression(down);
        }

        model.DropColumn(table, column);
        yield return Typed("drop_column", keys);
    }

    public IEnumerable<(bool, JsonObject)> Rename(string table, string from, string to)
    {
        model.RenameColumn(table, from, to);
        yield return Typed("rename_column", new JsonObject { ["table"] = table, ["from"] = from, ["to"] = to });
    }

    public IEnumerable<(bool, JsonObject)> Alter()
    {
        var (table, named, up) = (map.Required("table"), map.Required("column"), map.Text("up"));
        var operations = new List<(bool, JsonObject)>();
        var column = named;
        if (map.Text("name") is { } name)
        {
            // Under its new name from here on: a column that gets other values must have it already.
            operations.AddRange(Rename(table, named, name));
            column = name;
        }

        var down = map.Text("down") is { } text ? Named(text, table, named, column) : null;
        (bool, JsonObject)? comment = map.Has("comment") ? Comment(table, column) : null;
        var type = map.Text("type");
        var nullable = map.Flag("nullable");
        var changesDefault = map.Has("default");
        var value = map.Text("default");
        var plain = PgrollSql.IsColumn(up, named) && PgrollSql.IsColumn(down, column);
        if (type is not null || !plain)
        {
            operations.Add(Lens(table, column, new LensText(type, up, down, nullable, changesDefault, value)));
        }
        else
        {
            if (nullable is { } optional)
            {
                var keys = Column(table, column);
                if (!optional)
                {
                    keys["enforce"] = "live";
                }

                operations.Add(Typed(optional ? "drop_not_null" : "set_not_null", keys));
            }

            if (changesDefault)
            {
                var keys = Column(table, column);
                if (value is not null)
                {
                    keys["default"] = value;
                }

                operations.Add(Typed("set_default", keys));
            }
        }

        Remember(table, column, type, nullable, changesDefault, value);
        operations.AddRange(Rules(table, named, column));
        if (comment is { } said)
        {
            operations.Add(said);
        }

        return operations;
    }

    // Pgroll leaves a default out that the new type does not take.
    private string? Kept(string table, string column, string type)
    {
        if (model.Column(table, column) is not { Default: { } had } known)
        {
            return null;
        }

        if (FittingDefault.Of(had, known.Type, type, cast: true) is { } fitting)
        {
            return fitting;
        }

        if (TypeNames.IsNumber(TypeNames.Canonical(type)) && SqlLexer.Tokenize(had) is [{ Kind: SqlLexer.TokenKind.StringLiteral }, ..])
        {
            map.Differs($"The default {had} of {table}.{column} is left out: {type} has no such value.");
            return NoDefault;
        }

        return had;
    }

    private (bool, JsonObject) Lens(string table, string column, LensText text)
    {
        if (text.Type is { } type)
        {
            var keys = Column(table, column);
            keys["type"] = type;
            Put(keys, "up", text.Up);
            Put(keys, "down", text.Down);
            if (text.Nullable is { } optional)
            {
                keys["nullable"] = optional;
            }

            if ((text.ChangesDefault ? text.Default ?? NoDefault : Kept(table, column, type)) is { } value)
            {
                keys["default"] = value;
            }

            return Typed("change_type", keys);
        }

        var values = Column(table, column);
        values["up"] = PgrollSql.Expression(text.Up ?? PgrollSql.Id(column));
        values["down"] = PgrollSql.Expression(text.Down ?? PgrollSql.Id(column));
        if (text.Nullable is { } allowed)
        {
            values["nullable"] = allowed;
        }

        if (text.Default is not null)
        {
            values["default"] = text.Default;
        }
        else if (text.ChangesDefault && model.Column(table, column)?.Default is not null)
        {
            values["drop_default"] = true;
        }

        return Typed("alter_column", values);
    }

    // A column that the database fills is filled in one way only.
    private static void Filled(JsonObject keys, PgrollMap column, string name, string? options, string? up)
    {
        if (keys.ContainsKey("generated"))
        {
            keys.Remove("nullable");
            column.Differs($"{name} is computed when it is read (PostgreSQL 18): a stored value would be computed for every row under a lock.");
        }
        else if (keys.ContainsKey("identity"))
        {
            keys.Remove("nullable");
            if (keys["identity"]!.GetValue<string>() == "serial")
            {
                keys["identity"] = "by_default";
                column.Differs($"{name} is an identity column instead of a serial one.");
            }

            if (up is not null || options is not null)
            {
                column.Lacks($"{options ?? up} of {name}: the database numbers all rows, from 1 on.");
            }
        }
        else if (up is not null)
        {
            keys["up"] = PgrollSql.Expression(up);
        }
    }

    // What stands at a column says it by the name that the column had.
    private static string Named(string expression, string table, string former, string column)
    {
        var names = new PgrollRenames();
        names.Column(table, column, former);
        return former == column ? expression : names.Before(table, expression);
    }

    private IEnumerable<(bool, JsonObject)> Rules(string table, string former, string column)
    {
        var rules = new List<PgrollRule?>
        {
            PgrollRule.ReadCheck(column, map.Map("check"), expression => Named(expression, table, former, column)),
            PgrollRule.ReadReference(column, map.Map("references")),
        };
        if (map.Map("unique") is { } unique)
        {
            rules.Add(PgrollRule.Unique(unique.Required("name"), column));
            unique.End();
        }

        foreach (var rule in rules.OfType<PgrollRule>())
        {
            model.Put(table, rule);
            foreach (var operation in rule.Add(table))
            {
                yield return operation;
            }
        }
    }

    private (bool, JsonObject) Comment(string table, string column)
    {
        var comment = map.Text("comment");
        if (model.Column(table, column) is { } known)
        {
            model.Put(table, column, known with { Comment = comment });
        }

        var keys = new JsonObject { ["name"] = table, ["column"] = column };
        if (comment is not null)
        {
            keys["comment"] = comment;
        }

        return Typed("set_comment", keys);
    }

    private void Remember(string table, string column, string? type, bool? nullable, bool changesDefault, string? value)
    {
        if ((model.Column(table, column) ?? (type is null ? null : new PgrollColumn(type, true))) is { } known)
        {
            model.Put(table, column, known with { Type = type ?? known.Type, Nullable = nullable ?? known.Nullable, Default = changesDefault ? value : known.Default });
        }
    }

    private static JsonObject Column(string table, string column) => new() { ["table"] = table, ["column"] = column };

    private static void Put(JsonObject keys, string key, string? expression)
    {
        if (expression is not null)
        {
            keys[key] = PgrollSql.Expression(expression);
        }
    }

    /// <summary>What an alteration says about values.</summary>
    private sealed record LensText(string? Type, string? Up, string? Down, bool? Nullable, bool ChangesDefault, string? Default);
}
