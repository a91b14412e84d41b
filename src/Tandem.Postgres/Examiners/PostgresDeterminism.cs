using System.Text.Json;
using Tandem.Databases;
using Tandem.Postgres.Connections;
using Tandem.Schema;

namespace Tandem.Postgres.Examiners;

/// <summary>Finds what makes an expression give another result when it is computed again.</summary>
internal static class PostgresDeterminism
{
    /// <summary>The reason that is none of itself: it gives another result only when the other rows change.</summary>
    public const string OtherRows = "it reads other rows";

    // Stable within one transaction, and of another value in the next.
    private static readonly HashSet<string> OfTheMoment = new(StringComparer.OrdinalIgnoreCase)
    {
        "now", "transaction_timestamp", "statement_timestamp", "current_date", "current_time", "current_timestamp", "localtime",
        "localtimestamp", "current_user", "current_role", "session_user", "user", "current_setting", "pg_backend_pid", "txid_current",
        "pg_current_xact_id", "inet_client_addr", "inet_server_addr", "current_database", "current_schema", "age",
    };

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user", "current_role",
        "session_user", "user",
    };

    /// <summary>The reasons, for people; none when the result depends on the row alone.</summary>
    public static async Task<IReadOnlyList<string>> ReasonsAsync(PostgresReading reading, string sql, CancellationToken cancellationToken)
    {
        var tokens = SqlLexer.Tokenize(sql);
        var reasons = new List<string>();
        var calls = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
        {
            var isCall = i + 1 < tokens.Count && tokens[i + 1].IsSymbol("(");
            if (tokens[i].Is("select") && HasFrom(tokens, i + 1))
            {
                reasons.Add(OtherRows);
            }
            else if (tokens[i].Kind == SqlLexer.TokenKind.Identifier
                && (Words.Contains(tokens[i].Value) || (isCall && IsOfTheMoment(tokens, i))))
            {
                reasons.Add(tokens[i].Value);
            }
            else if (isCall && tokens[i].IsName)
            {
                calls.Add(tokens[i].Name);
            }
        }

        var found = await reading.QueryAsync(
            new SqlStatement(
                """
                select distinct p.proname::text as name
                from pg_catalog.pg_proc p
                where p.provolatile = 'v' and p.prokind = 'f'
                  and p.proname in (select pg_catalog.json_array_elements_text(@names::json))
                order by 1
                """,
                new SqlArgument("names", JsonSerializer.Serialize(calls))),
            cancellationToken).ConfigureAwait(false);
        reasons.AddRange(found.Rows.Select(r => $"{r[0]} is volatile"));
        return [.. reasons.Distinct()];
    }

    // A query of nothing but values reads the row alone; `from` in parentheses is that of extract() and the like.
    private static bool HasFrom(IReadOnlyList<SqlLexer.Token> tokens, int at)
    {
        for (var depth = 0; at < tokens.Count && depth >= 0; at++)
        {
            depth += tokens[at].IsSymbol("(") ? 1 : tokens[at].IsSymbol(")") ? -1 : 0;
            if (depth == 0 && tokens[at].Is("from") && !tokens[at - 1].Is("distinct"))
            {
                return true;
            }
        }

        return false;
    }

    // age(a, b) depends on its arguments alone; age(a) on today.
    private static bool IsOfTheMoment(IReadOnlyList<SqlLexer.Token> tokens, int i) =>
        OfTheMoment.Contains(tokens[i].Value) && (!tokens[i].Is("age") || !HasComma(tokens, i + 1));

    private static bool HasComma(IReadOnlyList<SqlLexer.Token> tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
            if (depth == 0)
            {
                return false;
            }

            if (depth == 1 && tokens[i].IsSymbol(","))
            {
                return true;
            }
        }

        return false;
    }
}
