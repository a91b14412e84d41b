using Tandem.Schema;

namespace Tandem.Policy.Statements;

/// <summary>Reads ALTER of everything but tables, behind that word.</summary>
internal static class AlterReader
{
    // They change nothing that rows hang on, or only what is asked for at the next use.
    private static readonly string[] Quiet =
    [
        "sequence", "function", "procedure", "routine", "aggregate", "database", "role", "user", "group", "system", "extension", "publication", "subscription",
        "collation", "server", "foreign", "statistics", "language", "operator", "text", "conversion", "large", "tablespace", "event",
    ];

    public static IEnumerable<Act> Read(Words words)
    {
        if (words.Take("foreign", "table") || words.Take("table"))
        {
            return AlterTableReader.Read(words);
        }

        if (words.Take("default", "privileges"))
        {
            var text = words.RestText;
            words.Until("grant", "revoke");
            return words.Is("grant") ? [new WidensAccess($"gives rights on what is made later ({text})", [], [])] : [new Harmless()];
        }

        if (words.TakeAny("trigger", "policy", "rule") is not null)
        {
            words.Until("on");
            return words.Take("on") && words.Name() is { } table ? [new AltersTable(table)] : [new NotUnderstood(StatementReader.Strange)];
        }

        var kind = words.Take("materialized", "view") ? "materialized view" : words.TakeAny("index", "view", "type", "domain", "schema") ?? words.TakeAny(Quiet);
        _ = words.Take("if", "exists");
        var name = kind is null ? null : words.Name();
        if (kind is null || name is null)
        {
            return [new NotUnderstood(StatementReader.Strange)];
        }

        if (words.Take("rename", "to") || words.Take("set", "schema"))
        {
            return [new Renames(kind, name, words.Name() ?? "")];
        }

        return kind switch
        {
            "index" => [Index(words, name)],
            "type" => [Type(words, name)],
            "domain" => [Domain(words, name)],
            "view" or "materialized view" => [View(words, kind, name)],
            "schema" => [new Harmless()],
            _ => [new Harmless()],
        };
    }

    private static Act Index(Words words, string name) =>
        words.Is("set", "tablespace") ? new StoresAnew(name, "SET TABLESPACE")
        : words.IsAny("set", "reset", "attach", "alter", "depends", "no", "owner") ? new Harmless()
        : new NotUnderstood(StatementReader.Strange);

    private static Act Type(Words words, string name)
    {
        if (words.Take("add", "value"))
        {
            _ = words.Take("if", "not", "exists");
            var value = words.Any()?.Value ?? "";
            return new ChangesEnum(name, value, Renames: false, Placed: words.IsAny("before", "after"));
        }

        if (words.Take("rename", "value"))
        {
            return new ChangesEnum(name, words.Any()?.Value ?? "", Renames: true, Placed: true);
        }

        return words.IsAny("owner", "set") ? new Harmless() : new NotUnderstood("changes a composite type, and what uses it is not known here");
    }

    private static Act Domain(Words words, string name) =>
        words.Take("set", "not", "null") ? new ConstrainsDomain(name, IsNew: false, NotValid: false)
        : words.Take("add") ? new ConstrainsDomain(name, IsNew: false, ColumnReader.Constraint(words) is { NotValid: true })
        : words.Take("validate") ? new ValidatesConstraint("", words.RestText)
        : words.IsAny("set", "drop", "rename", "owner") ? new Harmless()
        : new NotUnderstood(StatementReader.Strange);

    private static Act View(Words words, string kind, string name)
    {
        if (words.Take("rename"))
        {
            _ = words.Take("column");
            return words.Name() is { } column && words.Take("to") ? new Renames("column", $"{name}.{column}", words.Name() ?? "") : new NotUnderstood(StatementReader.Strange);
        }

        return kind == "materialized view" && (words.Is("set", "tablespace") || words.Is("set", "access")) ? new StoresAnew(name, "SET TABLESPACE")
            : words.IsAny("set", "reset", "alter", "owner", "cluster", "depends", "no") ? new Harmless()
            : new NotUnderstood(StatementReader.Strange);
    }
}
