using System.Text.Json.Nodes;
using static Tandem.Migrations.Imports.PgrollOperation;

namespace Tandem.Migrations.Imports;

/// <summary>pgroll's operations on rules.</summary>
internal sealed class PgrollConstraint(PgrollModel model, PgrollMap map)
{
    public IEnumerable<(bool, JsonObject)> Create()
    {
        var table = map.Required("table");
        var values = Lenses(table, Entries("up"), Entries("down")).ToList();
        if (PgrollRule.Read(map) is not { } rule)
        {
            return [];
        }

        model.Put(table, rule);
        return [.. values, .. rule.Add(table)];
    }

    public IEnumerable<(bool, JsonObject)> Drop()
    {
        var (table, name) = (map.Required("table"), PgrollSql.Final(map.Required("name")));
        if (model.Constraint(table, name) is not { } known)
        {
            return DropUnknown(table, name);
        }

        // One column's values stand as texts, those of several in mappings.
        var (ups, downs) = map.IsMap("up") || map.IsMap("down")
            ? (Entries("up"), Entries("down"))
            : (One(known, map.Text("up")), One(known, map.Text("down")));
        var lenses = Lenses(table, ups, downs);
        model.DropConstraint(table, name);
        if (known.Drop is not { } keyword)
        {
            return [Raw($"ALTER TABLE {PgrollSql.Id(table)} DROP CONSTRAINT {PgrollSql.Id(name)}", known.AddSql), .. lenses];
        }

        var keys = new JsonObject { ["table"] = table };
        if (keyword != "drop_primary_key")
        {
            keys["name"] = name;
        }

        // The rule goes first: the values that the new version has from now on need not obey it.
        return [Typed(keyword, keys), .. lenses];
    }

    public IEnumerable<(bool, JsonObject)> Rename()
    {
        var (table, from, to) = (map.Required("table"), PgrollSql.Final(map.Required("from")), map.Required("to"));
        model.RenameConstraint(table, from, to);
        yield return Typed("rename_constraint", new JsonObject { ["table"] = table, ["from"] = from, ["to"] = to });
    }

    // A rule that SQL made, or that was there before the history: which operation drops it is not known.
    private IEnumerable<(bool, JsonObject)> DropUnknown(string table, string name)
    {
        var several = map.IsMap("up") || map.IsMap("down");
        if (!several && (map.Text("up"), map.Text("down")) is not (null, null))
        {
            map.Differs($"Which column of {table} the constraint {name} is about is not in the history: no value is converted.");
        }

        map.Differs($"What the constraint {name} of {table} is, is not in the history: SQL drops it, without a way back.");
        return [Raw($"ALTER TABLE {PgrollSql.Id(table)} DROP CONSTRAINT {PgrollSql.Id(name)}", null), .. several ? Lenses(table, Entries("up"), Entries("down")) : []];
    }

    private Dictionary<string, string> One(PgrollKnownRule rule, string? expression)
    {
        if (expression is not null && rule.Columns is [var column])
        {
            return new() { [column] = expression };
        }

        if (expression is null || PgrollSql.IsName(expression))
        {
            return [];
        }

        map.Differs($"The values {expression} of a rule over {(rule.Columns.Count == 0 ? "columns that it does not list" : "several columns")}: it stays enforced until complete, and no value is converted.");
        return [];
    }

    private IReadOnlyDictionary<string, string> Entries(string key) => map.Map(key)?.Entries() ?? new Dictionary<string, string>();

    private static IEnumerable<(bool, JsonObject)> Lenses(string table, IReadOnlyDictionary<string, string> ups, IReadOnlyDictionary<string, string> downs)
    {
        foreach (var column in ups.Keys.Union(downs.Keys, StringComparer.Ordinal))
        {
            var (up, down) = (ups.GetValueOrDefault(column), downs.GetValueOrDefault(column));
            if (!PgrollSql.IsColumn(up, column) || !PgrollSql.IsColumn(down, column))
            {
                yield return Typed("alter_column", new JsonObject
                {
                    ["table"] = table,
                    ["column"] = column,
                    ["up"] = PgrollSql.Expression(up ?? PgrollSql.Id(column)),
                    ["down"] = PgrollSql.Expression(down ?? PgrollSql.Id(column)),
                });
            }
        }
    }
}
