using Tandem.Schema;

namespace Tandem.Policy.Statements;

/// <summary>Reads CREATE, behind that word.</summary>
internal static class CreateReader
{
    // What they make nobody uses yet.
    private static readonly string[] FreshKinds =
    [
        "view", "recursive", "materialized", "sequence", "function", "procedure", "aggregate", "type", "extension", "statistics", "publication", "collation", "cast",
        "operator", "access", "server", "foreign", "user", "role", "group", "language", "text", "transform", "conversion", "default",
    ];

    public static IEnumerable<Act> Read(Words words)
    {
        var isCertain = !words.Take("or", "replace");
        var temporary = words.TakeAny("temporary", "temp") is not null || words.Take("local", "temporary") || words.Take("local", "temp");
        _ = words.Take("unlogged") | words.Take("constraint") | words.Take("procedural") | words.Take("trusted") | words.Take("default");
        if (words.Take("table") || words.Take("foreign", "table"))
        {
            return [Table(words, temporary)];
        }

        if (words.Take("unique", "index") || words.Is("index"))
        {
            return Index(words, unique: !words.Take("index"));
        }

        return words.TakeAny("domain", "schema", "trigger", "rule", "policy", "database", "tablespace", "subscription", "event") switch
        {
            "domain" => [words.Name() is { } domain ? Domain(words, domain) : new NotUnderstood(StatementReader.Strange)],
            "schema" => words.Rest.Any(t => t.Is("create") || t.Is("grant")) ? [new NotUnderstood("makes a schema with things in it")] : [Fresh(words, "schema", isCertain)],
            "trigger" or "rule" or "policy" => On(words),
            "database" or "tablespace" or "subscription" => [new NeedsNoTransaction("CREATE")],
            "event" => [new NotUnderstood("makes a trigger that acts on every later change of the schema")],
            _ => words.IsAny(FreshKinds) ? [Fresh(words, isCertain)] : [new NotUnderstood(StatementReader.Strange)],
        };
    }

    private static Act Fresh(Words words, bool certain)
    {
        var kind = words.Take("materialized", "view") ? "materialized view" : words.TakeAny(FreshKinds)!;
        return Fresh(words, kind == "recursive" && words.Take("view") ? "view" : kind, certain);
    }

    private static Act Fresh(Words words, string kind, bool certain)
    {
        var exists = words.Take("if", "not", "exists");
        return certain && !exists && words.Name() is { } name ? new Makes(kind, name) : new Harmless();
    }

    private static Act Table(Words words, bool temporary)
    {
        var certain = !words.Take("if", "not", "exists");
        if (words.Name() is not { } name)
        {
            return new NotUnderstood(StatementReader.Strange);
        }

        var table = new CreatesTable(name, certain, temporary);
        if (words.Take("partition", "of"))
        {
            return table with { PartitionOf = words.Name() ?? "" };
        }

        if (words.Take("of"))
        {
            return words.Name() is null ? new NotUnderstood(StatementReader.Strange) : table;
        }

        if (words.Take("as"))
        {
            return table;
        }

        return words.Group() is { } body && Body(table, body) is { } whole ? whole : new NotUnderstood(StatementReader.Strange);
    }

    private static CreatesTable? Body(CreatesTable table, Words body)
    {
        var columns = new List<ColumnText>();
        var constraints = new List<ConstraintText>();
        foreach (var item in body.AtEnd ? [] : body.Items())
        {
            if (item.Take("like"))
            {
                continue;
            }

            if (ColumnReader.IsConstraint(item))
            {
                if (ColumnReader.Constraint(item) is not { } constraint)
                {
                    return null;
                }

                constraints.Add(constraint);
            }
            else if (ColumnReader.Column(item) is { } column)
            {
                columns.Add(column);
            }
            else
            {
                return null;
            }
        }

        return table with { Columns = columns.ToValueList(), Constraints = constraints.ToValueList() };
    }

    private static IEnumerable<Act> Index(Words words, bool unique)
    {
        var concurrently = words.Take("concurrently");
        var ifMissing = words.Take("if", "not", "exists");
        var name = words.Is("on") ? null : words.Name();
        if (!words.Take("on"))
        {
            return [new NotUnderstood(StatementReader.Strange)];
        }

        var only = words.Take("only");
        var table = words.Name();
        if (words.Take("using"))
        {
            _ = words.Name();
        }

        if (table is null || words.Group() is not { } keys)
        {
            return [new NotUnderstood(StatementReader.Strange)];
        }

        var index = new BuildsIndex(table, name, concurrently, keys.Items().Count()) { Lead = keys.Copy().Name(), Only = only, Unique = unique, IfMissing = ifMissing };
        return concurrently ? [new NeedsNoTransaction("CONCURRENTLY"), index] : [index];
    }

    private static Act Domain(Words words, string name) =>
        words.Rest.Any(t => t.Is("check") || t.Is("not")) ? new ConstrainsDomain(name, IsNew: true, NotValid: false) : new Harmless();

    // CREATE TRIGGER n … ON t, CREATE POLICY n ON t, CREATE RULE n AS ON event TO t
    private static IEnumerable<Act> On(Words words)
    {
        var rule = words.Has("to") && words.Has("as") && words.Has("do");
        words.Until(rule ? "to" : "on");
        words.Any();
        return words.Name() is { } table ? [new AltersTable(table)] : [new NotUnderstood(StatementReader.Strange)];
    }
}
