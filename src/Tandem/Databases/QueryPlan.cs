using Tandem.Schema;

namespace Tandem.Databases;

/// <summary>A statement of which somebody wants to know how it is carried out.</summary>
/// <param name="Text">The statement; places for values are left open.</param>
/// <param name="Source">Where it is from: a file's name, or what keeps count of it.</param>
public sealed record WatchedStatement(string Text, string Source)
{
    /// <summary>How often it was called since the server began to count; null where nobody counts.</summary>
    public long? Calls { get; init; }
}

/// <summary>The statements that a database keeps count of.</summary>
/// <param name="Statements">Those that name one of the tables asked about, most called first.</param>
/// <param name="Unseen">Why there are none, or not all; or null.</param>
public sealed record CountedStatements(ValueList<WatchedStatement> Statements, string? Unseen);

/// <summary>How a plan reads a table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Index">The index by which rows are found; null where the table is read whole.</param>
public sealed record TableAccess(string Table, string? Index);

/// <summary>How the database would carry a statement out.</summary>
/// <param name="Cost">What it costs in the planner's own unit; null where the planner tells none.</param>
/// <param name="Accesses">How it reads tables, each way once.</param>
public sealed record QueryPlan(double? Cost, ValueList<TableAccess> Accesses)
{
    /// <summary>Why there is no plan: what the database said; or null.</summary>
    public string? Failure { get; init; }

    /// <summary>A statement that the database does not plan.</summary>
    public static QueryPlan Failed(string why) => new(null, []) { Failure = why };
}

/// <summary>A table of a copy, filled with rows that were made up.</summary>
/// <param name="Table">Its name in the target.</param>
/// <param name="Rows">The rows that it has in the target.</param>
/// <param name="Made">The rows that were made.</param>
/// <param name="Why">How they were made, or why there are none: a sentence.</param>
public sealed record FilledTable(string Table, long Rows, long Made, string Why);
