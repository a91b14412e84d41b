using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Makes a schema of one to three tables with keys of every kind, constraints and indexes.</summary>
internal static class RandomSchema
{
    /// <summary>A function for triggers that write nothing.</summary>
    public const string Noop = "noop()";

    public static ValueList<ModelTable> Make(Values values)
    {
        var tables = new List<ModelTable>();
        var count = values.Random.Next(1, 4);
        for (var id = 1; id <= count; id++)
        {
            var table = Refer(WithIndexes(Bare(id, values), values), tables, values);
            tables.Add(values.Random.Next(3) == 0 ? table with { Views = [View(table, values)] } : table);
        }

        return tables.ToValueList();
    }

    /// <summary>The statements that make the tables.</summary>
    public static IEnumerable<string> Sql(ValueList<ModelTable> tables, Values values) =>
    [
        .. values.IsPostgres ? [$"create function {Noop} returns trigger language plpgsql as 'begin return null; end'"] : Array.Empty<string>(),
        .. tables.SelectMany(t => t.Columns).Where(c => c.Domain is not null).Select(c =>
            $"create domain {Text.Name(c.Domain!)} as {(c.Kind == ValueKind.Number ? "integer" : "text")}{(c.Nullable ? "" : $" constraint {Text.Name(c.Domain + " rule")} check (value <> {(c.Kind == ValueKind.Number ? "-1" : "'?'")})")}"),
        .. tables.SelectMany(t => Sql(t, tables)),
        .. tables.SelectMany(t => t.Views.Select(v => $"create view {Text.Name(v.Name)} as {v.Query(t.Name)}")),
    ];

    private static IEnumerable<string> Sql(ModelTable table, ValueList<ModelTable> tables)
    {
        var parts = table.Columns.Select(Declaration).ToList();
        if (table.KeyKind != "none")
        {
            parts.Add($"{table.KeyKind} ({string.Join(", ", table.Key.Select(c => c.Sql))})");
        }

        parts.AddRange(table.Indexes.Where(i => i.Constraint).Select(i => $"constraint {Text.Name(i.Name)} unique ({string.Join(", ", i.Columns.Select(Text.Name))})"));
        parts.AddRange(table.Checks.Select(c => $"constraint {Text.Name(c.Name)} check ({Text.Name(c.Column)} >= 0)"));
        parts.AddRange(table.References.Where(r => r.Name is not null).Select(r =>
            $"constraint {Text.Name(r.Name!)} foreign key ({Text.Name(r.Column)}) references {Parent(r, tables)} on delete {Action(r.OnDelete)}"));
        yield return $"create table {Text.Name(table.Name)} ({string.Join(", ", parts)})";
        foreach (var index in table.Indexes.Where(i => !i.Constraint))
        {
            yield return $"create {(index.Unique ? "unique " : "")}index {Text.Name(index.Name)} on {Text.Name(table.Name)} ({index.Expression ?? string.Join(", ", index.Columns.Select(Text.Name))})";
        }
    }

    /// <summary>A view of the key and some other columns of a table.</summary>
    public static ModelView View(ModelTable table, Values values) => new(
        values.Name("view"),
        [.. table.Columns.Where(c => c.Key || values.Random.Next(3) == 0).Select(c => (values.Name("shown"), c.Name))]);

    private static string Declaration(ModelColumn column) =>
        $"{column.Sql} {(column.Key && column.Kind == ValueKind.Number ? "int" : column.Type)}{(column.Nullable ? "" : " not null")}{(column.Default is null ? "" : $" default {column.Literal(column.Default)}")}";

    private static string Parent(ModelReference reference, ValueList<ModelTable> tables)
    {
        var parent = tables.Single(t => t.Id == reference.Parent);
        return $"{Text.Name(parent.Name)} ({parent.Key.Single().Sql})";
    }

    private static string Action(ReferentialAction action) => action switch
    {
        ReferentialAction.Cascade => "cascade",
        ReferentialAction.SetNull => "set null",
        _ => "no action",
    };

    private static ModelTable Bare(int id, Values values)
    {
        var random = values.Random;
        var key = new ModelColumn(values.Name("id"), ValueKind.Number) { Key = true, Unique = true };
        var (kind, keys) = random.Next(9) switch
        {
            0 => ("primary key", [key, new ModelColumn(values.Name("part"), ValueKind.Tag) { Key = true }]),
            1 => ("primary key", new[] { key with { Kind = ValueKind.Tag } }),
            2 => ("unique", [key]),
            3 => ("none", [key]),
            _ => ("primary key", [key]),
        };
        var columns = keys.Concat(Enumerable.Range(0, random.Next(2, 7)).Select(_ => Column(values)));
        return new ModelTable(id, values.Name("table"), columns.ToValueList()) { KeyKind = kind };
    }

    private static ModelColumn Column(Values values)
    {
        var random = values.Random;
        var kind = (ValueKind)random.Next(4);
        var nullable = random.Next(2) == 0;
        var column = new ModelColumn(values.Name(kind.ToString().ToLowerInvariant()), kind)
        {
            Nullable = nullable,
            WritesNull = nullable && random.Next(3) > 0,
            Unique = random.Next(7) == 0,
            Domain = values.IsPostgres && random.Next(6) == 0 ? values.Name("domain") : null,
        };
        return column.Unique || random.Next(4) > 0 ? column : column with { Default = values.Value(column with { WritesNull = false }) };
    }

    private static ModelTable WithIndexes(ModelTable table, Values values)
    {
        var random = values.Random;
        var indexes = new List<ModelIndex>();
        foreach (var column in table.Columns.Where(c => !c.Key))
        {
            if (column.Unique)
            {
                indexes.Add(new ModelIndex(values.Name("unique"), [column.Name], true, random.Next(2) == 0));
            }
            else if (random.Next(4) == 0)
            {
                indexes.Add(new ModelIndex(values.Name("index"), [column.Name, table.Columns[0].Name], false, false));
            }
            else if (random.Next(8) == 0 && column.Kind != ValueKind.Number)
            {
                indexes.Add(new ModelIndex(values.Name("lower"), [column.Name], false, false, $"lower({column.Sql})"));
                table = table.With(column.Name, column with { Pinned = true });
            }
            else if (random.Next(5) == 0 && column.Kind == ValueKind.Number)
            {
                table = table.With(column.Name, column with { Pinned = true }) with
                {
                    Checks = table.Checks.Append((values.Name("check"), column.Name)).ToValueList(),
                };
            }
        }

        return table with { Indexes = indexes.ToValueList() };
    }

    private static ModelTable Refer(ModelTable table, List<ModelTable> others, Values values)
    {
        var random = values.Random;
        var parent = others.FirstOrDefault(t => t is { KeyKind: "primary key" } && t.Key.Count() == 1 && t.Key.Single().Kind == ValueKind.Number);
        if (parent is null || random.Next(3) == 0)
        {
            return table;
        }

        var declared = random.Next(3) > 0;
        var action = declared ? (ReferentialAction)(random.Next(3) + 1) : ReferentialAction.NoAction;
        if (action is not (ReferentialAction.Cascade or ReferentialAction.SetNull))
        {
            others[others.IndexOf(parent)] = parent with { NoDelete = true };
        }

        var column = new ModelColumn(values.Name("parent"), ValueKind.Number) { Nullable = true, WritesNull = true, Parent = parent.Id, Pinned = true };
        return table with
        {
            Columns = table.Columns.Append(column).ToValueList(),
            References = [new ModelReference(column.Name, parent.Id, action is ReferentialAction.Restrict ? ReferentialAction.NoAction : action, declared ? values.Name("fk") : null)],
        };
    }
}
