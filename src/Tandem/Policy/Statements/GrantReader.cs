using Tandem.Schema;

namespace Tandem.Policy.Statements;

/// <summary>Reads GRANT, behind its first word.</summary>
internal static class GrantReader
{
    public static IEnumerable<Act> Grant(Words words)
    {
        var text = words.RestText;
        var rights = words.Until("on", "to");
        if (words.Is("to"))
        {
            return [new WidensAccess($"gives {text}", [], [])];
        }

        _ = words.Take("on");
        var columns = rights.Items().SelectMany(ColumnsOf).Distinct(StringComparer.Ordinal).ToValueList();
        var all = words.Is("all");
        var kind = words.TakeAny("table", "sequence", "database", "schema", "function", "procedure", "routine", "type", "domain", "language", "foreign", "tablespace", "parameter", "large");
        var names = words.Until("to");
        var relations = all || kind is not (null or "table") ? [] : names.Items().Select(n => n.Name()).OfType<string>().ToValueList();
        return kind is null or "table" || all
            ? [new WidensAccess($"gives {text}", relations, columns)]
            : [new Harmless()];
    }

    // select (a, b), update
    private static IEnumerable<string> ColumnsOf(Words right)
    {
        right.Any();
        return right.Group() is { } columns ? columns.Items().Select(c => c.Name()).OfType<string>() : [];
    }
}
