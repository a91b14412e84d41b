namespace Tandem.Problems;

/// <summary>Problems of the command line and of <c>tandem.yaml</c> (TDM60xx).</summary>
public static partial class ProblemCodes
{
    /// <summary>The arguments are wrong.</summary>
    public static readonly ProblemCode WrongUsage = new("TDM6001", "The command line is not understood", Severity.Error,
        "See `tandem --help`, or `tandem COMMAND --help` for one command.");

    /// <summary>No database is named.</summary>
    public static readonly ProblemCode NoDatabaseNamed = new("TDM6002", "No database is named", Severity.Error,
        "Give --db with a URL (sqlite:path/to/file.db, postgres://user@host/database) or a target of tandem.yaml, or set TANDEM_DB.");

    /// <summary>A target that is not in the file.</summary>
    public static readonly ProblemCode UnknownTarget = new("TDM6003", "The target is not known", Severity.Error,
        "Name a target of tandem.yaml, or give a URL that begins with sqlite: or postgres://.");

    /// <summary>The file of targets cannot be read.</summary>
    public static readonly ProblemCode TargetsUnreadable = new("TDM6004", "The file of targets cannot be read", Severity.Error,
        "Check the path after --config and the rights of the file.");

    /// <summary>An environment variable that is not set.</summary>
    public static readonly ProblemCode SecretNotSet = new("TDM6005", "An environment variable is not set", Severity.Error,
        "Set the variable in the environment of this process, or take it out of the file that names it.");

    /// <summary>A password in a file.</summary>
    public static readonly ProblemCode SecretInFile = new("TDM6006", "A password stands in the file of targets", Severity.Error,
        "Write ${NAME} in its place and set the environment variable NAME; the file is meant to be committed.");

    /// <summary>Nobody confirmed.</summary>
    public static readonly ProblemCode NotConfirmed = new("TDM6007", "The command was not confirmed", Severity.Error,
        "Read what it would do, then run it again with --yes.");

    /// <summary>A migration file cannot be made.</summary>
    public static readonly ProblemCode CannotWriteMigration = new("TDM6008", "The migration file cannot be written", Severity.Error,
        "Choose another name with letters, digits, '_' or '-', and a directory that can be written to (--dir).");

    /// <summary>A version that is not served.</summary>
    public static readonly ProblemCode UnknownVersion = new("TDM6009", "The version is not known here", Severity.Error,
        "See `tandem status` for the versions that are served; the shape of the tables themselves is `base`.");

    /// <summary>Changes stand in the way of removing the engine.</summary>
    public static readonly ProblemCode StillInUse = new("TDM6010", "A change has not come to its end", Severity.Error,
        "End it first: `tandem complete` or `tandem rollback`, then `tandem sunset`; `tandem status` shows what is left.");

    /// <summary>Interrupted by a person or a signal.</summary>
    public static readonly ProblemCode Interrupted = new("TDM6011", "Interrupted", Severity.Error,
        "Nothing is lost: `tandem resume` goes on where it stopped, `tandem rollback` goes back.");

    /// <summary>A defect.</summary>
    public static readonly ProblemCode Defect = new("TDM6012", "This is a defect of Tandem", Severity.Error,
        "Run it again with --verbose and report the output. A run that was going on is resumable with `tandem resume`.");

    /// <summary>A migration that is not in the directory.</summary>
    public static readonly ProblemCode NoSuchMigration = new("TDM6013", "There is no such migration", Severity.Error,
        "See `tandem status` for all migrations, and check --dir.");

    /// <summary>The directory of migrations is missing.</summary>
    public static readonly ProblemCode NoMigrationsDirectory = new("TDM6014", "The directory of migrations does not exist", Severity.Error,
        "Name it with --dir, or write the first migration with `tandem new SLUG`.");

    /// <summary>The environment is not as Tandem needs it.</summary>
    public static readonly ProblemCode EnvironmentNotReady = new("TDM6015", "The environment is not as Tandem needs it", Severity.Warning,
        "Do what the message says; `tandem doctor` shows all findings.");

    /// <summary>The engine left something that no run owns.</summary>
    public static readonly ProblemCode Leftovers = new("TDM6016", "Objects of the engine are left without a change they belong to", Severity.Warning,
        "`tandem uninstall --dry-run` lists them; `tandem uninstall` removes them when no change is going on.");

    /// <summary>The database did not carry a statement out.</summary>
    public static readonly ProblemCode DatabaseRefused = new("TDM6017", "The database did not carry a statement out", Severity.Error,
        "See the message; what was begun is resumable with `tandem resume` or goes back with `tandem rollback`.");

    /// <summary>The demo found that the promise was not held.</summary>
    public static readonly ProblemCode DemoNotClean = new("TDM6018", "Requests failed or rows were lost in the demo", Severity.Error,
        "Run it again with `--keep` and report its output: this is a defect, or the machine was too busy to answer in time.");

    /// <summary>A setting that can be written but not meant.</summary>
    public static readonly ProblemCode BadSetting = new("TDM6019", "A setting has a value that cannot be meant", Severity.Error,
        "Correct it in tandem.yaml or the migration's file; the message says what is wrong with it.");

    /// <summary>Requests of a load failed.</summary>
    public static readonly ProblemCode TrafficFailed = new("TDM6020", "Requests of the traffic failed", Severity.Error,
        "Look the database's code up in its manual; an application would have met the same. Nothing has to be undone.");

    /// <summary>There is nothing that a load could ask for.</summary>
    public static readonly ProblemCode NothingToAsk = new("TDM6021", "There is nothing that traffic could be made on", Severity.Error,
        "Name tables that have a primary key (or a unique one without NULL) and rows with --table; `tandem inspect` lists them.");
}
