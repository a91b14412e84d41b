using Tandem.Schema;

namespace Tandem.Policy.Statements;

/// <summary>Reads statements that write rows, each behind its first word.</summary>
internal static class RowsReader
{
    public static IEnumerable<Act> Update(Words words)
    {
        if (words.Take("or"))
        {
            _ = words.Any(); // SQLite: OR REPLACE and the like
        }

        _ = words.Take("only");
        if (words.Name() is not { } table)
        {
            return [new NotUnderstood(StatementReader.Strange)];
        }

        words.Until("set");
        if (!words.Take("set"))
        {
            return [new NotUnderstood(StatementReader.Strange)];
        }

        var set = words.Until("from", "where", "returning");
        return [new WritesRows("update", table, !words.Has("where")) { Twice = Twice(set.Items().SelectMany(Assigned)) }];
    }

    public static IEnumerable<Act> Delete(Words words)
    {
        var fine = words.Take("from");
        _ = words.Take("only");
        return fine && words.Name() is { } table
            ? [new WritesRows("delete", table, !words.Has("where"))]
            : [new NotUnderstood(StatementReader.Strange)];
    }

    public static IEnumerable<Act> Insert(Words words)
    {
        if (words.Take("or"))
        {
            _ = words.Any();
        }

        if (!words.Take("into") || words.Name() is not { } table)
        {
            return [new NotUnderstood(StatementReader.Strange)];
        }

        if (words.Take("as"))
        {
            _ = words.Name();
        }

        var columns = words.Group();
        var isQuery = columns?.IsAny("select", "with", "values") == true;
        var written = words.Has("values") && !words.Has("select");
        return
        [
            new WritesRows("insert", table, false)
            {
                Many = isQuery || !(written || words.Is("default", "values")),
                Twice = isQuery || columns is null ? [] : Twice(columns.Items().Select(c => c.Name() ?? "")),
            },
        ];
    }

    public static IEnumerable<Act> Merge(Words words)
    {
        _ = words.Take("into") | words.Take("only");
        return words.Name() is { } table ? [new WritesRows("merge", table, false)] : [new NotUnderstood(StatementReader.Strange)];
    }

    public static IEnumerable<Act> Truncate(Words words)
    {
        _ = words.Take("table");
        var list = words.Until("restart", "continue", "cascade", "restrict");
        var tables = list.Items().Select(i => i.Take("only") || !i.AtEnd ? i.Name() : null).ToList();
        return tables.Contains(null)
            ? [new NotUnderstood(StatementReader.Strange)]
            : [new Truncates(tables.OfType<string>().ToValueList(), words.Has("cascade"))];
    }

    public static IEnumerable<Act> Copy(Words words)
    {
        if (words.Next.IsSymbol("("))
        {
            return words.Group() is { } query && query.IsAny("select", "values", "table") ? [new NotUnderstood("writes to a file or program of the server's")] : [new NotUnderstood(StatementReader.Strange)];
        }

        var table = words.Name();
        _ = words.Group();
        return table is not null && words.Take("from")
            ? [new WritesRows("copy", table, false)]
            : [new NotUnderstood("writes to a file or program of the server's")];
    }

    // a = …, (a, b) = …, t.a = …, a[1] = …
    private static IEnumerable<string> Assigned(Words item) =>
        item.Group() is { } several ? several.Items().Select(c => c.Name() ?? "")
        : item.Name() is { } name && item.Next.IsSymbol("=") ? [name]
        : [];

    private static ValueList<string> Twice(IEnumerable<string> columns) =>
        columns.Where(c => c.Length > 0).GroupBy(c => c, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ToValueList();
}
