namespace Tandem.Sqlite;

/// <summary>Cuts a text into statements where SQLite does: a trigger's body ends with its END.</summary>
internal static class SqliteScript
{
    /// <summary>The statements without separators; empty ones are left out.</summary>
    public static IReadOnlyList<string> Split(string sql)
    {
        var statements = new List<string>();
        var current = new List<SqliteToken>();
        foreach (var token in SqliteTokenizer.Tokenize(sql))
        {
            if (!token.IsSymbol(";") || (IsTrigger(current) && !EndsTrigger(current)))
            {
                current.Add(token);
                continue;
            }

            Add(statements, current, sql);
        }

        Add(statements, current, sql);
        return statements;
    }

    private static void Add(List<string> statements, List<SqliteToken> tokens, string sql)
    {
        if (tokens.Count > 0)
        {
            statements.Add(sql[tokens[0].Start..tokens[^1].End].Trim());
        }

        tokens.Clear();
    }

    private static bool IsTrigger(List<SqliteToken> tokens)
    {
        if (tokens.Count < 2 || !tokens[0].Is("create"))
        {
            return false;
        }

        return tokens[1].Is("trigger") || ((tokens[1].Is("temp") || tokens[1].Is("temporary")) && tokens.Count > 2 && tokens[2].Is("trigger"));
    }

    // "; END ;" as sqlite3_complete() has it: an END behind anything else belongs to a CASE.
    private static bool EndsTrigger(List<SqliteToken> tokens) => tokens[^1].Is("end") && tokens.Count > 1 && tokens[^2].IsSymbol(";");
}
