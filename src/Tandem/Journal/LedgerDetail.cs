namespace Tandem.Journal;

/// <summary>How much the ledger keeps of what a backfill writes.</summary>
public enum LedgerDetail
{
    /// <summary>A line for each chunk.</summary>
    Chunks,

    /// <summary>Besides, a line for each row: its key, and a hash of its values before and after.</summary>
    Rows,
}
