using Tandem.Schema;
using static Tandem.Schema.SqlLexer;

namespace Tandem.Policy.Statements;

/// <summary>
/// Cuts an SQL text into statements and tells what each does, as far as its words say. It reads the statements that change
/// schemas and rows; whatever it does not know it says not to understand.
/// </summary>
internal static class ScriptReader
{
    /// <summary>The statements of a text, in order.</summary>
    /// <param name="text">The text.</param>
    /// <param name="postgres">Whether it is for PostgreSQL, where a function that is called may do anything.</param>
    public static ValueList<Statement> Read(string text, bool postgres)
    {
        if (FindError(text) is { } error)
        {
            return [new Statement([new NotUnderstood($"cannot be read: {error.Message}")])];
        }

        var tokens = Tokenize(text);
        return Cut(tokens).Select(part =>
        {
            var acts = new StatementReader(postgres).Read(new Words(text, tokens, part.From, part.End)).ToValueList();
            return new Statement(acts.Count == 0 ? [new NotUnderstood(StatementReader.Strange)] : acts);
        }).ToValueList();
    }

    // A semicolon divides statements but for those in parentheses, in a function's body that is written as BEGIN ATOMIC … END, and in
    // that of a trigger on SQLite.
    private static IEnumerable<(int From, int End)> Cut(IReadOnlyList<Token> tokens)
    {
        var (from, depth, blocks) = (0, 0, 0);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            depth = Math.Max(0, depth + (token.IsSymbol("(") ? 1 : token.IsSymbol(")") ? -1 : 0));
            blocks += token.Is("begin") && i > from && (IsTrigger(tokens, from) || (i + 1 < tokens.Count && tokens[i + 1].Is("atomic"))) ? 1
                : token.Is("case") && blocks > 0 ? 1
                : token.Is("end") && blocks > 0 ? -1 : 0;
            if (token.IsSymbol(";") && depth == 0 && blocks == 0)
            {
                if (i > from)
                {
                    yield return (from, i);
                }

                from = i + 1;
            }
        }

        if (from < tokens.Count)
        {
            yield return (from, tokens.Count);
        }
    }

    private static bool IsTrigger(IReadOnlyList<Token> tokens, int from) =>
        tokens[from].Is("create") && Enumerable.Range(from + 1, Math.Min(2, tokens.Count - from - 1)).Any(i => tokens[i].Is("trigger"));
}
