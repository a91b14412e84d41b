namespace Tandem.Problems;

/// <summary>Problems of operations on rows and on columns with several attributes (TDM2050 to TDM2059).</summary>
public static partial class ProblemCodes
{
    /// <summary>Rows that are to go have children.</summary>
    public static readonly ProblemCode RowsReferredTo = new("TDM2050", "Rows that are to go are referred to by others", Severity.Error,
        "Delete or archive the rows that refer to them in an operation before this one, or narrow `where`: what a cascade takes along could not be put back.");

    /// <summary>Rows that are to be added are there.</summary>
    public static readonly ProblemCode RowsExist = new("TDM2051", "Rows with these keys are there already", Severity.Error,
        "Leave them out, give them other keys, or say `existing: keep`.");

    /// <summary>A foreign key that the plan does not know.</summary>
    public static readonly ProblemCode UnknownReference = new("TDM2052", "A foreign key refers to the table that the plan does not know", Severity.Error,
        "Plan again; a foreign key from another schema must be dropped first, because its rows are not looked after.");

    /// <summary>An archive of another shape.</summary>
    public static readonly ProblemCode ArchiveDiffers = new("TDM2053", "The archive cannot take the rows", Severity.Error,
        "Give the archive the same columns, types and key in a migration before this one, or name one that is not there: it is made.");

    /// <summary>A value for a generated column.</summary>
    public static readonly ProblemCode GivenByDatabase = new("TDM2054", "The database computes the column", Severity.Error,
        "Leave the column out.");

    /// <summary>Rows without a key get no line in the ledger.</summary>
    public static readonly ProblemCode NoLedgerLines = new("TDM2055", "Rows without a key get no line in the ledger", Severity.Note,
        "Give the table a primary key in a migration before this one, where each row must have its line; the ledger tells of the table chunk by chunk all the same.");
}
