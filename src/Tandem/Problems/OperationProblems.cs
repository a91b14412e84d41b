namespace Tandem.Problems;

/// <summary>Problems of operations against a schema (TDM20xx).</summary>
public static partial class ProblemCodes
{
    /// <summary>A table that is not there.</summary>
    public static readonly ProblemCode NoSuchTable = new("TDM2001", "The table does not exist", Severity.Error,
        "Check the name against `tandem inspect`; names are case-sensitive as stored.");

    /// <summary>A column that is not there.</summary>
    public static readonly ProblemCode NoSuchColumn = new("TDM2002", "The column does not exist", Severity.Error,
        "Check the name against `tandem inspect`; an operation sees what the operations before it in the file made.");

    /// <summary>A required column without values.</summary>
    public static readonly ProblemCode RequiredWithoutValue = new("TDM2003", "A required column has no value for the rows that are there", Severity.Error,
        "Give a constant `default`, or an `up` expression, or make the column nullable.");

    /// <summary>Something of that name is there.</summary>
    public static readonly ProblemCode AlreadyExists = new("TDM2004", "The name is taken", Severity.Error,
        "Choose another name, or rename or drop what has it first.");

    /// <summary>A key column is changed.</summary>
    public static readonly ProblemCode KeyColumn = new("TDM2005", "The column is part of the primary key or is referenced", Severity.Error,
        "Columns of keys keep their values and types; rename them, or leave them out of this operation.");

    /// <summary>Two changes of one column in a migration.</summary>
    public static readonly ProblemCode ChangedTwice = new("TDM2006", "The column is changed twice in one migration", Severity.Error,
        "Say it in one operation, or write a second migration that depends on this one.");

    /// <summary>A constraint or index that is not there.</summary>
    public static readonly ProblemCode NoSuchConstraint = new("TDM2007", "The constraint or index does not exist", Severity.Error,
        "Check the name against `tandem inspect`.");

    /// <summary>A rule is made again over another type.</summary>
    public static readonly ProblemCode RuleMadeAgain = new("TDM2020", "A rule is made again over the column's new type", Severity.Note,
        "Nothing where its text means the same in the new type; else drop it in an operation before this one, and add the new form after it.");

    /// <summary>A constraint that stands in the way.</summary>
    public static readonly ProblemCode UsedByConstraint = new("TDM2008", "A check, expression index or generated column uses the column", Severity.Error,
        "Drop it in an operation before this one, and add the new form after it: what an expression should say then, you alone know.");

    /// <summary>Other tables refer to it.</summary>
    public static readonly ProblemCode Referenced = new("TDM2009", "A foreign key of another table refers to it", Severity.Error,
        "Drop the foreign key in an operation before this one.");

    /// <summary>No expression for this engine.</summary>
    public static readonly ProblemCode NoExpression = new("TDM2010", "The expression is missing for this engine", Severity.Error,
        "Write the expression as one text that both engines take, or as `{ postgres: …, sqlite: … }`.");

    /// <summary>A dropped column that the old version needs.</summary>
    public static readonly ProblemCode DroppedRequired = new("TDM2011", "Rows of the new version would lack a required value of the old", Severity.Error,
        "Give `down`: an expression over the new version's row that fills the dropped column for the old version.");

    /// <summary>Nothing is changed.</summary>
    public static readonly ProblemCode NothingToDo = new("TDM2012", "The operation changes nothing", Severity.Error,
        "Take it out; the database is already as it says.");

    /// <summary>A conversion loses values and nobody said how.</summary>
    public static readonly ProblemCode LossyConversion = new("TDM2013", "The conversion loses values", Severity.Error,
        "Write `up` and `down` so that every value comes back, or write both as you mean them to accept the loss.");

    /// <summary>The operation lacks what it needs.</summary>
    public static readonly ProblemCode Incomplete = new("TDM2014", "The operation says too little", Severity.Error,
        "Give the keys that the message names.");

    /// <summary>Something depends on a dropped thing.</summary>
    public static readonly ProblemCode GoesAlong = new("TDM2015", "An index or constraint goes with its column", Severity.Warning,
        "Nothing, if that is meant; else add it again on the new columns in this migration.");

    /// <summary>Row updates are single-version.</summary>
    public static readonly ProblemCode SingleVersion = new("TDM2016", "Both versions see the changed rows at once", Severity.Warning,
        "Use a lens (`change_type`, `split_column`, `merge_columns`) where old applications must go on seeing the old values.");

    /// <summary>A table whose rows cannot be told apart.</summary>
    public static readonly ProblemCode NoKey = new("TDM2017", "The table has no key", Severity.Error,
        "Add a primary key or a unique constraint over columns that are never NULL first.");

    /// <summary>The table cannot be handled.</summary>
    public static readonly ProblemCode NotUnderstood = new("TDM2018", "The table has properties that a change could lose", Severity.Error,
        "Leave the table out, or remove the property first; it is named so that nothing is lost in silence.");

    /// <summary>A version of a table has no columns.</summary>
    public static readonly ProblemCode NoColumns = new("TDM2021", "A table would be served without columns", Severity.Error,
        "Drop the table (`drop_table`), or let it keep or get a column that both versions have.");

    /// <summary>The file refuses triggers that fire in a backfill.</summary>
    public static readonly ProblemCode TriggerRefused = new("TDM2019", "A trigger of the users' would fire for rows the engine fills", Severity.Error,
        "Say `user_triggers: fire` when it may, or disable the trigger while the change starts.");
}
