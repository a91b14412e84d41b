namespace Tandem.Problems;

/// <summary>Problems of tables whose rows lie in partitions (TDM24xx).</summary>
public static partial class ProblemCodes
{
    /// <summary>A column decides in which partition a row lies.</summary>
    public static readonly ProblemCode PartitionKeyColumn = new("TDM2401", "The column decides in which partition a row lies", Severity.Error,
        "Leave the column as it is. A table that is to be parted by another column must be made anew beside this one.");

    /// <summary>Rows of a partitioned table cannot be told apart.</summary>
    public static readonly ProblemCode PartitionedNeedsKey = new("TDM2402", "The partitioned table has no key by which its rows could be walked", Severity.Error,
        "Give it a primary key in an earlier migration (`add_primary_key`): partitions come and go, so rows are filled, compared and backed up by their key.");

    /// <summary>What PostgreSQL cannot do online on a partitioned table.</summary>
    public static readonly ProblemCode NotOnPartitioned = new("TDM2403", "The operation cannot be carried out safely on a partitioned table", Severity.Error,
        "Leave the operation out of the migration; the message says what the server lacks for it.");

    /// <summary>A partition has something of its own where its table changes.</summary>
    public static readonly ProblemCode PartitionDiffers = new("TDM2404", "A partition differs from its table where the table changes", Severity.Error,
        "Give the partition what its table has, or take away what is its own; a change of the table would lose it in silence.");

    /// <summary>Partitions have no versions of their own.</summary>
    public static readonly ProblemCode PartitionsShowBase = new("TDM2405", "Partitions that are used by their own names show the base", Severity.Note,
        "Nothing, if applications of the new version use the table and not its partitions. A table that is attached as a partition meanwhile must have the hidden columns too: make it with `LIKE … INCLUDING ALL`.");

    /// <summary>A key of a partitioned table must say in which partition its row lies.</summary>
    public static readonly ProblemCode PartitioningNeedsKey = new("TDM2406", "A key does not contain the columns by which the table would be divided", Severity.Error,
        "Give the table a primary key, and unique rules, that contain these columns in an earlier migration (`add_primary_key`, `add_unique`): a partitioned table enforces no others.");

    /// <summary>Something of a table has no place in a partitioned one.</summary>
    public static readonly ProblemCode CannotPartition = new("TDM2407", "Something of the table cannot be carried over to a partitioned table", Severity.Error,
        "Drop what the message names in an earlier migration and make it again afterwards, or leave the table as it is. Leave it out of a table that the migration makes.");

    /// <summary>Bounds that are no values of the column, empty, or in two partitions.</summary>
    public static readonly ProblemCode PartitionBounds = new("TDM2408", "The bounds of the partitions do not fit", Severity.Error,
        "Write values of the column's type; a range begins before it ends, and no value lies in two partitions.");

    /// <summary>Rows for which there would be no partition.</summary>
    public static readonly ProblemCode RowsFitNoPartition = new("TDM2409", "Rows fit no partition", Severity.Error,
        "Add a partition for them, or a `default`.");

    /// <summary>A table that is being partitioned is there twice for a while.</summary>
    public static readonly ProblemCode RowsAreStoredTwice = new("TDM2410", "Rows are stored twice while a table is being partitioned", Severity.Note,
        "See that there is room for a second copy of the table and its indexes until sunset; other migrations of the table wait until then.");

    /// <summary>PostgreSQL answers a conflict on a row that moves to another partition with an error, where it would have waited.</summary>
    public static readonly ProblemCode RowsThatMoveConflict = new("TDM2411", "Updates of a row that moves to another partition can fail", Severity.Warning,
        "See that applications which change the columns that decide repeat a statement that fails with SQLSTATE 40001, or give each row one writer.");

    /// <summary>A partition came between the proof of a key and the switch.</summary>
    public static readonly ProblemCode PartitionCame = new("TDM2412", "A partition came since a primary key was proved", Severity.Error,
        "Do the same again when fewer partitions come: each new one is built for before the switch is tried anew, and one came every time.");

    /// <summary>A rule that goes would take along what a partition brought.</summary>
    public static readonly ProblemCode PartitionBrought = new("TDM2413", "A partition brought a rule of its own that would be lost", Severity.Error,
        "Detach the partition (`ALTER TABLE … DETACH PARTITION`, which leaves it its rule), do the same again, and attach it. A rule that may go can be renamed so that its name begins with `_tandem_`.");

    /// <summary>A statement over all partitions would use up the server's locks.</summary>
    public static readonly ProblemCode TooManyPartitions = new("TDM2414", "The server has too few locks for a foreign key of so many partitions", Severity.Error,
        "Raise the server's `max_locks_per_transaction` (it takes a restart), merge or drop partitions, or leave the foreign key out.");
}
