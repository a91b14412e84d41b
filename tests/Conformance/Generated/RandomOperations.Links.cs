using System.Text.Json.Nodes;
using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Operations that concern rows of two tables.</summary>
internal sealed partial class RandomOperations
{
    /// <summary>Lets columns go to the table that the rows refer to, one row for one row. No other migration may come near the two, neither before nor after it.</summary>
    private void MoveColumns(ModelTable table)
    {
        if (table.References.FirstOrDefault(r => r.Name is not null && table.Column(r.Column) is { Unique: true, Nullable: false }) is not { } reference
            || Tables.Single(t => t.Id == reference.Parent) is not { } into || !IsUntouched(table) || !IsUntouched(into) || table.HasTriggers || into.HasTriggers || table.Partitions is not null || into.Partitions is not null)
        {
            return;
        }

        var moved = table.Columns.Where(c => Replaceable(table, c) && c is { Nullable: false, Default: null, Unique: false, Domain: null })
            .Take(random.Next(1, 4)).Select(c => (Old: c, New: c with { Nullable = true, WritesNull = true, Link = (table.Id, reference.Column), Memory = values.Number() })).ToList();
        if (moved.Count == 0)
        {
            return;
        }

        var body = new JsonObject { ["table"] = table.Name, ["columns"] = new JsonArray([.. moved.Select(c => (JsonNode)c.Old.Name)]), ["into"] = into.Name };
        touched.UnionWith([.. table.Columns.Select(c => $"{table.Id}.{c.Name}"), .. into.Columns.Select(c => $"{into.Id}.{c.Name}")]);
        var names = moved.Select(c => c.Old.Name).ToArray();
        var after = names.Aggregate(table, WithoutIndexes);
        after = after with { Columns = after.Columns.Where(c => !names.Contains(c.Name)).ToValueList(), Closed = true };
        IEnumerable<KeyValuePair<string, string?>> Kept(IMemory memory) =>
            moved.Select(c => new KeyValuePair<string, string?>(c.Old.Name, memory.Recall(c.New.Memory!.Value, out var value) ? value : null));
        void Keep(IMemory memory, Row row) => moved.ForEach(c => memory.Remember(c.New.Memory!.Value, row[c.Old.Name]));
        IEnumerable<KeyValuePair<string, string?>> Of(Row row) => names.Select(n => new KeyValuePair<string, string?>(n, row[n]));

        Add(table, "move_column", body, after, " ", " ", c => c with
        {
            Up = (row, _) => row.Without(names),
            Down = (row, older, memory) => row.With(older is not null ? Of(older) : Kept(memory.Of(into.Id, row[reference.Column]!))),
            Leave = (row, memory) => Keep(memory.Of(into.Id, row[reference.Column]!), row),
        });
        Tables = Tables.Select(t => t.Id == into.Id ? into with { Columns = [.. into.Columns, .. moved.Select(c => c.New)], Changed = true, Closed = true } : t).ToValueList();
        Changes.Add(new ModelChange(into.Id, [])
        {
            Up = (row, memory) => row.With(memory.Referring(table.Id, reference.Column) is { } from ? Of(from) : Kept(memory)),
            Down = (row, _, memory) =>
            {
                Keep(memory, row);
                if (memory.Referring(table.Id, reference.Column) is { } to)
                {
                    memory.Refer(table.Id, to.With(Of(row)));
                }

                return row.Without(names);
            },
        });
    }

    /// <summary>A migration that divides a table's rows does nothing else to those that a foreign key links with it.</summary>
    private static string Beside(ModelTable table) => $"beside {table.Id}";

    /// <summary>Divides the rows of a table. No later migration may change it.</summary>
    private void PartitionTable(ModelTable table)
    {
        ValueList<ModelColumn> columns = table.Columns.Any(c => c.Placing) ? [.. table.Columns.Where(c => c.Placing)] : [.. table.Key];
        var linked = Tables.Where(t => t.References.Any(r => r.Parent == table.Id) || table.References.Any(r => r.Parent == t.Id)).ToList();
        if (!values.IsPostgres || !IsUntouched(table) || linked.Exists(t => Changes.Exists(c => c.Table == t.Id)) || table.Partitions is not null || table.Views.Count > 0 || table.HasTriggers
            || table.Indexes.Any(i => i.Unique && !columns.All(c => i.Columns.Contains(c.Name)))
            || Tables.Any(t => t.References.Any(r => r.Parent == table.Id && r.OnDelete is not ReferentialAction.NoAction)))
        {
            return;
        }

        var partitions = ModelPartitions.Make(columns, values);
        foreach (var held in linked.Append(table))
        {
            touched.UnionWith([$"table {held.Id}", Beside(held), .. held.Columns.Select(c => $"{held.Id}.{c.Name}")]);
        }

        Object(table, "partition_table", partitions.Operation(table.Name), table with { Partitions = partitions, Closed = true });
    }
}
