namespace Tandem.Policy.Statements;

/// <summary>Reads VACUUM, CLUSTER, REINDEX, REFRESH and LOCK.</summary>
internal static class MaintenanceReader
{
    public static IEnumerable<Act> Vacuum(Words words)
    {
        var options = words.Group();
        var full = words.Take("full") || options?.Rest.Any(t => t.Is("full")) == true;
        _ = words.TakeAny("freeze") is not null | words.Take("verbose") | words.TakeAny("analyze", "analyse") is not null;
        var table = words.Name() ?? "";
        return [new NeedsNoTransaction("VACUUM"), full ? new StoresAnew(table, "VACUUM FULL") : new Harmless()];
    }

    public static IEnumerable<Act> Cluster(Words words, string verb)
    {
        var options = words.Group();
        _ = words.Take("verbose");
        var online = verb == "REPACK" && options?.Rest.Any(t => t.Is("concurrently")) == true;
        var table = words.Name() ?? "";
        return [.. verb == "REPACK" || table.Length == 0 ? (Act[])[new NeedsNoTransaction(verb)] : [], online ? new Harmless() : new StoresAnew(table, verb)];
    }

    public static IEnumerable<Act> Reindex(Words words)
    {
        var options = words.Group();
        var kind = words.TakeAny("index", "table", "schema", "database", "system");
        var concurrently = words.Take("concurrently") || options?.Rest.Any(t => t.Is("concurrently")) == true;
        var rebuilt = new RebuildsIndex($"{kind} {words.Name()}".Trim(), concurrently);
        return kind is null ? [new NotUnderstood(StatementReader.Strange)]
            : concurrently || kind is "schema" or "database" or "system" ? [new NeedsNoTransaction(concurrently ? "CONCURRENTLY" : $"REINDEX {kind.ToUpperInvariant()}"), rebuilt]
            : [rebuilt];
    }

    public static IEnumerable<Act> Refresh(Words words)
    {
        var concurrently = words.Take("materialized", "view") && words.Take("concurrently");
        return words.Name() is not { } view ? [new NotUnderstood(StatementReader.Strange)]
            : words.Take("with", "no", "data") ? [new AltersTable(view)]
            : [new Refreshes(view, concurrently)];
    }

    public static IEnumerable<Act> Lock(Words words)
    {
        _ = words.Take("table");
        var tables = words.Until("in", "nowait").RestText;
        var mode = words.Take("in") ? words.Until("mode").RestText.ToUpperInvariant() : "ACCESS EXCLUSIVE";
        return [new LocksTables(tables, mode)];
    }
}
