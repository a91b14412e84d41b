namespace Tandem.Problems;

/// <summary>What serving two versions on a database breaks, refuses or cannot carry (TDM21xx), and what stops a step (TDM23xx).</summary>
public static partial class ProblemCodes
{
    /// <summary>Another migration of the table came or went after the plan.</summary>
    public static readonly ProblemCode SyncChangedSincePlan = new(
        "TDM2301", "The table's other migrations changed since the plan", Severity.Error,
        "Plan this phase again: its text would take another migration out of the sync.");

    /// <summary>Rows stand in the way of NOT NULL.</summary>
    public static readonly ProblemCode RowsHoldNull = new(
        "TDM2302", "Rows hold NULL in a column that must not", Severity.Error,
        "Give those rows a value, then go on.");

    /// <summary>Rows stand in the way of a unique rule.</summary>
    public static readonly ProblemCode RowsNotUnique = new(
        "TDM2303", "Rows are not unique", Severity.Error,
        "Remove or change the duplicates, then go on.");

    /// <summary>Rows stand in the way of a check.</summary>
    public static readonly ProblemCode RowsViolateCheck = new(
        "TDM2304", "Rows violate a check", Severity.Error,
        "Correct those rows, then go on.");

    /// <summary>Rows stand in the way of a foreign key.</summary>
    public static readonly ProblemCode RowsWithoutParent = new(
        "TDM2305", "Rows refer to rows that are not there", Severity.Error,
        "Add the missing rows or clear the references, then go on.");

    /// <summary>Objects of the users' hang on what is to be removed.</summary>
    public static readonly ProblemCode ObjectsDepend = new(
        "TDM2306", "Other objects depend on what is to be removed", Severity.Error,
        "Move or drop those objects, then go on: nothing that is not the engine's is removed with it.");

    /// <summary>An older change of the same table must be sunset first.</summary>
    public static readonly ProblemCode OlderChangeInSync = new(
        "TDM2307", "An older migration of the table is still kept in sync", Severity.Error,
        "Sunset the older migration first: its storage is computed from what this would drop.");
}
