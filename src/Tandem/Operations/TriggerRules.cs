using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>What PostgreSQL would not take of a trigger, whatever its table and function are.</summary>
internal static class TriggerRules
{
    /// <summary>Whether the server takes the trigger; reports why it does not.</summary>
    public static bool Fits(ChangeDraft draft, CreateTrigger trigger, string events, string execute)
    {
        if (!IsCall(execute))
        {
            draft.Report(
                ProblemCodes.Incomplete, $"The trigger {trigger.Name} cannot carry out \"{execute}\".", trigger.Name,
                "Write the function with its arguments in brackets, and only words, numbers and texts as arguments: check_order(), audit('orders').");
            return false;
        }

        if (Twice(SqlLexer.Tokenize(events)) is { } twice)
        {
            draft.Report(ProblemCodes.Incomplete, $"The trigger {trigger.Name} cannot be so: its events name {twice} twice.", trigger.Name, "Name each event and each column once.");
            return false;
        }

        if (WrongRows(trigger, SqlLexer.Tokenize(events)) is { } wrong)
        {
            draft.Report(
                ProblemCodes.Incomplete, $"The trigger {trigger.Name} cannot be so: {wrong}.", trigger.Name,
                "Let `each` be statement for truncate; give `old_rows` and `new_rows`, under two names, to a trigger that fires after one event, of all columns, which has such rows.");
            return false;
        }

        return true;
    }

    private static string? Twice(IReadOnlyList<SqlLexer.Token> events) =>
        events.Select(t => t.Name).Where(n => n is not ("or" or "of" or ",")).GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.Key;

    private static string? WrongRows(CreateTrigger trigger, IReadOnlyList<SqlLexer.Token> events)
    {
        bool On(string word) => events.Any(t => t.Is(word));
        return trigger.Each == TriggerFor.Row && On("truncate") ? "truncate tells of no row"
            : trigger.OldRows is null && trigger.NewRows is null ? null
            : trigger.Timing != TriggerTiming.After ? "only a trigger that fires afterwards reads all changed rows"
            : On("truncate") ? "truncate tells of no rows"
            : On("or") ? "a trigger for several events reads none of their rows"
            : On("of") ? "a trigger for some columns reads no rows"
            : trigger.OldRows == trigger.NewRows ? $"old and new rows are both called {trigger.OldRows}"
            : trigger.OldRows is not null && On("insert") ? "insert has no old rows"
            : trigger.NewRows is not null && On("delete") ? "delete has no new rows"
            : null;
    }

    // schema.function('text', word, 1)
    private static bool IsCall(string execute)
    {
        var tokens = SqlLexer.Tokenize(execute);
        var open = Enumerable.Range(0, tokens.Count).FirstOrDefault(i => tokens[i].IsSymbol("("), -1);
        return open > 0 && tokens[^1].IsSymbol(")")
            && tokens.Take(open).Where((_, i) => i % 2 == 0).All(t => t.IsName) && tokens.Take(open).Where((_, i) => i % 2 == 1).All(t => t.IsSymbol(".")) && open % 2 == 1
            && tokens.Skip(open + 1).SkipLast(1).ToList() is var arguments && (arguments.Count == 0 || arguments.Count % 2 == 1)
            && arguments.Where((_, i) => i % 2 == 0).All(t => t.IsName || t.Kind is SqlLexer.TokenKind.StringLiteral or SqlLexer.TokenKind.Number) && arguments.Where((_, i) => i % 2 == 1).All(t => t.IsSymbol(","));
    }
}
