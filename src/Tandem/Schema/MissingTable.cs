using Tandem.Problems;

namespace Tandem.Schema;

/// <summary>What is said of a name that no table has: that something else has it, else which one may be meant.</summary>
public static class MissingTable
{
    /// <summary>The problem.</summary>
    /// <param name="schema">What is there.</param>
    /// <param name="name">The name as it was written.</param>
    /// <param name="tables">The tables that could be meant; null for those that are there.</param>
    public static Problem Of(DatabaseSchema schema, string name, IEnumerable<string>? tables = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (schema.Partitions.FirstOrDefault(p => p.Name == name) is { PartitionOf: { } parent })
        {
            return new Problem(
                ProblemCodes.NoSuchTable, $"{name} is a partition of {parent.Name}.", Subject: name, Remedy: $"Name {Root(schema, parent)}: what is done to it is done to all of its partitions.");
        }

        if (KindOf(schema, name) is { } kind)
        {
            return new Problem(ProblemCodes.NoSuchTable, $"{name} is a {kind}, and this is for tables.", Subject: name);
        }

        var meant = NearestName.Find(name, tables ?? schema.Tables.Select(t => t.Name));
        return new Problem(ProblemCodes.NoSuchTable, $"There is no table {name}.", Subject: name, Remedy: meant is null ? null : $"Did you mean {meant}?");
    }

    private static string? KindOf(DatabaseSchema schema, string name) =>
        schema.Views.FirstOrDefault(v => v.Name == name)?.Kind
        ?? schema.Sequences.FirstOrDefault(s => s.Name == name)?.Kind
        ?? schema.Unmanaged.FirstOrDefault(u => u.Name == name && u.Kind.EndsWith(" table", StringComparison.Ordinal))?.Kind;

    private static string Root(DatabaseSchema schema, TableName of)
    {
        var above = schema.Partitions.FirstOrDefault(p => p.Name == of.Name && of.Schema is null)?.PartitionOf;
        return above is null ? of.Name : Root(schema, above);
    }
}
