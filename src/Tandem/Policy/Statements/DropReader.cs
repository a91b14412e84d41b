using Tandem.Schema;

namespace Tandem.Policy.Statements;

/// <summary>Reads DROP, behind that word.</summary>
internal static class DropReader
{
    private static readonly string[] Kinds =
    [
        "table", "view", "index", "schema", "database", "sequence", "type", "domain", "function", "procedure", "routine", "aggregate", "extension",
        "trigger", "policy", "rule", "role", "user", "group", "publication", "subscription", "statistics", "collation", "server", "tablespace", "cast",
        "operator", "conversion", "language", "transform",
    ];

    public static IEnumerable<Act> Read(Words words)
    {
        if (words.Take("owned", "by"))
        {
            return [new Drops("everything that a role owns", [words.RestText]) { Cascade = words.Has("cascade") }];
        }

        var kind = words.Take("materialized", "view") ? "materialized view" : words.Take("foreign", "table") ? "table" : words.Take("event", "trigger") ? "event trigger" : words.TakeAny(Kinds);
        if (kind is null)
        {
            return [new NotUnderstood(StatementReader.Strange)];
        }

        var concurrently = words.Take("concurrently");
        var ifThere = words.Take("if", "exists");
        var isOn = kind is "trigger" or "policy" or "rule";
        var names = words.Until("cascade", "restrict", isOn ? "on" : "restrict").Items().Select(i => i.Name() ?? i.RestText).ToValueList();
        var dropped = new Drops(kind, names)
        {
            Cascade = words.Has("cascade"), Concurrently = concurrently, IfThere = ifThere, Table = words.Take("on") ? words.Name() : null,
        };
        return concurrently || kind is "database" or "tablespace" or "subscription"
            ? [new NeedsNoTransaction(concurrently ? "CONCURRENTLY" : $"DROP {kind.ToUpperInvariant()}"), dropped]
            : [dropped];
    }
}
