using System.Text.Json.Nodes;
using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>One partition: the rows from a value on and up to another, those with some values, or by a hash.</summary>
internal sealed record ModelPartition(string Name, string? From, string? To, ValueList<string> Values);

/// <summary>How a table's rows are divided.</summary>
/// <param name="By">By range, list or hash.</param>
/// <param name="Columns">The columns that decide.</param>
/// <param name="Partitions">The partitions.</param>
/// <param name="Default">The partition of all other rows, or null where there are none.</param>
/// <param name="Attached">Whether the first one is a table of its own, with its columns in another order, that is attached.</param>
internal sealed record ModelPartitions(string By, ValueList<string> Columns, ValueList<ModelPartition> Partitions, string? Default, bool Attached)
{
    /// <summary>The end of a table's definition.</summary>
    public string Clause => $" partition by {By} ({string.Join(", ", Columns.Select(Text.Name))})";

    /// <summary>Divides by one column, or by a hash of some.</summary>
    public static ModelPartitions Make(ValueList<ModelColumn> columns, Values values)
    {
        var random = values.Random;
        var column = columns[0];
        var by = columns.Count > 1 || column.Key ? "hash" : column.Kind == ValueKind.Number && random.Next(2) == 0 ? "range" : "list";
        var rest = by != "hash" && (column.Kind != ValueKind.Number || random.Next(2) == 0);
        ModelPartition Part(string? from, string? to, params IEnumerable<string> some) => new(values.Name("part"), from, to, [.. some]);
        ValueList<ModelPartition> partitions = (by, column.Kind) switch
        {
            ("hash", _) => [Part(null, null), Part(null, null), Part(null, null)],
            ("range", _) => [Part(null, "15"), Part("15", "30"), .. rest ? Array.Empty<ModelPartition>() : [Part("30", null)]],
            (_, ValueKind.Number) => [Part(null, null, Few(0, 20)), Part(null, null, Few(20, 15)), .. rest ? Array.Empty<ModelPartition>() : [Part(null, null, Few(35, 15))]],
            _ => [Part(null, null, Few(0, 25).Select(n => $"w{n}")), Part(null, null, [.. Few(25, 25).Select(n => $"w{n}"), .. Few(0, 50).Select(n => $"O'Neil{n}")])],
        };
        return new ModelPartitions(by, [.. columns.Select(c => c.Name)], partitions, rest ? values.Name("rest") : null, random.Next(2) == 0);
    }

    /// <summary>The statements that make the partitions.</summary>
    /// <param name="table">The table.</param>
    /// <param name="declarations">The definitions of its columns.</param>
    public IEnumerable<string> Sql(string table, IReadOnlyList<string> declarations)
    {
        for (var i = 0; i < Partitions.Count; i++)
        {
            var name = Text.Name(Partitions[i].Name);
            if (Attached && i == 0)
            {
                yield return $"create table {name} (gone integer, {string.Join(", ", declarations.Reverse())})";
                yield return $"alter table {name} drop column gone";
                yield return $"alter table {Text.Name(table)} attach partition {name} {Bound(i)}";
            }
            else
            {
                yield return $"create table {name} partition of {Text.Name(table)} {Bound(i)}";
            }
        }

        if (Default is not null)
        {
            yield return $"create table {Text.Name(Default)} partition of {Text.Name(table)} default";
        }
    }

    /// <summary>What an application may do to partitions at any time: take one off and put it back, or make one for values that nobody writes.</summary>
    /// <param name="table">The table.</param>
    /// <param name="values">Names and values.</param>
    public string Change(string table, Values values)
    {
        if (By != "hash" && (By == "list" || Default is not null) && values.Random.Next(2) == 0)
        {
            var number = 1000 + values.Number();
            var bound = By == "range" ? $"from ({number}) to ({number + 1})" : $"in ({Text.Literal(Text.Number(number))})";
            return $"create table public.{Text.Name(values.Name("part"))} partition of {Text.Name(table)} for values {bound}";
        }

        var index = values.Random.Next(Partitions.Count);
        var part = Text.Name(Partitions[index].Name);
        return $"alter table {Text.Name(table)} detach partition {part}; alter table {Text.Name(table)} attach partition {part} {Bound(index)}";
    }

    /// <summary>The operation that divides a table so.</summary>
    public JsonObject Operation(string table)
    {
        var body = new JsonObject
        {
            ["table"] = table,
            ["by"] = By,
            ["columns"] = Texts(Columns),
            ["partitions"] = new JsonArray([.. Partitions.Select(Entry)]),
        };
        if (Default is not null)
        {
            body["default"] = Default;
        }

        return body;
    }

    private JsonNode Entry(ModelPartition partition)
    {
        var entry = new JsonObject { ["name"] = partition.Name };
        if (partition.From is { } from)
        {
            entry["from"] = from;
        }

        if (partition.To is { } to)
        {
            entry["to"] = to;
        }

        if (By == "list")
        {
            entry["values"] = Texts(partition.Values);
        }

        return entry;
    }

    private string Bound(int index)
    {
        var partition = Partitions[index];
        return "for values " + By switch
        {
            "hash" => $"with (modulus {Partitions.Count}, remainder {index})",
            "range" => $"from ({partition.From ?? "minvalue"}) to ({partition.To ?? "maxvalue"})",
            _ => $"in ({string.Join(", ", partition.Values.Select(Text.Literal))})",
        };
    }

    private static IEnumerable<string> Few(int first, int count) => Enumerable.Range(first, count).Select(Text.Number);

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
