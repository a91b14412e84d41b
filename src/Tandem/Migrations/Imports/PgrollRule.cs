using System.Text.Json.Nodes;
using static Tandem.Migrations.Imports.PgrollOperation;

namespace Tandem.Migrations.Imports;

/// <summary>
/// A rule of pgroll's: the keys of the operation that adds it where there is one, else SQL. Pgroll writes rules at columns,
/// in tables and as operations; here they are one.
/// </summary>
internal sealed class PgrollRule
{
    private const string NotValid = " NOT VALID";

    private readonly string body;
    private readonly IndexParts? index;
    private readonly string suffix;

    private PgrollRule(string name, string type, IReadOnlyList<string> columns, string body, string suffix, IndexParts? index = null)
    {
        (Name, Type, Columns, this.body, this.suffix, this.index) = (name, type, columns, body, suffix, index);
    }

    /// <summary>The rule's name.</summary>
    public string Name { get; }

    /// <summary>Its kind, as pgroll calls it: primary_key, unique, check, foreign_key, exclude.</summary>
    public string Type { get; }

    /// <summary>The columns it is about.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The operation's keys without the table; null where no operation makes such a rule.</summary>
    public JsonObject? Keys { get; private init; }

    /// <summary>The operation that takes it away again; none for a kind of rule that only SQL knows.</summary>
    public string? Drop => Type == "exclude" ? null : $"drop_{Type}";

    /// <summary>A rule of a table or of an operation of its own; null, with a report, where it is none.</summary>
    public static PgrollRule? Read(PgrollMap map)
    {
        var (name, type, columns) = (map.Required("name"), map.Required("type"), map.Texts("columns"));
        var parts = IndexParts.Read(map);
        var deferral = Deferral(map);
        var noInherit = map.Flag("no_inherit") == true;
        switch (type)
        {
            case "primary_key":
            case "unique":
                var nulls = map.Flag("nulls_not_distinct") == true;
                var keys = new JsonObject { ["name"] = name, ["columns"] = List(columns) };
                if (nulls)
                {
                    keys["nulls_not_distinct"] = true;
                }

                Defer(keys, deferral);
                var kind = type == "unique" ? $"UNIQUE{(nulls ? " NULLS NOT DISTINCT" : "")}" : "PRIMARY KEY";
                return new PgrollRule(name, type, columns, $"{kind} ({PgrollSql.Ids(columns)}){parts.Sql}", SqlOf(deferral), parts with { NullsNotDistinct = nulls })
                {
                    Keys = parts.Sql.Length > 0 || (type == "primary_key" && deferral is not null) ? null : keys,
                };
            case "check":
                return Check(name, columns, map.Required("check"), noInherit);
            case "foreign_key" when map.Map("references") is { } reference:
                _ = reference.Text("name");
                return Reference(name, columns, reference, reference.Texts("columns"), deferral);
            case "exclude" when map.Map("exclude") is { } exclude:
                var sql = $"EXCLUDE USING {exclude.Text("index_method") ?? "gist"} ({exclude.Required("elements")}){parts.Sql}"
                    + (exclude.Text("predicate") is { } predicate ? $" WHERE ({predicate})" : "");
                exclude.End();
                return new PgrollRule(name, type, columns, sql, SqlOf(deferral));
            default:
                map.Lacks($"The rule {name} of the type {type}.");
                _ = map.Rest();
                return null;
        }
    }

    /// <summary>A check at a column, or null.</summary>
    public static PgrollRule? ReadCheck(string column, PgrollMap? check, Func<string, string>? named = null)
    {
        if (check is null)
        {
            return null;
        }

        var expression = check.Required("constraint");
        var rule = Check(check.Required("name"), [column], named?.Invoke(expression) ?? expression, check.Flag("no_inherit") == true);
        check.End();
        return rule;
    }

    /// <summary>A foreign key at a column, or null.</summary>
    public static PgrollRule? ReadReference(string column, PgrollMap? reference) => reference is null
        ? null
        : Reference(reference.Required("name"), [column], reference, [reference.Required("column")], Deferral(reference));

    /// <summary>A unique rule over one column, by a name of its own.</summary>
    public static PgrollRule Unique(string name, string column) => new(name, "unique", [column], $"UNIQUE ({PgrollSql.Id(column)})", "")
    {
        Keys = new JsonObject { ["name"] = name, ["columns"] = new JsonArray(column) },
    };

    /// <summary>Adds it to a table with rows: pgroll does it while applications go on, and so does this.</summary>
    public IEnumerable<(bool Raw, JsonObject Operation)> Add(string table)
    {
        if (Keys is { } keys)
        {
            var all = (JsonObject)keys.DeepClone();
            all.Insert(0, "table", table);

            // Pgroll's rules bind writers from the start; one that is looked at later binds nobody before complete.
            if (Type == "foreign_key" || !all.ContainsKey("deferrable"))
            {
                all["enforce"] = "live";
            }

            return [Typed($"add_{Type}", all)];
        }

        var (add, drop) = ($"ALTER TABLE {PgrollSql.Id(table)} ADD CONSTRAINT {PgrollSql.Id(Name)}", $"ALTER TABLE {PgrollSql.Id(table)} DROP CONSTRAINT {PgrollSql.Id(Name)}");
        return (Type, index) switch
        {
            ("check" or "foreign_key", _) =>
            [
                Raw($"{add} {body}{suffix}{NotValid}", drop),
                Raw($"ALTER TABLE {PgrollSql.Id(table)} VALIDATE CONSTRAINT {PgrollSql.Id(Name)}", $"{drop};\n{add} {body}{suffix}{NotValid}"),
            ],
            (_, { } built) =>
            [
                PgrollSql.Concurrently(
                    table, Name, $"CREATE UNIQUE INDEX CONCURRENTLY {PgrollSql.Id(Name)} ON {PgrollSql.Id(table)} ({PgrollSql.Ids(Columns)}){built.IndexSql}"),
                Raw(
                    $"{add} {(Type == "unique" ? "UNIQUE" : "PRIMARY KEY")} USING INDEX {PgrollSql.Id(Name)}{suffix}",
                    $"{drop};\nCREATE UNIQUE INDEX {PgrollSql.Id(Name)} ON {PgrollSql.Id(table)} ({PgrollSql.Ids(Columns)}){built.IndexSql}"),
            ],
            _ => [AddAtOnce(table)],
        };
    }

    /// <summary>Adds it to a table that was just made: SQL, for what the operation does not say.</summary>
    public (bool Raw, JsonObject Operation) AddAtOnce(string table) =>
        Raw(SqlOn(table), $"ALTER TABLE {PgrollSql.Id(table)} DROP CONSTRAINT {PgrollSql.Id(Name)}");

    /// <summary>The statement that adds it.</summary>
    public string SqlOn(string table) => $"ALTER TABLE {PgrollSql.Id(table)} ADD CONSTRAINT {PgrollSql.Id(Name)} {body}{suffix}";

    private static PgrollRule Check(string name, IReadOnlyList<string> columns, string expression, bool noInherit) =>
        new(name, "check", columns, $"CHECK ({expression})", noInherit ? " NO INHERIT" : "")
        {
            Keys = noInherit ? null : new JsonObject { ["name"] = name, ["expression"] = expression },
        };

    private static PgrollRule Reference(string name, IReadOnlyList<string> columns, PgrollMap reference, IReadOnlyList<string> referenced, string? deferral)
    {
        var (table, set) = (reference.Required("table"), reference.Texts("on_delete_set_columns"));
        var match = reference.Text("match_type")?.ToUpperInvariant() is { } told and not "SIMPLE" ? $" MATCH {told}" : "";
        var keys = new JsonObject
        {
            ["name"] = name,
            ["columns"] = List(columns),
            ["references"] = new JsonObject { ["table"] = table, ["columns"] = List(referenced) },
        };
        var actions = "";
        foreach (var key in new[] { "on_delete", "on_update" })
        {
            if (reference.Text(key)?.ToUpperInvariant() is { } action and not "NO ACTION")
            {
                keys[key] = action.ToLowerInvariant().Replace(' ', '_');
                actions += $" {key.Replace('_', ' ').ToUpperInvariant()} {action}{(key == "on_delete" && set.Count > 0 ? $" ({PgrollSql.Ids(set)})" : "")}";
            }
        }

        Defer(keys, deferral);
        reference.End();
        var body = $"FOREIGN KEY ({PgrollSql.Ids(columns)}) REFERENCES {PgrollSql.Id(table)} ({PgrollSql.Ids(referenced)}){match}{actions}";
        return new PgrollRule(name, "foreign_key", columns, body, SqlOf(deferral)) { Keys = match.Length > 0 || set.Count > 0 ? null : keys };
    }

    private static string? Deferral(PgrollMap map)
    {
        var (deferrable, deferred) = (map.Flag("deferrable") == true, map.Flag("initially_deferred") == true);
        return deferred ? "deferred" : deferrable ? "immediate" : null;
    }

    private static void Defer(JsonObject keys, string? deferral)
    {
        if (deferral is not null)
        {
            keys["deferrable"] = deferral;
        }
    }

    private static string SqlOf(string? deferral) => deferral is null ? "" : $" DEFERRABLE INITIALLY {deferral.ToUpperInvariant()}";

    /// <summary>Texts as a list.</summary>
    public static JsonArray List(IEnumerable<string> items) => [.. items.Select(i => (JsonNode)i)];

    /// <summary>What a rule says of the index behind it.</summary>
    private sealed record IndexParts(string? Tablespace, string? Storage, IReadOnlyList<string> Include)
    {
        /// <summary>Whether rows without a value collide.</summary>
        public bool NullsNotDistinct { get; init; }

        /// <summary>As a constraint says it.</summary>
        public string Sql => IncludeSql + With + (Tablespace is null ? "" : $" USING INDEX TABLESPACE {PgrollSql.Id(Tablespace)}");

        /// <summary>As an index says it.</summary>
        public string IndexSql => IncludeSql + (NullsNotDistinct ? " NULLS NOT DISTINCT" : "") + With + (Tablespace is null ? "" : $" TABLESPACE {PgrollSql.Id(Tablespace)}");

        private string IncludeSql => Include.Count > 0 ? $" INCLUDE ({PgrollSql.Ids(Include)})" : "";

        private string With => Storage is null ? "" : $" WITH ({Storage})";

        public static IndexParts Read(PgrollMap map)
        {
            var index = map.Map("index_parameters");
            var parts = new IndexParts(index?.Text("tablespace"), index?.Text("storage_parameters"), index?.Texts("include_columns") ?? []);
            index?.End();
            return parts;
        }
    }
}
