using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Makes a schema of one to three tables with keys of every kind, constraints and indexes.</summary>
internal static class RandomSchema
{
    private const string Drawn = "drawn";

    /// <summary>A function for triggers that write nothing.</summary>
    public const string Noop = "noop()";

    public static ValueList<ModelTable> Make(Topics topics, Values values)
    {
        var tables = new List<ModelTable>();
        var count = values.Random.Next(1, 4);
        if (topics.HasFlag(Topics.Moves))
        {
            tables.Add(WithIndexes(WithKey(1, values), values));
            tables.Add(OneToOne(WithIndexes(WithKey(2, values), values), tables, values));
        }

        if (topics.HasFlag(Topics.DrawnKeys))
        {
            tables.Add(WithIndexes(WithDrawnKey(tables.Count + 1, values), values));
            tables.Add(Refer(WithIndexes(WithKey(tables.Count + 1, values), values), tables[^1], tables, values));
        }

        if (topics.HasFlag(Topics.Partitions))
        {
            var table = WithPlacing(tables.Count + 1, values);
            table = WithIndexes(table with { Partitions = ModelPartitions.Make([.. table.Columns.Where(c => c.Placing)], values) }, values);
            tables.Add(WithView(tables.Find(IsParent) is { } parent ? Refer(table, parent, tables, values) : table, values));
        }

        if (topics.HasFlag(Topics.Partitioning))
        {
            tables.Add(WithIndexes(WithPlacing(tables.Count + 1, values), values));
        }

        if (topics.HasFlag(Topics.Triggers))
        {
            tables.Add(WithView(WithTriggers(WithIndexes(WithKey(tables.Count + 1, values), values), values), values));
        }

        if (topics.HasFlag(Topics.Policies))
        {
            tables.Add(WithView(WithSecurity(WithIndexes(WithKey(tables.Count + 1, values), values), values), values));
        }

        while (tables.Count < count)
        {
            var table = WithIndexes(Bare(tables.Count + 1, values), values);
            var parent = tables.Find(IsParent);
            tables.Add(WithView(parent is null || values.Random.Next(3) == 0 ? table : Refer(table, parent, tables, values), values));
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
        .. tables.Any(t => t.Log is not null) ? [$"create table {Text.Name(ModelLog.Table)} (what text, row_key text, value text)"] : Array.Empty<string>(),
        .. tables.SelectMany(t => t.Log?.Sql(t, values.IsPostgres) ?? []),
        .. tables.Any(t => t.Security is not null) ? [ModelSecurity.MakeRole, ModelSecurity.GrantAll] : Array.Empty<string>(),
        .. tables.SelectMany(t => t.Security?.Sql(t) ?? []),
        .. tables.SelectMany(t => t.Views.Select(v => $"create view {Text.Name(v.Name)} as {v.Query(t.Name)}")),
    ];

    /// <summary>The statements that make triggers which change or refuse what is written; where the rows are copied as they are stored, there must be none.</summary>
    public static IEnumerable<string> Triggers(ValueList<ModelTable> tables, Values values) => tables.SelectMany(t => (t.Normal?.Sql(t, values.IsPostgres) ?? []).Concat(t.Stop?.Sql(t) ?? []));

    private static IEnumerable<string> Sql(ModelTable table, ValueList<ModelTable> tables)
    {
        var parts = table.Columns.Select(Declaration).ToList();
        if (table.KeyKind is not ("none" or Drawn))
        {
            parts.Add($"{(table.KeyKind == "unique" ? "unique" : "primary key")} ({Speech.Names(table.WholeKey)})");
        }

        parts.AddRange(table.Indexes.Where(i => i.Constraint).Select(i => $"constraint {Text.Name(i.Name)} unique ({string.Join(", ", i.Columns.Select(Text.Name))})"));
        parts.AddRange(table.Checks.Select(Declaration));
        parts.AddRange(table.References.Where(r => r.Name is not null).Select(r =>
            $"constraint {Text.Name(r.Name!)} foreign key ({Text.Name(r.Column)}) references {Parent(r, tables)} on delete {Action(r.OnDelete)}"));
        yield return $"create table {Text.Name(table.Name)} ({string.Join(", ", parts)}){table.Partitions?.Clause}";
        foreach (var partition in table.Partitions?.Sql(table.Name, [.. table.Columns.Select(Declaration), .. table.Checks.Select(Declaration)]) ?? [])
        {
            yield return partition;
        }

        foreach (var index in table.Indexes.Where(i => !i.Constraint))
        {
            yield return $"create {(index.Unique ? "unique " : "")}index {Text.Name(index.Name)} on {Text.Name(table.Name)} ({index.Expression ?? string.Join(", ", index.Columns.Select(Text.Name))})";
        }
    }

    /// <summary>A view of the key and some other columns of a table.</summary>
    public static ModelView View(ModelTable table, Values values) => new(
        values.Name("view"),
        [.. table.Columns.Where(c => !c.Symbol && (c.Key || values.Random.Next(3) == 0)).Select(c => (values.Name("shown"), c.Name))]);

    private static string Declaration(ModelColumn column) => column.Drawn ? $"{column.Sql} {column.Draws}" :
        $"{column.Sql} {(column.Key && column.Kind == ValueKind.Number ? "int" : column.Type)}{(column.Nullable ? "" : " not null")}{(column.Default is null ? "" : $" default {column.Literal(column.Default)}")}";

    private static string Declaration((string Name, string Column) check) => $"constraint {Text.Name(check.Name)} check ({Text.Name(check.Column)} >= 0)";

    private static string Parent(ModelReference reference, ValueList<ModelTable> tables)
    {
        var parent = tables.Single(t => t.Id == reference.Parent);
        return $"{Text.Name(parent.Name)} ({parent.Target!.Sql})";
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
        return new ModelTable(id, values.Name("table"), [.. keys, .. Facts(values)]) { KeyKind = kind };
    }

    private static ModelTable WithKey(int id, Values values) =>
        new(id, values.Name("table"), [new ModelColumn(values.Name("id"), ValueKind.Number) { Key = true, Unique = true }, .. Facts(values)]);

    /// <summary>One whose rows are divided, or can be, by a hash of the key or by a column besides.</summary>
    private static ModelTable WithPlacing(int id, Values values)
    {
        var table = WithKey(id, values);
        var key = table.Columns[0];
        return values.Random.Next(3) == 0
            ? table.With(key.Name, key with { Placing = true })
            : table.With(key.Name, key, new ModelColumn(values.Name("place"), values.Random.Next(2) == 0 ? ValueKind.Number : ValueKind.Tag) { Placing = true });
    }

    /// <summary>One with triggers that change what is written to one column, and that write down what becomes of another and may refuse it.</summary>
    private static ModelTable WithTriggers(ModelTable table, Values values)
    {
        var normal = new ModelColumn(values.Name("normal"), values.Random.Next(2) == 0 ? ValueKind.Words : ValueKind.Tag) { Nullable = true, WritesNull = true, Pinned = true, Named = true };
        var logged = new ModelColumn(values.Name("logged"), ValueKind.Tag) { Default = "w1", Pinned = true, Named = true };
        var key = table.Columns[0] with { Named = true };
        return table.With(key.Name, key, normal, logged) with
        {
            Normal = values.IsPostgres && values.Random.Next(2) == 0 ? null : new ModelNormal([values.Early("before"), values.Early("before")], values.Name("normal"), normal.Name, 'v'),
            Log = new ModelLog([values.Name("log"), values.Name("log"), values.Name("log")], values.Name("logs"), logged.Name),
            Stop = !values.IsPostgres && values.Random.Next(2) == 0 ? new ModelStop([values.Name("stop"), values.Name("stop")], logged.Name) : null,
        };
    }

    /// <summary>One of which a role that does not own it sees some rows only.</summary>
    private static ModelTable WithSecurity(ModelTable table, Values values)
    {
        var guard = new ModelColumn(values.Name("guard"), ValueKind.Number) { Pinned = true, Guards = true };
        return table.With(table.Columns[0].Name, table.Columns[0], guard) with { Security = new ModelSecurity(true, values.Name("policy"), 25) };
    }

    private static bool IsParent(ModelTable table) => table is { KeyKind: "primary key", Target.Kind: ValueKind.Number };

    /// <summary>The model tells its rows apart by a mark that every writer gives.</summary>
    private static ModelTable WithDrawnKey(int id, Values values)
    {
        var key = new ModelColumn(values.Name("id"), ValueKind.Number) { Symbol = true, Pinned = true, Draws = Draws(values) };
        var mark = new ModelColumn(values.Name("mark"), ValueKind.Tag) { Key = true, Unique = true, Pinned = true };
        return new ModelTable(id, values.Name("drawn"), [key, mark, .. Facts(values)])
        {
            KeyKind = Drawn,
            Indexes = [new ModelIndex(values.Name("unique"), [mark.Name], true, true)],
        };
    }

    private static string Draws(Values values) => (values.Random.Next(3), values.IsPostgres) switch
    {
        (0, true) => "serial primary key",
        (1, true) => "integer generated always as identity primary key",
        (_, true) => "integer generated by default as identity primary key",
        (0, false) => "integer primary key autoincrement",
        _ => "integer primary key",
    };

    private static List<ModelColumn> Facts(Values values) => Enumerable.Range(0, values.Random.Next(2, 7)).Select(_ => Column(values)).ToList();

    private static ModelTable WithView(ModelTable table, Values values) =>
        values.Random.Next(3) == 0 ? table with { Views = [View(table, values)] } : table;

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
        foreach (var column in table.Columns.Where(c => c is { Key: false, Drawn: false }))
        {
            if (column.Unique)
            {
                indexes.Add(new ModelIndex(values.Name("unique"), table.UniqueBy(column.Name), true, random.Next(2) == 0));
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

        return table with { Indexes = [.. table.Indexes, .. indexes] };
    }

    private static ModelTable Refer(ModelTable table, ModelTable parent, List<ModelTable> others, Values values)
    {
        var random = values.Random;
        var declared = parent.KeyKind == Drawn || random.Next(3) > 0;
        var action = declared ? (ReferentialAction)(random.Next(3) + 1) : ReferentialAction.NoAction;
        var column = new ModelColumn(values.Name("parent"), ValueKind.Number)
        {
            Nullable = true, WritesNull = true, Parent = parent.Id, Pinned = true, Symbol = parent.KeyKind == Drawn,
        };
        return Refer(table, column, action is ReferentialAction.Restrict ? ReferentialAction.NoAction : action, declared ? values.Name("fk") : null, others);
    }

    /// <summary>Refers to each row of the first table once at most.</summary>
    private static ModelTable OneToOne(ModelTable table, List<ModelTable> others, Values values)
    {
        var column = new ModelColumn(values.Name("whole"), ValueKind.Number) { Unique = true, Parent = others[0].Id, Pinned = true };
        var action = values.Random.Next(2) == 0 ? ReferentialAction.Cascade : ReferentialAction.NoAction;
        var fact = Column(values) with { Nullable = false, WritesNull = false, Default = null, Unique = false, Domain = null };
        table = table with
        {
            Columns = [.. table.Columns, fact],
            Indexes = [.. table.Indexes, new ModelIndex(values.Name("unique"), [column.Name], true, values.Random.Next(2) == 0)],
        };
        return Refer(table, column, action, values.Name("fk"), others);
    }

    private static ModelTable Refer(ModelTable table, ModelColumn column, ReferentialAction action, string? name, List<ModelTable> others)
    {
        if (action is not (ReferentialAction.Cascade or ReferentialAction.SetNull))
        {
            var parent = others.FindIndex(t => t.Id == column.Parent);
            others[parent] = others[parent] with { NoDelete = true };
        }

        return table with { Columns = [.. table.Columns, column], References = [new ModelReference(column.Name, column.Parent!.Value, action, name)] };
    }
}
