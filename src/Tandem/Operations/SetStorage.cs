using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>How long values of a column are stored.</summary>
public enum ColumnStorage
{
    /// <summary>As is usual for the type.</summary>
    Default,

    /// <summary>In the row, not compressed.</summary>
    Plain,

    /// <summary>Beside the row, not compressed.</summary>
    External,

    /// <summary>Compressed, and beside the row when that does not do.</summary>
    Extended,

    /// <summary>Compressed, and in the row as long as that is possible.</summary>
    Main,
}

/// <summary>Sets how a table, or a column of it, is stored and looked after.</summary>
[Description("Sets how a table, or a column of it, is stored and looked after: fillfactor, autovacuum, statistics, storage and compression (PostgreSQL). It is one setting for both versions, in force from complete on; on a table that the same migration makes, at once. No row is written anew: what is there stays as it is.")]
public sealed record SetStorage : Operation
{
    /// <summary>The table, by its name at this point of the migration.</summary>
    [Description("The table, by its name at this point of the migration.")]
    public required string Table { get; init; }

    /// <summary>The column; the table itself when left out.</summary>
    [Description("The column; the table itself when left out.")]
    public string? Column { get; init; }

    /// <summary>Storage parameters with their values.</summary>
    [Description("Storage parameters of the table with their values, for example `{ fillfactor: 70, autovacuum_vacuum_scale_factor: 0.05 }`; of a column n_distinct and n_distinct_inherited.")]
    public ValueList<StorageParameter> With { get; init; } = [];

    /// <summary>Storage parameters that get the server's usual value again.</summary>
    [Description("Storage parameters that get the server's usual value again.")]
    public ValueList<string> Reset { get; init; } = [];

    /// <summary>A column: how long values are stored.</summary>
    [Description("A column: how long values are stored, for values that are written from then on.")]
    public ColumnStorage? Storage { get; init; }

    /// <summary>A column: how long values are compressed.</summary>
    [Description("A column: the method by which long values are compressed that are written from then on: pglz, lz4, or default.")]
    public string? Compression { get; init; }

    /// <summary>A column: how much the planner gathers.</summary>
    [Description("A column: how much the planner gathers of it, from 0 to 10000; -1 for the server's usual.")]
    public int? Statistics { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() => $"{Subject} is stored or looked after otherwise.";

    private string Subject => Column is null ? Table : $"{Table}.{Column}";

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("such settings of storage", "Leave the operation out for SQLite, in a file of its own.") || draft.Table(Table) is not { } table || !IsSound(draft, table))
        {
            return;
        }

        if (Column is not null)
        {
            OfColumn(draft, table);
            return;
        }

        var after = table.Settings with { Options = StorageText.Write(StorageText.Changed(StorageText.Read(table.Settings.Options) ?? [], With, Reset)) };
        if (StorageText.Same(table.Settings.Options, after.Options))
        {
            draft.Report(ProblemCodes.NothingToDo, $"{Table} is already stored like that.", Table);
            return;
        }

        table.Settings = after;
        Tell(draft, table);
    }

    private void OfColumn(ChangeDraft draft, TableDraft table)
    {
        if (draft.Column(Table, Column!) is not var (_, column))
        {
            return;
        }

        if (table.InLens(column))
        {
            draft.Report(ProblemCodes.NotInPlace, $"{Subject} is filled by this migration; set its storage in a later one.", Subject);
            return;
        }

        var present = ColumnSettings.Of(column.After!);
        var after = new ColumnSettings(
            Statistics is { } target ? target < 0 ? null : target : present.Statistics,
            StorageText.Write(StorageText.Changed(StorageText.Read(present.Options) ?? [], With, Reset)),
            Storage is { } storage ? storage == ColumnStorage.Default ? null : storage.ToString().ToUpperInvariant() : present.Storage,
            Compression is { } method ? method == "default" ? null : method : present.Compression);
        if (after == present)
        {
            draft.Report(ProblemCodes.NothingToDo, $"{Subject} is already stored like that.", Subject);
            return;
        }

        column.After = column.After! with { Settings = after.Texts };
        Tell(draft, table);
    }

    private void Tell(ChangeDraft draft, TableDraft table)
    {
        if (table.Before is not null)
        {
            draft.TakesEffectAtComplete($"The storage of {Subject} changes", Subject);
        }
    }

    private bool IsSound(ChangeDraft draft, TableDraft table)
    {
        var wrong = Column is null && (Storage is not null || Compression is not null || Statistics is not null) ? "`storage`, `compression` and `statistics` are a column's"
            : With.Count + Reset.Count == 0 && Storage is null && Compression is null && Statistics is null ? "nothing is set"
            : Statistics is < -1 or > 10000 ? "`statistics` is a number from 0 to 10000, or -1"
            : Compression is not (null or "pglz" or "lz4" or "default") ? "`compression` is pglz, lz4 or default"
            : table.Settings.PartitionKey is not null ? $"the rows of {Table} lie in partitions, which are stored each in its own way"
            : null;
        if (wrong is not null)
        {
            draft.Report(ProblemCodes.Incomplete, $"The storage of {Subject} cannot be set so: {wrong}.", Subject, "Give `with`, `reset`, or a `column` with `storage`, `compression` or `statistics`; partitions are set with `sql`.");
        }

        return wrong is null;
    }
}
