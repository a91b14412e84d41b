namespace Tandem.Problems;

/// <summary>Every kind of problem, by the name it has in the code.</summary>
public static partial class ProblemCodes
{
    /// <summary>The server does not accept a lens expression.</summary>
    public static readonly ProblemCode ExpressionDoesNotCompile = new(
        "TDM2201", "An expression does not compile", Severity.Error,
        "Correct the expression: `up` may name the columns of the old version's table, `down` those of the new version's.");

    /// <summary>A lens expression raises an error for rows that are there.</summary>
    public static readonly ProblemCode ExpressionFailsForRows = new(
        "TDM2202", "An expression fails for some rows", Severity.Warning,
        "Make the expression total over the data that is there, or repair those rows before completing: until then they are quarantined.");

    /// <summary>A lens expression gives NULL for a column that must not be NULL.</summary>
    public static readonly ProblemCode ExpressionGivesNull = new(
        "TDM2203", "An expression gives NULL where NULL is not allowed", Severity.Warning,
        "Give a value with coalesce(…), or let the column be NULL.");

    /// <summary>The result of a lens expression cannot be stored in its column.</summary>
    public static readonly ProblemCode ExpressionTypeDoesNotFit = new(
        "TDM2204", "An expression's type does not fit its column", Severity.Error,
        "Cast the expression to the column's type, or choose another type for the column.");

    /// <summary><c>down(up(x))</c> is not <c>x</c> for rows that are there.</summary>
    public static readonly ProblemCode LossyRoundTrip = new(
        "TDM2205", "The way back does not restore some rows", Severity.Warning,
        "Change `up` and `down` so that `down` restores what `up` read; else a value that the new version writes over is not restored by a rollback.");

    /// <summary>A lens expression may give another result when it is computed again.</summary>
    public static readonly ProblemCode ExpressionNotDeterministic = new(
        "TDM2206", "An expression is not deterministic", Severity.Warning,
        "Compute the value from the row alone; else the filled rows cannot be verified by computing them again.");

    /// <summary>The server does not accept the query of a check.</summary>
    public static readonly ProblemCode CheckDoesNotCompile = new(
        "TDM2207", "A check does not compile", Severity.Error,
        "Correct the query: it must be one SELECT with one row and one column.");

    /// <summary>The server does not accept the expressions of a row update.</summary>
    public static readonly ProblemCode RowUpdateDoesNotCompile = new(
        "TDM2208", "A row update does not compile", Severity.Error,
        "Correct `set` and `where`: they may name the columns of the table as it is before the migration.");

    /// <summary>NULL stands in a column that becomes required.</summary>
    public static readonly ProblemCode NullsInTheWay = new(
        "TDM2209", "NULL stands in a column that is to be required", Severity.Warning,
        "Fill the rows first, with `update_rows` in an earlier migration or, unless the rule says `enforce: live`, in this one.");

    /// <summary>A transaction that was there when the plan was made, and that a lock would wait for.</summary>
    public static readonly ProblemCode LockHeldLong = new(
        "TDM2210", "A long transaction holds what a step must lock", Severity.Warning,
        "Let it end before the step comes: Tandem makes nobody wait behind it, tries again and again, and gives up after the deadline.");

    /// <summary>The planner's cost of a watched statement grows.</summary>
    public static readonly ProblemCode QueryDearer = new(
        "TDM2211", "A watched statement costs much more", Severity.Warning,
        "Look at its plan on the new version; an index over what it asks for, made by the same migration, gives most of them back what they lost.");

    /// <summary>A watched statement reads a large table whole that it did not.</summary>
    public static readonly ProblemCode QueryReadsWhole = new(
        "TDM2212", "A watched statement reads a large table whole", Severity.Warning,
        "Make an index over the new columns that it asks for, in the same migration (`create_index`).");

    /// <summary>A watched statement does not use an index that it used.</summary>
    public static readonly ProblemCode QueryLosesIndex = new(
        "TDM2213", "A watched statement no longer uses an index", Severity.Warning,
        "Make the index over the new columns, in the same migration, or change the statement together with the application's move to the new version.");

    /// <summary>A watched statement costs much more than when its plan was kept.</summary>
    public static readonly ProblemCode QueryDearerThanKept = new(
        "TDM2214", "A watched statement costs much more than its kept plan", Severity.Warning,
        "Look at what changed since then; when the new cost is right, keep it with `tandem plan --keep-plans`.");

    /// <summary>Others than the schema's owner may create functions and operators where lens expressions find theirs.</summary>
    public static readonly ProblemCode PathOpen = new(
        "TDM2215", "Others may put code in front of what expressions call", Severity.Warning,
        "REVOKE CREATE ON SCHEMA … FROM … those roles (from PUBLIC, whom PostgreSQL 14 lets create in public), or let only trusted roles log in until the migration is sunset.");

    /// <summary>The role may not see what others do.</summary>
    public static readonly ProblemCode OthersHidden = new("TDM2216", "Sessions of other roles are hidden", Severity.Note,
        "Grant pg_read_all_stats (or pg_monitor) to the role that runs Tandem.");

    /// <summary>An index whose method has no usual operator class for a column's type, or that the server cannot build for another reason.</summary>
    public static readonly ProblemCode IndexTakesNoType = new("TDM2217", "An index cannot be built as it is written", Severity.Error,
        "Name an operator class that takes the type, another `method`, or an expression of the column.");

    /// <summary>A type that the database does not have.</summary>
    public static readonly ProblemCode TypeNotThere = new("TDM2218", "A type is not there", Severity.Error,
        "Correct the type's name, or make the type in the same migration (`create_enum`, `create_domain`, `create_extension`) or before it.");

    /// <summary>The server does not accept what fills a new column.</summary>
    public static readonly ProblemCode ValueDoesNotCompile = new("TDM2219", "A default or a computed value does not compile", Severity.Error,
        "Correct the expression: a default names no columns, a generated value those of the new version's row, and both fit the column's type.");

    /// <summary>The server does not accept a new check or index.</summary>
    public static readonly ProblemCode RuleDoesNotCompile = new("TDM2220", "A check or an index does not compile", Severity.Error,
        "Correct the expression: it names columns of the new version's table, holds no subquery, and in an index gives the same for the same row at any time.");

    /// <summary>The server does not accept the query of a view.</summary>
    public static readonly ProblemCode ViewDoesNotCompile = new("TDM2221", "A view's query does not compile", Severity.Error,
        "Correct the query: it names tables, views and columns as the new version has them, and each of its columns has a name of its own.");

    /// <summary>The server does not accept the body of a function.</summary>
    public static readonly ProblemCode RoutineDoesNotCompile = new("TDM2223", "A function's body does not compile", Severity.Error,
        "Correct the body: it names tables, views, columns and functions as the new version has them.");

    /// <summary>The database does not accept a new trigger.</summary>
    public static readonly ProblemCode TriggerDoesNotCompile = new("TDM2222", "A trigger does not compile", Severity.Error,
        "Correct `when`, `events` and `execute`: they name tables, views and columns as the new version has them.");

    /// <summary>Rows that are there are not unique by a rule that comes.</summary>
    public static readonly ProblemCode DuplicatesInTheWay = new("TDM2224", "Rows share values that are to be unique", Severity.Warning,
        "Change or remove the duplicates first, with `update_rows` or `delete_rows` in an earlier migration or, unless the rule says `enforce: live`, in this one.");

    /// <summary>Rows that are there break a check that comes.</summary>
    public static readonly ProblemCode RowsBreakCheck = new("TDM2225", "Rows break a check that is to hold", Severity.Warning,
        "Correct the rows first, with `update_rows` in an earlier migration or, unless the rule says `enforce: live`, in this one; or let the check allow them.");

    /// <summary>Rows that are there refer to none, and a foreign key comes.</summary>
    public static readonly ProblemCode OrphansInTheWay = new("TDM2226", "Rows break a foreign key that is to hold", Severity.Warning,
        "Add the missing rows or clear the references first, in an earlier migration or, unless the rule says `enforce: live`, in this one (`insert_rows`, `update_rows`, `delete_rows`).");

    /// <summary>A rule that comes could not be asked of the rows.</summary>
    public static readonly ProblemCode RowsNotLookedAt = new("TDM2227", "Rows were not looked at", Severity.Note,
        "Count the rows that break the rule yourself; else they show when start or complete counts them, before the rule holds.");

    /// <summary>A check or an index of expressions that comes fails for rows that are there.</summary>
    public static readonly ProblemCode RuleFailsForRows = new("TDM2228", "A rule cannot be computed for some rows", Severity.Warning,
        "Make the expression total over the data that is there (a CASE around what fails), or correct those rows first.");

    /// <summary>A sequence stands where its new limits do not let it.</summary>
    public static readonly ProblemCode SequenceBeyondLimits = new("TDM2229", "A sequence stands beyond its limits", Severity.Warning,
        "Choose limits that hold where it stands, or move it there (`select setval(…)`) when no number is lost by that.");

    /// <summary>Rows that are there meet by an exclusion constraint that comes.</summary>
    public static readonly ProblemCode RowsMeet = new("TDM2230", "Rows meet that are to exclude each other", Severity.Warning,
        "Change or remove one of each two first, with `update_rows` or `delete_rows` in an earlier migration or in this one; or let the constraint's `where` leave them out.");
}
