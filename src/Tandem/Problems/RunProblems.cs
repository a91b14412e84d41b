namespace Tandem.Problems;

public static partial class ProblemCodes
{
    /// <summary>Another process holds the lease.</summary>
    public static readonly ProblemCode AnotherRunner = new(
        "TDM4001", "Another runner is at work", Severity.Error,
        "Wait until it is done or follow it with `tandem status`; if its process was killed, its lease expires by itself within a minute.");

    /// <summary>Another process has taken the lease over.</summary>
    public static readonly ProblemCode LostLease = new(
        "TDM4002", "Another runner has taken over", Severity.Error,
        "Nothing was changed after that. Follow the other runner with `tandem status`, or resume when it has stopped.");

    /// <summary>The journal was written by a newer version of the engine.</summary>
    public static readonly ProblemCode JournalTooNew = new(
        "TDM4003", "The journal is of a newer version", Severity.Error,
        "Use the version of Tandem that wrote it, or a newer one.");

    /// <summary>The journal does not know the migration.</summary>
    public static readonly ProblemCode UnknownMigration = new(
        "TDM4004", "The migration was never started here", Severity.Error,
        "Look at `tandem status` for what this database knows, and check the address.");

    /// <summary>A command does not fit the state of the run.</summary>
    public static readonly ProblemCode WrongState = new(
        "TDM4005", "That is not possible in this state", Severity.Error,
        "Look at `tandem status` for the state and for what is possible in it.");

    /// <summary>Another migration is between start and complete.</summary>
    public static readonly ProblemCode OtherMigrationActive = new(
        "TDM4006", "Another migration is under way", Severity.Error,
        "Complete it or roll it back first: one migration at a time is between start and complete.");

    /// <summary>A later migration touches the same tables.</summary>
    public static readonly ProblemCode LaterMigrationStands = new(
        "TDM4007", "A later migration on the same tables stands in the way", Severity.Error,
        "Roll the later one back first.");

    /// <summary>What an earlier migration on the same tables keeps, storage or a way back, is not given up yet.</summary>
    public static readonly ProblemCode EarlierMigrationKept = new(
        "TDM4008", "An earlier migration on the same tables is not sunset yet", Severity.Error,
        "Sunset the earlier one first.");

    /// <summary>What is hidden is kept for longer.</summary>
    public static readonly ProblemCode RetentionNotOver = new(
        "TDM4009", "The retention is not over", Severity.Error,
        "Wait until then, or say `--force` when the way back is not needed any more.");

    /// <summary>The plan has errors.</summary>
    public static readonly ProblemCode PlanHasErrors = new(
        "TDM4010", "The plan has errors", Severity.Error,
        "Correct what the plan reports and plan again.");

    /// <summary>The plan was made for another state of the database.</summary>
    public static readonly ProblemCode StalePlan = new(
        "TDM4011", "The plan does not fit the database any more", Severity.Error,
        "Plan again and review what is different.");

    /// <summary>A lock was not granted before the deadline.</summary>
    public static readonly ProblemCode LockNotGranted = new(
        "TDM4012", "A lock was not granted in time", Severity.Error,
        "End or wait for the sessions that the message names, then resume. Nobody was made to wait for long.");

    /// <summary>A statement took longer than allowed.</summary>
    public static readonly ProblemCode StepTimedOut = new(
        "TDM4013", "A statement took too long", Severity.Error,
        "Resume when the database has less to do.");

    /// <summary>Rows cannot be written as the step must write them.</summary>
    public static readonly ProblemCode RowsDoNotFit = new(
        "TDM4014", "Some rows cannot be written", Severity.Error,
        "Repair the rows that the message tells of, or roll back and change the migration's expressions, then resume.");

    /// <summary>No pass over the table was clean.</summary>
    public static readonly ProblemCode VerificationUnclean = new(
        "TDM4015", "Old and new version do not agree", Severity.Error,
        "Find who writes past the sync (triggers switched off, replication, expressions that are not deterministic), then resume; until then nothing goes live.");

    /// <summary>Rows are in quarantine.</summary>
    public static readonly ProblemCode RowsInQuarantine = new(
        "TDM4016", "Rows are in quarantine", Severity.Error,
        "Repair the marked rows through the old version, or give them all new columns through the new one, then complete again.");

    /// <summary>A check of the migration's file failed.</summary>
    public static readonly ProblemCode CheckFailed = new(
        "TDM4017", "A check of the migration does not hold", Severity.Error,
        "Look at the data the check asks about; resume when it holds, or roll back.");

    /// <summary>A backup cannot be written.</summary>
    public static readonly ProblemCode BackupNotPossible = new(
        "TDM4018", "The backup cannot be written", Severity.Error,
        "Name a directory that can be written to and has room. Nothing is dropped without its backup.");

    /// <summary>The database refuses a statement of a step.</summary>
    public static readonly ProblemCode StepRefused = new(
        "TDM4019", "The database refuses a step", Severity.Error,
        "Somebody may have changed the tables since the plan was made: look at them with `tandem inspect`, then resume or roll back.");

    /// <summary>A step outside a transaction does not come to its end.</summary>
    public static readonly ProblemCode StepNotDone = new(
        "TDM4020", "A step does not come to its end", Severity.Error,
        "Look for sessions that are in the way of the table, then resume.");

    /// <summary>The journal is not as it was written.</summary>
    public static readonly ProblemCode JournalDamaged = new(
        "TDM4021", "The journal is damaged", Severity.Error,
        "Somebody wrote to the journal's tables. Restore them from a backup of the database.");

    /// <summary>There is a baseline already.</summary>
    public static readonly ProblemCode BaselineExists = new(
        "TDM4022", "There is a baseline already", Severity.Error,
        "The first migration starts from it; nothing is left to do.");

    /// <summary>A condition of a step is not met.</summary>
    public static readonly ProblemCode ConditionNotMet = new(
        "TDM4023", "A condition of a step is not met", Severity.Error,
        "See to what the message says, then resume.");

    /// <summary>Applications of the old version were at work lately.</summary>
    public static readonly ProblemCode OldSideInUse = new(
        "TDM4024", "Old applications were at work lately", Severity.Error,
        "Stop them, wait until they have been quiet for the time that the message names, and complete again; `--force` does not ask: what still uses the old version then fails.");

    /// <summary>Rows do not agree, and which side is right cannot be known.</summary>
    public static readonly ProblemCode SourceUnknown = new(
        "TDM4025", "Nobody knows which side of the rows is right", Severity.Error,
        "Look at the rows (`tandem verify` counts them), decide, and say it: `--from old` or `--from new`.");

    /// <summary>Rows do not agree and cannot be repaired by a command.</summary>
    public static readonly ProblemCode NotReconcilable = new(
        "TDM4026", "These rows cannot be made to agree by a command", Severity.Error,
        "Write them once more through the version that is right: the sync carries what it writes to the other one.");

    /// <summary>The schema is not what was written down.</summary>
    public static readonly ProblemCode SchemaDrifted = new(
        "TDM4027", "The schema is not as it was recorded", Severity.Error,
        "Say what is to become of each object: `tandem drift --adopt`, `--revert` or `--ignore`; or take all as it is with `tandem drift --accept --reason …`.");

    /// <summary>There is nothing to compare the schema with.</summary>
    public static readonly ProblemCode SchemaNotRecorded = new(
        "TDM4028", "No schema is recorded to compare with", Severity.Error,
        "Record the one that is there: `tandem baseline` where nothing was started yet, else `tandem drift --accept --reason …`.");

    /// <summary>Values do not come back by the lens and its way back.</summary>
    public static readonly ProblemCode LawBroken = new(
        "TDM4029", "Some values do not come back", Severity.Warning,
        "Nothing is wrong with the rows as they are. Before a rollback, or before applications write these rows through the other version, look whether the values that differ are needed (`tandem verify --keys` names rows).");

    /// <summary>A signal of the database's health passed the value at which a run stops.</summary>
    public static readonly ProblemCode HealthEndangered = new(
        "TDM4040", "The database's health was in danger", Severity.Error,
        "See to what the message names, then `tandem resume`; or `tandem cancel`, which takes back what is not live yet.");

    /// <summary>A walk held for longer than it may.</summary>
    public static readonly ProblemCode HeldTooLong = new(
        "TDM4041", "The run has held for too long", Severity.Error,
        "See to what the message names, then `tandem resume`: it goes on where it stands. Or give the signal another limit under `throttle` of the target.");

    /// <summary>Work that has its times.</summary>
    public static readonly ProblemCode OutsideWindow = new(
        "TDM4042", "It is not the time for this work", Severity.Error,
        "Come back when the window opens, or change `windows` of the target in tandem.yaml. A rollback is possible at any time.");

    /// <summary>A signal of the user's own has no value.</summary>
    public static readonly ProblemCode SignalUnreadable = new(
        "TDM4043", "A signal of your own cannot be read", Severity.Warning,
        "Correct its `query`, `watch` or `url` under `throttle` of the target, or let the role that runs Tandem read what it asks for. Until then a fill works at most half of the time.");
}
