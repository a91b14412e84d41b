namespace Tandem.Problems;

/// <summary>Problems of serving two versions by a twin table (TDM52xx).</summary>
public static partial class ProblemCodes
{
    /// <summary>The names or texts in the stored schema are not what the switch should have made of them.</summary>
    public static readonly ProblemCode StoredSchemaUnexpected = new(
        "TDM5201", "The stored schema is not as expected", Severity.Error,
        "Nothing was changed. Compare the table with the plan: it was changed by someone else since. Plan again.");

    /// <summary>A table cannot go because another migration's rows are kept in sync with it.</summary>
    public static readonly ProblemCode OtherMigrationDepends = new(
        "TDM5202", "Another migration depends on the table", Severity.Error,
        "Sunset the migrations that touch the table in their order, the oldest retired one and the youngest undone one first.");

    /// <summary>Rows of a table cannot be told apart for keeping two versions in sync.</summary>
    public static readonly ProblemCode NoRowIdentity = new(
        "TDM5203", "The table's rows have no identity that both versions can share", Severity.Error,
        "Give the table an INTEGER PRIMARY KEY, or a primary key of text and whole numbers, or rename the column that hides the row number.");

    /// <summary>VACUUM may number rows anew, in each version's table by itself.</summary>
    public static readonly ProblemCode VacuumRenumbers = new(
        "TDM5204", "VACUUM would number rows anew", Severity.Warning,
        "Run no VACUUM until the migration is done or gone, or give the table an INTEGER PRIMARY KEY.");

    /// <summary>The new version is served by a table of its own, with a name of its own.</summary>
    public static readonly ProblemCode ServedByTwin = new(
        "TDM5205", "The new version is served under a name of its own", Severity.Note,
        "While the migration is live, let new applications use the name; after complete they use the plain one.");

    /// <summary>INSERT OR REPLACE of an old application does not know the new version's columns.</summary>
    public static readonly ProblemCode ReplaceLosesColumns = new(
        "TDM5206", "INSERT OR REPLACE may lose what only one version has", Severity.Note,
        "Let applications use UPDATE, or INSERT … ON CONFLICT DO UPDATE.");

    /// <summary>Triggers of a table that gets another name cannot go along.</summary>
    public static readonly ProblemCode TriggersOfRenamedTable = new(
        "TDM5207", "Triggers cannot follow a table to its new name", Severity.Error,
        "Drop the triggers that the message speaks of, go on, and make them again in terms of the version that is then in force.");

    /// <summary>A change's text cannot be expressed for SQLite.</summary>
    public static readonly ProblemCode CannotServeTwin = new(
        "TDM5208", "The table cannot be served in two versions", Severity.Error,
        "Change the table in the way that the message names, then plan again.");

    /// <summary>An index is built in one statement, and nobody writes meanwhile.</summary>
    public static readonly ProblemCode IndexBlocksWriters = new(
        "TDM5209", "Writers wait while an index is built", Severity.Warning,
        "Start in a quiet hour; building an index takes about a second for each million rows.");

    /// <summary>The old version is not served under its plain name after complete.</summary>
    public static readonly ProblemCode OldVersionRenamed = new(
        "TDM5210", "The old version changes its name at complete", Severity.Warning,
        "Let the old applications use the name, or drain them before complete.");

    /// <summary>Rows break a rule that is to hold.</summary>
    public static readonly ProblemCode RowsBreakRule = new(
        "TDM5211", "Rows break a rule", Severity.Error,
        "Correct or delete the rows under the name of the new version's table, then go on.");

    /// <summary>Both versions of a table share the key of its rows.</summary>
    public static readonly ProblemCode KeyCannotDiffer = new(
        "TDM5212", "The versions of a table cannot have different keys", Severity.Error,
        "Leave the key as it is: an INTEGER PRIMARY KEY holds 64 bits. Where another is wanted, add a unique rule over required columns.");

    /// <summary>A trigger leaves rows of one version out that the other has.</summary>
    public static readonly ProblemCode TriggerIgnoresRows = new(
        "TDM5213", "A trigger passes over rows in silence", Severity.Error,
        "Let the trigger refuse them, with RAISE(ABORT, …) in the place of RAISE(IGNORE), in a migration before this one (`drop_trigger`, `create_trigger`); or drop it until this one is sunset.");
}
