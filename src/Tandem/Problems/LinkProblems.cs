namespace Tandem.Problems;

/// <summary>Problems of facts that two versions keep in different tables (TDM207x).</summary>
public static partial class ProblemCodes
{
    /// <summary>Two migrations that are not finished meet in a table whose facts are in two places.</summary>
    public static readonly ProblemCode LinkedTableHeld = new("TDM2070", "A table whose facts move to another table is changed by another migration, too", Severity.Error,
        "Finish the other migration first: complete and sunset it, or roll it back and sunset it.");

    /// <summary>A table whose rows another table's rows cannot be tied to.</summary>
    public static readonly ProblemCode LinkNeedsKey = new("TDM2071", "The table has no primary key that the rows of the other table could share", Severity.Error,
        "Give the table a primary key in an earlier migration; unique columns are not enough, since they may change.");

    /// <summary>Nothing can stand for a row that is not there.</summary>
    public static readonly ProblemCode NothingStandsForAbsence = new("TDM2072", "No value of the column can stand for a row that is not there", Severity.Error,
        "In an earlier migration give the column a constant default (`set_default`) or let it be NULL (`drop_not_null`): old applications then see that where the new table has no row.");

    /// <summary>Two tables that are not in the relation that is needed.</summary>
    public static readonly ProblemCode NotOneToOne = new("TDM2073", "The rows of the table are not parts of the other table's rows", Severity.Error,
        "Bring the tables in that relation in an earlier migration, or leave them apart.");

    /// <summary>Row security on a table whose facts move to another one.</summary>
    public static readonly ProblemCode LinkedRowSecurity = new("TDM2074", "A table with row security keeps its facts in another table", Severity.Error,
        "Leave the columns where they are, or take row security off first: nobody may see or write more through one version than through the other.");

    /// <summary>Two versions write the same facts in different places.</summary>
    public static readonly ProblemCode PairsAreLocked = new("TDM2075", "A write of these facts locks a row of both tables", Severity.Note,
        "Let applications repeat a transaction that the database broke off (40P01), as they must for any deadlock.");
}
