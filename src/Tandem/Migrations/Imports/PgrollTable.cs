using System.Text.Json.Nodes;
using Tandem.Schema;
using static Tandem.Migrations.Imports.PgrollOperation;

namespace Tandem.Migrations.Imports;

/// <summary>pgroll's tables and the columns in them.</summary>
internal sealed class PgrollTable(PgrollModel model, PgrollMap map)
{
    private static readonly Dictionary<string, string> Serials = new(StringComparer.OrdinalIgnoreCase)
    {
        ["serial"] = "integer",
        ["serial4"] = "integer",
        ["bigserial"] = "bigint",
        ["serial8"] = "bigint",
        ["smallserial"] = "smallint",
        ["serial2"] = "smallint",
    };

    private readonly List<string> key = [];
    private string usualKey = "";
    private readonly List<PgrollRule> rules = [];
    private readonly List<(bool, JsonObject)> sequences = [];

    public IEnumerable<(bool, JsonObject)> Create()
    {
        var table = map.Required("name");
        usualKey = UsualName.Of(table, [], "pkey");
        var keys = new JsonObject { ["name"] = table, ["columns"] = Columns(table) };
        foreach (var constraint in map.Maps("constraints"))
        {
            Add(PgrollRule.Read(constraint));
            constraint.End();
        }

        if (key.Count > 0)
        {
            keys["primary_key"] = PgrollRule.List(key);
            model.PutKey(table, key);
        }

        rules.ForEach(r => model.Put(table, r));
        foreach (var (word, type) in new[] { ("uniques", "unique"), ("checks", "check"), ("foreign_keys", "foreign_key") })
        {
            if (rules.Where(r => r.Type == type && r.Keys is not null).Select(r => (JsonNode)r.Keys!).ToArray() is { Length: > 0 } list)
            {
                keys[word] = new JsonArray(list);
            }
        }

        if (map.Text("comment") is { } comment)
        {
            keys["comment"] = comment;
        }

        // A primary key with a name of its own is an operation, what no operation says is SQL; the table is empty then.
        return
        [
            Typed("create_table", keys), .. rules.Where(r => r is { Type: "primary_key", Keys: not null }).SelectMany(r => r.Add(table)),
            .. rules.Where(r => r.Keys is null).Select(r => r.AddAtOnce(table)), .. sequences,
        ];
    }

    /// <summary>A column of a table or one that is added, and the rules that stand at it.</summary>
    public static PgrollColumnText ReadColumn(PgrollModel model, string table, PgrollMap column)
    {
        var name = column.Required("name");
        var (type, identity) = column.Required("type") is var written && Serials.TryGetValue(written, out var integer) ? (integer, "serial") : (written, null);
        var generated = ReadGenerated(column);
        var primary = column.Flag("pk") == true;
        var nullable = column.Flag("nullable") == true;
        var (value, comment) = (column.Text("default"), column.Text("comment"));
        var keys = new JsonObject { ["name"] = name, ["type"] = type };
        if (!nullable || primary)
        {
            keys["nullable"] = false;
        }

        foreach (var (word, text) in new[] { ("default", value), ("identity", identity ?? generated.Identity), ("generated", generated.Expression), ("comment", comment) })
        {
            if (text is not null)
            {
                keys[word] = text;
            }
        }

        model.Put(table, name, new PgrollColumn(type, nullable && !primary) { Default = value, Comment = comment });
        var unique = column.Flag("unique") == true ? PgrollRule.Unique(UsualName.Of(table, [name], "key"), name) : null;
        var rules = new[] { unique, PgrollRule.ReadCheck(name, column.Map("check")), PgrollRule.ReadReference(name, column.Map("references")) };
        column.End();
        return new PgrollColumnText(name, keys, primary, [.. rules.OfType<PgrollRule>()]) { SequenceOptions = generated.Options };
    }

    private static (string? Identity, string? Options, string? Expression) ReadGenerated(PgrollMap column)
    {
        if (column.Map("generated") is not { } generated)
        {
            return default;
        }

        var (expression, identity) = (generated.Text("expression"), generated.Map("identity"));
        var kind = identity is null ? null : identity.Text("user_specified_values") == "BY DEFAULT" ? "by_default" : "always";
        var options = identity?.Text("sequence_options");
        identity?.End();
        generated.End();
        return (kind, options, expression);
    }

    private JsonArray Columns(string table)
    {
        var columns = new JsonArray();
        foreach (var column in map.Maps("columns"))
        {
            var read = ReadColumn(model, table, column);
            if (read.Keys.ContainsKey("generated"))
            {
                read.Keys["stored"] = true;
            }

            if (read.SequenceOptions is { } options)
            {
                Sequence(table, read.Name, options);
            }

            if (read.Primary)
            {
                key.Add(read.Name);
            }

            columns.Add(read.Keys);
            read.Rules.ToList().ForEach(Add);
        }

        return columns;
    }

    private void Add(PgrollRule? rule)
    {
        if (rule is { Type: "primary_key", Keys: not null } && rule.Name == usualKey)
        {
            key.AddRange(rule.Columns);
        }
        else if (rule is not null)
        {
            rules.Add(rule);
        }
    }

    // The server calls an identity's sequence so.
    private void Sequence(string table, string column, string options) => sequences.Add(Raw(
        $"ALTER SEQUENCE {PgrollSql.Id(UsualName.Of(table, [column], "seq"))} {options} RESTART",
        $"ALTER SEQUENCE {PgrollSql.Id(UsualName.Of(table, [column], "seq"))} INCREMENT BY 1 NO MINVALUE NO MAXVALUE START WITH 1 CACHE 1 NO CYCLE RESTART"));
}

/// <summary>A column with the rules that stand at it.</summary>
internal sealed record PgrollColumnText(string Name, JsonObject Keys, bool Primary, IReadOnlyList<PgrollRule> Rules)
{
    /// <summary>The options of an identity's sequence, as SQL; null when they are the usual ones.</summary>
    public string? SequenceOptions { get; init; }
}
