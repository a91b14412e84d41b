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

    /// <summary>In the stead of what is written into a view (PostgreSQL).</summary>
    InsteadOf,
}

/// <summary>For what a trigger fires.</summary>
public enum TriggerFor
{
    /// <summary>For each row.</summary>
    Row,

    /// <summary>For each statement (PostgreSQL).</summary>
    Statement,
}

/// <summary>In which sessions a trigger fires.</summary>
public enum TriggerSessions
{
    /// <summary>In those of applications, not in those that replicate.</summary>
    Ordinary,

    /// <summary>In all (PostgreSQL).</summary>
    Always,

    /// <summary>In those that replicate (PostgreSQL).</summary>
    Replica,

    /// <summary>In none: it is switched off (PostgreSQL).</summary>
    None,
}

/// <summary>Makes a trigger on a table, or on a view in the stead of what is written into it.</summary>
[Description("Makes a trigger on a table, or on a view in the stead of what is written into it. There is one set of triggers for both versions: it fires from complete on, for the writes of whoever writes.")]
public sealed record CreateTrigger : Operation
{
    /// <summary>The table, by its name at this point of the migration; with <see cref="TriggerTiming.InsteadOf"/> the view.</summary>
    [Description("The table, by its name at this point of the migration; with instead_of the view.")]
    public required string Table { get; init; }

    /// <summary>The trigger's name.</summary>
    [Description("The trigger's name.")]
    public required string Name { get; init; }

    /// <summary>Whether it fires before or after the row is stored, or in the stead of that.</summary>
    [Description("Whether it fires before or after the row is stored, or in the stead of that, on a view (PostgreSQL).")]
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

    /// <summary>Whether it is a constraint trigger (PostgreSQL).</summary>
    [Description("Whether it is a constraint trigger, which may wait for the transaction's end (PostgreSQL).")]
    public bool Constraint { get; init; }

    /// <summary>A constraint trigger: whether it may wait.</summary>
    [Description("A constraint trigger: whether it may wait for the transaction's end, and whether it does unless told.")]
    public Deferral? Deferrable { get; init; }

    /// <summary>The name under which it reads the rows as they were (PostgreSQL).</summary>
    [Description("The name under which its function reads all rows of the statement as they were (PostgreSQL).")]
    public string? OldRows { get; init; }

    /// <summary>The name under which it reads the rows as they became (PostgreSQL).</summary>
    [Description("The name under which its function reads all rows of the statement as they became (PostgreSQL).")]
    public string? NewRows { get; init; }

    /// <summary>In which sessions it fires (PostgreSQL).</summary>
    [Description("In which sessions it fires (PostgreSQL): ordinary ones, those that replicate, always, or none.")]
    public TriggerSessions Fires { get; init; }

    /// <summary>Its comment (PostgreSQL).</summary>
    [Description("Its comment (PostgreSQL).")]
    public string? Comment { get; init; }

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
        if (Timing == TriggerTiming.InsteadOf)
        {
            OnView(draft, events, execute);
            return;
        }

        if (draft.Table(Table) is not { } table || events is null || execute is null || (When is not null && when is null) || !IsSayable(draft))
        {
            return;
        }

        if (table.Before is null)
        {
            draft.Report(ProblemCodes.NotInPlace, $"{Table} is made by this migration; make the trigger {Name} in a later one.", Table);
            return;
        }

        if ((OldRows is not null || NewRows is not null) && Each == TriggerFor.Row && (table.Before.PartitionKey is not null || table.Before.Inherits.Count > 0))
        {
            draft.Report(
                ProblemCodes.Incomplete, $"The trigger {Name} cannot be so: on a table that {(table.Before.PartitionKey is null ? "inherits from another one" : "has partitions")} only a trigger for each statement reads all of its rows.", Table,
                "Let `each` be statement, or leave `old_rows` and `new_rows` out.");
            return;
        }

        if (!TriggerEvents.Fit(draft, table, Name, events) || (draft.Engine != "sqlite" && !TriggerRules.Fits(draft, this, events, execute.Trim().TrimEnd(';'))))
        {
            return;
        }

        Add(draft, $"{Name} on {table.Before.Name}", Made(draft.Engine, events, when, execute.Trim().TrimEnd(';')));
    }

    // What a view is in a version's schema has the triggers that it had when it was made: see ViewRules.UnderTriggers.
    private void OnView(ChangeDraft draft, string? events, string? execute)
    {
        if (!draft.NeedsPostgres("version of a view that a trigger could be given at complete", "Make the view anew with its triggers in `sql`.") || events is null || execute is null)
        {
            return;
        }

        if (draft.Objects.Now.Views.All(v => v.Name != Table || v.Materialized))
        {
            draft.Report(ProblemCodes.NoSuchObject, $"There is no view {Table}.", Table);
            return;
        }

        var words = SqlLexer.Tokenize(events);
        if (words.Count % 2 == 0 || !words.Where((_, i) => i % 2 == 0).All(w => w.Is("insert") || w.Is("update") || w.Is("delete")) || !words.Where((_, i) => i % 2 == 1).All(w => w.Is("or"))
            || Each != TriggerFor.Row || When is not null || Constraint || Deferrable is not null || OldRows is not null || NewRows is not null)
        {
            draft.Report(
                ProblemCodes.Incomplete, $"The trigger {Name} cannot fire in the stead of \"{events}\" so.", Table,
                "Write insert, update and delete, with or between several, for each row, and leave `when`, `constraint`, `deferrable`, `old_rows` and `new_rows` out.");
            return;
        }

        if (TriggerRules.Fits(draft, this, events, execute.Trim().TrimEnd(';')))
        {
            Add(draft, $"{Name} on {Table}", Made(draft.Engine, events, null, execute.Trim().TrimEnd(';')));
        }
    }

    private void Add(ChangeDraft draft, string former, Trigger after)
    {
        var gone = draft.Objects.Gone<Trigger>(former);
        if (gone is null && (draft.Schema.AllObjects.OfType<Trigger>().Any(t => t.Identity == former) || draft.Objects.Has<Trigger>($"{Name} on {Table}")))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"{Table} has a trigger {Name}.", $"{Name} on {Table}");
            return;
        }

        if (gone is not null)
        {
            draft.Objects.Return(gone, after);
            return;
        }

        draft.Objects.Add(new ObjectChange(null, after) { On = [Table] });
        draft.TakesEffectAtComplete($"The trigger {Name} begins to fire", after.Identity);
    }

    private Trigger Made(string engine, string events, string? when, string execute) => new(Name, Text(engine, events, when, execute))
    {
        Table = Table,
        Before = Timing == TriggerTiming.Before,
        ForEachRow = Each == TriggerFor.Row,
        OnUpdate = SqlLexer.Names(events, "update"),
        OnInsert = SqlLexer.Names(events, "insert"),
        OnDelete = SqlLexer.Names(events, "delete"),
        Enabled = Fires != TriggerSessions.None,
        Firing = Fires switch { TriggerSessions.Always => "ALWAYS", TriggerSessions.Replica => "REPLICA", _ => null },
        Comment = engine == "sqlite" ? null : Comment,
    };

    private bool IsSayable(ChangeDraft draft)
    {
        if (draft.Engine == "sqlite" && (Constraint || Deferrable is not null || OldRows is not null || NewRows is not null || Fires != TriggerSessions.Ordinary))
        {
            draft.Report(ProblemCodes.NotOnThisEngine, $"SQLite has no such trigger as {Name}.", Name, "Leave out `constraint`, `deferrable`, `old_rows`, `new_rows` and `fires`, or make the trigger on PostgreSQL only.");
            return false;
        }

        if ((Constraint && (Timing == TriggerTiming.Before || Each == TriggerFor.Statement || OldRows is not null || NewRows is not null)) || (Deferrable is not null && !Constraint))
        {
            draft.Report(ProblemCodes.Incomplete, $"The trigger {Name} cannot be so: only a constraint trigger may wait, and such a one fires behind each row and reads no others.", Name, "Give `constraint: true` with `timing: after` and `each: row`, or leave `constraint` and `deferrable` out.");
            return false;
        }

        return true;
    }

    private string Text(string engine, string events, string? when, string execute)
    {
        var rows = string.Concat(OldRows is null ? "" : $" OLD TABLE AS {SqlName.Quote(OldRows)}", NewRows is null ? "" : $" NEW TABLE AS {SqlName.Quote(NewRows)}");
        var head = $"CREATE {(Constraint ? "CONSTRAINT " : "")}TRIGGER {SqlName.Quote(Name)} {Timing switch { TriggerTiming.Before => "BEFORE", TriggerTiming.After => "AFTER", _ => "INSTEAD OF" }} {events} ON {SqlName.Quote(Table)}"
            + (Deferrable is { } late ? $" {Deferrals.Sql(late)}" : "") + (rows.Length == 0 ? "" : $" REFERENCING{rows}")
            + $" FOR EACH {(Each == TriggerFor.Row ? "ROW" : "STATEMENT")}";
        return engine == "sqlite"
            ? $"{head}{(when is null ? "" : $" WHEN ({when})")} BEGIN {execute}; END"
            : $"{head}{(when is null ? "" : $" WHEN ({when})")} EXECUTE FUNCTION {execute}";
    }
}
