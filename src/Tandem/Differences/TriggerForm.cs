using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>A trigger in the parts that <c>create_trigger</c> knows.</summary>
/// <param name="Timing">Whether it fires before or after the row is stored.</param>
/// <param name="Events">The events, as SQL.</param>
/// <param name="Each">Whether it fires for each row or each statement.</param>
/// <param name="When">The condition, or null.</param>
/// <param name="Execute">What it does.</param>
internal sealed record TriggerForm(TriggerTiming Timing, string Events, TriggerFor Each, string? When, string Execute)
{
    /// <summary>The parts of a trigger's statement; null where it says more than the operation knows.</summary>
    public static TriggerForm? Of(Trigger trigger, string engine)
    {
        var text = trigger.Definition;
        var tokens = SqlLexer.Tokenize(text);
        var on = Find(tokens, 0, "on");
        var timed = Find(tokens, 0, "before", "after");
        var at = Find(tokens, 0, "trigger");
        if (at < 0 || on < 0 || Find(tokens, 0, "instead") is >= 0 and var instead && instead < on || tokens.Take(at).Any(t => t.Is("constraint")))
        {
            return null;
        }

        // SQLite fires before the row is stored when nothing is said: the events then follow the name.
        var events = timed >= 0 && timed < on ? timed + 1 : EventsBehindName(tokens, at, on);
        var body = Find(tokens, on, engine == "sqlite" ? "begin" : "execute");
        if (events < 0 || body < 0)
        {
            return null;
        }

        var rest = Head(tokens, on, body);
        return rest is var (each, when) && Done(text, tokens, body, engine) is { } execute
            ? new TriggerForm(
                timed >= 0 && timed < on && tokens[timed].Is("after") ? TriggerTiming.After : TriggerTiming.Before,
                text[tokens[events].Position..tokens[on].Position].Trim(),
                engine == "sqlite" ? TriggerFor.Row : each,
                when < 0 ? null : SameText.WithoutBrackets(text[tokens[when].Position..tokens[body].Position]),
                execute)
            : null;
    }

    public bool SameAs(TriggerForm other) => Timing == other.Timing && Each == other.Each
        && SameText.Sql(Events, other.Events) && SameText.Sql(When, other.When) && SameText.Sql(Execute, other.Execute);

    // What stands between the table and what is done: FOR EACH ROW WHEN (…); anything else is more than the operation says.
    private static (TriggerFor Each, int When)? Head(IReadOnlyList<SqlLexer.Token> tokens, int on, int body)
    {
        var at = on + 2;
        while (at + 1 < body && tokens[at].IsSymbol("."))
        {
            at += 2;
        }

        var each = TriggerFor.Statement;
        if (at < body && tokens[at].Is("for"))
        {
            at += tokens[at + 1].Is("each") ? 2 : 1;
            each = tokens[at].Is("row") ? TriggerFor.Row : TriggerFor.Statement;
            at++;
        }

        return at == body ? (each, -1) : tokens[at].Is("when") ? (each, at + 1) : null;
    }

    private static string? Done(string text, IReadOnlyList<SqlLexer.Token> tokens, int body, string engine)
    {
        if (engine != "sqlite")
        {
            return text[tokens[body + 2].Position..].Trim().TrimEnd(';').TrimEnd();
        }

        var end = tokens.Count - 1;
        while (end > body && !tokens[end].Is("end"))
        {
            end--;
        }

        return end == body ? null : text[tokens[body + 1].Position..tokens[end].Position].Trim().TrimEnd(';').TrimEnd();
    }

    private static int EventsBehindName(IReadOnlyList<SqlLexer.Token> tokens, int trigger, int on)
    {
        for (var i = on - 1; i > trigger; i--)
        {
            if (tokens[i].Kind == SqlLexer.TokenKind.Identifier && (tokens[i].Is("insert") || tokens[i].Is("update") || tokens[i].Is("delete")))
            {
                return i;
            }
        }

        return -1;
    }

    private static int Find(IReadOnlyList<SqlLexer.Token> tokens, int from, params string[] words)
    {
        for (var i = from; i < tokens.Count; i++)
        {
            if (words.Any(tokens[i].Is))
            {
                return i;
            }
        }

        return -1;
    }
}
