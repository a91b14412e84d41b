namespace Tandem.Problems;

// TDM31xx: what SQL of the migration's own does, as far as its text tells.
public static partial class ProblemCodes
{
    /// <summary>What the SQL does is not understood.</summary>
    public static readonly ProblemCode ScriptNotUnderstood = new(
        "TDM3101", "What the SQL does is not understood", Severity.Warning,
        "Use an operation, write what the text does as plain statements, or let it be tried: `--sandbox` measures what it does.");

    /// <summary>The SQL adds a column by rewriting the table.</summary>
    public static readonly ProblemCode ScriptFillsColumn = new(
        "TDM3102", "The SQL adds a column by rewriting the table", Severity.Warning,
        "Use `add_column` with `up`, `default` or `identity`: the rows are filled in batches while everybody works.");

    /// <summary>The SQL adds a required column without a default.</summary>
    public static readonly ProblemCode ScriptRequiresColumn = new(
        "TDM3103", "The SQL adds a required column without a default", Severity.Warning,
        "Give a constant default, or use `add_column` with `up`.");

    /// <summary>The SQL makes a column required.</summary>
    public static readonly ProblemCode ScriptRequiresValues = new(
        "TDM3104", "The SQL makes a column required", Severity.Warning,
        "Use `set_not_null`: the rule is proved beside the readers and writers first.");

    /// <summary>The SQL lets a column be NULL.</summary>
    public static readonly ProblemCode ScriptAllowsNull = new(
        "TDM3105", "The SQL lets a column be NULL", Severity.Note,
        "Nothing, if every application can read a NULL there; else use `drop_not_null`, which lets the old rule hold until `complete`.");

    /// <summary>The SQL gives a column another type.</summary>
    public static readonly ProblemCode ScriptChangesType = new(
        "TDM3106", "The SQL gives a column another type", Severity.Warning,
        "Use `change_type`: both types are served, and the rows are converted in batches.");

    /// <summary>The SQL adds a foreign key and reads both tables.</summary>
    public static readonly ProblemCode ScriptProvesReference = new(
        "TDM3107", "The SQL adds a foreign key and reads both tables", Severity.Warning,
        "Use `add_foreign_key`, or add it NOT VALID and validate it in a migration of its own.");

    /// <summary>The SQL adds a check and reads the table.</summary>
    public static readonly ProblemCode ScriptProvesCheck = new(
        "TDM3108", "The SQL adds a check and reads the table", Severity.Warning,
        "Use `add_check`, or add it NOT VALID and validate it in a migration of its own.");

    /// <summary>The SQL adds a unique rule and builds its index.</summary>
    public static readonly ProblemCode ScriptBuildsUnique = new(
        "TDM3109", "The SQL adds a unique rule and builds its index", Severity.Warning,
        "Use `add_unique`: the index is built while everybody works.");

    /// <summary>The SQL adds a primary key and builds its index.</summary>
    public static readonly ProblemCode ScriptBuildsKey = new(
        "TDM3110", "The SQL adds a primary key and builds its index", Severity.Warning,
        "Use `add_primary_key`: the index is built, and the columns are proved to be filled, while everybody works.");

    /// <summary>The SQL adds an exclusion rule and builds its index.</summary>
    public static readonly ProblemCode ScriptBuildsExclusion = new(
        "TDM3111", "The SQL adds an exclusion rule and builds its index", Severity.Warning,
        "There is no form that lets others go on: choose a quiet hour, or keep the rule with a trigger.");

    /// <summary>The SQL builds an index while writers wait.</summary>
    public static readonly ProblemCode ScriptBuildsIndex = new(
        "TDM3112", "The SQL builds an index while writers wait", Severity.Warning,
        "Use `create_index`, or write CREATE INDEX CONCURRENTLY with `transaction: false`.");

    /// <summary>The SQL drops an index and keeps others from its table.</summary>
    public static readonly ProblemCode ScriptDropsIndex = new(
        "TDM3113", "The SQL drops an index and keeps others from its table", Severity.Warning,
        "Use `drop_index`, or write DROP INDEX CONCURRENTLY with `transaction: false`.");

    /// <summary>The SQL builds indexes anew while others wait.</summary>
    public static readonly ProblemCode ScriptRebuildsIndex = new(
        "TDM3114", "The SQL builds indexes anew while others wait", Severity.Warning,
        "Write REINDEX … CONCURRENTLY with `transaction: false`.");

    /// <summary>The SQL runs in no transaction.</summary>
    public static readonly ProblemCode ScriptNeedsNoTransaction = new(
        "TDM3115", "The SQL runs in no transaction", Severity.Warning,
        "Write `transaction: false`, and put the statement into a `sql` of its own with `done`.");

    /// <summary>The SQL detaches a partition and keeps everybody away.</summary>
    public static readonly ProblemCode ScriptDetachesPartition = new(
        "TDM3116", "The SQL detaches a partition and keeps everybody away", Severity.Warning,
        "Write DETACH PARTITION … CONCURRENTLY with `transaction: false`.");

    /// <summary>The SQL stores a table anew.</summary>
    public static readonly ProblemCode ScriptStoresAnew = new(
        "TDM3117", "The SQL stores a table anew", Severity.Warning,
        "Let autovacuum work, use pg_repack, or choose an hour in which nobody needs the table.");

    /// <summary>The SQL drops a column.</summary>
    public static readonly ProblemCode ScriptDropsColumn = new(
        "TDM3118", "The SQL drops a column", Severity.Warning,
        "Use `drop_column`: the new version does not see it, the old one does, and it goes at the sunset with a backup.");

    /// <summary>The SQL renames a column.</summary>
    public static readonly ProblemCode ScriptRenamesColumn = new(
        "TDM3119", "The SQL renames a column", Severity.Warning,
        "Use `rename_column`: each version has its own name.");

    /// <summary>The SQL renames what applications use by its name.</summary>
    public static readonly ProblemCode ScriptRenamesTable = new(
        "TDM3120", "The SQL renames what applications use by its name", Severity.Warning,
        "Use `rename_table`: each version has its own name. For other objects make a second one, and drop the first when nobody uses it.");

    /// <summary>The SQL drops a table.</summary>
    public static readonly ProblemCode ScriptDropsTable = new(
        "TDM3121", "The SQL drops a table", Severity.Warning,
        "Use `drop_table`: the new version does not see it, the old one does, and it goes at the sunset with a backup.");

    /// <summary>The SQL empties tables.</summary>
    public static readonly ProblemCode ScriptEmptiesTables = new(
        "TDM3122", "The SQL empties tables", Severity.Warning,
        "Use `delete_rows` or `archive_rows`: batches, and a way back.");

    /// <summary>The SQL renames a value of a type.</summary>
    public static readonly ProblemCode ScriptRenamesValue = new(
        "TDM3123", "The SQL renames a value of a type", Severity.Warning,
        "Use `alter_enum` with `rename`: each version sees its own values.");

    /// <summary>A value of a type is added without a place.</summary>
    public static readonly ProblemCode ValueWithoutPlace = new(
        "TDM3124", "A value of a type is added without a place", Severity.Note,
        "Say where it stands: `before` or `after` another value (in SQL BEFORE or AFTER).");

    /// <summary>The SQL gives a domain rules.</summary>
    public static readonly ProblemCode ScriptConstrainsDomain = new(
        "TDM3125", "The SQL gives a domain rules", Severity.Warning,
        "Use `alter_domain`, or a check on the column.");

    /// <summary>The SQL changes how long it may wait.</summary>
    public static readonly ProblemCode ScriptSetsTimeout = new(
        "TDM3126", "The SQL changes how long it may wait", Severity.Warning,
        "Leave the setting to Tandem: `lock_timeout` and `lock_deadline` of the target in tandem.yaml.");

    /// <summary>The SQL lets triggers not fire.</summary>
    public static readonly ProblemCode ScriptSilencesTriggers = new(
        "TDM3127", "The SQL lets triggers not fire", Severity.Warning,
        "Leave triggers on: they keep two versions in step and guard foreign keys.");

    /// <summary>The SQL keeps a lock while it works on rows.</summary>
    public static readonly ProblemCode ScriptHoldsLock = new(
        "TDM3128", "The SQL keeps a lock while it works on rows", Severity.Warning,
        "Put what takes the lock and what takes its time into two migrations.");

    /// <summary>The SQL changes rows in one transaction.</summary>
    public static readonly ProblemCode ScriptWritesRows = new(
        "TDM3129", "The SQL changes rows in one transaction", Severity.Warning,
        "Use `update_rows`, `delete_rows` or `insert_rows`: batches that wait for nobody, and a way back.");

    /// <summary>The SQL locks a table.</summary>
    public static readonly ProblemCode ScriptLocksTable = new(
        "TDM3130", "The SQL locks a table", Severity.Warning,
        "Leave the lock out: each statement takes the one it needs, for as long as it needs it.");

    /// <summary>The SQL computes a materialized view anew while readers wait.</summary>
    public static readonly ProblemCode ScriptRefreshesView = new(
        "TDM3131", "The SQL computes a materialized view anew while readers wait", Severity.Warning,
        "Write REFRESH MATERIALIZED VIEW CONCURRENTLY; it needs a unique index on the view.");

    /// <summary>The SQL can be left half done.</summary>
    public static readonly ProblemCode ScriptHalfDone = new(
        "TDM3132", "The SQL can be left half done", Severity.Warning,
        "One statement in a `sql` of its own, with `done`; or write IF EXISTS and IF NOT EXISTS.");

    /// <summary>The SQL names a table without its schema.</summary>
    public static readonly ProblemCode ScriptWithoutSchema = new(
        "TDM3133", "The SQL names a table without its schema", Severity.Note,
        "Write schema.table, or leave the rule off where every target has one schema.");

    /// <summary>The SQL attaches a partition and reads it.</summary>
    public static readonly ProblemCode ScriptAttachesPartition = new(
        "TDM3134", "The SQL attaches a partition and reads it", Severity.Note,
        "Give the table a validated check that proves the bounds, before.");

    /// <summary>The SQL drops whatever depends on something.</summary>
    public static readonly ProblemCode ScriptCascades = new(
        "TDM3135", "The SQL drops whatever depends on something", Severity.Warning,
        "Name what is to go, in the right order, without CASCADE.");
}
