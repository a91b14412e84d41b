namespace Tandem.Problems;

/// <summary>What serving two versions on a database breaks, refuses or cannot carry (TDM21xx), and what stops a step (TDM23xx).</summary>
public static partial class ProblemCodes
{
    /// <summary>A view of the users' reads a column or table that goes.</summary>
    public static readonly ProblemCode UsedByView = new(
        "TDM2101", "A view uses what the new version replaces", Severity.Error,
        "Drop the view or let it use columns that stay; make it again on the new columns after complete.");

    /// <summary>Something of the users' sees whole rows of a table that gets hidden columns.</summary>
    public static readonly ProblemCode RowShapeChanges = new(
        "TDM2102", "An extra column changes what others see of a row", Severity.Error,
        "Name the columns in the function, view or publication; or accept this code in the migration.");

    /// <summary>Users' triggers fire in the backfill.</summary>
    public static readonly ProblemCode TriggersFire = new(
        "TDM2103", "Triggers fire for rows that the engine fills", Severity.Warning,
        "Make the triggers do nothing when nothing that they look at changes, or set `user_triggers: refuse`.");

    /// <summary>Code in the database names columns whose name changes at complete.</summary>
    public static readonly ProblemCode CodeNamesChangedColumns = new(
        "TDM2104", "Functions or triggers name changed columns", Severity.Warning,
        "Change them before complete: from then on the base tables have the new names.");

    /// <summary>A policy uses a column that goes.</summary>
    public static readonly ProblemCode PolicyUsesColumn = new(
        "TDM2105", "A row security policy uses what the new version replaces", Severity.Error,
        "Give the policy its new text in this migration (`alter_policy`), or drop it.");

    /// <summary>A column that goes is pinned by an object that is not carried over.</summary>
    public static readonly ProblemCode PinnedColumn = new(
        "TDM2106", "Something in the database pins a column that the new version replaces", Severity.Error,
        "Take the rule, partition key, generated column or other object away first.");

    /// <summary>A changed table has no key.</summary>
    public static readonly ProblemCode NoRowKey = new(
        "TDM2107", "A table has no key", Severity.Warning,
        "Add a primary key: without one, rows in reports are named by their place, and update_rows is refused.");

    /// <summary>An insert with NULL in all columns of a lens that one version has cannot be told from one of the other version.</summary>
    public static readonly ProblemCode InsertIsAmbiguous = new(
        "TDM2108", "Some inserts with NULL look like inserts of the other version", Severity.Warning,
        "Give one of the columns in every insert; write NULL by an UPDATE behind the insert where it is meant.");

    /// <summary>Statements that do not work through the views of a version.</summary>
    public static readonly ProblemCode ViewLimits = new(
        "TDM2109", "What cannot be done through a version's view", Severity.Note,
        "Use the base tables for these, or other statements.");

    /// <summary>Rows come in by logical replication.</summary>
    public static readonly ProblemCode SubscriptionFeeds = new(
        "TDM2110", "The table is fed by a subscription", Severity.Note,
        "Nothing: the sync also runs for replicated rows, and complete compares every row once more.");

    /// <summary>A table with row security on PostgreSQL 14.</summary>
    public static readonly ProblemCode RowSecurityNeedsInvoker = new(
        "TDM2111", "Row security cannot be served through views before PostgreSQL 15", Severity.Error,
        "Upgrade to PostgreSQL 15 or later; its views check rights as the caller.");

    /// <summary>An old column of a lens has a volatile default.</summary>
    public static readonly ProblemCode VolatileOldDefault = new(
        "TDM2112", "A replaced column has a default that differs from row to row", Severity.Error,
        "Drop the default first, or let applications give the value: an insert of the new version could not be told from one of the old.");

    /// <summary>A column's name begins with the engine's prefix.</summary>
    public static readonly ProblemCode EngineName = new(
        "TDM2113", "A name is reserved for the engine", Severity.Error,
        "Rename the column: names that begin with _tandem_ are the engine's.");

    /// <summary>An expression names the table itself.</summary>
    public static readonly ProblemCode WholeRowExpression = new(
        "TDM2114", "An expression uses the whole row", Severity.Error,
        "Name the columns that the expression needs.");

    /// <summary>An expression reads a generated column, which is computed too late.</summary>
    public static readonly ProblemCode GeneratedInput = new(
        "TDM2115", "An expression reads a generated column", Severity.Error,
        "Write the generated column's expression out: it is computed after the sync has run.");

    /// <summary>A column cannot be added without a rewrite under lock.</summary>
    public static readonly ProblemCode AddRewritesTable = new(
        "TDM2116", "Adding the column would rewrite the table", Severity.Error,
        "Add an ordinary column with `up`, which the sync keeps right until sunset, or a new table: a serial or stored generated column would lock and rewrite the table. `identity: by_default` numbers rows without that.");

    /// <summary>A BEFORE trigger fires before the first or after the last pass of the sync.</summary>
    public static readonly ProblemCode TriggerOutsideSync = new(
        "TDM2117", "A trigger's name puts it outside the sync", Severity.Error,
        "Rename the trigger so that its name sorts between `!tandem` and `~tandem` (begins with a letter of ASCII).");

    /// <summary>A created table's foreign key is enforced as soon as the new version is live.</summary>
    public static readonly ProblemCode NewForeignKeyHoldsRows = new(
        "TDM2118", "Rows of a new table hold rows of an old one", Severity.Warning,
        "Use `on_delete: cascade` or `set null`, or expect that old applications cannot delete such rows while both versions are served.");

    /// <summary>A unique constraint that goes is referred to by a foreign key.</summary>
    public static readonly ProblemCode ReferencedUnique = new(
        "TDM2119", "A foreign key needs a unique rule that goes", Severity.Error,
        "Drop the foreign key first, or let the unique rule stay.");

    /// <summary>A dropped or renamed table is visible under its old name until complete.</summary>
    public static readonly ProblemCode OldTableStillSeen = new(
        "TDM2120", "A dropped table can still be seen by new applications until complete", Severity.Note,
        "Nothing: the new version's search path falls through to the base schema until complete.");

    /// <summary>A dropped column has a default, which hides that `down` should be used.</summary>
    public static readonly ProblemCode DropFollowsDefault = new(
        "TDM2121", "Rows of new applications carry the old default", Severity.Warning,
        "Drop the column's default first if `down` shall fill the column.");

    /// <summary>A published table whose rows replication cannot tell apart.</summary>
    public static readonly ProblemCode NoReplicaIdentity = new(
        "TDM2122", "The server refuses every UPDATE of the table", Severity.Error,
        "Add a primary key first, or say by what replication tells the rows apart (ALTER TABLE … REPLICA IDENTITY FULL or USING INDEX).");

    /// <summary>The type of an old column of a lens brings a default.</summary>
    public static readonly ProblemCode DefaultOfType = new(
        "TDM2123", "A replaced column takes its default from its type", Severity.Error,
        "Give the column itself the default, or DEFAULT NULL: an insert of the new version could not be told from one of the old.");

    /// <summary>A BEFORE trigger of the users' changes a column that both versions have and a lens reads.</summary>
    public static readonly ProblemCode TriggerChangesInput = new(
        "TDM2124", "A trigger changes what a lens reads", Severity.Error,
        "Let the trigger leave the column alone, let the lens not read it, or accept this code if new applications do not depend on it.");

    /// <summary>An update of a shared column that a lens reads belongs to no version.</summary>
    public static readonly ProblemCode SharedInputFollowsOld = new(
        "TDM2125", "An update of a shared column follows the old version", Severity.Warning,
        "Let new applications give the new columns in the same update, or let the lens not read the shared column.");

    /// <summary>A foreign key refers to columns that only a deferrable rule makes unique.</summary>
    public static readonly ProblemCode ReferencedDeferrable = new(
        "TDM2126", "A foreign key cannot refer to a deferrable rule", Severity.Error,
        "Leave `deferrable` out of the unique rule, or make a second one over the same columns that is not deferrable, in an earlier migration.");

    /// <summary>A rule that may wait is to hold before the switch, where it cannot wait.</summary>
    public static readonly ProblemCode DeferrableLive = new(
        "TDM2127", "A deferrable unique rule cannot be enforced before complete", Severity.Error,
        "Leave `enforce: live` out, or `deferrable`.");

    /// <summary>The schema <c>tandem</c>, one with the name of a version, or on SQLite a table with the name of one of Tandem's, is somebody else's.</summary>
    public static readonly ProblemCode NameTaken = new(
        "TDM2308", "A schema or table of the users' has a name that Tandem needs", Severity.Error,
        "Rename it (ALTER … RENAME TO …), or, where it is called like a version, give the migration another name; nothing in it was touched.");

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

    /// <summary>Another change of the same table must be dropped first.</summary>
    public static readonly ProblemCode OtherChangeHangs = new(
        "TDM2307", "Another migration of the table hangs on what is to be dropped", Severity.Error,
        "Sunset the other migration first: its storage is computed from what this would drop.");

    /// <summary>Rows stand in the way of an exclusion constraint.</summary>
    public static readonly ProblemCode RowsExcludeEachOther = new(
        "TDM2309", "Rows meet that must exclude each other", Severity.Error,
        "Change or remove one of each two, then go on.");
}
