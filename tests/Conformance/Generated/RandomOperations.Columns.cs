using System.Text.Json.Nodes;
using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Operations that change several attributes, or several columns, at once.</summary>
internal sealed partial class RandomOperations
{
    private void AlterColumn(ModelTable table, ModelColumn column)
    {
        if (!Replaceable(table, column) || column.Enum is not null)
        {
            return;
        }

        var body = new JsonObject { ["table"] = table.Name, ["column"] = column.Name };
        var after = column with { Name = random.Next(2) == 0 ? values.Name("altered") : column.Name };
        if (after.Name != column.Name)
        {
            body["name"] = after.Name;
        }

        if (column.Kind is ValueKind.Digits or ValueKind.Number && random.Next(2) == 0)
        {
            after = after with { Kind = column.Kind == ValueKind.Digits ? ValueKind.Number : ValueKind.Digits, Domain = null, WritesNull = column.WritesNull && column.Default is null };
            body["type"] = after.Type;
            body["up"] = $"cast({column.Sql} as {after.Type})";
            body["down"] = $"cast({after.Sql} as {column.Type})";
        }

        if (!after.WritesNull && !column.WritesNull && random.Next(2) == 0)
        {
            after = after with { Nullable = !column.Nullable };
            body["nullable"] = after.Nullable;
        }

        if (column.Default is not null && after.Kind != column.Kind)
        {
            body["default"] = after.Literal(column.Default);
        }

        if (body.Count < 3)
        {
            return;
        }

        Add(table, "alter_column", body, Renamed(table, column.Name, after.Name).With(after.Name, after), column.Name, after.Name, c => c with
        {
            Up = (row, _) => row.Without(column.Name).With(new KeyValuePair<string, string?>(after.Name, row[column.Name])),
            Down = (row, _, _) => row.Without(after.Name).With(new KeyValuePair<string, string?>(column.Name, row[after.Name])),
        });
    }

    private void CopyColumn(ModelTable table, ModelColumn source)
    {
        if (source.Key || source.Parent is not null || source.Follows is not null || source.Domain is not null || (source.Named && !values.IsPostgres))
        {
            return;
        }

        var column = new ModelColumn(values.Name("copy"), source.Kind)
        {
            Nullable = source.Nullable, WritesNull = source.WritesNull, Follows = source.Name, Copies = true, Pinned = true, Enum = source.Enum,
        };
        var body = new JsonObject { ["table"] = table.Name, ["column"] = source.Name, ["to"] = column.Name };
        Add(table, "copy_column", body, table.With(source.Name, source with { Pinned = true }, column), source.Name, column.Name, c => c with
        {
            Up = (row, _) => row.With(new KeyValuePair<string, string?>(column.Name, row[source.Name])),
            Down = (row, _, _) => row.Without(column.Name),
        });
    }

    /// <summary>Gives a key another type, with the columns that refer to it. Its values keep their letters.</summary>
    private void ChangeKey(ModelTable table)
    {
        if (table.Target is { Drawn: true } drawn)
        {
            ChangeDrawnKey(table, drawn, uuid: drawn.Big || random.Next(2) == 0);
            return;
        }

        if (table.KeyKind != "primary key" || table.Target is not { Pinned: false, Kind: ValueKind.Number or ValueKind.Digits } key
            || (table.Id >= 1000 && !values.IsPostgres) || table.IsViewed(key.Name))
        {
            return;
        }

        var children = Tables.SelectMany(t => t.References.Where(r => r.Name is not null && r.Parent == table.Id).Select(r => (t.Id, r.Column))).ToList();
        List<(int Id, string Column)> all = [(table.Id, key.Name), .. children];
        if (all.Any(c => touched.Contains($"{c.Id}.{c.Column}") || Tables.Any(t => t.Id == c.Id && (t.Closed || t.Partitions is not null))))
        {
            return;
        }

        touched.UnionWith(all.Select(c => $"{c.Id}.{c.Column}"));
        var big = key is { Kind: ValueKind.Number, Big: false } && values.IsPostgres && random.Next(2) == 0;
        var kind = big || key.Kind == ValueKind.Digits ? ValueKind.Number : ValueKind.Digits;
        var body = new JsonObject { ["table"] = table.Name, ["type"] = kind == ValueKind.Digits ? "text" : big ? "bigint" : "int" };

        var keyword = "change_primary_key";
        if (random.Next(2) == 0)
        {
            (keyword, body["column"]) = ("change_type", key.Name);
        }

        Changes.Add(new ModelChange(table.Id, new JsonObject { [keyword] = body }));
        foreach (var (id, name) in all)
        {
            Tables = Tables.Select(t => t.Id == id ? t.With(name, t.Column(name) with { Kind = kind, Big = big }) with { Changed = true } : t).ToValueList();
        }
    }

    /// <summary>Gives a key that the database draws a greater type, or draws another one of its own for every row.</summary>
    private void ChangeDrawnKey(ModelTable table, ModelColumn key, bool uuid)
    {
        List<(int Id, string Column)> all = [(table.Id, key.Name), .. Tables.SelectMany(t => t.Columns.Where(c => c.Parent == table.Id).Select(c => (t.Id, c.Name)))];
        if (!values.IsPostgres || key.Uuid || all.Any(c => touched.Contains($"{c.Id}.{c.Column}") || Tables.Any(t => t.Id == c.Id && (t.Closed || t.Partitions is not null)))
            || Tables.Any(t => t.References.Any(r => r.Parent == table.Id && r.Name is null)))
        {
            return;
        }

        // Two drawn keys in one migration are refused.
        if (uuid && !touched.Add("drawn"))
        {
            return;
        }

        touched.UnionWith(all.Select(c => $"{c.Id}.{c.Column}"));
        Changes.Add(new ModelChange(table.Id, new JsonObject
        {
            ["change_primary_key"] = new JsonObject { ["table"] = table.Name, ["type"] = uuid ? "uuid" : "bigint" },
        }));
        foreach (var (id, name) in all)
        {
            Tables = Tables.Select(t => t.Id == id ? t.With(name, t.Column(name) with { Uuid = uuid, Big = !uuid }) with { Changed = true } : t).ToValueList();
        }
    }
}
