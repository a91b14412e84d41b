namespace Tandem.Problems;

// TDM10xx: the form of a migration file. TDM11xx: the history that the files make together.
public static partial class ProblemCodes
{
    /// <summary>The file is missing or may not be read.</summary>
    public static readonly ProblemCode FileUnreadable = new(
        "TDM1001", "The file cannot be read", Severity.Error,
        "Check the path and the right to read it.");

    /// <summary>The file is beyond the size limit.</summary>
    public static readonly ProblemCode FileTooLarge = new(
        "TDM1002", "The file is too large", Severity.Error,
        "Divide the migration into several files of at most 1 MiB; rows of data belong in the database, not in a migration.");

    /// <summary>The file is not UTF-8 text.</summary>
    public static readonly ProblemCode FileNotUtf8 = new(
        "TDM1003", "The file is not UTF-8 text", Severity.Error,
        "Save it as UTF-8, without NUL characters.");

    /// <summary>The file is not YAML, or not JSON where its name says so.</summary>
    public static readonly ProblemCode FileMalformed = new(
        "TDM1004", "The file is malformed", Severity.Error,
        "Correct the text at the place named; quote texts that hold : # { } [ ] & * ! | > or begin with @ or `.");

    /// <summary>A tab where YAML wants spaces.</summary>
    public static readonly ProblemCode TabInIndentation = new(
        "TDM1005", "A tab is used for indentation", Severity.Error,
        "Indent with spaces; YAML does not allow tabs there.");

    /// <summary>The file says nothing.</summary>
    public static readonly ProblemCode FileEmpty = new(
        "TDM1006", "The file is empty", Severity.Error,
        "Write at least a title and one operation; `tandem new` makes a file to begin with.");

    /// <summary>An anchor, an alias or a tag.</summary>
    public static readonly ProblemCode AnchorNotAllowed = new(
        "TDM1007", "Anchors, aliases and tags are not allowed", Severity.Error,
        "Write the value out in each place, so that a reviewer reads what will happen where it stands.");

    /// <summary>More than one YAML document.</summary>
    public static readonly ProblemCode SeveralDocuments = new(
        "TDM1008", "The file holds several documents", Severity.Error,
        "Put each migration into a file of its own.");

    /// <summary>Nested beyond the limit.</summary>
    public static readonly ProblemCode FileTooDeep = new(
        "TDM1009", "The file is nested too deeply", Severity.Error,
        "No operation needs more than a few levels; look for brackets that are not closed.");

    /// <summary>A key stands twice.</summary>
    public static readonly ProblemCode DuplicateKey = new(
        "TDM1010", "A key is given twice", Severity.Error,
        "Keep one of the two.");

    /// <summary>A key that does not belong here.</summary>
    public static readonly ProblemCode UnknownKey = new(
        "TDM1011", "A key is not known", Severity.Error,
        "Correct the spelling; the reference page of the migration file lists every key.");

    /// <summary>A keyword that is no operation.</summary>
    public static readonly ProblemCode UnknownOperation = new(
        "TDM1012", "An operation is not known", Severity.Error,
        "Correct the spelling; the reference has a page for every operation.");

    /// <summary>A required key is not there.</summary>
    public static readonly ProblemCode MissingKey = new(
        "TDM1013", "A required key is missing", Severity.Error,
        "Add the key that the message names.");

    /// <summary>A list where a text is expected, and the like.</summary>
    public static readonly ProblemCode WrongKind = new(
        "TDM1014", "A value is of the wrong kind", Severity.Error,
        "Write the value in the form that the message names.");

    /// <summary>A key without a value.</summary>
    public static readonly ProblemCode EmptyValue = new(
        "TDM1015", "A key has no value", Severity.Error,
        "Give a value or take the key out; quote a text that is meant to read null.");

    /// <summary>Not a duration.</summary>
    public static readonly ProblemCode BadDuration = new(
        "TDM1016", "A duration cannot be understood", Severity.Error,
        "Write a number and a unit, for example 500ms, 30s, 5m, 2h or 14d (or ISO 8601, for example PT5M).");

    /// <summary>Not a date.</summary>
    public static readonly ProblemCode BadDate = new(
        "TDM1017", "A date cannot be understood", Severity.Error,
        "Write year, month and day, for example 2027-01-31.");

    /// <summary>Not a time of the day.</summary>
    public static readonly ProblemCode BadTimeOfDay = new(
        "TDM1024", "A time of the day cannot be understood", Severity.Error,
        "Write hours and minutes from 00:00 to 23:59, for example 22:30.");

    /// <summary>Not one of a fixed set of words.</summary>
    public static readonly ProblemCode BadChoice = new(
        "TDM1018", "A value is not one of the possible ones", Severity.Error,
        "Use one of the values that the message names.");

    /// <summary>An entry of a list of operations in another form.</summary>
    public static readonly ProblemCode OperationForm = new(
        "TDM1019", "An operation has the wrong form", Severity.Error,
        "Write each operation as one keyword with its keys below it: `- rename_column: { table: t, from: a, to: b }`.");

    /// <summary>An entry of a list of objects in another form.</summary>
    public static readonly ProblemCode ObjectForm = new(
        "TDM1025", "An object of a schema has the wrong form", Severity.Error,
        "Write each object as its kind with its keys below it: `- policy: { name: own_rows, table: orders, using: \"owner = current_user\" }`.");

    /// <summary>A kind of object that no schema has.</summary>
    public static readonly ProblemCode UnknownObjectKind = new(
        "TDM1026", "A kind of object is not known", Severity.Error,
        "Correct the spelling; tables, enums, sequences and views have lists of their own.");

    /// <summary>Two things of one name in a schema.</summary>
    public static readonly ProblemCode NamedTwice = new(
        "TDM1027", "A schema has two things of one name", Severity.Error,
        "Keep one of the two, or correct its name.");

    /// <summary>A part of a table names what the file does not have.</summary>
    public static readonly ProblemCode NotInTheSchema = new(
        "TDM1028", "A schema names something that it does not have", Severity.Error,
        "Correct the name, or add what is named.");

    /// <summary>A list that must hold something holds nothing.</summary>
    public static readonly ProblemCode EmptyList = new(
        "TDM1020", "A list is empty that needs an entry", Severity.Error,
        "Add at least one entry.");

    /// <summary>The name of a file cannot become the name of a version.</summary>
    public static readonly ProblemCode BadFileName = new(
        "TDM1021", "A migration's file name cannot be used", Severity.Error,
        "Use ASCII letters, digits, _ and -, at most 48 characters before .yaml, for example 0007_split_name.yaml: the name becomes part of names in the database.");

    /// <summary>A string, a quoted name or a comment in SQL has no end.</summary>
    public static readonly ProblemCode SqlNotClosed = new(
        "TDM1022", "An SQL text does not come to an end", Severity.Error,
        "Close the string, the quoted name or the comment; a quote inside a string is written twice.");

    /// <summary>A pattern for new files that does not exist.</summary>
    public static readonly ProblemCode UnknownPattern = new(
        "TDM1023", "A pattern for a new migration is not known", Severity.Error,
        "Use one of the patterns that the message names.");

    /// <summary>Two files with one id.</summary>
    public static readonly ProblemCode DuplicateId = new(
        "TDM1101", "Two migrations have the same id", Severity.Error,
        "Rename the one that is not applied anywhere yet; ids are compared without regard to case and extension.");

    /// <summary>A dependency that is not there.</summary>
    public static readonly ProblemCode ParentMissing = new(
        "TDM1102", "A migration depends on one that is not there", Severity.Error,
        "Correct the id in depends_on, or bring the missing file back.");

    /// <summary>Dependencies in a circle.</summary>
    public static readonly ProblemCode DependencyCycle = new(
        "TDM1103", "Migrations depend on each other in a circle", Severity.Error,
        "Take one of the dependencies named in the message out of depends_on.");

    /// <summary>An applied file was changed.</summary>
    public static readonly ProblemCode AppliedFileEdited = new(
        "TDM1104", "A migration was edited after it was applied", Severity.Error,
        "Restore the file as it was, and put what is new into another migration.");

    /// <summary>An applied file is gone.</summary>
    public static readonly ProblemCode AppliedFileMissing = new(
        "TDM1105", "The file of an applied migration is missing", Severity.Error,
        "Bring the file back from version control; it tells how the database came to be as it is.");

    /// <summary>The history ends in several migrations.</summary>
    public static readonly ProblemCode SeveralHeads = new(
        "TDM1106", "The history has several ends", Severity.Note,
        "Let the next migration depend on all of them: list their ids in its depends_on.");

    /// <summary>The lock file cannot be read.</summary>
    public static readonly ProblemCode LockMalformed = new(
        "TDM1107", "tandem.lock was edited by hand", Severity.Error,
        "Restore it from version control, or write it anew with `tandem lock` when the migrations are as they should be.");

    /// <summary>Git left a conflict in the lock file.</summary>
    public static readonly ProblemCode LockConflict = new(
        "TDM1108", "Two migrations were added side by side", Severity.Error,
        "Let one of them depend on the other (its number or `depends_on`), or both merge in a third; then run `tandem lock`.");

    /// <summary>The files are not those that were locked.</summary>
    public static readonly ProblemCode LockDiffers = new(
        "TDM1109", "The migrations are not those of tandem.lock", Severity.Error,
        "Restore what was applied anywhere; where the change is meant, run `tandem lock` and review the difference that it makes.");

    /// <summary>A migration whose text is not locked yet.</summary>
    public static readonly ProblemCode LockDraft = new(
        "TDM1110", "A migration is a draft in tandem.lock", Severity.Warning,
        "Run `tandem lock` when it is written, so that everybody gets the same text.");
}
