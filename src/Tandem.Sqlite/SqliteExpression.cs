namespace Tandem.Sqlite;

/// <summary>What can be said about an expression from its words alone.</summary>
internal static class SqliteExpression
{
    /// <summary>The reason that is none of the expression's own: it gives another result only when the other rows change.</summary>
    public const string OtherRows = "a query, which reads other rows";

    /// <summary>Why a text is not one expression, although it might compile inside of another text; null when nothing speaks against it.</summary>
    public static string? Objection(string sql)
    {
        var depth = 0;
        var tokens = SqliteTokenizer.Tokenize(sql);
        foreach (var token in tokens)
        {
            depth += token.IsSymbol("(") ? 1 : token.IsSymbol(")") ? -1 : 0;
            var objection = token switch
            {
                { Kind: SqliteTokenKind.Illegal } => $"it cannot be read from character {token.Start + 1} on",
                { Kind: SqliteTokenKind.Parameter } => $"it names a parameter, {token.Value}",
                _ when token.IsSymbol(";") => "it holds a semicolon",
                _ when depth < 0 => "it closes a parenthesis that it does not open",
                _ => null,
            };
            if (objection is not null)
            {
                return objection;
            }
        }

        return tokens.Count == 0 ? "it is empty" : depth > 0 ? "it does not close a parenthesis" : null;
    }

    /// <summary>What makes an expression give another result when it is computed again; null when nothing does.</summary>
    public static string? Variable(string sql)
    {
        var tokens = SqliteTokenizer.Tokenize(sql);
        string? query = null;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != SqliteTokenKind.Word)
            {
                continue;
            }

            var word = tokens[i].Value.ToUpperInvariant();
            var called = i + 1 < tokens.Count && tokens[i + 1].IsSymbol("(");
            var varies = word switch
            {
                "CURRENT_TIME" or "CURRENT_DATE" or "CURRENT_TIMESTAMP" => true,
                "RANDOM" or "RANDOMBLOB" or "CHANGES" or "TOTAL_CHANGES" or "LAST_INSERT_ROWID" => called,
                "DATE" or "TIME" or "DATETIME" or "JULIANDAY" or "UNIXEPOCH" or "TIMEDIFF" => called && MeansNow(tokens, i + 2, 0),
                "STRFTIME" => called && MeansNow(tokens, i + 2, 1),
                _ => false,
            };
            if (varies)
            {
                return tokens[i].Value + (called ? "()" : "");
            }

            // A query of nothing but values reads the row alone.
            query = word == "FROM" && i > 0 && !tokens[i - 1].Value.Equals("DISTINCT", StringComparison.OrdinalIgnoreCase) ? OtherRows : query;
        }

        return query;
    }

    // 'now' among the arguments, or no time value at all, which means the same; or a modifier that asks for the time zone
    // of the process that happens to compute.
    private static bool MeansNow(IReadOnlyList<SqliteToken> tokens, int at, int format)
    {
        var (depth, arguments) = (1, 0);
        for (; at < tokens.Count && depth > 0; at++)
        {
            depth += tokens[at].IsSymbol("(") ? 1 : tokens[at].IsSymbol(")") ? -1 : 0;
            arguments = depth == 0 ? arguments : Math.Max(1, arguments + (depth == 1 && tokens[at].IsSymbol(",") ? 1 : 0));
            if (tokens[at].Kind == SqliteTokenKind.String && tokens[at].Value.Trim().ToUpperInvariant() is "NOW" or "LOCALTIME" or "UTC")
            {
                return true;
            }
        }

        return arguments <= format;
    }
}
