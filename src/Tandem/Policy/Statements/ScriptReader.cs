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
        return SqlStatements.Cut(tokens).Select(part =>
        {
            var acts = new StatementReader(postgres).Read(new Words(text, tokens, part.From, part.End)).ToValueList();
            return new Statement(acts.Count == 0 ? [new NotUnderstood(StatementReader.Strange)] : acts);
        }).ToValueList();
    }
}
