namespace Tandem.Problems;

/// <summary>Problems of SQL that a person wrote (TDM2084 to TDM2099).</summary>
public static partial class ProblemCodes
{
    /// <summary>Raw SQL takes a table away from foreign keys.</summary>
    public static readonly ProblemCode ScriptLeavesReferences = new("TDM2084", "The SQL leaves a foreign key to a table that is not there", Severity.Error,
        "Put `PRAGMA legacy_alter_table=ON` in front, with `PRAGMA foreign_keys=OFF`, where a rename took the references along; or accept with the reason in `accept:` that SQL behind it makes the key anew.");

    /// <summary>Raw SQL without a way back.</summary>
    public static readonly ProblemCode NoWayBack = new("TDM2085", "Nothing takes the SQL back", Severity.Error,
        "Write `down`, or accept with the reason in `accept:` that a rollback leaves what it did.");

    /// <summary>Nobody knows what raw SQL does.</summary>
    public static readonly ProblemCode EffectUnknown = new("TDM2086", "What the SQL does is not known", Severity.Error,
        "Let it be tried: `--sandbox`, or `sandbox:` of the target in tandem.yaml; or accept it with the reason in `accept:`.");

    /// <summary>Raw SQL behind a typed operation.</summary>
    public static readonly ProblemCode ScriptTooLate = new("TDM2087", "SQL stands behind an operation", Severity.Error,
        "Put `sql` first, or into a migration of its own: it is carried out before the other operations, on the old version's tables.");

    /// <summary>A typed operation on what raw SQL of the same migration makes.</summary>
    public static readonly ProblemCode DependsOnScript = new("TDM2088", "An operation depends on SQL of the same migration", Severity.Error,
        "Write two migrations: a rollback takes the SQL back while what the operation made stays hidden, and that must not hang on it.");

    /// <summary>Raw SQL fails.</summary>
    public static readonly ProblemCode ScriptFails = new("TDM2089", "The SQL fails", Severity.Error,
        "Correct it; the message is the database's own, from a copy of the schema.");

    /// <summary>The way back of raw SQL fails.</summary>
    public static readonly ProblemCode DownFails = new("TDM2090", "The way back fails", Severity.Error,
        "Correct `down`; it was carried out right behind `up` on a copy of the schema.");

    /// <summary>The way back leaves something different.</summary>
    public static readonly ProblemCode DownDoesNotRestore = new("TDM2091", "The way back does not restore the schema", Severity.Error,
        "Complete `down`, or accept the difference with the reason in `accept:`.");

    /// <summary>Raw SQL makes others wait.</summary>
    public static readonly ProblemCode ScriptBlocks = new("TDM2092", "The SQL keeps others from tables", Severity.Warning,
        "Nothing if it takes an instant; else use the operation that does the same without blocking, or a quiet hour.");

    /// <summary>Raw SQL rewrites a table.</summary>
    public static readonly ProblemCode ScriptRewrites = new("TDM2093", "The SQL rewrites a table", Severity.Error,
        "Use the operation that does the same beside the table, or accept with the reason in `accept:` that nobody can use the table meanwhile.");

    /// <summary>Raw SQL outside a transaction.</summary>
    public static readonly ProblemCode ScriptOutsideTransaction = new("TDM2094", "The SQL runs outside a transaction", Severity.Warning,
        "Put it into a migration of its own with one statement, and give `done`: a query that tells whether it was carried out.");

    /// <summary>Raw SQL holds what cannot be sent.</summary>
    public static readonly ProblemCode ScriptForm = new("TDM2095", "The SQL holds what cannot be carried out here", Severity.Error,
        "Take out what the message names: the engine alone begins and ends transactions, and nobody gives values or rows to a script.");

    /// <summary>Raw SQL changes a table that is kept in sync.</summary>
    public static readonly ProblemCode ScriptMeetsSync = new("TDM2096", "The SQL changes a table of another migration", Severity.Error,
        "Sunset the other migration first: its sync was written for the table as it is.");

    /// <summary>A statement outside a transaction may have been carried out.</summary>
    public static readonly ProblemCode StatementUncertain = new("TDM2097", "Whether a statement was carried out is not known", Severity.Error,
        "Look at the database, then say it: `tandem resume --carried-out yes` or `--carried-out no`.");

    /// <summary>A hook failed.</summary>
    public static readonly ProblemCode HookFailed = new("TDM2099", "A hook failed", Severity.Error,
        "See to what it calls, then `tandem resume`; or do by hand what it does, and say `tandem resume --carried-out yes`.");

    /// <summary>A sandbox cannot be made.</summary>
    public static readonly ProblemCode NoSandbox = new("TDM2098", "The sandbox cannot be made", Severity.Error,
        "Grant CREATEDB to the role, or name another server with `--sandbox URL` or `sandbox:` in tandem.yaml.");
}
