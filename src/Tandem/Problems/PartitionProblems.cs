namespace Tandem.Problems;

/// <summary>Problems of tables whose rows lie in partitions (TDM24xx).</summary>
public static partial class ProblemCodes
{
    /// <summary>A column decides in which partition a row lies.</summary>
    public static readonly ProblemCode PartitionKeyColumn = new("TDM2401", "The column decides in which partition a row lies", Severity.Error,
        "Leave the column as it is. A table that is to be parted by another column must be made anew beside this one.");

    /// <summary>Rows of a partitioned table cannot be told apart.</summary>
    public static readonly ProblemCode PartitionedNeedsKey = new("TDM2402", "The partitioned table has no key by which its rows could be walked", Severity.Error,
        "Give it a primary key in the way your server allows first: partitions come and go, so rows are filled, compared and backed up by their key.");

    /// <summary>What PostgreSQL cannot do online on a partitioned table.</summary>
    public static readonly ProblemCode NotOnPartitioned = new("TDM2403", "The operation cannot be carried out safely on a partitioned table", Severity.Error,
        "Leave the operation out of the migration; the message says what the server lacks for it.");

    /// <summary>A partition has something of its own where its table changes.</summary>
    public static readonly ProblemCode PartitionDiffers = new("TDM2404", "A partition differs from its table where the table changes", Severity.Error,
        "Give the partition what its table has, or take away what is its own; a change of the table would lose it in silence.");

    /// <summary>Partitions have no versions of their own.</summary>
    public static readonly ProblemCode PartitionsShowBase = new("TDM2405", "Partitions that are used by their own names show the base", Severity.Note,
        "Nothing, if applications of the new version use the table and not its partitions. A table that is attached as a partition meanwhile must have the hidden columns too: make it with `LIKE … INCLUDING ALL`.");
}
