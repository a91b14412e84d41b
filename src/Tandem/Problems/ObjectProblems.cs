namespace Tandem.Problems;

/// <summary>Problems of operations on objects without rows (TDM2030 to TDM2049).</summary>
public static partial class ProblemCodes
{
    /// <summary>The engine has no such objects.</summary>
    public static readonly ProblemCode NotOnThisEngine = new("TDM2030", "The database has no such objects", Severity.Error,
        "Leave the operation out for this database, in a file of its own.");

    /// <summary>An object that is not there.</summary>
    public static readonly ProblemCode NoSuchObject = new("TDM2031", "The object does not exist", Severity.Error,
        "Check the name against `tandem inspect`; names are case-sensitive as stored.");

    /// <summary>Something uses what is to go.</summary>
    public static readonly ProblemCode ObjectInUse = new("TDM2032", "Something still uses it", Severity.Error,
        "Change or drop what uses it in an operation before this one.");

    /// <summary>Two changes of one object in a migration.</summary>
    public static readonly ProblemCode ObjectChangedTwice = new("TDM2033", "The object is changed twice in one migration", Severity.Error,
        "Say it in one operation, or write a second migration that depends on this one.");

    /// <summary>There is one such object for both versions.</summary>
    public static readonly ProblemCode AtComplete = new("TDM2034", "The change is in force from complete on", Severity.Note,
        "Nothing: there is one such object for both versions, and old applications need it as it is until complete.");

    /// <summary>A value that is added to a type cannot be taken away.</summary>
    public static readonly ProblemCode ValueStays = new("TDM2035", "A value added to a type is there for both versions and stays", Severity.Warning,
        "Let old applications expect a value that they do not know; a rollback does not take it away.");

    /// <summary>A value has nothing to stand for it in the other version.</summary>
    public static readonly ProblemCode ValueWithoutMapping = new("TDM2036", "A value has no counterpart in the other version", Severity.Error,
        "Say in `rename`, `remove` or `down` which value the other version sees.");

    /// <summary>The object cannot have two definitions.</summary>
    public static readonly ProblemCode NotInPlace = new("TDM2037", "The object cannot be changed in place", Severity.Error,
        "Make another object beside it, let applications use it, and drop the old one in a later migration.");

    /// <summary>A trigger that fires before rows are stored comes to a table in sync.</summary>
    public static readonly ProblemCode TriggerMeetsSync = new("TDM2039", "The table is kept in sync", Severity.Error,
        "Make the trigger in a migration of its own, when the earlier migrations of the table are sunset; or let it fire after.");

    /// <summary>Several old values look the same in the new version.</summary>
    public static readonly ProblemCode ValuesMerge = new("TDM2038", "Several values become one", Severity.Warning,
        "Nothing, if that is meant: rows that only old applications write keep their value for a rollback.");

    /// <summary>An index, a generated column or a rule was computed by a function whose text changes.</summary>
    public static readonly ProblemCode ResultsStored = new("TDM2045", "Stored results would go stale", Severity.Error,
        "Make a function of another name, let a new index, column or rule use it, and drop the old one later.");

    /// <summary>A function of the new version names a changed table with its schema, and so the base's shape of it.</summary>
    public static readonly ProblemCode NamesBaseShape = new("TDM2046", "A function names a changed table with its schema", Severity.Error,
        "Name the table without a schema, so that each version finds its own; or accept that until complete the function meets the old shape.");

    /// <summary>The server proves a domain's rule while nobody may write to the tables.</summary>
    public static readonly ProblemCode WritersWaitForRule = new("TDM2047", "Writers wait while the server proves a domain's rule", Severity.Error,
        "Keep the rule in a check of each table (`add_check`), which is proved while writers go on; or accept this code, and complete (or roll back) when few write.");

    /// <summary>The server builds the index of an exclusion constraint while nobody can use the table.</summary>
    public static readonly ProblemCode EveryoneWaitsForExclusion = new("TDM2049", "Nobody can use a table while the index of an exclusion constraint is built", Severity.Error,
        "Accept this code, and complete (or roll back) in a quiet hour; or refuse such rows in a trigger.");

    /// <summary>What the migration makes fails in the sandbox.</summary>
    public static readonly ProblemCode RehearsalFails = new("TDM2048", "The migration fails on a copy of the schema", Severity.Error,
        "Correct what the message names; it is the database's own, from a copy of the schema without its rows.");
}
