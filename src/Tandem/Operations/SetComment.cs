using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>Sets or removes a comment.</summary>
[Description("Sets or removes the comment on a table, a column or another object (PostgreSQL), at complete.")]
public sealed record SetComment : Operation
{
    /// <summary>What the comment is on.</summary>
    [Description("What the comment is on: table, view, materialized view, enum, domain, sequence, function, procedure, trigger, policy.")]
    public string Kind { get; init; } = "table";

    /// <summary>Its name.</summary>
    [Description("Its name; a function's with the types of its arguments, a trigger's or policy's as name on table.")]
    public required string Name { get; init; }

    /// <summary>The column, for a comment on a table's column.</summary>
    [Description("The column, for a comment on a table's column.")]
    public string? Column { get; init; }

    /// <summary>The comment; none when left out.</summary>
    [Description("The comment; none when left out.")]
    public string? Comment { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => Kind == "table" ? [Name] : [];

    /// <inheritdoc />
    public override string Summarize() => $"The {(Column is null ? Kind : "column")} {Name}{(Column is null ? "" : $".{Column}")} has {(Comment is null ? "no comment" : "another comment")}.";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("comments in the database", "Write the comment into the migration's `why`."))
        {
            return;
        }

        if (Kind == "table")
        {
            OnTable(draft);
        }
        else if (Column is not null)
        {
            draft.Report(ProblemCodes.Incomplete, $"`column` is for columns of tables, not of a {Kind}.", Name);
        }
        else if (draft.Schema.Find(Kind, Name) is not { } item)
        {
            draft.Report(ProblemCodes.NoSuchObject, $"There is no {Kind} {Name}.", Name);
        }
        else if (draft.Objects.All.Any(c => c.Either.Reference == item.Reference))
        {
            draft.Report(ProblemCodes.ObjectChangedTwice, $"The {Kind} {Name} is already changed by an earlier operation of this migration.", Name);
        }
        else if (item.Comment == Comment)
        {
            draft.Report(ProblemCodes.NothingToDo, $"The {Kind} {Name} already has that comment.", Name);
        }
        else
        {
            draft.Objects.Add(new ObjectChange(item, item with { Comment = Comment }));
        }
    }

    private void OnTable(ChangeDraft draft)
    {
        if (draft.Table(Name) is not { } table)
        {
            return;
        }

        if (Column is null)
        {
            if (table.Settings.Comment == Comment)
            {
                draft.Report(ProblemCodes.NothingToDo, $"{Name} already has that comment.", Name);
            }

            table.Settings = table.Settings with { Comment = Comment };
        }
        else if (draft.Column(Name, Column) is { } found)
        {
            if (found.Column.After!.Comment == Comment)
            {
                draft.Report(ProblemCodes.NothingToDo, $"{Name}.{Column} already has that comment.", $"{Name}.{Column}");
            }

            found.Column.After = found.Column.After with { Comment = Comment };
        }
    }
}
