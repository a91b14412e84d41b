namespace Tandem.Problems;

/// <summary>Problems of taking over another tool's history (TDM13xx).</summary>
public static partial class ProblemCodes
{
    /// <summary>Something has no equivalent.</summary>
    public static readonly ProblemCode NotImported = new("TDM1301", "Something has no equivalent and was not taken over", Severity.Warning,
        "Write it by hand into the migration that the message names, or leave it out knowingly.");

    /// <summary>No history was found.</summary>
    public static readonly ProblemCode NoHistoryFound = new("TDM1302", "There is no history to import", Severity.Error,
        "Name the directory that holds the migrations, and the layout with `--layout` where it is not recognised.");

    /// <summary>Something was taken over in another form.</summary>
    public static readonly ProblemCode ImportedDifferently = new("TDM1303", "Something was taken over in another form", Severity.Note,
        "Read the migration that the message names once.");

    /// <summary>An imported way back does not restore the schema.</summary>
    public static readonly ProblemCode ImportedDownIncomplete = new("TDM1304", "An imported way back does not restore the schema", Severity.Warning,
        "Complete or correct `down` in the migration's file; or import again with `--accept` and the reason why it may stay so.");

    /// <summary>Imported SQL fails.</summary>
    public static readonly ProblemCode ImportedScriptFails = new("TDM1305", "Imported SQL fails, or breaks what is there", Severity.Warning,
        "Correct the text; what stands behind it could not be tried. Where the history builds on objects that it does not make, put SQL that makes them into its first file.");

    /// <summary>A history with an error cannot be read.</summary>
    public static readonly ProblemCode HistoryMalformed = new("TDM1306", "A file of the history cannot be understood", Severity.Error,
        "Correct the file at the place named, or take it out of the directory.");
}
