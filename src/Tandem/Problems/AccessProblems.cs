namespace Tandem.Problems;

/// <summary>Problems of rights, row security and who may see what (TDM2140 to TDM2149).</summary>
public static partial class ProblemCodes
{
    /// <summary>Somebody may see or write more than before.</summary>
    public static readonly ProblemCode AccessWidens = new("TDM2140", "Somebody may see or write more than before", Severity.Warning,
        "Nothing, if that is meant. A rollback takes it back; what was read meanwhile was read.");

    /// <summary>Somebody may see or write less than before.</summary>
    public static readonly ProblemCode AccessNarrows = new("TDM2141", "Somebody may see or write less than before", Severity.Warning,
        "Make sure that no application needs it any more when the migration is completed; a rollback gives it back.");

    /// <summary>A role that is not there.</summary>
    public static readonly ProblemCode NoSuchRole = new("TDM2142", "The role does not exist", Severity.Error,
        "Make the role first: roles belong to the server, not to one database, so migrations do not make them. `public` stands for everybody.");

    /// <summary>A right that objects of this kind do not have.</summary>
    public static readonly ProblemCode NoSuchPrivilege = new("TDM2143", "There is no such right on objects of this kind", Severity.Error,
        "Use one of the rights that the message names.");

    /// <summary>A right that is taken from a role and that it has by another way, too.</summary>
    public static readonly ProblemCode RightRemains = new("TDM2144", "The role keeps the right by another way", Severity.Error,
        "Revoke it there, too; or accept this code when it is meant.");

    /// <summary>A right that cannot be taken, because of who gave it or whom it was passed on to.</summary>
    public static readonly ProblemCode RightHangs = new("TDM2145", "The right cannot be taken from the role", Severity.Error,
        "Let whoever gave the right take it back, and whoever it was passed on to lose it first.");

    /// <summary>A right on a whole table that holds columns which only another version shows.</summary>
    public static readonly ProblemCode GrantCoversHidden = new("TDM2146", "A right on the whole table covers hidden columns", Severity.Error,
        "Grant the right on single columns, or on the table after the sunset; or accept this code when the role may see them.");

    /// <summary>A policy on a table that has no row security.</summary>
    public static readonly ProblemCode PolicyIdle = new("TDM2147", "The policy does nothing", Severity.Warning,
        "Switch row security on with `set_row_security` in the same migration.");

    /// <summary>Row security that would hold for the role that carries migrations out.</summary>
    public static readonly ProblemCode RowSecurityBindsRunner = new("TDM2148", "Row security would hide rows from the migration itself", Severity.Error,
        "Run Tandem as a role with BYPASSRLS; a migration that forces row security can also wait until the others of the table are sunset.");

    /// <summary>Roles with rights on single columns of a table with row security.</summary>
    public static readonly ProblemCode ColumnRightsNotServed = new("TDM2149", "Rights on single columns do not reach through the new version", Severity.Warning,
        "Grant these roles the right on the whole table, or let them use the base tables until complete.");
}
