namespace Tandem.Problems;

// TDM30xx: what can be said about a migration from its file alone.
public static partial class ProblemCodes
{
    /// <summary>No <c>why</c>.</summary>
    public static readonly ProblemCode NoReasonGiven = new(
        "TDM3001", "The migration does not say why", Severity.Note,
        "Add `why` with the business objective; reviewers and the history read it.");

    /// <summary>No <c>owner</c>.</summary>
    public static readonly ProblemCode NoOwnerGiven = new(
        "TDM3002", "The migration has no owner", Severity.Note,
        "Add `owner` with the person or team that answers for it.");

    /// <summary>An SQL text for one engine only.</summary>
    public static readonly ProblemCode OneEngineOnly = new(
        "TDM3003", "An SQL text is given for one engine only", Severity.Note,
        "Nothing, if the migration is never run on the other engine; else add its text.");

    /// <summary>A name that belongs to the engine.</summary>
    public static readonly ProblemCode ReservedName = new(
        "TDM3004", "A name is reserved for Tandem's own objects", Severity.Error,
        "Choose a name that does not begin with _tandem_ and that none of Tandem's own tables has.");

    /// <summary>A name that PostgreSQL would cut off.</summary>
    public static readonly ProblemCode NameTooLong = new(
        "TDM3005", "A name is too long", Severity.Error,
        "Shorten it to 63 bytes of UTF-8; PostgreSQL cuts off the rest without a word, and two names can become one.");

    /// <summary>An expression with another result at each call.</summary>
    public static readonly ProblemCode NotDeterministic = new(
        "TDM3006", "An expression gives another result each time", Severity.Warning,
        "Compute from the row's own columns; what an expression gives anew each time cannot be verified, and the two versions may drift apart.");

    /// <summary>A function, operator or spelling that an engine does not have.</summary>
    public static readonly ProblemCode EngineLacks = new(
        "TDM3007", "An expression uses what an engine lacks", Severity.Warning,
        "Write a text per engine: `{ postgres: …, sqlite: … }`, or use what both have.");

    /// <summary>Removal before the retention is over.</summary>
    public static readonly ProblemCode SunsetTooEarly = new(
        "TDM3008", "The sunset comes before the retention is over", Severity.Warning,
        "Set `sunset` to a later date or `rollback.retain` to a shorter time; what is retired stays until both are over.");

    /// <summary>A drop without a reason.</summary>
    public static readonly ProblemCode UnexplainedDrop = new(
        "TDM3009", "Something is dropped without a reason", Severity.Warning,
        "Add `why`: after the sunset the values exist in the backup only.");

    /// <summary>More than one statement, or a place for a value.</summary>
    public static readonly ProblemCode NotAnExpression = new(
        "TDM3010", "An SQL text is not one expression", Severity.Error,
        "Write one expression or query, without a semicolon and without places for values such as $1 or :name.");

    /// <summary>A check that does not ask.</summary>
    public static readonly ProblemCode CheckIsNoQuery = new(
        "TDM3011", "A check is not a query", Severity.Error,
        "Begin with select, with, values or table; a check only asks.");

    /// <summary>One name twice in one list.</summary>
    public static readonly ProblemCode RepeatedName = new(
        "TDM3012", "A name stands twice in one list", Severity.Error,
        "Keep one of the two.");

    /// <summary>An update of every row.</summary>
    public static readonly ProblemCode UpdatesEveryRow = new(
        "TDM3013", "Every row of a table is changed", Severity.Note,
        "Nothing, if that is meant; else say which rows with `where`.");

    /// <summary>Consent to a finding that does not exist.</summary>
    public static readonly ProblemCode AcceptsUnknownCode = new(
        "TDM3014", "A finding that does not exist is accepted", Severity.Warning,
        "Correct the code in `accept`; the reference lists every code.");

    /// <summary>A notice for something that is no field.</summary>
    public static readonly ProblemCode NoticeWithoutField = new(
        "TDM3015", "A notice does not name a field", Severity.Warning,
        "Write the field as table.column.");

    /// <summary>Many columns in one index.</summary>
    public static readonly ProblemCode WideIndex = new(
        "TDM3016", "An index has many columns", Severity.Note,
        "Measure whether the later columns help; an index over more than three columns rarely pays for its writes.");

    /// <summary>A threshold without a clear condition.</summary>
    public static readonly ProblemCode ConditionUnclear = new(
        "TDM3017", "A condition for going back cannot be understood", Severity.Error,
        "Write a comparison and a number, with a unit where one is needed: \"> 0\", \"> 500ms\", \">= 0.1%\".");

    /// <summary><c>char(n)</c>.</summary>
    public static readonly ProblemCode BlankPaddedType = new(
        "TDM3020", "A column is filled up with blanks", Severity.Note,
        "Use text, with a check if the length matters; char(n) stores blanks and compares without them.");

    /// <summary><c>json</c>.</summary>
    public static readonly ProblemCode JsonAsText = new(
        "TDM3021", "A json column has no equality", Severity.Note,
        "Use jsonb: distinct, group by and comparison fail on json.");

    /// <summary><c>timestamp</c> without a zone.</summary>
    public static readonly ProblemCode TimestampWithoutZone = new(
        "TDM3022", "A timestamp has no time zone", Severity.Note,
        "Use timestamptz: a timestamp without zone means another moment to each client.");

    /// <summary><c>serial</c>.</summary>
    public static readonly ProblemCode SerialColumn = new(
        "TDM3023", "A serial column is used", Severity.Note,
        "Use `identity: by_default` with an integer type: the sequence then belongs to the column and needs no rights of its own.");

    /// <summary>A key that will run out.</summary>
    public static readonly ProblemCode SmallKey = new(
        "TDM3024", "A key may run out of numbers", Severity.Note,
        "Use bigint: an integer key ends at 2,147,483,647, and a key's type is hard to change later.");

    /// <summary><c>varchar(n)</c>.</summary>
    public static readonly ProblemCode LimitedText = new(
        "TDM3025", "A text has a greatest length in its type", Severity.Note,
        "Use text, and a check where the length matters: a check can be changed without touching the column.");

    /// <summary>An integer that is no key.</summary>
    public static readonly ProblemCode SmallNumber = new(
        "TDM3026", "A number may outgrow its type", Severity.Note,
        "Use bigint where it counts or refers to something that can grow.");
}
