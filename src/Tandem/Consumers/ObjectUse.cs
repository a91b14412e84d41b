using Tandem.Schema;

namespace Tandem.Consumers;

/// <summary>How something uses a table or column.</summary>
public enum UseKind
{
    /// <summary>It cannot be carried out without it.</summary>
    Reads,

    /// <summary>A foreign key of another table refers to it.</summary>
    Refers,

    /// <summary>It is a part of the table and goes along: an index, a rule, a right.</summary>
    GoesAlong,

    /// <summary>It takes whole rows and names no column.</summary>
    WholeRow,

    /// <summary>It uses the table and not the column.</summary>
    TableOnly,

    /// <summary>A text names it, and nobody but the one who wrote it can say what it does with it.</summary>
    Named,
}

/// <summary>How that is known.</summary>
public enum UseEvidence
{
    /// <summary>From the database's own records.</summary>
    Catalogue,

    /// <summary>The database analysed the statement, without carrying it out.</summary>
    Analysis,

    /// <summary>A name in a text.</summary>
    Text,
}

/// <summary>Something that uses a table or column, as a fact without a judgement.</summary>
/// <param name="Kind">What it is: <c>view</c>, <c>index</c>, <c>statement</c>, …</param>
/// <param name="Name">Its name; that of a function with its arguments, that of a trigger or rule with its table.</param>
/// <param name="Subject">What it uses.</param>
/// <param name="How">How it uses it.</param>
public sealed record ObjectUse(string Kind, string Name, ImpactSubject Subject, UseKind How)
{
    /// <summary>How that is known.</summary>
    public UseEvidence Evidence { get; init; }

    /// <summary>The object that stands between, or null: a view on which this view is built.</summary>
    public string? Via { get; init; }

    /// <summary>Whether the database follows a new name in it.</summary>
    public bool FollowsName { get; init; }

    /// <summary>Whether the database refuses another type while it is there.</summary>
    public bool PinsType { get; init; }

    /// <summary>For a statement, how often it was called since the server began to count; else null.</summary>
    public long? Calls { get; init; }

    /// <summary>What else is to be said about it, as a sentence without a full stop; or null.</summary>
    public string? Note { get; init; }
}

/// <summary>What becomes of a table or column.</summary>
public enum Fate
{
    /// <summary>It goes.</summary>
    Dropped,

    /// <summary>It gets another name.</summary>
    Renamed,

    /// <summary>It gets another type.</summary>
    Retyped,
}

/// <summary>A table, a view or a column of one, and what becomes of it.</summary>
/// <param name="Table">The name of the table or view.</param>
/// <param name="Column">The column's name; null for the table or view as a whole.</param>
/// <param name="Fate">What becomes of it.</param>
public sealed record ImpactSubject(string Table, string? Column, Fate Fate)
{
    /// <summary>What <see cref="Table"/> is: <c>table</c>, <c>view</c> or <c>materialized view</c>.</summary>
    public string Kind { get; init; } = "table";

    /// <summary>The name, with the table's.</summary>
    public override string ToString() => Column is null ? Table : $"{Table}.{Column}";
}

/// <summary>What was found.</summary>
/// <param name="Uses">Everything that uses one of the subjects.</param>
public sealed record UseFindings(ValueList<ObjectUse> Uses)
{
    /// <summary>How many statements that the server keeps count of were looked at; null when it keeps none.</summary>
    public long? Statements { get; init; }

    /// <summary>Why no statements, or not all, could be looked at; or null.</summary>
    public string? Unseen { get; init; }
}

/// <summary>A database that can tell what uses what. It is only read, and the database itself sees to that.</summary>
public interface IUseFinder
{
    /// <summary>Finds what uses tables, columns and views.</summary>
    /// <param name="schema">The schema as it is.</param>
    /// <param name="subjects">The tables, columns and views.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task<UseFindings> FindUsesAsync(DatabaseSchema schema, ValueList<ImpactSubject> subjects, CancellationToken cancellationToken);
}
