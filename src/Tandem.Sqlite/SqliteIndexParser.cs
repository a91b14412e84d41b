using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>Reads a CREATE INDEX statement as SQLite keeps it.</summary>
internal static class SqliteIndexParser
{
    /// <summary>The index that a statement makes on a table of these columns.</summary>
    /// <exception cref="FormatException">The statement cannot be read.</exception>
    public static Schema.Index Parse(string name, string sql, ValueList<Column> columns)
    {
        var cursor = new SqliteCursor(sql);
        cursor.ExpectWords("CREATE");
        var unique = cursor.TakeWords("UNIQUE");
        cursor.ExpectWords("INDEX");
        _ = cursor.TakeWords("IF", "NOT", "EXISTS");
        _ = cursor.QualifiedName();
        cursor.ExpectWords("ON");
        _ = cursor.Name();
        var keys = Split(cursor.Parenthesized()).Select(k => ParseKey(k, columns)).ToValueList();
        var where = cursor.TakeWords("WHERE") ? cursor.Rest().TrimEnd(';', ' ') : null;
        if (where is null && !cursor.AtEnd && !cursor.TakeSymbol(";"))
        {
            throw cursor.Unexpected("WHERE");
        }

        var text = string.Join(' ', keys.Select(k => k.Expression ?? SqliteText.Quote(k.Column!))) + " " + where;
        return new Schema.Index(name, keys, unique) { Where = where, Columns = SqliteNames.ColumnsIn(text, columns) };
    }

    private static IndexKey ParseKey(string text, ValueList<Column> columns)
    {
        var tokens = SqliteTokenizer.Tokenize(text);
        var count = tokens.Count;
        var descending = count > 1 && tokens[count - 1].Is("DESC");
        count -= descending || (count > 1 && tokens[count - 1].Is("ASC")) ? 1 : 0;
        string? options = null;
        if (count > 2 && tokens[count - 2].Is("COLLATE") && tokens[count - 1].CanName)
        {
            options = $"COLLATE {SqliteText.Quote(tokens[count - 1].Value)}";
            count -= 2;
        }

        var column = count == 1 && tokens[0].CanName
            ? columns.FirstOrDefault(c => SqliteText.SameName(c.Name, tokens[0].Value))?.Name
            : null;
        return new IndexKey(column, column is null ? text[..tokens[count - 1].End] : null, descending, options);
    }

    private static IEnumerable<string> Split(string list)
    {
        var (start, depth) = (0, 0);
        foreach (var token in SqliteTokenizer.Tokenize(list))
        {
            depth += token.IsSymbol("(") ? 1 : token.IsSymbol(")") ? -1 : 0;
            if (depth == 0 && token.IsSymbol(","))
            {
                yield return list[start..token.Start].Trim();
                start = token.End;
            }
        }

        yield return list[start..].Trim();
    }
}
