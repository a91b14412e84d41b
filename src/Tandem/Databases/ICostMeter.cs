using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Databases;

/// <summary>How much something takes, estimated.</summary>
/// <param name="Bytes">Bytes; null for unknown.</param>
/// <param name="Why">How that was worked out, or why nobody knows: a sentence.</param>
public sealed record SizeEstimate(long? Bytes, string Why)
{
    /// <summary>The most that it can be, where that is more than what is expected; else null.</summary>
    public long? Most { get; init; }
}

/// <summary>How many rows find room on their page when they are filled, and with which fillfactor more would.</summary>
/// <param name="Stay">The part of the rows that stays on its page as the table lies now.</param>
/// <param name="Fillfactor">The fillfactor with which more would, once the table is written anew with it.</param>
/// <param name="Then">The part that would stay then.</param>
/// <param name="Indexes">In how many indexes a row that does not stay gets an entry.</param>
public sealed record PageRoom(double Stay, long Fillfactor, double Then, long Indexes);

/// <summary>What carrying a step out writes. Measured or estimated; in no hash.</summary>
/// <param name="Step">The step's id.</param>
/// <param name="Disk">How much larger the database gets, before anything is cleaned up.</param>
/// <param name="Wal">How much goes into the write-ahead log.</param>
public sealed record StepCost(string Step, SizeEstimate Disk, SizeEstimate Wal)
{
    /// <summary>Of a fill for which another fillfactor would pay: which one, and what it brings; else null.</summary>
    public PageRoom? Room { get; init; }

    /// <summary>A step that writes nothing worth counting.</summary>
    public static StepCost Nothing(RenderedStep step, string why)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new(step.Id, new SizeEstimate(0, why), new SizeEstimate(0, why));
    }

    /// <summary>A step of which nobody knows what it writes.</summary>
    public static StepCost Unknown(RenderedStep step, string why)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new(step.Id, new SizeEstimate(null, why), new SizeEstimate(null, why));
    }

    /// <summary>The cost of a step that is the same on every engine, whatever its table holds; null for every other.</summary>
    public static StepCost? Plain(RenderedStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return step switch
        {
            { Mode: StepMode.Checks or StepMode.Watch } => Nothing(step, "It only reads."),
            { Mode: StepMode.Verification } => Nothing(step, "It reads, and leaves a line in the journal for each chunk."),
            { Mode: StepMode.Backup } => Nothing(step, "It writes a file beside the database, as large as what it backs up."),
            { Mode: StepMode.Hook } => Nothing(step, "It calls something outside the database."),
            { Kind: StepKind.RunScript or StepKind.RevertScript } => Unknown(step, "Only its author and the database know what SQL of the migration's own writes."),
            { Kind: StepKind.ChangeRows or StepKind.RestoreRows or StepKind.ForgetRows } => Unknown(step, "There is no formula for what this kind of step writes."),
            _ => null,
        };
    }
}

/// <summary>Steps of which it is asked what they write.</summary>
/// <param name="Changes">The tables' changes.</param>
/// <param name="Sizes">The tables' sizes, as an examination measured them.</param>
/// <param name="Steps">The steps, as the database's own dialect rendered them.</param>
public sealed record CostQuestion(ValueList<TableChange> Changes, ValueList<TableSize> Sizes, ValueList<RenderedStep> Steps)
{
    /// <summary>The changes of rows.</summary>
    public ValueList<RowChange> RowChanges { get; init; } = [];

    /// <summary>The change of rows that a step carries out, which its id names by its number; null for any other step.</summary>
    public RowChange? RowsOf(RenderedStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return step is { Kind: StepKind.ChangeRows, Mode: StepMode.Batches } && step.Id.Split(' ') is [_, "rows", var number, ..]
            ? RowChanges.FirstOrDefault(r => string.Equals(r.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), number, StringComparison.Ordinal))
            : null;
    }

    /// <summary>The rows of a table; 0 where it is not known.</summary>
    public long Rows(string? table) => Sizes.FirstOrDefault(s => s.Table == table)?.Rows ?? 0;

    /// <summary>The change of a table that both versions have, or null.</summary>
    public TableChange? Change(string? table) => Changes.FirstOrDefault(c => c.Name == table && c is { Before: not null, After: not null });
}

/// <summary>A database that can estimate what steps write, from its own figures and a sample of its rows. It is only read.</summary>
public interface ICostMeter
{
    /// <summary>Estimates, a line for each step.</summary>
    Task<ValueList<StepCost>> EstimateAsync(CostQuestion question, CancellationToken cancellationToken);
}
