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
    [Description("What the comment is on: table, view, materialized view, enum, domain, sequence, function, procedure, trigger, policy, statistics, index, constraint.")]
    public string Kind { get; init; } = "table";

    /// <summary>Its name.</summary>
    [Description("Its name; a function's with the types of its arguments, that of an index, constraint, trigger or policy as name on table.")]
    public required string Name { get; init; }

    /// <summary>The column, for a comment on a table's column.</summary>
    [Description("The column, for a comment on a table's column.")]
    public string? Column { get; init; }

    /// <summary>The comment; none when left out.</summary>
    [Description("The comment; none when left out.")]
    public string? Comment { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => Kind == "table" ? [Name] : Part is var (_, table) ? [table] : [];

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
        else if (Part is var (part, of))
        {
            OnPart(draft, part, of);
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

    private (string Name, string Table)? Part => Kind is "index" or "constraint" && Name.LastIndexOf(" on ", StringComparison.Ordinal) is > 0 and var at ? (Name[..at], Name[(at + 4)..]) : null;

    private void OnPart(ChangeDraft draft, string name, string of)
    {
        if (draft.Table(of) is not { } table)
        {
            return;
        }

        var key = Kind == "constraint" && table.PrimaryKey?.Name == name ? table.PrimaryKey : null;
        var said = Kind == "index"
            ? Said(table.Indexes, i => i.Name == name, i => i.Comment, i => i with { Comment = Comment })
            : key is not null ? key.Comment != Comment
            : Said(table.Uniques, u => u.Name == name, u => u.Comment, u => u with { Comment = Comment }) ?? Said(table.Checks, c => c.Name == name, c => c.Comment, c => c with { Comment = Comment })
                ?? Said(table.Exclusions, e => e.Name == name, e => e.Comment, e => e with { Comment = Comment }) ?? Said(table.ForeignKeys, f => f.Name == name, f => f.Comment, f => f with { Comment = Comment });
        table.PrimaryKey = key is null ? table.PrimaryKey : key with { Comment = Comment };
        if (said is not true)
        {
            draft.Report(
                said is null ? ProblemCodes.NoSuchConstraint : ProblemCodes.NothingToDo, said is null ? $"{of} has no {Kind} {name}." : $"The {Kind} {Name} already has that comment.", Name);
        }
    }

    /// <summary>Whether it is said of one of them; null where there is none.</summary>
    private bool? Said<T>(List<DraftPair<T>> parts, Func<T, bool> named, Func<T, string?> said, Func<T, T> say)
        where T : class
    {
        if (parts.Find(p => p.After is { } after && named(after)) is not { After: { } part } found)
        {
            return null;
        }

        found.After = say(part);
        return said(part) != Comment;
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
