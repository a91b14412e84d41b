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
    public static readonly ProblemCode ColumnOrder = new("TDM1405", "The columns would stand in another order", Severity.Error,
        "Nothing, where nobody relies on it: `--ignore-column-order` leaves it out. A table that is there keeps the order of its columns, and new ones come last.");

    /// <summary>A trifle that stays.</summary>
    public static readonly ProblemCode TrifleStays = new("TDM1408", "A small difference stays", Severity.Note,
        "Nothing: no application notices, and comparing again does not report it.");

    /// <summary>More than one migration.</summary>
    public static readonly ProblemCode SeveralStages = new("TDM1410", "It takes more than one migration", Severity.Warning,
        "Complete them one after the other; each depends on the one before it.");
}
