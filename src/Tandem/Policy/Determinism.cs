using System.Collections.Frozen;
using Tandem.Operations;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Policy;

/// <summary>What keeps two representations in agreement gives the same result each time.</summary>
internal static class Determinism
{
    private static readonly string[] Keys = ["up", "down", "expression"];

    private static readonly FrozenSet<string> Functions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "changes", "clock_timestamp", "current_setting", "currval", "gen_random_uuid", "inet_client_addr",
        "last_insert_rowid", "lastval", "nextval", "now", "pg_backend_pid", "pg_current_xact_id", "random", "random_normal",
        "randomblob", "setseed", "setval", "statement_timestamp", "timeofday", "total_changes", "transaction_timestamp",
        "txid_current", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "uuidv4", "uuidv7");

    // These need no parentheses, and none can be the name of a column without quotes.
    private static readonly FrozenSet<string> Words = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "current_date", "current_role", "current_time", "current_timestamp", "current_user", "localtime", "localtimestamp",
        "session_user");

    private static readonly FrozenSet<string> Clocks = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "date", "datetime", "julianday", "time", "unixepoch");

    private static readonly FrozenSet<string> Moments = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "now", "today", "tomorrow", "yesterday");

    public static IEnumerable<Problem> Check(LintSubject subject)
    {
        foreach (var part in subject.Expressions.Where(p => p.Operation is not null && Keys.Contains(p.Key, StringComparer.Ordinal)))
        {
            var found = LintSubject.Texts((SqlText)part.Value).SelectMany(t => Find(t.Text)).Distinct(StringComparer.OrdinalIgnoreCase);
            foreach (var name in found)
            {
                yield return subject.Find(
                    ProblemCodes.NotDeterministic, $"{name} in `{part.Key}` gives another result each time.", part);
            }
        }
    }

    private static IEnumerable<string> Find(string text)
    {
        var tokens = SqlLexer.Tokenize(text);
        for (var i = 0; i < tokens.Count; i++)
        {
            var calls = i + 1 < tokens.Count && tokens[i + 1].IsSymbol("(");
            if (tokens[i] is { Kind: SqlLexer.TokenKind.Identifier, Value: var word })
            {
                if (Words.Contains(word) || (calls && Functions.Contains(word)))
                {
                    yield return word;
                }
                else if (calls && Clocks.Contains(word) && i + 2 < tokens.Count && tokens[i + 2].IsSymbol(")"))
                {
                    yield return $"{word}()";
                }
            }
            else if (tokens[i] is { Kind: SqlLexer.TokenKind.StringLiteral } literal && Moments.Contains(literal.Value) && IsMoment(tokens, i))
            {
                yield return literal.Text;
            }
        }
    }

    // 'now' is a moment as the argument of a clock, before a cast and after the name of a type; else it is a word.
    private static bool IsMoment(IReadOnlyList<SqlLexer.Token> tokens, int at)
    {
        if (at + 1 < tokens.Count && tokens[at + 1].IsSymbol("::"))
        {
            return true;
        }

        var call = at - 1;
        while (call > 0 && !tokens[call].IsSymbol("("))
        {
            call--;
        }

        return (at > 0 && (Clocks.Contains(tokens[at - 1].Value) || tokens[at - 1].Is("timestamp") || tokens[at - 1].Is("timestamptz")))
            || (call > 0 && (Clocks.Contains(tokens[call - 1].Value) || tokens[call - 1].Is("strftime")));
    }
}
