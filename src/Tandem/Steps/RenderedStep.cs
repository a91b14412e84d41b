using System.Text.Json.Serialization;
using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>How the runner carries a rendered step out.</summary>
public enum StepMode
{
    /// <summary>All statements in one transaction, with the journal line.</summary>
    Transaction,

    /// <summary>Statements that cannot run in a transaction; the probe tells how far an earlier try came.</summary>
    Alone,

    /// <summary>
    /// Statements outside a transaction of which nobody but their author knows whether they may be repeated: the journal
    /// says before each that it is sent, and one whose answer was lost is not sent again unasked.
    /// </summary>
    Once,

    /// <summary>A call of something outside the database.</summary>
    Hook,

    /// <summary>A loop of batches that write, each in one transaction with its checkpoint.</summary>
    Batches,

    /// <summary>A loop of chunks that are compared, repaired where needed, and recorded.</summary>
    Verification,

    /// <summary>Queries whose answers must be as expected, and gates that must hold; the statements (search path) run before them in one read-only transaction.</summary>
    Checks,

    /// <summary>A walk whose rows are written into a backup file.</summary>
    Backup,

    /// <summary>Looks for a while whether the old version is still used.</summary>
    Watch,
}

/// <summary>A lock that a step takes.</summary>
/// <param name="Object">On what.</param>
/// <param name="Level">The database's own name of the level.</param>
/// <param name="Blocks">Whom it makes wait while it is held: <c>nobody</c>, <c>writers</c>, <c>readers and writers</c>.</param>
/// <param name="Held">How long: <c>an instant</c>, <c>each batch</c>, <c>one scan</c>.</param>
public sealed record LockFact(string Object, string Level, string Blocks, string Held)
{
    /// <summary>Whether who has to wait for it hardly notices: it is held for an instant, or for one of many small pieces of work.</summary>
    [JsonIgnore]
    public bool IsBrief => Held is "an instant" or "each batch" or "each chunk";
}

/// <summary>A query whose single value must be zero before a step may go on.</summary>
/// <param name="Code">The problem's code when it is not.</param>
/// <param name="Message">The sentence; <c>{0}</c> is the count.</param>
/// <param name="Sql">The query.</param>
public sealed record Gate(string Code, string Message, string Sql)
{
    /// <summary>
    /// The step outside a transaction, by its id and of the same phase, that does what the query finds undone; it is carried out again before
    /// the next try. Null where there is none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MendedBy { get; init; }
}

/// <summary>What a step stops with that rows stand in the way of.</summary>
/// <param name="Code">The problem's code.</param>
/// <param name="Message">The sentence.</param>
public sealed record Refusal(string Code, string Message);

/// <summary>How it is seen whether applications of the old version are still at work.</summary>
/// <param name="Marks">
/// Query for what the sync noted of them: one row for each table with <c>what</c> (the table) and <c>seconds</c> (how long
/// ago, by the database's clock, the old side was last written to; NULL for never).
/// </param>
/// <param name="Sessions">
/// Query for the sessions that use the old version at this moment: <c>what</c> (the table), <c>who</c>, and <c>served</c>
/// (1 when they reach it by the version's own names, which <c>complete --keep</c> leaves); null where the database has no such view.
/// </param>
/// <param name="Blind">What cannot be seen here: a sentence.</param>
public sealed record OldSide(string Marks, string? Sessions, string Blind);

/// <summary>
/// A lock of the session that only one runner can hold, for statements outside a transaction, which the lease cannot
/// fence: it is there as long as the server still works for a connection that its client has given up.
/// </summary>
/// <param name="Acquire">A query that answers 1 when the lock was got, 0 when another session has it; it does not wait.</param>
/// <param name="Release">A query that lets it go.</param>
public sealed record SessionLock(string Acquire, string Release);

/// <summary>Tells how far a step outside a transaction came.</summary>
/// <param name="Sql">A query that answers <c>done</c>, <c>half</c> or <c>none</c>.</param>
/// <param name="Repair">Statements, each outside a transaction, that lead from half done to not begun.</param>
public sealed record Probe(string Sql, ValueList<string> Repair)
{
    /// <summary>
    /// Where it is done in pieces that only the database knows (one for each partition): a query with one row for the next of them, or
    /// none: <c>statement</c>, and <c>waits</c>: whether it makes nobody wait while it waits itself. Else null.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Next { get; init; }
}

/// <summary>
/// A walk over a table in chunks. Cursors are opaque text: the runner only stores them and hands them back.
/// All texts take <c>@after</c> (the last chunk's end; empty text at first), <c>@upto</c> (this chunk's end),
/// <c>@size</c> (rows wanted) and <c>@end</c> (where the walk ends, fixed at its start) as far as they name them.
/// </summary>
/// <param name="Start">
/// Query: one row with the columns <c>walk_end</c> (text), <c>rows_total</c> (estimate) and, where rows can get other places without the
/// sync, <c>file</c> (text): as long as it stays the same they did not.
/// </param>
/// <param name="Next">
/// Query: one row with <c>upto</c> (text, or NULL when the walk is over); <c>wanted</c>, where there is such a column, is how many
/// rows the chunk is thought to have, if it could not take as many as it should.
/// </param>
/// <param name="Work">
/// Batches: the statement that writes the chunk (its affected rows are counted).
/// Verification: a query with one row <c>rows_seen</c>, <c>mismatched</c>, <c>quarantined</c>, <c>source_sum</c>, <c>target_sum</c>.
/// Backup: a query for the chunk's rows; its columns come as they are.
/// </param>
public sealed record Walk(string Start, string Next, string Work)
{
    /// <summary>The way over the table, in words; null for the order of its key.</summary>
    [JsonIgnore]
    public string? Way { get; init; }

    /// <summary>Statements before <see cref="Work"/> in the same transaction (for example the mark that tells the sync to stand aside).</summary>
    public ValueList<string> Before { get; init; } = [];

    /// <summary>Statements after <see cref="Work"/> in the same transaction.</summary>
    public ValueList<string> Finish { get; init; } = [];

    /// <summary>Batches: does the chunk row by row through the sync, which quarantines what fails; null where that cannot be.</summary>
    public string? Isolate { get; init; }

    /// <summary>Batches: the same chunk with a line in the ledger for each row that is written, for whoever asked for it; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RowLines? RowLines { get; init; }

    /// <summary>
    /// Batches: a query for how many rows of the whole table are not filled, as <c>rows</c>, in one look at all of them; null
    /// where that is found otherwise. An application's update may carry a row behind the walk before it is filled.
    /// </summary>
    public string? Left { get; init; }

    /// <summary>Verification: makes the chunk's disagreeing rows agree; null where only a report is possible.</summary>
    public ValueList<string> Repair { get; init; } = [];

    /// <summary>Verification: <see cref="Repair"/> with a line in the ledger for each row that it writes, for whoever asked for it; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<string>? RepairLines { get; init; }

    /// <summary>The side that <see cref="Repair"/> takes for right.</summary>
    public Side RepairsFrom { get; init; }

    /// <summary>Verification: makes the chunk's disagreeing rows agree from the other side; empty where that cannot be.</summary>
    public ValueList<string> RepairBack { get; init; } = [];

    /// <summary>Verification: <see cref="RepairBack"/> with a line in the ledger for each row that it writes, for whoever asked for it; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<string>? RepairBackLines { get; init; }

    /// <summary>
    /// Verification: keeps what the chunk's disagreeing rows hold, both sides, among the journal's images under the number <c>@number</c>; null where
    /// that cannot be.
    /// </summary>
    public string? Keep { get; init; }

    /// <summary>Verification: a query for how many rows of the whole table are in quarantine, as <c>rows</c>; null where none can be.</summary>
    public string? Quarantined { get; init; }

    /// <summary>
    /// Query for parts of the walk that several sessions may do at once, each as a walk of its own: in order, <c>walk_from</c> (where one begins,
    /// as <c>@after</c>) and <c>walk_end</c>, for about <c>@parts</c> of them up to <c>@end</c>; null where the walk cannot be divided.
    /// </summary>
    public string? Parts { get; init; }

    /// <summary>
    /// Query (no parameters) for the database's health as far as the walk may hurt it: <c>signal</c>, <c>subject</c>, <c>value</c>
    /// (a number, NULL where it cannot be read), a row for each; null where there is nothing to ask.
    /// </summary>
    public string? Health { get; init; }

    /// <summary>Batches: the rows that the table keeps although nobody sees them any more; null where the database keeps none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeadRowsQuery? Dead { get; init; }

    /// <summary>Verification: how the new version's values look; null where no expression gives any.</summary>
    public Profile? Profile { get; init; }

    /// <summary>Verification: keys of up to ten disagreeing rows of the chunk, one text column.</summary>
    public string? Examples { get; init; }

    /// <summary>Verification: what the lenses promise, asked when somebody wants to know; a run needs it not, so it is not stored with it.</summary>
    [JsonIgnore]
    public ValueList<LensLaw> Laws { get; init; } = [];
}

/// <summary>
/// How a chunk is written when each of its rows gets a line in the journal's table of rows: its key and a hash of its values, as they were and as they are.
/// The texts of this and of repairs with lines take <c>@phase</c>, <c>@attempt</c> and <c>@step</c> besides.
/// </summary>
/// <param name="Work">In the place of the walk's.</param>
public sealed record RowLines(string Work)
{
    /// <summary>A statement before it, or null.</summary>
    public string? Before { get; init; }

    /// <summary>A statement behind it, or null.</summary>
    public string? After { get; init; }

    /// <summary>In the place of the walk's.</summary>
    public string? Isolate { get; init; }
}

/// <summary>How to see and take away the rows that a table keeps although nobody sees them any more.</summary>
/// <param name="Sql">
/// Query (no parameters): one row with <c>dead</c> and <c>live</c> (estimates), <c>vacuumed_at</c> and <c>autovacuumed_at</c> (text in ISO 8601, empty for never);
/// none where the table is not there.
/// </param>
/// <param name="Clear">The statement, outside of a transaction, that makes their room free for others.</param>
public sealed record DeadRowsQuery(string Sql, string Clear);

/// <summary>How the values of columns look, without any of them: over all rows, or over a part where there are many.</summary>
/// <param name="Columns">The columns of the new version, as <c>table.column</c>.</param>
/// <param name="Sql">Query (no parameters) with a row for each: <c>column_name</c>, <c>rows</c>, <c>nulls</c>, <c>distinct_values</c>.</param>
public sealed record Profile(ValueList<string> Columns, string Sql)
{
    /// <summary>
    /// Query (no parameters) for how the values of the same rows are spread: <c>column_name</c>, <c>kind</c>, <c>bucket</c> (text) and <c>rows</c>. The kind <c>length</c> has a row for
    /// each class of lengths, <c>value</c> one for each of the most frequent values, by their hashes.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Buckets { get; init; }
}

/// <summary>The classes into which values are counted.</summary>
public static class ValueClasses
{
    /// <summary>How many of the most frequent values are told.</summary>
    public const int MostValues = 200;

    /// <summary>The class of a length, as SQL: 0, 1, 2 to 3, 4 to 7 and so on.</summary>
    /// <param name="length">The length, as SQL.</param>
    public static string LengthClass(string length) =>
        $"CASE WHEN {length} < 2 THEN {length} WHEN {length} < 4 THEN 2 WHEN {length} < 8 THEN 3 WHEN {length} < 16 THEN 4 WHEN {length} < 32 THEN 5"
        + $" WHEN {length} < 64 THEN 6 WHEN {length} < 256 THEN 7 ELSE 8 END";
}

/// <summary>
/// A step as one database will carry it out: everything a runner needs, without the migration file, the operations
/// or the planner. It is stored with the run.
/// </summary>
/// <param name="Id">Unique in its phase and the same at every planning, for example <c>expand customers</c>.</param>
/// <param name="Title">A sentence for people.</param>
/// <param name="Mode">How it is carried out.</param>
public sealed record RenderedStep(string Id, string Title, StepMode Mode)
{
    /// <summary>
    /// What kind of step it came from. The runner takes an interrupted life up by it: what a rollback left in place is
    /// not made twice, and what a rollback took back is.
    /// </summary>
    public StepKind Kind { get; init; }

    /// <summary>The table it is about, or null.</summary>
    public string? Table { get; init; }

    /// <summary>The statements of <see cref="StepMode.Transaction"/> and <see cref="StepMode.Alone"/>.</summary>
    public ValueList<string> Statements { get; init; } = [];

    /// <summary>Statements on the same connection before the transaction begins (SQLite pragmas).</summary>
    public ValueList<string> Prologue { get; init; } = [];

    /// <summary>Statements on the same connection after the transaction, whether it succeeded or not.</summary>
    public ValueList<string> Epilogue { get; init; } = [];

    /// <summary>Must hold before the statements run; evaluated in the same transaction after the locks are taken. For <see cref="StepMode.Checks"/>, all there is to do.</summary>
    public ValueList<Gate> Gates { get; init; } = [];

    /// <summary>What must hold at the end of the transaction, else it is rolled back.</summary>
    public ValueList<Gate> FinalGates { get; init; } = [];

    /// <summary>What it means that the database takes the statements and not the rows; null where nothing more can be said than the database does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Refusal? WhenRowsRefuse { get; init; }

    /// <summary>The walk of batches or chunks.</summary>
    public Walk? Walk { get; init; }

    /// <summary>How to tell how far a step outside a transaction came.</summary>
    public Probe? Probe { get; init; }

    /// <summary>Held while a step outside a transaction is carried out; null where the database has no such lock.</summary>
    public SessionLock? SessionLock { get; init; }

    /// <summary>How the old version's use is seen.</summary>
    public OldSide? OldSide { get; init; }

    /// <summary>The questions of <see cref="StepMode.Checks"/>.</summary>
    public ValueList<DataCheck> Checks { get; init; } = [];

    /// <summary>Backup: statements that would make the dropped objects again; stored at the head of the file.</summary>
    public ValueList<string> BackupDefinition { get; init; } = [];

    /// <summary>Locks taken, worst first.</summary>
    public ValueList<LockFact> Locks { get; init; } = [];

    /// <summary>Whether the table is rewritten.</summary>
    public bool Rewrites { get; init; }

    /// <summary>Whether the table is read whole.</summary>
    public bool Scans { get; init; }

    /// <summary>Query (no parameters) for sessions that hold what the step must lock: <c>pid</c>, <c>seconds</c>, <c>what</c>; null where the database has no such view.</summary>
    public string? Holders { get; init; }

    /// <summary>The command or request of <see cref="StepMode.Hook"/>.</summary>
    public HookCall? Hook { get; init; }

    /// <summary>What takes this step back: a sentence for people.</summary>
    public string? Inverse { get; init; }

    /// <summary>Whether the step does anything; a provider renders what it need not do as an empty step, and the planner leaves it out.</summary>
    [JsonIgnore]
    public bool IsEmpty =>
        Statements.Count == 0 && Walk is null && Checks.Count == 0 && Gates.Count == 0 && OldSide is null && Probe?.Next is null;
}
