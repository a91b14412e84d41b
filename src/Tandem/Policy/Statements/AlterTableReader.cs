using Tandem.Schema;

namespace Tandem.Policy.Statements;

/// <summary>Reads ALTER TABLE, behind those words.</summary>
internal static class AlterTableReader
{
    public static IEnumerable<Act> Read(Words words)
    {
        if (words.Take("all", "in", "tablespace"))
        {
            return [new StoresAnew("", "SET TABLESPACE")];
        }

        _ = words.Take("if", "exists");
        _ = words.Take("only");
        if (words.Name() is not { } table)
        {
            return [new NotUnderstood(StatementReader.Strange)];
        }

        _ = words.TakeSymbol("*");
        return Whole(words, table) ?? words.Items().SelectMany(item => Action(item, table));
    }

    // What stands in a statement alone.
    private static IEnumerable<Act>? Whole(Words words, string table)
    {
        if (words.Take("rename"))
        {
            return [Rename(words, table)];
        }

        if (words.Take("set", "schema"))
        {
            return [new Renames("table", table, words.Name() ?? "")];
        }

        if (words.TakeAny("attach", "detach") is not { } verb)
        {
            return null;
        }

        var partition = words.Take("partition") ? words.Name() ?? "" : "";
        var concurrently = words.Has("concurrently");
        var moved = new MovesPartition(table, partition, verb == "attach", concurrently || words.Has("finalize"));
        return concurrently ? [new NeedsNoTransaction("CONCURRENTLY"), moved] : [moved];
    }

    private static Act Rename(Words words, string table)
    {
        if (words.Take("to"))
        {
            return new Renames("table", table, words.Name() ?? "");
        }

        var kind = words.Take("constraint") ? "constraint" : "column";
        _ = words.Take("column");
        return words.Name() is { } name && words.Take("to") && words.Name() is { } other
            ? new Renames(kind, $"{table}.{name}", other)
            : new NotUnderstood(StatementReader.Strange);
    }

    private static IEnumerable<Act> Action(Words words, string table)
    {
        var acts = words.TakeAny("add", "drop", "alter", "validate", "set", "reset", "enable", "disable") switch
        {
            "add" => Add(words, table),
            "drop" => Drop(words, table),
            "alter" => Alter(words, table),
            "validate" => words.Take("constraint") && words.Name() is { } name ? [new ValidatesConstraint(table, name)] : null,
            "set" => Set(words, table),
            "reset" => [new Harmless()],
            "enable" => words.IsAny("trigger", "replica", "always", "rule", "row") ? [new AltersTable(table)] : null,
            "disable" => Disable(words, table),
            _ => Other(words, table),
        };
        return acts ?? [new NotUnderstood(StatementReader.Strange)];
    }

    private static IEnumerable<Act>? Add(Words words, string table)
    {
        if (ColumnReader.IsConstraint(words))
        {
            return ColumnReader.Constraint(words) is { } constraint ? [new AddsConstraint(table, constraint)] : null;
        }

        _ = words.Take("column");
        var ifMissing = words.Take("if", "not", "exists");
        return ColumnReader.Column(words) is { } column ? [new AddsColumn(table, column, ifMissing)] : null;
    }

    private static IEnumerable<Act>? Drop(Words words, string table)
    {
        if (words.Take("constraint"))
        {
            return [new AltersTable(table)];
        }

        _ = words.Take("column");
        _ = words.Take("if", "exists");
        return words.Name() is { } column ? [new DropsColumn(table, column, words.Take("cascade"))] : null;
    }

    private static IEnumerable<Act>? Alter(Words words, string table)
    {
        if (words.Take("constraint"))
        {
            return [new AltersTable(table)];
        }

        _ = words.Take("column");
        if (words.Name() is not { } column)
        {
            return null;
        }

        if (words.Take("set", "data", "type") || words.Take("type"))
        {
            var type = words.Until("collate", "using").RestText;
            return [new ChangesType(table, column, type, words.Has("using"))];
        }

        return words.Take("set", "not", "null") ? [new SetsNotNull(table, column, Required: true)]
            : words.Take("drop", "not", "null") ? [new SetsNotNull(table, column, Required: false)]
            : words.Is("set", "expression") ? [new StoresAnew(table, "SET EXPRESSION")]
            : words.Is("set", "statistics") || words.Is("reset") ? [new Harmless()]
            : words.Is("set") || words.Is("drop") || words.Is("add", "generated") || words.Is("restart") ? [new AltersTable(table)]
            : null;
    }

    private static IEnumerable<Act>? Set(Words words, string table) =>
        words.IsAny("logged", "unlogged") ? [new StoresAnew(table, $"SET {words.Next.Value.ToUpperInvariant()}")]
        : words.Is("tablespace") ? [new StoresAnew(table, "SET TABLESPACE")]
        : words.Is("access", "method") ? [new StoresAnew(table, "SET ACCESS METHOD")]
        : words.Next.IsSymbol("(") || words.Is("without") ? [new Harmless()]
        : null;

    private static IEnumerable<Act>? Disable(Words words, string table) =>
        words.Take("trigger") ? [new SilencesTriggers($"{(words.IsAny("all", "user") ? "all triggers" : $"the trigger {words.Name()}")} of {table}")]
        : words.Is("row") ? [new WidensAccess($"shows all rows of {table} to whoever may read it", [table], []), new AltersTable(table)]
        : words.Is("rule") ? [new AltersTable(table)]
        : null;

    private static IEnumerable<Act>? Other(Words words, string table) =>
        words.Is("no", "force") ? [new WidensAccess($"shows all rows of {table} to its owner", [table], []), new AltersTable(table)]
        : words.Is("cluster", "on") ? [new Harmless()]
        : words.IsAny("owner", "replica", "inherit", "no", "of", "not", "force") ? [new AltersTable(table)]
        : null;
}
