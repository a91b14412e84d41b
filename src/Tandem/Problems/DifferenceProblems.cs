namespace Tandem.Problems;

/// <summary>Problems of telling how one schema leads to another (TDM14xx).</summary>
public static partial class ProblemCodes
{
    /// <summary>Something went and something like it came.</summary>
    public static readonly ProblemCode RenameUnclear = new("TDM1401", "It may have been renamed", Severity.Error,
        "Say which it is: `--rename old=new`, or `--no-rename old` where the two have nothing to do with each other.");

    /// <summary>An option names what is not there.</summary>
    public static readonly ProblemCode NothingOfThatName = new("TDM1402", "An option names something that is not there", Severity.Error,
        "Write names as `tandem inspect` shows them: table=new, table.column=new; the first name is that of the first schema.");

    /// <summary>A drop without consent.</summary>
    public static readonly ProblemCode DropWithheld = new("TDM1403", "A drop is not written without consent", Severity.Error,
        "Add `--allow-drop` if its rows or values are to go (they are backed up first), or `--rename` if they live on under another name.");

    /// <summary>No operation says it.</summary>
    public static readonly ProblemCode NotExpressible = new("TDM1404", "No operation leads there", Severity.Error,
        "Change it by hand with a `sql` operation that has its own way back, or let the other side be as this one.");

    /// <summary>The order of columns cannot be changed.</summary>
    public static readonly ProblemCode ColumnOrder = new("TDM1405", "The columns would stand in another order", Severity.Note,
        "Nothing, where nobody relies on it, and it is no difference: a table that is there keeps the order of its columns, and new ones come last. `--ignore-column-order` does not tell it.");

    /// <summary>Two engines.</summary>
    public static readonly ProblemCode EnginesDiffer = new("TDM1406", "The two sides are of different databases", Severity.Error,
        "Compare SQLite with SQLite and PostgreSQL with PostgreSQL; types and expressions of one mean nothing to the other.");

    /// <summary>A scratch database is needed and none is allowed.</summary>
    public static readonly ProblemCode ScratchNeeded = new("TDM1407", "A side needs a scratch database", Severity.Error,
        "Name a server with `--sandbox URL` (or `--sandbox here` for the target's own): a database is made there and dropped again.");

    /// <summary>A trifle that stays.</summary>
    public static readonly ProblemCode TrifleStays = new("TDM1408", "A small difference stays", Severity.Note,
        "Nothing: no application notices, and comparing again does not report it.");

    /// <summary>A side cannot be made.</summary>
    public static readonly ProblemCode SideFails = new("TDM1409", "A side cannot be made on the scratch database", Severity.Error,
        "Correct the file that the message names; the reason is the database's own.");

    /// <summary>More than one migration.</summary>
    public static readonly ProblemCode SeveralStages = new("TDM1410", "It takes more than one migration", Severity.Warning,
        "Complete them one after the other; each depends on the one before it.");

    /// <summary>A migration is not the difference.</summary>
    public static readonly ProblemCode LeadsElsewhere = new("TDM1411", "The migration does not lead there", Severity.Error,
        "Let a file be written: `tandem drift --adopt NAME` and `--revert NAME` do with a name that no migration has. Or correct the one that is named.");
}
