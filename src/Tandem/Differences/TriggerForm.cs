using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>A trigger in the parts that <c>create_trigger</c> knows.</summary>
/// <param name="Timing">Whether it fires before or after the row is stored, or in the stead of that.</param>
/// <param name="Events">The events, as SQL.</param>
/// <param name="Each">Whether it fires for each row or each statement.</param>
/// <param name="When">The condition, or null.</param>
/// <param name="Execute">What it does.</param>
internal sealed record TriggerForm(TriggerTiming Timing, string Events, TriggerFor Each, string? When, string Execute)
{
    private bool Constraint { get; init; }

    private Deferral? Deferrable { get; init; }

    private string? OldRows { get; init; }

    private string? NewRows { get; init; }

    /// <summary>The parts of a trigger's statement; null where it says more than the operation knows.</summary>
    public static TriggerForm? Of(Trigger trigger, string engine)
    {
        var text = trigger.Definition;
        var tokens = SqlLexer.Tokenize(text);
        var on = Find(tokens, 0, "on");
        var timed = Find(tokens, 0, "before", "after");
        var at = Find(tokens, 0, "trigger");
        if (at < 0 || on < 0)
        {
            return null;
        }

        // SQLite fires before the row is stored when nothing is said: the events then follow the name.
        var instead = Find(tokens, 0, "instead") is >= 0 and var word && word < on && tokens[word + 1].Is("of") ? word : -1;
        var events = instead >= 0 ? instead + 2 : timed >= 0 && timed < on ? timed + 1 : EventsBehindName(tokens, at, on);
        var body = Find(tokens, on, engine == "sqlite" ? "begin" : "execute");
        if (events < 0 || body < 0 || Done(text, tokens, body, engine) is not { } execute)
        {
            return null;
        }

        var form = new TriggerForm(
            instead >= 0 ? TriggerTiming.InsteadOf : timed >= 0 && timed < on && tokens[timed].Is("after") ? TriggerTiming.After : TriggerTiming.Before,
            text[tokens[events].Position..tokens[on].Position].Trim(), engine == "sqlite" ? TriggerFor.Row : TriggerFor.Statement, null, execute)
        {
            Constraint = tokens.Take(at).Any(t => t.Is("constraint")),
        };
        return form.Behind(text, tokens, on, body, engine);
    }

    public bool SameAs(TriggerForm other) => this with { Events = other.Events, When = other.When, Execute = other.Execute } == other
        && SameText.Sql(Events, other.Events) && SameText.Sql(When, other.When) && SameText.Sql(Execute, other.Execute);

    /// <summary>The operation that makes the trigger.</summary>
    public CreateTrigger Created(Trigger trigger) => new()
    {
        Table = trigger.Table,
        Name = trigger.Name,
        Timing = Timing,
        Events = new SqlText(Events),
        Each = Each,
        When = When is { } when ? new SqlText(when) : null,
        Execute = new SqlText(Execute),
        Constraint = Constraint,
        Deferrable = Deferrable,
        OldRows = OldRows,
        NewRows = NewRows,
        Fires = !trigger.Enabled ? TriggerSessions.None : trigger.Firing switch { "ALWAYS" => TriggerSessions.Always, "REPLICA" => TriggerSessions.Replica, _ => TriggerSessions.Ordinary },
        Comment = trigger.Comment,
    };

    // What stands between the table and what is done: DEFERRABLE …, REFERENCING …, FOR EACH ROW, WHEN (…); anything else is more than the operation says.
    private TriggerForm? Behind(string text, IReadOnlyList<SqlLexer.Token> tokens, int on, int body, string engine)
    {
        var at = on + 2;
        while (at + 1 < body && tokens[at].IsSymbol("."))
        {
            at += 2;
        }

        var form = this;
        while (at < body)
        {
            bool Says(int behind, string word) => at + behind < body && tokens[at + behind].Is(word);
            if (Says(0, "when"))
            {
                return form with { When = SameText.WithoutBrackets(text[tokens[at + 1].Position..tokens[body].Position]) };
            }

            if (Says(0, "for"))
            {
                at += Says(1, "each") ? 2 : 1;
                form = form with { Each = Says(0, "row") || engine == "sqlite" ? TriggerFor.Row : TriggerFor.Statement };
                at++;
            }
            else if (Says(0, "not") && Says(1, "deferrable"))
            {
                at += 2;
            }
            else if (Says(0, "deferrable"))
            {
                form = form with { Deferrable = Deferral.Immediate };
                at++;
            }
            else if (Says(0, "initially"))
            {
                form = Says(1, "deferred") ? form with { Deferrable = Deferral.Deferred } : form;
                at += 2;
            }
            else if (Says(0, "referencing"))
            {
                at++;
            }
            else if ((Says(0, "old") || Says(0, "new")) && Says(1, "table"))
            {
                var name = at + (Says(2, "as") ? 3 : 2);
                form = name >= body ? form : Says(0, "old") ? form with { OldRows = tokens[name].Value } : form with { NewRows = tokens[name].Value };
                at = name + 1;
            }
            else
            {
                return null;
            }
        }

        return form;
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
