using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>A partition of a table that was none before.</summary>
public sealed record NewPartition
{
    /// <summary>The partition's name.</summary>
    [Description("The partition's name.")]
    public required string Name { get; init; }

    /// <summary>By range: the first value that lies in it.</summary>
    [Description("By range: the first value that lies in it, as the server reads it; without it there is no beginning.")]
    public string? From { get; init; }

    /// <summary>By range: the first value that no longer lies in it.</summary>
    [Description("By range: the first value that no longer lies in it; without it there is no end.")]
    public string? To { get; init; }

    /// <summary>By list: the values that lie in it.</summary>
    [Description("By list: the values that lie in it.")]
    public ValueList<string>? Values { get; init; }
}

/// <summary>Divides the rows of a table among partitions, while applications go on.</summary>
[Description("Divides the rows of a table among partitions (PostgreSQL). One that is there is divided while applications go on: both versions use the one table until complete, and the partitioned one from then on; the other follows, so that a rollback loses nothing. One that the same migration makes is divided from its first row on.")]
public sealed record PartitionTable : Operation
{
    /// <summary>The table.</summary>
    [Description("The table: one that is there, of which nothing else changes in the same migration, or one that an earlier operation makes.")]
    public required string Table { get; init; }

    /// <summary>How rows are divided.</summary>
    [Description("How rows are divided.")]
    public required PartitionStrategy By { get; init; }

    /// <summary>The columns that decide in which partition a row lies.</summary>
    [Description("The columns that decide in which partition a row lies: one, or several for a hash. The primary key, which only a new table need not have, and every unique rule must contain them.")]
    public required ValueList<string> Columns { get; init; }

    /// <summary>The partitions.</summary>
    [Description("The partitions. By hash their number is what the hash is divided by.")]
    public required ValueList<NewPartition> Partitions { get; init; }

    /// <summary>A partition for rows that fit no other.</summary>
    [Description("The name of a partition for rows that fit no other. Without one, a row that fits none is refused from complete on.")]
    public string? Default { get; init; }

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [Table];

    /// <inheritdoc />
    public override string Summarize() =>
        $"The rows of {Table} are divided by {By.ToString().ToLowerInvariant()} of {string.Join(", ", Columns)} among {string.Join(", ", Names)}.";

    private IEnumerable<string> Names => Partitions.Select(p => p.Name).Concat(Default is { } rest ? [rest] : []);

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("partitions", "Leave the operation out for SQLite, in a file of its own.") || draft.Table(Table) is not { } table)
        {
            return;
        }

        if (table.Before is not null && table.Changed)
        {
            draft.Report(ProblemCodes.ChangedTwice, $"{Table} is already changed by an earlier operation of this migration.", Table);
            return;
        }

        if (table.Settings.PartitionKey is { } divided)
        {
            draft.Report(ProblemCodes.CannotPartition, $"{Table} is partitioned already ({divided}).", Table);
            return;
        }

        var errors = draft.Problems.Count;
        if (ConstraintNames.Exist(draft, table, Columns) && table.Before is { } before)
        {
            Keys(draft, before);
        }

        Parts(draft);
        foreach (var named in Names.GroupBy(n => n, StringComparer.Ordinal).Where(g => draft.IsFree(g.Key) && g.Count() > 1))
        {
            draft.Report(ProblemCodes.AlreadyExists, $"The partition {named.Key} would be made twice.", named.Key);
        }

        if (draft.Problems.Count > errors)
        {
            return;
        }

        var partitioning = new TablePartitioning(By, Columns, Partitions.Select(Frozen).ToValueList(), Default);
        (table.Partitioning, table.MadePartitions) = table.Before is null ? ((TablePartitioning?)null, partitioning) : (partitioning, null);
        table.Settings = table.Settings with { PartitionKey = $"{By.ToString().ToUpperInvariant()} ({string.Join(", ", Columns.Select(SqlName.Quote))})" };
    }

    private static TablePartition Frozen(NewPartition partition) => new(partition.Name)
    {
        From = partition.From,
        To = partition.To,
        Values = partition.Values ?? [],
    };

    // Rows that are there go over by their key.
    private void Keys(ChangeDraft draft, Table before)
    {
        if (before.PrimaryKey is null)
        {
            draft.Report(ProblemCodes.PartitioningNeedsKey, $"{Table} has no primary key.", Table);
            return;
        }

        foreach (var problem in PartitionRules.Keys(before, Columns))
        {
            draft.Report(problem.Code, problem.Message, Table);
        }
    }

    private void Parts(ChangeDraft draft)
    {
        if (By != PartitionStrategy.Hash && Columns.Count > 1)
        {
            draft.Report(ProblemCodes.CannotPartition, $"A range or list of {Columns.Count} columns is not done.", Table, "Name the one column that divides most rows, or use a hash.");
        }

        if (Partitions.Count == 0)
        {
            draft.Report(ProblemCodes.Incomplete, "At least one partition is needed.", Table);
        }

        if (By == PartitionStrategy.Hash && Default is not null)
        {
            draft.Report(ProblemCodes.Incomplete, "A hash fits every row: leave out `default`.", Table);
        }

        foreach (var partition in Partitions)
        {
            var fits = By switch
            {
                PartitionStrategy.Range => partition is { Values: null } && !(partition.From is null && partition.To is null),
                PartitionStrategy.List => partition is { From: null, To: null, Values.Count: > 0 },
                _ => partition is { From: null, To: null, Values: null },
            };
            if (!fits)
            {
                draft.Report(ProblemCodes.Incomplete, By switch
                {
                    PartitionStrategy.Range => $"{partition.Name} needs `from`, `to` or both, and no `values`.",
                    PartitionStrategy.List => $"{partition.Name} needs `values`, and no `from` or `to`.",
                    _ => $"{partition.Name} of a hash has a name and nothing else.",
                }, partition.Name);
            }
        }
    }
}
