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

    /// <summary>Rows for which not exactly one of several conditions is true.</summary>
    public static readonly ProblemCode RowsFitNoPart = new("TDM2076", "Rows belong to none of the tables, or to several", Severity.Error,
        "Write conditions of which exactly one is true for each row (one that is NULL is not true), or correct the rows.");

    /// <summary>Rows of several tables that would be one row.</summary>
    public static readonly ProblemCode KeysCollide = new("TDM2077", "Rows of tables that become one have the same key", Severity.Error,
        "Let a `discriminator` with `in_key: true` be a part of the new table's key, or give the rows keys of their own first.");

    /// <summary>Tables that cannot become one as they are.</summary>
    public static readonly ProblemCode TablesDiffer = new("TDM2078", "The tables do not have the same shape", Severity.Error,
        "Give them the same columns, key, rules and rights in an earlier migration.");

    /// <summary>Something of a table cannot be said of the tables that take its rows.</summary>
    public static readonly ProblemCode RowsCannotMove = new("TDM2079", "Something of the table cannot be said of the tables that take its rows", Severity.Error,
        "Drop it in an earlier migration, or leave the tables as they are.");

    /// <summary>The database gives keys in one version and not in the other.</summary>
    public static readonly ProblemCode KeysNotGiven = new("TDM2080", "New applications give the keys of rows themselves", Severity.Warning,
        "Let new applications bring keys that no other row has: a uuid, or the next value of a sequence that stands alone (`create_sequence`).");

    /// <summary>Old applications may write what the new version has no place for.</summary>
    public static readonly ProblemCode OldRowsWait = new("TDM2081", "New applications do not see rows of old ones that fit nowhere", Severity.Note,
        "Before complete, correct the rows that the verification counts; it goes on when there are none.");

    /// <summary>A column that cannot stand in another table without a loss.</summary>
    public static readonly ProblemCode MoveLoses = new("TDM2082", "The column cannot move to the other table without a loss", Severity.Error,
        "Bring the column in that form in an earlier migration. Or move it in two migrations: `add_column` there, then an application that writes both, then `drop_column` here.");

    /// <summary>Writes that mean different things in the two versions of a column that moves.</summary>
    public static readonly ProblemCode MovedWritesRefused = new("TDM2083", "Some writes are refused while the column is in both tables", Severity.Error,
        "Make sure that applications do without such writes until the migration is complete, and accept this code with the reason.");

    /// <summary>A primary key of the other table's own for which no values are drawn.</summary>
    public static readonly ProblemCode OwnKeyNotDrawn = new("TDM2151", "The other table's own key gets no value by itself", Severity.Error,
        "Let the database draw it: `identity`, or a default that gives each row another value. On SQLite a single INTEGER column counts by itself.");
}
