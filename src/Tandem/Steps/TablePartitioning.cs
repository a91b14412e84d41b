using System.Text.Json.Serialization;
using Tandem.Schema;

namespace Tandem.Steps;

/// <summary>How the rows of a table are divided among its partitions.</summary>
public enum PartitionStrategy
{
    /// <summary>By ranges of one column's values.</summary>
    Range,

    /// <summary>By lists of one column's values.</summary>
    List,

    /// <summary>By a hash of the columns' values, evenly.</summary>
    Hash,
}

/// <summary>A partition. Values are texts that the server reads as values of the column.</summary>
/// <param name="Name">Its name.</param>
public sealed record TablePartition(string Name)
{
    /// <summary>A range's first value; null where it has no beginning.</summary>
    public string? From { get; init; }

    /// <summary>The value behind a range's last; null where it has no end.</summary>
    public string? To { get; init; }

    /// <summary>The values of a list.</summary>
    public ValueList<string> Values { get; init; } = [];
}

/// <summary>
/// What makes a table a partitioned one. Its rows are stored twice until sunset or discard: in the one table of before and in
/// partitions; the base is the one of both that applications of either version use, and the other follows it.
/// </summary>
/// <param name="Strategy">How rows are divided.</param>
/// <param name="Columns">The columns that decide: one, or several for a hash.</param>
/// <param name="Partitions">The partitions; of a hash all, in the order of their remainders.</param>
/// <param name="Default">The partition for rows that fit no other; null when there is none.</param>
public sealed record TablePartitioning(PartitionStrategy Strategy, ValueList<string> Columns, ValueList<TablePartition> Partitions, string? Default)
{
    /// <summary>The names of all partitions.</summary>
    [JsonIgnore]
    public IEnumerable<string> Names => Partitions.Select(p => p.Name).Concat(Default is { } rest ? [rest] : []);

    /// <summary>Whether every row fits one.</summary>
    [JsonIgnore]
    public bool TakesAll => Strategy == PartitionStrategy.Hash || Default is not null;
}
