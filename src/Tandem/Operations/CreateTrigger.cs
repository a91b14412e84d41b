using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>When a trigger fires.</summary>
public enum TriggerTiming
{
    /// <summary>Before the row is stored.</summary>
    Before,

    /// <summary>After the row is stored.</summary>
    After,
}

/// <summary>For what a trigger fires.</summary>
public enum TriggerFor
{
    /// <summary>For each row.</summary>
    Row,

    /// <summary>For each statement (PostgreSQL).</summary>
    Statement,
}

/// <summary>Makes a trigger on a table.</summary>
[Description("Makes a trigger on a table. There is one set of triggers for both versions: it fires from complete on, for the writes of whoever writes.")]
public sealed record CreateTrigger : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The trigger's name.</summary>
    [Description("The trigger's name.")]
    public required string Name { get; init; }

    /// <summary>Whether it fires before or after the row is stored.</summary>
    [Description("Whether it fires before or after the row is stored.")]
    public TriggerTiming Timing { get; init; } = TriggerTiming.After;

    /// <summary>The events, as SQL writes them.</summary>
    [Description("The events, as SQL writes them: insert or update of total; SQLite takes one.")]
    public required SqlText Events { get; init; }

    /// <summary>Whether it fires for each row or each statement.</summary>
    [Description("Whether it fires for each row or each statement; SQLite knows rows only.")]
    public TriggerFor Each { get; init; } = TriggerFor.Row;

    /// <summary>A condition without which it does nothing.</summary>
    [Description("A condition without which it does nothing.")]
    public SqlText? When { get; init; }

    /// <summary>What it does.</summary>
    [Description("What it does: for PostgreSQL the call of a function, for SQLite the statements between BEGIN and END.")]
    public required SqlText Execute { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"{Table} has a trigger {Name}, from complete on.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        var events = draft.Expression(Events, $"the events of the trigger {Name}");
        var when = draft.Expression(When, $"the condition of the trigger {Name}");
        var execute = draft.Expression(Execute, $"what the trigger {Name} does");
        if (draft.Table(Table) is not { } table || events is null || execute is null || (When is not null && when is null))
        {
            return;
        }

        if (table.Before is null)
        {
            draft.Report(ProblemCodes.NotInPlace, $"{Table} is made by this migration; make the trigger {Name} in a later one.", Table);
            return;
        }

        var identity = $"{Name} on {Table}";
        if (draft.Objects.Now.AllObjects.OfType<Trigger>().Any(t => t.Identity == identity) || draft.Objects.Has<Trigger>(identity))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"{Table} has a trigger {Name}.", identity);
            return;
        }

        var after = new Trigger(Name, Text(draft.Engine, events, when, execute.Trim().TrimEnd(';')))
        {
            Table = Table,
            Before = Timing == TriggerTiming.Before,
            ForEachRow = Each == TriggerFor.Row,
            OnUpdate = SqlLexer.Names(events, "update"),
        };
        draft.Objects.Add(new ObjectChange(null, after) { On = [Table] });
        draft.TakesEffectAtComplete($"The trigger {Name} begins to fire", identity);
    }

    private string Text(string engine, string events, string? when, string execute)
    {
        var head = $"CREATE TRIGGER {SqlName.Quote(Name)} {(Timing == TriggerTiming.Before ? "BEFORE" : "AFTER")} {events} ON {SqlName.Quote(Table)}"
            + $" FOR EACH {(Each == TriggerFor.Row ? "ROW" : "STATEMENT")}";
        return engine == "sqlite"
            ? $"{head}{(when is null ? "" : $" WHEN ({when})")} BEGIN {execute}; END"
            : $"{head}{(when is null ? "" : $" WHEN ({when})")} EXECUTE FUNCTION {execute}";
    }
}
