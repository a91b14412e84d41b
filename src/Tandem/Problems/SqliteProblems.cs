namespace Tandem.Problems;

public static partial class ProblemCodes
{
    /// <summary>A view, trigger or virtual table that works now would not work after the change.</summary>
    public static readonly ProblemCode DependentWouldBreak = new(
        "TDM5101", "A view, trigger or virtual table would break", Severity.Error,
        "Change or drop it before the migration, and make it again in terms of the new version afterwards.");

    /// <summary>There is no SQLite library to work with.</summary>
    public static readonly ProblemCode SqliteLibraryMissing = new(
        "TDM5102", "There is no SQLite library", Severity.Error,
        "Install SQLite 3.35 or newer (Debian: libsqlite3-0), or name a library file in TANDEM_SQLITE.");

    /// <summary>The table that a change leads to cannot be made.</summary>
    public static readonly ProblemCode NewShapeImpossible = new(
        "TDM5103", "The new version's table cannot be made", Severity.Error,
        "Correct the types, defaults, checks or generated columns that the message names.");
}
